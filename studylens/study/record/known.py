"""Which cards and packs are known. The rule, as the pages tell it:

A card is known when it is in review (not new, not being relearned) and its memory holds 21 days or
longer. A pack is known whole when every one of its accepted cards is, and there are five or more.
"Mastered" is said of key terms alone, which need more than that (study/terms).
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from studylens.models import REVIEW, CardSchedule, Flashcard, Pack
from studylens.study.schedule.leech import MATURE_DAYS

LEAST_CARDS = 5
"""A pack of one card is no feat."""


def is_known(state: int, stability: float | None) -> bool:
    """Say whether a card with this schedule is known."""
    return state == REVIEW and (stability or 0.0) >= MATURE_DAYS


def known_packs(session: Session, guest_id: int, *, pack_id: str | None = None) -> list[str]:
    """Return the ids of the guest's packs that are known whole; with `pack_id`, at most that one."""
    session.flush()
    statement, which = _whole_packs(scoped=pack_id is not None), {"guest": guest_id, "pack": pack_id}
    return list(session.connection().execute(statement, which).scalars())


@lru_cache
def _whole_packs(*, scoped: bool) -> Select[str]:
    """Return the statement, built once: answers ask it again and again."""
    cards = select(Flashcard.pack_id).join(Pack, Pack.id == Flashcard.pack_id)
    cards = cards.outerjoin(CardSchedule, CardSchedule.card_id == Flashcard.id)
    cards = cards.where(Pack.guest_id == bindparam("guest"), Pack.deleted_at.is_(None), *_studied())
    if scoped:
        cards = cards.where(Pack.id == bindparam("pack"))
    sure = func.sum(case((known(), 1), else_=0))
    whole = cards.group_by(Flashcard.pack_id).having(func.count() >= LEAST_CARDS, func.count() == sure)
    return whole.order_by(Flashcard.pack_id)


def _studied() -> tuple[ColumnElement[bool], ...]:
    return Flashcard.accepted_at.is_not(None), Flashcard.deleted_at.is_(None)


def known() -> ColumnElement[bool]:
    """Return the same as a condition on CardSchedule."""
    return and_(CardSchedule.state == REVIEW, CardSchedule.stability >= MATURE_DAYS)
