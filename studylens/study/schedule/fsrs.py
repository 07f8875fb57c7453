"""FSRS, the scheduler: the only file that knows the `fsrs` package.

The package counts whole times of 24 hours; students count nights. So a card's last review is handed over
as so many study days ago, and what comes back is due from the beginning of a study day.
"""

import math
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import MAX_DIFFICULTY, MIN_DIFFICULTY

from studylens.models import AGAIN, LEARNING, RELEARNING, REVIEW
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import as_moment
from studylens.study.schedule.exam import bounded
from studylens.study.schedule.leech import LEECH_LAPSES, MATURE_DAYS
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.weights import DECAY, USUAL, Weights

LEARNING_STEPS = (timedelta(minutes=1), timedelta(minutes=10))
RELEARNING_STEPS = (timedelta(minutes=10),)
LONGEST_INTERVAL_DAYS = 3_650
"""Ten years: who still knows it then has learnt it; a later date says nothing."""
MIN_STABILITY_DAYS = 0.001
"""The package's own; a restored file may say 0."""
MAX_STABILITY_DAYS = 36_500.0
"""A hundred years; a number that grows for ever would end as infinity."""
LEECH_AGAIN_LAPSES = 4
"""A leech is set aside; when the student kept it, again after so many lapses more."""
UNKNOWN_DIFFICULTY = (MIN_DIFFICULTY + MAX_DIFFICULTY) / 2
"""Of a card whose row, perhaps from a restored file, has a stability but says nothing or nonsense here."""
_FUZZ_FROM_DAYS = 3
_FUZZ_SHARE = 0.05
"""Cards of one evening do not stay together for ever: up to 5 % sooner or later."""
_LEARNT = frozenset((LEARNING, REVIEW, RELEARNING))


@dataclass(frozen=True)
class Plan:
    """For whom a card is scheduled: wanted retention (0-1), time zone, the exam of its pack, own weights."""

    card_id: int
    zone: str = "UTC"
    retention: float = 0.9
    exam: date | None = None
    weights: Weights = ()


def answered(memory: MemoryState, rating: int, at: datetime, plan: Plan) -> MemoryState:
    """Return what is known of the card after this answer. Pure: the same answer gives the same date."""
    at = max(at, memory.last_review_at or at)  # A clock that went back must not shorten a memory.
    card, _ = _scheduler(plan.retention, plan.weights).review_card(
        _card(memory, at, plan), Rating(rating), at.astimezone(UTC)
    )
    lapses = memory.lapses + (memory.state == REVIEW and rating == AGAIN)
    stability = min(card.stability or 0.0, MAX_STABILITY_DAYS)
    after = memory.but(
        state=int(card.state), step=card.step, stability=stability, difficulty=card.difficulty,
        due_at=card.due, last_review_at=at, reps=memory.reps + 1, lapses=lapses, buried_on=None,
    )  # fmt: skip
    if after.state == REVIEW:
        leech = after.leech and stability < MATURE_DAYS
        after = after.but(due_at=as_moment(review_day(after, at, plan)), leech=leech)
    return _set_aside(after) if lapses > memory.lapses and _is_leech(lapses) else after


def review_day(memory: MemoryState, at: datetime, plan: Plan) -> date:
    """Return the study day on which a card in state REVIEW comes back by its stability, or for its exam."""
    answered_on = study_date(memory.last_review_at or at, plan.zone)
    day = answered_on + timedelta(
        days=_fuzzed(interval_days(memory.stability or 0.0, plan.retention, plan.weights), memory, plan)
    )
    today = study_date(at, plan.zone)
    return bounded(day, exam=plan.exam, answered_on=answered_on, today=today, card_id=plan.card_id)


def interval_days(stability: float, retention: float, weights: Weights = ()) -> int:
    """Return after how many days recall has fallen to the wanted retention: at least 1."""
    decay = -(weights or USUAL)[DECAY]
    factor = 0.9 ** (1 / decay) - 1
    days: float = stability / factor * (retention ** (1 / decay) - 1)
    return round(min(max(days, 1.0), LONGEST_INTERVAL_DAYS))


def retrievability(memory: MemoryState, at: datetime, plan: Plan) -> float | None:
    """Return the chance of recall that the schedule expects now, 0-1; None for a card never answered."""
    if not _is_number(memory.stability) or memory.last_review_at is None:
        return None
    at = max(at, memory.last_review_at)
    return float(
        _scheduler(plan.retention, plan.weights).get_card_retrievability(_card(memory, at, plan), at)
    )


@lru_cache(maxsize=32)
def _scheduler(retention: float, weights: Weights) -> Scheduler:
    # Fuzz is ours: a button must not promise a date that its answer then changes.
    return Scheduler(
        weights or USUAL, desired_retention=retention, enable_fuzzing=False,
        learning_steps=LEARNING_STEPS, relearning_steps=RELEARNING_STEPS,
        maximum_interval=LONGEST_INTERVAL_DAYS,
    )  # fmt: skip


def _card(memory: MemoryState, at: datetime, plan: Plan) -> Card:
    """Return the package's card, last reviewed as many times 24 hours ago as study days lie between."""
    last = memory.last_review_at
    if last is not None:
        days = (study_date(at, plan.zone) - study_date(last, plan.zone)).days
        last = at - timedelta(days=max(0, days))
    if memory.state not in _LEARNT or not _is_number(memory.stability):
        return Card(plan.card_id, due=memory.due_at)
    step = None if memory.state == REVIEW else max(0, memory.step or 0)
    stability = min(max(memory.stability or 0.0, MIN_STABILITY_DAYS), MAX_STABILITY_DAYS)
    difficulty = _difficulty(memory)
    return Card(plan.card_id, State(memory.state), step, stability, difficulty, memory.due_at, last)


def _difficulty(memory: MemoryState) -> float:
    """Return the difficulty, inside the package's bounds: outside of them its formulas have no value."""
    known = memory.difficulty if _is_number(memory.difficulty) else None
    return min(max(UNKNOWN_DIFFICULTY if known is None else known, MIN_DIFFICULTY), MAX_DIFFICULTY)


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _fuzzed(days: int, memory: MemoryState, plan: Plan) -> int:
    """Shift long intervals a little; by card and number of answers, so that it can be counted again."""
    if days < _FUZZ_FROM_DAYS:
        return days
    share = zlib.crc32(f"{plan.card_id}:{memory.reps}".encode()) / 2**32
    return max(2, days + round((2 * share - 1) * max(1.0, days * _FUZZ_SHARE)))


def _is_leech(lapses: int) -> bool:
    return lapses >= LEECH_LAPSES and (lapses - LEECH_LAPSES) % LEECH_AGAIN_LAPSES == 0


def _set_aside(memory: MemoryState) -> MemoryState:
    return memory.but(leech=True, suspended=True)
