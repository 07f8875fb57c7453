"""Anki's deck files (.apkg), old and new layout, from strangers: bounded, read-only, fixed questions.

The database inside is opened for reading a few tables.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from studylens.errors import BadFile
from studylens.language import _
from studylens.study.exchange.anki.media import Media
from studylens.study.exchange.anki.notes import Note, card_of, gaps_of
from studylens.study.exchange.anki.notetypes import NoteType, read_notetypes
from studylens.study.exchange.anki.scheduling.reading import Schedules, columns_of
from studylens.study.exchange.anki.unpacking import archive_of, unpack_collection
from studylens.study.exchange.deck_names import without_root
from studylens.study.exchange.incoming import Budget, Incoming, Staged

MAX_CELL_BYTES = 4 * 1024 * 1024
"""One value of the database: note types of a large collection are 1 MB of JSON, with their styles."""
MAX_STEPS = 200_000_000
"""Virtual machine steps of SQLite for one file: 20,000 notes take a million."""
_STEPS_AT_ONCE = 100_000
_TABLES = {
    "notes", "cards", "col", "decks", "notetypes", "fields", "templates", "revlog", "config", "sqlite_master",
}  # fmt: skip
_CARDS = (
    "SELECT notes.id, notes.guid, notes.mid, notes.flds, notes.tags, cards.ord,"
    " CASE WHEN cards.odid > 0 THEN cards.odid ELSE cards.did END{more}"
    " FROM notes JOIN cards ON cards.nid = notes.id ORDER BY notes.id, cards.ord"
)
"""What Anki shows: each card of each note; one in a filtered deck belongs to its own."""
_WITH_SCHEDULE = "".join(f", {name}" for name in columns_of("cards"))
_UNKNOWN = NoteType("")
"""Stands for a note type that is not in the file: its cards are left out."""


@contextmanager
def opened(file: IO[bytes], scratch: Path) -> Iterator["AnkiDeck"]:
    """Unpack the deck's database to the path `scratch`, open it, and remove it at the end.

    Raises BadFile for whatever is no deck, TooLarge for what unpacks to more than we take.
    """
    try:
        with archive_of(file) as archive:
            unpack_collection(archive, scratch)
            with contextlib.closing(_connect(scratch)) as connection:
                yield AnkiDeck(connection, Media(archive))
    except (sqlite3.Error, UnicodeDecodeError) as error:  # Its own sentence may quote what is no text.
        raise BadFile from error
    finally:
        scratch.unlink(missing_ok=True)


class AnkiDeck:
    """An opened deck: its cards, and the files that come with it."""

    def __init__(self, connection: sqlite3.Connection, media: Media) -> None:
        self.media = media
        self._connection = connection
        self._schedules: Schedules | None = None

    def keep_schedule(self) -> None:
        """Let `cards` note when each comes back, for `stage_schedule`."""
        self._schedules = Schedules()

    def stage_schedule(self, staged: Staged, budget: Budget) -> int:
        """Write what was noted of the cards; return how many answers are left out. Raises sqlite3.Error."""
        found = self._schedules
        return found.stage(self._connection, self._tables(), staged, budget) if found else 0

    def cards(self) -> Iterator[Incoming]:
        """Yield every card of the file, those that cannot come in with the reason.

        Raises BadFile, sqlite3.Error for a damaged database.
        """
        more = _WITH_SCHEDULE if self._schedules else ""
        names = self._deck_names()
        kinds = read_notetypes(self._connection, self._tables())
        last: tuple[Any, Note, NoteType] | None = None
        rows = self._connection.execute(_CARDS.format(more=more))
        for number, guid, kind_id, fields, tags, place, deck_id, *schedule in rows:
            if last is None or last[0] != number:
                if not isinstance(fields, str) or not isinstance(guid, str | int):
                    raise BadFile
                kind = kinds.get(kind_id, _UNKNOWN)
                parts = tuple(fields.split("\x1f"))
                note = Note(str(guid), kind_id, parts, str(tags or ""), gaps_of(kind, parts))
                last = number, note, kind
            _number, note, kind = last
            deck = names.get(deck_id, _("Imported cards"))
            card = card_of(note, kind, place if isinstance(place, int) and place >= 0 else 0, deck)
            if self._schedules and not card.left:
                self._schedules.note(card.uid, schedule[0], tuple(schedule[1:]), note.tags)
            yield card

    def _tables(self) -> set[str]:
        return {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}

    def _deck_names(self) -> dict[Any, str]:
        if "decks" in self._tables():
            found = dict(self._connection.execute("SELECT id, name FROM decks LIMIT 10000"))
        else:
            [(text,)] = self._connection.execute("SELECT decks FROM col LIMIT 1").fetchall() or [("{}",)]
            found = _old_names(text)
        return {number: without_root(name) for number, name in found.items() if isinstance(name, str)}


def _old_names(text: Any) -> dict[int, Any]:
    """Return the deck names of the old layout, which keeps them as JSON. Raises BadFile."""
    try:
        decks = json.loads(text)
        return {int(number): deck.get("name") for number, deck in decks.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open a stranger's database: no writing, no functions, no views or virtual tables, bounded work."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise BadFile
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA cache_size = -1024")
    connection.execute("PRAGMA mmap_size = 0")
    connection.set_authorizer(_authorize)
    _check_schema(connection)
    steps = iter(range(MAX_STEPS // _STEPS_AT_ONCE))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS_AT_ONCE)
    return connection


def _authorize(
    action: int, first: str | None, _second: str | None, _database: str | None, via: str | None
) -> int:
    """Allow reading of the named tables alone; `via` is a view or trigger that asks."""
    if action == sqlite3.SQLITE_SELECT and via is None:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and via is None and first in _TABLES:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _check_schema(connection: sqlite3.Connection) -> None:
    """Raise BadFile unless what we read are plain tables."""
    for kind, name, statement in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if name in _TABLES and (kind != "table" or "virtual" in str(statement)[:60].lower()):
            raise BadFile
