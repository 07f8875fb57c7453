"""Our schedule as Anki keeps it: columns of a card.

Source: rslib/src/card and rslib/src/storage/card/data.rs. Anki's FSRS is ours, so stability and difficulty go
out as they are; `factor` is the ease by which a collection without FSRS goes on.
"""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import (
    LEARNING,
    NEW,
    RELEARNING,
    REVIEW,
    CardSchedule,
)
from studylens.study.exchange.anki.scheduling import days
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.fsrs import LEARNING_STEPS, RELEARNING_STEPS
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import StudyMoment
from studylens.study.schedule.sm2 import DIFFICULTY_RANGE, ease_of
from studylens.study.schedule.weights import DECAY, USUAL, weights_of

LEECH = "leech"
"""Anki's own tag."""
_SUSPENDED, _BURIED = -1, -3
_QUEUES = {NEW: 0, LEARNING: 1, REVIEW: 2, RELEARNING: 1}
_STEPS = {LEARNING: LEARNING_STEPS, RELEARNING: RELEARNING_STEPS}
_UPDATE = (
    "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, left = ?,"
    " data = ? WHERE id = ?"
)
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
