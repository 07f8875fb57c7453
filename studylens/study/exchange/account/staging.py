"""An account file as short lines: each entry is checked, taken apart, and written in parts of few rows.

A pack may have 50,000 lines; whoever stores it must be able to stop anywhere.
"""

import json
from collections.abc import Iterator
from typing import IO, Any

from sqlalchemy import Table

from studylens.models import (
    CardPicture,
    CardSchedule,
    Pack,
    PackPicture,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    StudySettings,
    UserAchievement,
)
from studylens.study.exchange.account import entries
from studylens.study.exchange.account.file import read_account
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.incoming import Budget, Staged
from studylens.study.exchange.portable import to_plain
from studylens.study.packs.belongings import listed

PACK, PARTS, SCHEDULES, PICTURE, REVIEW = "pack", "parts", "schedules", "picture", "review"
QUIZ, ITEMS, ACHIEVEMENT, SETTINGS = "quiz", "items", "achievement", "settings"
"""Kinds of lines; what stands in each: `_lines`."""
ROWS_A_LINE = 50
"""Rows of a pack or a quiz in one line."""
CHARS_A_LINE = 64 * 1024
"""Characters of them, unless one row alone has more: a line is held in memory whole."""
Row = dict[str, Any]


def stage_account(file: IO[bytes], staged: Staged, budget: Budget | None = None) -> None:
    """Read and check the whole file, and write it as lines. Raises BadFile, TooLarge."""
    log = _Log(staged)
    for kind, plain in read_account(file, budget):
        entry = entries.parse(kind, plain)
        if isinstance(entry, entries.ReviewEntry):
            log.add(entry)
        elif entry is not None:
            for line in _lines(entry):
                staged.add(*line)


def _lines(entry: entries.Entry) -> Iterator[tuple[Any, ...]]:
    match entry:
        case entries.PackEntry():
            yield PACK, entry.id, _plain(entry.row, table_of(Pack))
            yield from _parts(entry)
        case entries.PictureEntry() | entries.CardPictureEntry():
            yield _picture(entry)
        case entries.QuizEntry():
            yield QUIZ, entry.id, entry.pack_id, _plain(entry.row, table_of(QuizAttempt))
            items = ([_plain(row, table_of(QuizItem)), links] for row, links in entry.items)
            yield from ((ITEMS, entry.id, some) for some in _few(items))
        case entries.AchievementEntry():
            yield ACHIEVEMENT, _plain(entry.row, table_of(UserAchievement))
        case entries.SettingsEntry():
            yield SETTINGS, _plain(entry.row, table_of(StudySettings))


def _picture(entry: entries.PictureEntry | entries.CardPictureEntry) -> tuple[Any, ...]:
    table = table_of(PackPicture if isinstance(entry, entries.PictureEntry) else CardPicture)
    return PICTURE, entry.pack_id, table.name, _plain(entry.row, table)


def _parts(entry: entries.PackEntry) -> Iterator[tuple[Any, ...]]:
    for name, (table, belonging) in listed().items():
        rows = (_plain(row, table) for row in _once(entry.parts[name], belonging.known_by))
        yield from ((PARTS, entry.id, name, some) for some in _few(rows))
    found = ([uid, _plain(row, table_of(CardSchedule))] for uid, row in entry.schedules.items())
    yield from ((SCHEDULES, entry.id, some) for some in _few(found))


class _Log:
    """Writes answers; one that takes another back says by what the other is known, not by its number."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._places: dict[int, int] = {}

    def add(self, entry: entries.ReviewEntry) -> None:
        """Write a line. Memory: about 100 bytes an answer, in a process of its own."""
        undone = None if entry.undoes is None else self._known(entry.undoes)
        row = _plain(entry.row, table_of(ReviewLog))
        self._places[entry.n] = self._staged.add(REVIEW, entry.pack_id, entry.card, row, undone)

    def _known(self, number: int) -> Row | None:
        if number not in self._places:
            return None
        row: Row = self._staged.line_at(self._places[number])[3]
        return {name: row.get(name) for name in KNOWN_BY}


KNOWN_BY = ("request_key", "kind", "reviewed_at", "card_uid", "rating", "local_date")
"""An answer is known by its form's random key, else by the others of these columns."""


def _plain(row: Row, table: Table) -> Row:
    return to_plain(row, table, leave_out=[name for name in table.columns.keys() if name not in row])  # noqa: SIM118


def _once(rows: list[Row], known_by: tuple[str, ...]) -> Iterator[Row]:
    """Yield rows that differ in what they are known by."""
    seen = set()
    for row in rows:
        key = tuple(row.get(name) for name in known_by)
        if not known_by or key not in seen:
            seen.add(key)
            yield row


def _few(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Yield rows in lists that are short in number and in length."""
    some: list[Any] = []
    chars = 0
    for row in rows:
        size = len(json.dumps(row))
        if some and (len(some) >= ROWS_A_LINE or chars + size > CHARS_A_LINE):
            yield some
            some, chars = [], 0
        some.append(row)
        chars += size
    if some:
        yield some
