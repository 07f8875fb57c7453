"""Limits of files that come in: decks, tables, accounts. Each with its unit and its reason."""

IMPORTS_WAITING_GUEST = 3
"""Files of one student on their way: a deck, a table, an account. Each may take 50 MB of disk."""
IMPORTS_WAITING_ADDRESS = 10
"""The same of one address: a class behind one router."""
IMPORTS_WAITING = 20
"""The same of all: 1 GB of disk at the most, and an hour in line at a tenth of a processor."""
IMPORT_WAIT_SECONDS = 3.0
"""How long the request that brings a file waits for its end: a small one is in before the page is shown."""
IMPORT_WAITING_REQUESTS = 4
"""Such requests at once, of 32 threads; the others are shown the page that tells how far it is."""
KEEP_IMPORT_SECONDS = 86_400
"""How long an import that has ended is remembered: until tomorrow."""
MOST_ANSWERS = 100_000
"""Answers in another program that one file brings, the newest: 30 MB in SQLite; five years of 50 a day."""
MOST_ANSWERS_GUEST = 200_000
"""The same of one student, over all files."""
PREVIEW_ROWS = 5
"""Rows of a table that are shown before it comes in: enough to see what each column is."""
SHOWN_CHARS = 200
"""Of a cell there: a card has room for more, a phone has not."""
LOOK_CPU_SECONDS = 0.1
"""Processor time to count a table's rows before it comes in: about 4,000 of them, and a press of a button."""
KEEP_ASKING_SECONDS = 86_400
"""How long a table waits for the student's word: until tomorrow."""
ASKING_YIELDS_SECONDS = 600
"""After so long a table that waits for a word is forgotten when others need its place."""
