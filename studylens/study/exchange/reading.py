"""Any file that a student sends: told by its first bytes, read, checked, and written as lines."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from studylens.errors import DiskFull, TooLarge
from studylens.language import _
from studylens.study.exchange import others
from studylens.study.exchange.account.file import is_account
from studylens.study.exchange.account.staging import stage_account
from studylens.study.exchange.anki import reading as anki
from studylens.study.exchange.anki.drawing import Drawer, Draws
from studylens.study.exchange.anki.painting import Painter
from studylens.study.exchange.anki.scheduling.reading import ANSWERS_LEFT
from studylens.study.exchange.counted import LEFT_OUT, SAID
from studylens.study.exchange.incoming import Budget, Staged, stage_cards
from studylens.study.exchange.tables.choice import AS_FOUND, Choice
from studylens.study.exchange.tables.reading import Table

DECK, TABLE, ACCOUNT = "deck", "table", "account"
"""What a file is."""
DECKS, TABLES, ACCOUNTS = (".apkg", ".colpkg"), (".csv", ".tsv", ".txt"), (".json", ".gz")
_ZIP, _SQLITE, _GZIP = b"PK", b"SQLite format 3", b"\x1f\x8b"
_START_BYTES = 256
_NAME_CHARS = 100


@dataclass(frozen=True)
class Written:
    """Where it goes: lines, and the pictures that they name, in which may lie what an earlier start drew."""

    lines: IO[bytes]
    pictures: IO[bytes]


@dataclass(frozen=True)
class How:
    """What makes a deck's pictures small, whether it says when its cards come back; how a table is read."""

    drawer: Callable[[], Draws] = Drawer
    keeps_schedule: bool = False
    choice: Choice = AS_FOUND


@dataclass(frozen=True)
class Read:
    """What was found: bytes of lines, and what could not be kept."""

    size: int
    counts: dict[str, int] = field(default_factory=dict)


def read(file: IO[bytes], name: str, to: Written, scratch: Path, *, how: How = How()) -> Read:
    """Read all of `file` into the empty `to.lines`; a deck is unpacked to the path `scratch`.

    Raises BadFile, TooLarge.
    """
    start = _start(file)
    staged, budget = Staged(to.lines), Budget()
    others.refuse(start, name)
    kind = _kind(start, name)
    if kind == DECK:
        with anki.opened(file, scratch) as deck, how.drawer() as draws:
            if how.keeps_schedule:
                deck.keep_schedule()
            painter = Painter(deck.media, to.pictures, draws)
            left = stage_cards(deck.cards(), staged, budget, painter.drawn)
            left[ANSWERS_LEFT] = deck.stage_schedule(staged, budget)
            return Read(staged.size, _counted(left + painter.said + deck.media.left(painter.shown)))
    if kind == ACCOUNT:
        stage_account(file, staged, budget)
        return Read(staged.size)
    table = Table(file, deck_name(name), how.choice)
    left = stage_cards(table.cards(), staged, budget)
    return Read(staged.size, _counted(left + table.said))


def is_table(file: IO[bytes], name: str) -> bool:
    """Say whether the file is read as a table. Raises BadFile for one of another program."""
    start = _start(file)
    others.refuse(start, name)
    return _kind(start, name) == TABLE


def kind_of(name: str) -> str:
    """Return what a file's ending says that it is: DECK, ACCOUNT or TABLE; nothing for another one."""
    kinds = ((DECK, DECKS), (ACCOUNT, ACCOUNTS), (TABLE, TABLES))
    return next((kind for kind, endings in kinds if name.lower().endswith(endings)), "")


def deck_name(name: str) -> str:
    """Return the name of a file's deck when nothing in it says one."""
    return PurePosixPath(name.replace("\\", "/")).stem[:_NAME_CHARS]


def _kind(start: bytes, name: str) -> str:
    ending = name.lower()
    if start.startswith(_ZIP):
        return DECK
    is_ours = ending.endswith(ACCOUNTS) or (is_account(start) and not ending.endswith(TABLES))
    return ACCOUNT if is_ours else TABLE


def too_much() -> TooLarge:
    """Return the error for a file that does not fit into memory."""
    return TooLarge(_("Reading this file takes too much memory. Split it, and send the parts."))


def no_room() -> DiskFull:
    """Return the error for a disk without room for the file."""
    return DiskFull(
        _("The server has no room for this file right now. Nothing was kept; please try again later.")
    )


def is_light(file: IO[bytes], size: int, most: int) -> bool:
    """Say whether the file is read quickly: it is short, and nothing is packed in it."""
    start = _start(file)
    return size <= most and not start.startswith((_ZIP, _GZIP, _SQLITE))


def _start(file: IO[bytes]) -> bytes:
    file.seek(0)
    start = file.read(_START_BYTES)
    file.seek(0)
    return start


def _counted(left: Counter[str]) -> dict[str, int]:
    """Return the numbers for the result page: all that are left out, and how many for which reason."""
    why = {f"left_{name}": left[name] for name in LEFT_OUT}
    said = {name: left[name] for name in (*SAID, ANSWERS_LEFT)}
    skipped = sum(why.values())
    everything = {"skipped": skipped, **why, **said}
    return {name: number for name, number in everything.items() if number}
