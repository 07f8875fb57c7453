"""Budgets: what one guest, one address and the whole instance may keep and ask for, with unit and reason.

A guest's are the same everywhere. The instance's are the operator's to set, by environment.
"""

from dataclasses import dataclass

from studylens.variables import env

HOUR, DAY = 3_600, 86_400
"""Seconds."""

# --- What is kept ----------------------------------------------------------------------------------
MAX_PACKS = 2_000
"""Packs of a guest, with those in the trash: ten lectures a week for four years."""
MAX_CARDS = 60_000
"""Cards of a guest: three of the largest decks that may be imported; nobody reviews as many."""
MAX_KEPT_BYTES = 200 * 2**20
"""Bytes that a guest may keep: 2,000 kept copies of pages, or 20,000 cards of full length."""
ROW_BYTES = 300
"""What a row takes besides its texts and pictures: numbers, ids, its places in indexes."""
ANSWER_BYTES = 900
"""What a row of the review log takes, with the schedule before and after."""
UNNOTICED_BYTES = 64 * 1024
"""By so much a full guest may still grow at once, so that a typo can be mended."""
LEEWAY_BYTES = 10 * 2**20
"""And by so much in all: questions are added one by one, too."""


@dataclass(frozen=True)
class Rate:
    """How often in a window of so many seconds, for a guest and for an address; 0: not counted."""

    what: str
    guest: int
    address: int
    seconds: int = HOUR


# --- What is asked for -----------------------------------------------------------------------------
NEW_GUESTS = Rate("guests", 0, 300)
"""A school behind one router begins in one lesson, and each cookie-less POST is one more."""
IMPORTS = Rate("imports", 20, 120)
"""Each holds the one place for exchanges for seconds."""
EXPORTS = Rate("exports", 120, 600)
"""The same; a student may well fetch every pack once."""
CARDS_ADDED = Rate("cards", 0, 200_000, DAY)
"""By whatever way but photos, which have a bound of their own: a class of 30 with a deck of 6,000 each."""
KILOBYTES_ADDED = Rate("kilobytes", 0, 1_000_000, DAY)
"""The same in kB: five guests' whole budget, then another address is needed."""
COUNTS_KEPT_SECONDS = 2 * DAY
"""Counts of windows that are over so long are deleted."""

# --- Jobs that have ended --------------------------------------------------------------------------
JOBS_KEPT_DAYS = 30
"""Nobody looks at an ended job's page later than that; as long as packs lie in the trash."""

SWEPT_ROWS = 1_000
"""Rows of one kind whose time is over that one sweep deletes at most: after a long rest there are many."""
SWEPT_PICTURES = 50
"""The same of what has pictures, or players and their answers: some hundredths of a second of the lock."""

# --- Guests and the disk ---------------------------------------------------------------------------
EMPTY_GUEST_SECONDS = DAY
"""A guest of whom nothing is kept goes after so long: its cookie led to nothing."""
GUESTS_AT_ONCE = 200
"""Guests that one sweep looks at: 10,000 are seen within half an hour."""
RECOUNTED_AT_ONCE = 5
"""Guests whose sums one sweep counts again; each is a few queries by index."""
RECOUNT_REST_SECONDS = 6 * HOUR
"""Between two rounds of recounting: sums are kept right as they change, this only looks."""
GUESTS_A_SUM = 1_000
"""Guests whose sums stand added up in one row: 100,000 guests are 100 rows."""
SUMS_AT_ONCE = 5
"""Such rows that one sweep compares with their guests: 100,000 guests in ten minutes."""
SMALL_BODY_BYTES = 64 * 1024
"""A request this small may use the reserve: it is no upload."""


@dataclass(frozen=True, kw_only=True)
class InstanceBudgets:
    """What the whole service may keep and do; each beyond which it refuses by name, before a disk is full."""

    kept_mb: float = env("KEPT_MB", 900.0)
    """Everything that all students keep: within the smallest free databases, which have 1 GB."""
    kept_packs: int = env("KEPT_PACKS", 100_000)
    kept_cards: int = env("KEPT_CARDS", 2_000_000)
    disk_reserve_mb: float = env("DISK_RESERVE_MB", 100.0)
    """Stays free on the disks of uploads and of SQLite whatever is sent: answers and repairs need room."""
    imports_per_hour: int = env("IMPORTS_PER_HOUR", 300)
    exports_per_hour: int = env("EXPORTS_PER_HOUR", 2_000)
    new_guests_per_hour: int = env("NEW_GUESTS_PER_HOUR", 3_000)
    """Newcomers of whom something is stored."""

    @property
    def disk_reserve_bytes(self) -> int:
        """Bytes that no upload may use."""
        return int(self.disk_reserve_mb * 2**20)

    @property
    def kept_bytes(self) -> int:
        """Bytes that all students together may keep."""
        return int(self.kept_mb * 2**20)

    def most_of_all(self, rate: Rate) -> int:
        """Return the instance's number for a rate; 0: it has none."""
        of = {
            NEW_GUESTS.what: self.new_guests_per_hour,
            IMPORTS.what: self.imports_per_hour,
            EXPORTS.what: self.exports_per_hour,
        }
        return of.get(rate.what, 0)
