"""Who is reminded now: looked for without a lock, taken once in a short write, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from studylens.models import Guest, PushSubscription
from studylens.study.reminders.subscriptions import next_time
from studylens.study.reviews.due import due_today
from studylens.study.reviews.today import today_of

MOST_AT_ONCE = 100
"""Subscriptions of one turn, of which there is one a minute: 6,000 students an hour."""
LATE_HOURS = 4
"""A service that slept reminds so much later, and otherwise waits for the next day."""
MOST_FAILURES = 5
"""In a row, a day apart: then the subscription ends."""
SENT, GONE, WAIT, REFUSED = "sent", "gone", "wait", "refused"
"""Outcomes of push/sending.py that mean something here; any other is a failure."""


@dataclass(frozen=True)
class Turn:
    """A subscription whose hour has come; `due` is 0 where there is nothing to say."""

    id: int
    endpoint: str
    p256dh: str
    auth: str
    language: str
    due: int
    """Cards that wait, within the student's limits."""
    was_next_at: datetime
    next_at: datetime
    today: str
    """The student's study day, `YYYY-MM-DD`."""


@dataclass(frozen=True)
class Outcome:
    """What a push service answered; `wait` in seconds."""

    id: int
    outcome: str
    wait: int = 0


def look(session: Session, at: datetime) -> list[Turn]:
    """Return whose hour has come, at most a hundred, those that wait longest first."""
    # Few leave: a join would let SQLite begin with all who stay, past the index of moments.
    leaving = select(Guest.id).where(Guest.erasing_at.is_not(None))
    waiting = select(PushSubscription).where(PushSubscription.next_at <= at)
    waiting = waiting.where(PushSubscription.guest_id.not_in(leaving))
    waiting = waiting.order_by(PushSubscription.next_at, PushSubscription.id).limit(MOST_AT_ONCE)
    return [_turn(session, row, at) for row in session.scalars(waiting).all()]


def _turn(session: Session, row: PushSubscription, at: datetime) -> Turn:
    """Return a turn; its next one is by the zone in which the student is now."""
    today = today_of(session, row.guest_id, at)
    day = today.moment.today.isoformat()
    is_hour = (today.moment.hour - row.hour) % 24 < LATE_HOURS
    is_time = is_hour and row.last_sent_on != day and not today.answers
    return Turn(
        row.id, row.endpoint, row.p256dh, row.auth, row.language,
        due=due_today(session, today).due if is_time else 0,
        was_next_at=row.next_at, next_at=next_time(row.hour, today.moment.zone, at), today=day,
    )  # fmt: skip


def take(session: Session, turns: Iterable[Turn]) -> list[Turn]:
    """Take the turns, so that nobody else does; return those of ours that have something to say.

    A crash after it costs a reminder; before it, nothing.
    """
    mine = []
    for turn in turns:
        same = (PushSubscription.id == turn.id, PushSubscription.next_at == turn.was_next_at)
        values = {"next_at": turn.next_at} | ({"last_sent_on": turn.today} if turn.due else {})
        taken = update(PushSubscription).where(*same).values(values).returning(PushSubscription.id)
        if session.scalar(taken) is not None and turn.due:
            mine.append(turn)
    return mine


def settle(session: Session, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Note what came of it: ended ones go, those that wait come again today, failures are counted."""
    kinds = {kind: [one.id for one in outcomes if one.outcome == kind] for kind in (SENT, GONE, REFUSED)}
    session.execute(delete(PushSubscription).where(_among(kinds[GONE] + kinds[REFUSED])))
    session.execute(update(PushSubscription).where(_among(kinds[SENT])).values(failures=0))
    for one in outcomes:
        if one.outcome == WAIT:
            soon = {"next_at": at + timedelta(seconds=one.wait), "last_sent_on": None}
            session.execute(update(PushSubscription).where(PushSubscription.id == one.id).values(soon))
    known = (SENT, GONE, REFUSED, WAIT)
    failed = _among([one.id for one in outcomes if one.outcome not in known])
    session.execute(delete(PushSubscription).where(failed, PushSubscription.failures >= MOST_FAILURES - 1))
    session.execute(update(PushSubscription).where(failed).values(failures=PushSubscription.failures + 1))


def _among(ids: Sequence[int]) -> ColumnElement[bool]:
    return PushSubscription.id.in_(ids)
