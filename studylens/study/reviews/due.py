"""How much is due: now, and on each of the coming study days."""

import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from studylens.models import LOG_REVIEW, NEW, ReviewLog
from studylens.models import now as present
from studylens.study.reviews.counts import Waiting, waiting_of, waiting_on
from studylens.study.reviews.today import Today
from studylens.study.schedule.days import day_end, study_date
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.live import SCHEDULES, live, schedules

ANSWER_SECONDS = 8.0
"""Time for a card until the student's own is known."""
MEDIAN_OF = 200
"""Latest answers of which the median is taken: the student of these weeks, not of last year."""
MEDIAN_DAYS = 30
"""Days among which they are looked for, so that the index bounds the work."""

_LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_LATEST = (
    select(_LOG.c.duration_ms)
    .where(_LOG.c.guest_id == bindparam("guest"), _LOG.c.local_date >= bindparam("since"))
    .where(_LOG.c.kind == LOG_REVIEW, _LOG.c.duration_ms > 0)
    .order_by(_LOG.c.local_date.desc(), _LOG.c.id.desc())
    .limit(MEDIAN_OF)
)
"""How long the latest answers took."""


@dataclass(frozen=True)
class DueCount:
    """What waits today: answers due, new cards, and about how many minutes both will take."""

    due: int
    new: int
    minutes: int
    waiting: int = 0
    """Due cards in all; more than `due` when the student's limits hold some back."""

    @property
    def cards(self) -> int:
        """Due and new together."""
        return self.due + self.new


def due_now(session: Session, guest_id: int, at: datetime, *, pack_id: str | None = None) -> DueCount:
    """Return what waits now, within the student's daily limits; of one pack or of all."""
    return _due(session, waiting_of(session, guest_id, at, pack_id=pack_id))


def due_today(session: Session, today: Today, *, pack_id: str | None = None) -> DueCount:
    """Return the same for a student whose day is known already."""
    return _due(session, waiting_on(session, today, pack_id=pack_id))


def _due(session: Session, found: Waiting) -> DueCount:
    minutes = minutes_for(session, found.today.guest_id, found.left, found.today.moment.today)
    return DueCount(found.due, found.new, minutes, waiting=found.steps + found.known)


def due_by_day(
    session: Session, guest_id: int, zone: str, days: int, *, at: datetime | None = None
) -> list[tuple[date, int]]:
    """Return how many known cards come back on each of the next `days` study days; today with the overdue.

    Cards never seen are not in it: nobody knows when the student will begin them.
    """
    first = study_date(at or present(), zone)
    last = first + timedelta(days=days - 1)
    away = case((SCHEDULES.c.buried_on == first.isoformat(), 1), else_=0)  # Comes tomorrow at the earliest.
    columns = (SCHEDULES.c.state, SCHEDULES.c.due_at, away)
    due = schedules(*columns, func.count()).where(live(), SCHEDULES.c.state != NEW)
    due = due.where(SCHEDULES.c.due_at < day_end(last, zone)).group_by(*columns)
    found: Counter[date] = Counter()
    for state, due_at, days_away, cards in session.execute(due, {"guest": guest_id}):
        found[max(first + timedelta(days=days_away), due_day(state, due_at, zone))] += cards
    return [(day, found[day]) for day in (first + timedelta(days=n) for n in range(days))]


def minutes_for(session: Session, guest_id: int, cards: int, today: date) -> int:
    """Return about how many minutes so many cards take this student; 0 for none."""
    return max(1, round(cards * _seconds_a_card(session, guest_id, today) / 60)) if cards else 0


def _seconds_a_card(session: Session, guest_id: int, today: date) -> float:
    """Return the student's median time for an answer, in seconds; a stated default without any."""
    since = (today - timedelta(days=MEDIAN_DAYS)).isoformat()
    found = session.connection().execute(_LATEST, {"guest": guest_id, "since": since})
    latest = found.scalars().all()
    return statistics.median(latest) / 1000 if latest else ANSWER_SECONDS
