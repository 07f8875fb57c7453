"""What is shared, by a link or with a class at once: how much, how long, how often."""

from studylens.budget_limits import HOUR, Rate

# --- Links -----------------------------------------------------------------------------------------
TOKEN_BYTES = 16
"""Of a link: 128 bits, so that nobody finds one by trying."""
LINK_DAYS = (7, 30, 180, 365)
"""After how many days a link may end: a test's week, a month, a term, a school year."""
USUAL_DAYS = 180
MOST_LINKS = 20
"""Open links of a pack: one for each class that it is taught to."""
FORGOTTEN_AFTER_DAYS = 30
"""A link that is over is listed for so long, so that its owner sees that it is."""
NAME_CHARS = 60
"""Room of the column."""
COPIES = Rate("copies", 30, 300)
"""A class of 30 behind one router takes each of ten packs once an hour."""

MOST_ROWS_AT_ONCE = 1_000
"""Rows of a copy that is written at once, so that others wait no 0.2 s; a larger one comes in as a file."""
MOST_BYTES_AT_ONCE = 4 * 2**20
"""Of its pictures, for the same reason: SQLite copies them in 0.013 s of a processor, 40 MB in 0.2 s."""

# --- Wrong addresses and codes ---------------------------------------------------------------------
GUESS_SECONDS = 600.0
"""Window in which wrong tries are counted."""
WRONG_LINKS_OF_ONE, WRONG_LINKS_OF_ALL = 100, 5_000
"""Wrong links in it, of an address and of all: a class behind one router that scans an old sheet."""
WRONG_CODES_OF_ONE, WRONG_CODES_OF_ALL = 100, 2_000
"""The same of codes of 30 bits: with ten quizzes running, one in 500,000 windows finds one."""

# --- A class at once -------------------------------------------------------------------------------
CODE_CHARS = 6
"""30 bits in letters that are not misread."""
MOST_PLAYERS = 60
"""Two classes in one room; a full one is told to everybody who comes later."""
MOST_QUESTIONS = 20
"""A quarter of an hour."""
USUAL_QUESTIONS = 5
QUIZ_SECONDS = 2 * HOUR
"""A quiz ends by itself: a double lesson, and a teacher who forgot it."""
NICKNAME_CHARS = 24
QUIZZES = Rate("live", 30, 300)
"""Quizzes that a guest begins in an hour."""
JOINS = Rate("live_joins", 0, 2_000, HOUR)
"""Phones that come in from one address: a school behind one router, in every lesson."""
LEAST_POLL_SECONDS, MOST_POLL_SECONDS = 2.0, 12.0
"""How often a phone asks what is to be seen."""
POLL_SECONDS_A_PLAYER = 0.1
"""By so much longer for each player: ten polls a second of all together, whatever their number."""
REMEMBERED_SECONDS = 0.5
"""How long a worker answers polls from memory: thirty phones that ask at once cost one query."""
RESULTS_KEPT = 50
"""Kept results of a pack: one a week for a school year."""
LINKS_SHOWN = 3 * MOST_LINKS
"""Links of a pack that its page lists, with those that are over."""
