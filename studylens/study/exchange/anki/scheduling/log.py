"""Our log as Anki keeps it: rows of `revlog`, a hundred thousand at a time in a web request.

Source: rslib/src/revlog/mod.rs. So the log is read by columns, and its JSON for what is asked of it alone.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from studylens.models import (
    LEARNING,
    LOG_CRAM,
    LOG_ELSEWHERE,
    LOG_REVIEW,
    LOG_UNDO,
    NEW,
    RELEARNING,
    REVIEW,
    ReviewLog,
)
from studylens.study.exchange.contents import ROWS_AT_ONCE
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.sm2 import DIFFICULTY_RANGE

IVL, FACTOR = "ivl", "factor"
"""In `before` and `after` of a row of the log that came from Anki: interval and ease, as Anki wrote them."""
_LEARNED, _REVIEWED, _RELEARNED, _CRAMMED = 0, 1, 2, 3
"""Kinds of rows of `revlog`."""
_KINDS = {NEW: _LEARNED, LEARNING: _LEARNED, REVIEW: _REVIEWED, RELEARNING: _RELEARNED}
_INSERT = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
_COLUMNS = (
    ReviewLog.id, ReviewLog.card_id, ReviewLog.kind, ReviewLog.rating, ReviewLog.reviewed_at,
    ReviewLog.local_date, ReviewLog.zone, ReviewLog.duration_ms, ReviewLog.state_before, ReviewLog.before,
    ReviewLog.after,
)  # fmt: skip
_MOST = 2**31 - 1
"""What Anki's columns hold; a restored file may say anything."""
_Kept = Mapping[str, Any]


def write_answers(cursor: sqlite3.Cursor, session: Session, numbers: Mapping[int, int]) -> None:
    """Write what was answered; `numbers`: the file's number of each of our cards, by its id."""
    for row in _answers(session, list(numbers)):
        at, step = int(row.reviewed_at.timestamp() * 1_000), 1
        intervals = (min(max(value, -_MOST), _MOST) for value in _intervals(row))
        rest = (numbers[row.card_id], row.rating, *intervals, row.duration_ms or 0, _kind(row))
        while not _is_added(cursor, (at, *rest)):
            # A row's number is its millisecond, and two cards can have one; all answers of a made file, too.
            at, step = at + 1 + row.id % step, 2 * step


def _is_added(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> bool:
    try:
        cursor.execute(_INSERT, row)
    except sqlite3.IntegrityError:
        return False
    return True


def _answers(session: Session, card_ids: list[int]) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield the answers to these cards that were not taken back, a few at a time."""
    for start in range(0, len(card_ids), ROWS_AT_ONCE):
        mine = ReviewLog.card_id.in_(card_ids[start : start + ROWS_AT_ONCE])
        undone = select(ReviewLog.undoes_id).where(mine, ReviewLog.kind == LOG_UNDO)
        taken_back = set(session.scalars(undone))
        rows = select(*_COLUMNS).where(mine, ReviewLog.kind.in_((LOG_REVIEW, LOG_CRAM, LOG_ELSEWHERE)))
        rows = rows.order_by(ReviewLog.id).execution_options(yield_per=ROWS_AT_ONCE)
        yield from (row for row in session.execute(rows) if row.rating and row.id not in taken_back)


def _kind(row: Any) -> int:
    return _CRAMMED if row.kind == LOG_CRAM or row.state_before is None else _KINDS[row.state_before]


def _intervals(row: Any) -> tuple[int, int, int]:
    """Return the interval after and before the answer (days, or seconds below 0), and the ease."""
    before, after = row.before or {}, row.after or {}
    if row.kind == LOG_CRAM:
        return 0, 0, 0  # As Anki writes it: no ease, since it moves no schedule.
    try:
        if row.kind == LOG_ELSEWHERE:
            return int(after[IVL]), int(before[IVL]), int(after[FACTOR])
        return _after(row, after), _before(row, before), _ease(after)
    except (KeyError, TypeError, ValueError, OverflowError):  # From a restored file.
        return 0, 0, 0


def _after(row: Any, after: _Kept) -> int:
    due_at = datetime.fromisoformat(after["due_at"])
    if after["state"] != REVIEW:
        seconds: float = (due_at - row.reviewed_at).total_seconds()
        return -max(1, round(seconds))
    away = due_day(REVIEW, due_at, row.zone) - date.fromisoformat(row.local_date)
    return max(1, away.days)


def _before(row: Any, before: _Kept) -> int:
    """Return the interval with which the card came; 0 for a new one."""
    if before["state"] == NEW or not before["last_review_at"]:
        return 0
    due_at, seen_at = (datetime.fromisoformat(before[name]) for name in ("due_at", "last_review_at"))
    if before["state"] != REVIEW:
        return -max(1, round((due_at - seen_at).total_seconds()))
    away = due_day(REVIEW, due_at, row.zone) - study_date(seen_at, row.zone)
    return max(1, away.days)


def _ease(after: _Kept) -> int:
    """Return the difficulty as Anki notes it while FSRS is on: 100 for the least, 1,100 for the most."""
    least, most = DIFFICULTY_RANGE
    return round(1_000 * ((float(after["difficulty"]) - least) / (most - least) + 0.1))
