"""The API: what pages have, for programs, under `/api/v1`; described at `/api/v1/openapi.json`.

operations      one operation: who may call it, what it takes and gives, in one place
door            the token, its scopes and its pace; answers with ETag
shapes, bounds  what is taken and given, as frozen dataclasses; what the document says of it beyond types
plain           dataclasses to JSON and back, each field checked by its type
describing, document    the OpenAPI document, from the operations and the shapes; its address
pace            how fast one token may ask
packs, cards, pictures, reviews, progress     the operations
"""
