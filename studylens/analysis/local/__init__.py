"""A model on a machine of the operator's own: any server that speaks OpenAI's chat completions.

http              one bounded POST by the standard library: no redirect, no proxy, one deadline for all of it
chat, schema      what such a server is sent, and what it answers; our schema in its dialect
client            how an answer is bound to the schema: by the server's best way that it has
reading, blocks   the answers of models that only read: text, Markdown, HTML, blocks with boxes
ask               the three things we ask: a study pack, a follow-up question, a page's text
"""
