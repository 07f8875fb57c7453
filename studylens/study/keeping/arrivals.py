"""What is on its way to a guest, from one who moves in (exchange/moving): theirs, and not all there yet."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import StillMoving
from studylens.models import Guest, Pack, ReviewLog


def all_of(session: Session, guest_id: int | None) -> list[int]:
    """Return whose things are this guest's: their own, and those of guests who are moving in."""
    return [guest_id or 0, *_moving(session, guest_id)]


def holdings(session: Session, guest_id: int | None) -> tuple[int, int]:
    """Return how many packs and answers a guest has; a pack that is being erased is none."""
    return _count(session, all_of(session, guest_id))


def coming(session: Session, guest_id: int | None) -> tuple[int, int]:
    """Return how many packs and answers are still on their way to this guest."""
    return _count(session, _moving(session, guest_id))


def is_arriving(session: Session, guest_id: int | None) -> bool:
    """Say whether somebody is just moving into this guest."""
    moving = select(Guest.id).where(Guest.moved_to == (guest_id or 0)).limit(1)
    return session.scalar(moving) is not None


def check_all_here(session: Session, guest_id: int | None) -> None:
    """Raise StillMoving while something is on its way: what is not found may come in a moment."""
    if is_arriving(session, guest_id):
        raise StillMoving


def _moving(session: Session, guest_id: int | None) -> Sequence[int]:
    return session.scalars(select(Guest.id).where(Guest.moved_to == (guest_id or 0))).all()


def _count(session: Session, guests: Sequence[int]) -> tuple[int, int]:
    packs = select(func.count()).where(Pack.guest_id.in_(guests), Pack.erasing_at.is_(None))
    answers = select(func.count()).where(ReviewLog.guest_id.in_(guests))
    return session.scalar(packs) or 0, session.scalar(answers) or 0
