"""Which cards may come up: accepted, neither suspended nor deleted, nor kept away today by a sibling.

An answer asks for the next card each time, so the statements here are built once and filled in with
`guest`, `pack`, `at` and `day`.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, CardSchedule, Flashcard, Pack, UtcDateTime
from studylens.study.schedule.moment import StudyMoment

UNSEEN = (NEW,)
KNOWN = (REVIEW,)
IN_STEPS = (LEARNING, RELEARNING)

SCHEDULES: Table = CardSchedule.__table__  # type: ignore[assignment]
CARDS: Table = Flashcard.__table__  # type: ignore[assignment]
PACKS: Table = Pack.__table__  # type: ignore[assignment]
AT = bindparam("at", type_=UtcDateTime)


def schedules(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a SELECT of these columns from schedules and their cards."""
    return select(*columns).select_from(SCHEDULES.join(CARDS, CARDS.c.id == SCHEDULES.c.card_id))


def live(*, scoped: bool = False) -> ColumnElement[bool]:
    """Return the condition for cards of `guest` that may come up at all; `scoped`: only of `pack`."""
    guest: BindParameter[int] = bindparam("guest")
    trash = select(PACKS.c.id).where(PACKS.c.guest_id == guest, PACKS.c.deleted_at.is_not(None))
    found = and_(
        SCHEDULES.c.guest_id == guest,
        SCHEDULES.c.suspended == false(),
        CARDS.c.deleted_at.is_(None),
        SCHEDULES.c.pack_id.not_in(trash),
    )
    return and_(found, SCHEDULES.c.pack_id == bindparam("pack")) if scoped else found


def due(states: tuple[int, ...], *, by: Any = AT) -> ColumnElement[bool]:
    """Return the condition for cards in these states, due by a moment and not buried on study day `day`."""
    unburied = or_(SCHEDULES.c.buried_on.is_(None), SCHEDULES.c.buried_on != bindparam("day"))
    right_state = or_(*(SCHEDULES.c.state == literal_column(str(state)) for state in states))
    return and_(right_state, SCHEDULES.c.due_at <= by, unburied)


def count_due(
    session: Session,
    guest_id: int,
    states: tuple[int, ...],
    moment: StudyMoment,
    *,
    pack_id: str | None = None,
) -> int:
    """Return how many cards in these states are due, whatever the student's limits say."""
    known = {"guest": guest_id, "at": moment.at, "day": moment.today.isoformat(), "pack": pack_id}
    return int(session.scalar(_counted(states, scoped=pack_id is not None), known) or 0)


@lru_cache
def _counted(states: tuple[int, ...], *, scoped: bool) -> Select[int]:
    return schedules(func.count()).where(live(scoped=scoped), due(states))
