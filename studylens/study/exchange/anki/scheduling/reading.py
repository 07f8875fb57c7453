"""Schedules and answers of a stranger's deck file, as lines; asked for alone when the student wants them.

The log is read once, its oldest answers first, and never held: of each card the latest moment alone.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from studylens.import_limits import MOST_ANSWERS
from studylens.models import LEARNING, NEW, RELEARNING, REVIEW
from studylens.study.exchange.anki.scheduling.columns import BROKEN, COLUMNS, DATA_CHARS, schedule_of
from studylens.study.exchange.anki.scheduling.days import Created, created, is_moment
from studylens.study.exchange.incoming import Budget, Staged

SCHEDULED, ANSWERED = "scheduled", "answered"
"""Kinds of lines: when the collection was made, and [uid, schedule] a card; [uid, *answer] of its log."""
ANSWERS_LEFT = "answers_left"
"""Answers that are not taken over: older than the newest, or no answers that can have been."""
_ROWS_A_LINE = 50
_DRAFT = "studylens::draft"
_LEECH = "leech"
_LOG = "SELECT cid, id, ease, ivl, lastIvl, factor, time, type FROM revlog WHERE id >= ? ORDER BY id"
_OLDER = "SELECT 1 FROM revlog WHERE id < ? AND ease BETWEEN 1 AND 4"
_RATINGS, _CRAMMED, _MOVED = range(1, 5), 3, 4
"""Buttons of an answer; kinds of rows: crammed, moved by hand."""
_STATES = {0: LEARNING, 1: REVIEW, 2: RELEARNING, _CRAMMED: None}
"""Where a card stood, by the kind of its row; a crammed one does not say."""
_LONGEST_MS = 600_000
_AHEAD_SECONDS = 86_400
"""By how much another device's clock may be ahead of ours."""
_MOST = 2**31 - 1


class Schedules:
    """What is known of the cards of one file, noted while they are read."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, dict[str, Any], bool]] = {}
        self._answered_ms: dict[int, int] = {}

    def note(self, uid: str, number: int, values: tuple[Any, ...], tags: str) -> None:
        """Note the columns of a card; a new one that was a draft here stays one."""
        row = {name: _bounded(value) for name, value in zip(COLUMNS, values, strict=True)}
        known = tags.lower().split()
        if row["type"] != 0 or _DRAFT not in known:
            self._rows.setdefault(uid, (number, row, _LEECH in known))

    def stage(self, connection: sqlite3.Connection, tables: set[str], staged: Staged, budget: Budget) -> int:
        """Write answers, then schedules; return how many answers are left out. Raises sqlite3.Error."""
        left = self._stage_answers(connection, staged, budget) if "revlog" in tables else 0
        made = _created(connection, tables)
        some: list[Any] = []
        for uid, (number, row, is_leech) in self._rows.items():
            some.append([uid, schedule_of(row, self._answered_ms.get(number), is_leech=is_leech)])
            if len(some) == _ROWS_A_LINE:
                staged.add(SCHEDULED, made, some)
                some = []
        if some:
            staged.add(SCHEDULED, made, some)
        return left

    def _stage_answers(self, connection: sqlite3.Connection, staged: Staged, budget: Budget) -> int:
        uids = {number: uid for uid, (number, _row, _is_leech) in self._rows.items()}
        since, begun, latest = _since(connection), set[int](), int(time.time() + _AHEAD_SECONDS)
        some, left = list[Any](), sum(1 for _ in connection.execute(_OLDER, (since,)))
        for card, *row in connection.execute(_LOG, (since,)):
            budget.spend()
            if card not in uids or _is_by_hand(row, card, begun):
                continue
            if not _is_answer(row, latest):
                left += 1
                continue
            if row[6] != _CRAMMED or row[4]:  # Without an ease it moved no schedule.
                self._answered_ms[card] = row[0]
            # Where the log is cut off, nobody knows which answer was a card's first.
            state = NEW if not since and card not in begun and row[6] == 0 else _STATES[row[6]]
            begun.add(card)
            some.append([uids[card], *row[:6], state])
            if len(some) == _ROWS_A_LINE:
                staged.add(ANSWERED, some)
                some = []
        if some:
            staged.add(ANSWERED, some)
        return left


def _since(connection: sqlite3.Connection) -> int:
    """Return the moment (ms) from which on answers are taken over: the newest MOST_ANSWERS of the file."""
    newest = "SELECT id FROM revlog ORDER BY id DESC LIMIT 1 OFFSET ?"
    found = connection.execute(newest, (MOST_ANSWERS - 1,)).fetchone()
    return found[0] if found and isinstance(found[0], int) else 0


def _is_by_hand(row: list[Any], card: int, begun: set[int]) -> bool:
    """Say whether a row is no answer: a card was moved by hand, or begins anew (then it has no ease)."""
    if row[1] != 0:
        return False
    if row[6] == _MOVED and row[4] == 0:
        begun.discard(card)
    return True


def _bounded(value: Any) -> Any:
    """Return a value that can be held 20,000 times: a column may be of any type, and of megabytes."""
    if isinstance(value, str):
        return value if len(value) <= DATA_CHARS else BROKEN
    return value if isinstance(value, int) else None


def _is_answer(row: list[Any], latest: int) -> bool:
    """Say whether these can be moment (ms), button, intervals, ease, time (ms), kind; bound what can be."""
    if not all(isinstance(value, int) for value in row):
        return False
    row[2:5] = (min(max(value, -_MOST), _MOST) for value in row[2:5])
    row[5] = min(max(row[5], 0), _LONGEST_MS)
    return (
        row[1] in _RATINGS and row[6] in _STATES and is_moment(row[0] // 1_000) and row[0] // 1_000 <= latest
    )


def _created(connection: sqlite3.Connection, tables: set[str]) -> Created:
    found = connection.execute("SELECT crt FROM col LIMIT 1").fetchone()
    return created(found[0] if found else None, _minutes_west(connection, tables))


def _minutes_west(connection: sqlite3.Connection, tables: set[str]) -> Any:
    """Return the collection's own offset from UTC; None when it has none that can be read."""
    if "config" in tables:
        for (value,) in connection.execute("SELECT val FROM config WHERE KEY = 'creationOffset' LIMIT 1"):
            return _json(value)
        return None
    for (text,) in connection.execute("SELECT conf FROM col LIMIT 1"):
        found = _json(text)
        return found.get("creationOffset") if isinstance(found, dict) else None
    return None


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None


def columns_of(prefix: str) -> Iterator[str]:
    """Yield the columns that `Schedules.note` takes, of a table of this name."""
    return (f"{prefix}.{name}" for name in ("id", *COLUMNS))
