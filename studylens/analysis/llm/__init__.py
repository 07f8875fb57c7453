"""What is asked of a language model and believed of its answer, whichever server it lives on.

page, prompt, question   a page or a follow-up question, and the request that is made of it
client                   what a client is, and how it fails
deadline, bodies         a time for a whole call; bytes and a time for what comes back; hosts: whom it goes to
round, breaker           which model next, and how long there is; which of them rest, and why
schema, reader, lenient  what an answer may look like; any answer's JSON, whole or slipped
answer, items, lines     what is believed of an answer, item by item; ledger: what is not; values: types
slips, text              mends of broken JSON and of formulas; texts cleaned and compared
"""
