"""Commands that are clients of a service, here or elsewhere, with a token of its API.

asking      the service's address as an option, the token from the environment
anki        `flask anki-door`: a door like AnkiConnect's
mcp, assistant    packs for assistants, in a process that knows no Flask
"""
