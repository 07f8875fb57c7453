"""Which cards may come up: accepted, neither suspended nor deleted, nor kept away today by a sibling."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, CardSchedule, Flashcard, Pack

UNSEEN = (NEW,)
KNOWN = (REVIEW,)
IN_STEPS = (LEARNING, RELEARNING)


def schedules(*columns: Any) -> Select[Any]:
    """Return a SELECT of these columns from schedules and their cards."""
    return select(*columns).select_from(CardSchedule).join(Flashcard, Flashcard.id == CardSchedule.card_id)


def live(guest_id: int, pack_id: str | None = None) -> ColumnElement[bool]:
    """Return the condition for cards that may come up at all; of one pack or of all."""
    trash = select(Pack.id).where(Pack.guest_id == guest_id, Pack.deleted_at.is_not(None))
    found = and_(
        CardSchedule.guest_id == guest_id,
        CardSchedule.suspended.is_(False),
        Flashcard.deleted_at.is_(None),
        CardSchedule.pack_id.not_in(trash),
    )
    return found if pack_id is None else and_(found, CardSchedule.pack_id == pack_id)


def due(states: tuple[int, ...], at: datetime, today: date) -> ColumnElement[bool]:
    """Return the condition for cards in these states that are due and not buried on this study day."""
    unburied = or_(CardSchedule.buried_on.is_(None), CardSchedule.buried_on != today.isoformat())
    return and_(CardSchedule.state.in_(states), CardSchedule.due_at <= at, unburied)


def count_due(
    session: Session,
    guest_id: int,
    states: tuple[int, ...],
    *,
    at: datetime,
    today: date,
    pack_id: str | None = None,
) -> int:
    """Return how many cards in these states are due, whatever the student's limits say."""
    found = schedules(func.count()).where(live(guest_id, pack_id), due(states, at, today))
    return int(session.scalar(found) or 0)
