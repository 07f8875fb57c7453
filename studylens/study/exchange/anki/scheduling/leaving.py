"""Our schedule and our log as Anki keeps them: columns of a card, rows of `revlog`.

Source: rslib/src/card, rslib/src/storage/card/data.rs and rslib/src/revlog/mod.rs. Anki's FSRS is ours, so
stability and difficulty go out as they are; `factor` is the ease by which a collection without FSRS goes on.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
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
    CardSchedule,
    ReviewLog,
)
from studylens.study.exchange.anki.scheduling import days
from studylens.study.exchange.contents import ROWS_AT_ONCE
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.fsrs import LEARNING_STEPS, RELEARNING_STEPS
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import StudyMoment
from studylens.study.schedule.sm2 import DIFFICULTY_RANGE, ease_of
from studylens.study.schedule.weights import DECAY, USUAL, weights_of

LEECH = "leech"
"""Anki's own tag."""
IVL, FACTOR = "ivl", "factor"
"""In `before` and `after` of a row of the log that came from Anki: interval and ease, as Anki wrote them."""
_SUSPENDED, _BURIED = -1, -3
_QUEUES = {NEW: 0, LEARNING: 1, REVIEW: 2, RELEARNING: 1}
_STEPS = {LEARNING: LEARNING_STEPS, RELEARNING: RELEARNING_STEPS}
_LEARNED, _REVIEWED, _RELEARNED, _CRAMMED = 0, 1, 2, 3
"""Kinds of rows of `revlog`."""
_KINDS = {NEW: _LEARNED, LEARNING: _LEARNED, REVIEW: _REVIEWED, RELEARNING: _RELEARNED}
_UPDATE = (
    "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, left = ?,"
    " data = ? WHERE id = ?"
)
_INSERT = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
_CONF = {"creationOffset": 0, "rollover": 4, "schedVer": 2, "sched2021": True}


@dataclass(frozen=True)
class Leaving:
    """What goes along with the cards: their schedules as of `moment`, and the answers to them."""

    moment: StudyMoment

    def begin(self, cursor: sqlite3.Cursor) -> None:
        """Say from which day on a new collection counts."""
        [(text,)] = cursor.execute("SELECT conf FROM col").fetchall()
        conf = json.dumps({**json.loads(text), **_CONF})
        cursor.execute("UPDATE col SET crt = ?, conf = ?", (days.MADE_AT, conf))

    def schedules(self, session: Session, pack_id: str) -> dict[int, MemoryState]:
        """Return the schedules of a pack's cards by their ids; a draft has none."""
        rows = session.scalars(select(CardSchedule).where(CardSchedule.pack_id == pack_id))
        return {row.card_id: MemoryState.of(row) for row in rows}

    def write(self, cursor: sqlite3.Cursor, number: int, memory: MemoryState) -> None:
        """Give the card `number` of the file its schedule."""
        cursor.execute(_UPDATE, (*_columns(memory, self.moment), number))

    def write_answers(self, cursor: sqlite3.Cursor, session: Session, numbers: Mapping[int, int]) -> None:
        """Write what was answered; `numbers`: the file's number of each of our cards, by its id."""
        for row in _answers(session, list(numbers)):
            at = int(row.reviewed_at.timestamp() * 1_000)
            rest = (numbers[row.card_id or 0], row.rating, *_intervals(row), row.duration_ms or 0, _kind(row))
            while not _is_added(cursor, (at, *rest)):
                at += 1  # A row's number is its millisecond; two cards can have one.


