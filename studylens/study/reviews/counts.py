"""How much waits, without finding the card itself: for the number beside Review and for a pack's page."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from studylens.study.reviews.today import DAYS, DONE, NEW_AT_ONCE, Today, today_of, today_with
from studylens.study.schedule.live import (
    IN_STEPS,
    KNOWN,
    SCHEDULES,
    UNSEEN,
    DueInPacks,
    at_moment,
    due,
    live,
    schedules,
)
from studylens.study.schedule.moment import StudyMoment, moment_of


@dataclass(frozen=True)
class Waiting:
    """Cards that may come up, whatever the limits say: in their steps, due by the day, and new ones."""

    today: Today
    steps: int
    known: int
    unseen: int
    """At most NEW_AT_ONCE: no more are ever offered in a day."""

    @property
    def due(self) -> int:
        """Cards that are due within today's limits, those in their steps among them."""
        return self.steps + min(self.known, self.today.reviews_left)

    @property
    def new(self) -> int:
        """New cards within today's limits."""
        return min(self.unseen, self.today.new_left(min(self.known, self.today.reviews_left)))

    @property
    def left(self) -> int:
        """Cards of today's session that are left, as the review counts them."""
        return self.due + self.new


def waiting_of(session: Session, guest_id: int, at: datetime, *, pack_id: str | None = None) -> Waiting:
    """Return what waits in one pack or in all, and where the student stands today, in one statement."""
    moment = moment_of(session, guest_id, at)
    found = _counted(session, guest_id, moment, pack_id)
    today = today_with(session, guest_id, moment, found[3:], known=None if pack_id else found.known)
    return Waiting(today, found.steps, found.known, found.unseen)


def waiting_in(session: Session, guest_id: int, at: datetime, found: DueInPacks) -> Waiting:
    """Return the same from what was found in all packs."""
    return Waiting(today_of(session, guest_id, at, known=found.known), found.steps, found.known, found.unseen)


def waiting_on(session: Session, today: Today, *, pack_id: str | None = None) -> Waiting:
    """Return the same for a student whose day is known already."""
    found = _counted(session, today.guest_id, today.moment, pack_id)
    return Waiting(today, found.steps, found.known, found.unseen)


def _counted(session: Session, guest_id: int, moment: StudyMoment, pack_id: str | None) -> Any:
    known = {"guest": guest_id, "pack": pack_id, "most": NEW_AT_ONCE, **at_moment(moment)}
    return session.connection().execute(_statement(scoped=pack_id is not None), known).one()


@lru_cache
def _statement(*, scoped: bool) -> Select[*tuple[Any, ...]]:
    alive = live(scoped=scoped)

    def heap(states: tuple[int, ...], name: str) -> ScalarSelect[int]:
        return schedules(func.count()).where(alive, due(states)).scalar_subquery().label(name)  # type: ignore[return-value]

    first = schedules(SCHEDULES.c.card_id).where(alive, due(UNSEEN)).limit(bindparam("most")).subquery()
    unseen = select(func.count()).select_from(first).scalar_subquery().label("unseen")
    one = select(literal_column("1").label("one")).subquery()
    today = and_(DAYS.c.guest_id == bindparam("guest"), DAYS.c.local_date == bindparam("day"))
    columns = (heap(IN_STEPS, "steps"), heap(KNOWN, "known"), unseen, *DONE)
    return select(*columns).select_from(one.outerjoin(DAYS, today))
