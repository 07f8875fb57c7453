"""Which card comes next: steps of this session, then what is most at risk, with new cards in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from studylens.models import CardSchedule, Flashcard, Pack, UtcDateTime
from studylens.study.reviews_today import Today, today_of
from studylens.study.schedule import plan_for
from studylens.study.schedule_fsrs import Plan
from studylens.study.schedule_live import IN_STEPS, KNOWN, UNSEEN, due, live, schedules
from studylens.study.schedule_memory import Memory

NEW_EVERY = 5
"""Every so many answers a new card comes in between: neither all at first nor all at last."""
LEARN_AHEAD = timedelta(minutes=20)
"""When nothing else is left, a step that would be due within this time comes now: nobody waits."""
NEW_AT_ONCE = 200
"""New cards counted at most: beyond it the page says no number."""
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Scope:
    """What is reviewed: one pack or all, within the daily limits or beyond them."""

    pack_id: str | None = None
    more: bool = False


@dataclass(frozen=True)
class NextCard:
    """A card to be shown, what is known of it, and for whom its answers are scheduled."""

    card: Flashcard
    memory: Memory
    plan: Plan
    pack_id: str
    pack_title: str


@dataclass(frozen=True)
class Queue:
    """The next card, None when nothing is left, and how much waits with it."""

    today: Today
    shown: NextCard | None
    due: int
    """Within today's limits, cards in their steps included."""
    new: int
    waiting: int
    """Due cards without regard to limits."""

    @property
    def left(self) -> int:
        """Cards of today's session that are left, the one shown included."""
        return self.due + self.new


def next_card(
    session: Session, guest_id: int, at: datetime, scope: Scope, *, wanted_id: int | None = None
) -> Queue:
    """Return the queue of this moment; `wanted_id` comes first when it is the guest's and alive."""
    today = today_of(session, guest_id, at, more=scope.more)
    steps = _steps(session, today, scope)
    known, waiting = _most_at_risk(session, today, scope)
    reviews = min(waiting, today.reviews_left)
    new = _unseen(session, today, scope, limit=today.new_left(reviews))
    chosen = _choose(steps, [known] if known and reviews else [], new, today)
    shown = _load(session, today, wanted_id) or _load(session, today, chosen)
    return Queue(today, shown, len(steps) + reviews, len(new), len(steps) + waiting)


def _choose(steps: Sequence[Any], known: Sequence[int], new: Sequence[int], today: Today) -> int | None:
    """Pick by the rules of this module's first line; `steps` are (card id, due at), the earliest first."""
    if steps and steps[0].due_at <= today.at:
        return int(steps[0].card_id)
    is_turn_of_new = today.answers % NEW_EVERY == NEW_EVERY - 1
    first, second = (new, known) if is_turn_of_new else (known, new)
    found = [*first[:1], *second[:1], *(step.card_id for step in steps[:1])]
    return found[0] if found else None


def _steps(session: Session, today: Today, scope: Scope) -> Sequence[Any]:
    """Return cards in their steps, due by now or soon."""
    soon = due(IN_STEPS, today.at + LEARN_AHEAD, today.date)
    found = schedules(CardSchedule.card_id, CardSchedule.due_at).where(
        live(today.guest_id, scope.pack_id), soon
    )
    return session.execute(found.order_by(CardSchedule.due_at, CardSchedule.card_id)).all()


def _most_at_risk(session: Session, today: Today, scope: Scope) -> tuple[int | None, int]:
    """Return the due card that is likeliest to be forgotten, and how many are due.

    Recall falls with the time since the last review in units of stability, so that ratio is the order.
    """
    risk = _days_since(session, CardSchedule.last_review_at, today.at) / func.nullif(
        CardSchedule.stability, 0.0
    )
    found = schedules(CardSchedule.card_id, func.count().over()).where(live(today.guest_id, scope.pack_id))
    found = found.where(due(KNOWN, today.at, today.date)).order_by(risk.desc(), CardSchedule.card_id).limit(1)
    row = session.execute(found).one_or_none()
    return (row[0], row[1]) if row else (None, 0)


def _unseen(session: Session, today: Today, scope: Scope, *, limit: int) -> list[int]:
    """Return new cards in the order in which they were accepted."""
    if limit < 1:
        return []
    found = schedules(CardSchedule.card_id).where(live(today.guest_id, scope.pack_id))
    found = found.where(due(UNSEEN, today.at, today.date)).order_by(CardSchedule.due_at, CardSchedule.card_id)
    return list(session.scalars(found.limit(min(limit, NEW_AT_ONCE))))


def _load(session: Session, today: Today, card_id: int | None) -> NextCard | None:
    if card_id is None:
        return None
    found = select(Flashcard, CardSchedule, Pack.id, Pack.title, Pack.exam_date)
    found = found.join(CardSchedule, CardSchedule.card_id == Flashcard.id).join(
        Pack, Pack.id == Flashcard.pack_id
    )
    row = session.execute(found.where(Flashcard.id == card_id, live(today.guest_id))).one_or_none()
    if row is None:
        return None
    card, schedule, pack_id, title, exam_date = row
    plan = plan_for(card.id, today.settings, exam_date)
    return NextCard(card, Memory.of(schedule), plan, pack_id, title)


def _days_since(session: Session, column: Any, at: datetime) -> ColumnElement[float]:
    """Return the days between a column and a moment; each database counts in its own words."""
    moment = literal(at, UtcDateTime)
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(moment, type_=Float) - func.julianday(column, type_=Float)
    return cast(extract("epoch", moment - column) / _SECONDS_A_DAY, Float)