def _is_added(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> bool:
    try:
        cursor.execute(_INSERT, row)
    except sqlite3.IntegrityError:
        return False
    return True


def _columns(memory: MemoryState, moment: StudyMoment) -> tuple[Any, ...]:
    """Return type, queue, due, ivl, factor, reps, lapses, left and data."""
    is_known = memory.stability is not None or memory.state == LEARNING
    state = memory.state if is_known else NEW
    told = (state, _queue(memory, state, moment), _due(memory, state, moment))
    if state == NEW:
        return (*told, 0, 0, memory.reps, memory.lapses, 0, "")
    difficulty = memory.difficulty or DIFFICULTY_RANGE[0]
    factor = round(1_000 * ease_of(memory.stability, difficulty)) if memory.stability else 0
    left = max(1, len(_STEPS[state]) - (memory.step or 0)) if state in _STEPS else 0
    interval = _interval_days(memory, moment.zone)
    return (*told, interval, factor, memory.reps, memory.lapses, left, _data(memory, moment))


def _data(memory: MemoryState, moment: StudyMoment) -> str:
    seen = int(memory.last_review_at.timestamp()) if memory.last_review_at is not None else None
    told = {"s": memory.stability, "d": memory.difficulty, "dr": moment.settings.retention, "lrt": seen}
    told["decay"] = (weights_of(moment.settings) or USUAL)[DECAY]  # Without it Anki takes that of FSRS-5.
    known = {name: value for name, value in told.items() if value is not None}
    return json.dumps(known, separators=(",", ":"))


def _queue(memory: MemoryState, state: int, moment: StudyMoment) -> int:
    if memory.suspended:
        return _SUSPENDED
    return _BURIED if memory.buried_on == moment.today.isoformat() else _QUEUES[state]


def _due(memory: MemoryState, state: int, moment: StudyMoment) -> int:
    """Return a moment within learning steps, a day in review, a place among new cards."""
    if state == REVIEW:
        return days.number_of(due_day(REVIEW, memory.due_at, moment.zone))
    return 0 if state == NEW else int(memory.due_at.timestamp())


def _interval_days(memory: MemoryState, zone: str) -> int:
    """Return for how many days a card in review was sent away; of one that is learned anew, a day."""
    if memory.state != REVIEW or memory.last_review_at is None:
        return int(memory.state == RELEARNING)
    away = due_day(REVIEW, memory.due_at, zone) - study_date(memory.last_review_at, zone)
    return max(1, away.days)


def _answers(session: Session, card_ids: list[int]) -> Iterator[ReviewLog]:
    """Yield the answers to these cards that were not taken back, a few at a time."""
    for start in range(0, len(card_ids), ROWS_AT_ONCE):
        mine = ReviewLog.card_id.in_(card_ids[start : start + ROWS_AT_ONCE])
        undone = select(ReviewLog.undoes_id).where(mine, ReviewLog.kind == LOG_UNDO)
        taken_back = set(session.scalars(undone))
        rows = select(ReviewLog).where(mine, ReviewLog.kind.in_((LOG_REVIEW, LOG_CRAM, LOG_ELSEWHERE)))
        for row in session.scalars(rows.order_by(ReviewLog.id).execution_options(yield_per=ROWS_AT_ONCE)):
            if row.id not in taken_back and row.rating:
                yield row
            session.expunge(row)


def _kind(row: ReviewLog) -> int:
    return _CRAMMED if row.kind == LOG_CRAM or row.state_before is None else _KINDS[row.state_before]


def _intervals(row: ReviewLog) -> tuple[int, int, int]:
    """Return the interval after and before the answer (days, or seconds below 0), and the ease."""
    before, after = row.before or {}, row.after or {}
    if row.kind == LOG_ELSEWHERE:
        return int(after.get(IVL, 0)), int(before.get(IVL, 0)), int(after.get(FACTOR, 0))
    if row.kind == LOG_CRAM:
        return 0, 0, 0  # As Anki writes it: no ease, since it moves no schedule.
    told = _state(after)
    return _interval(told, row.reviewed_at, row.zone), _interval(_state(before), None, row.zone), _ease(told)


def _state(kept: Mapping[str, Any]) -> MemoryState | None:
    try:
        return MemoryState.from_json(dict(kept)) if kept else None
    except (TypeError, ValueError):  # From a restored file.
        return None


def _interval(memory: MemoryState | None, at: datetime | None, zone: str) -> int:
    at = at or (memory.last_review_at if memory else None)
    if memory is None or memory.state == NEW or at is None:
        return 0
    if memory.state == REVIEW:
        return max(1, (due_day(REVIEW, memory.due_at, zone) - study_date(at, zone)).days)
    return -max(1, round((memory.due_at - at) / timedelta(seconds=1)))


def _ease(memory: MemoryState | None) -> int:
    """Return the difficulty as Anki notes it while FSRS is on: 100 for the least, 1,100 for the most."""
    least, most = DIFFICULTY_RANGE
    difficulty = memory.difficulty if memory and memory.difficulty is not None else None
    return round(1_000 * ((difficulty - least) / (most - least) + 0.1)) if difficulty is not None else 0
