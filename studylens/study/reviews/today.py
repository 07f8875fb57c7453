"""Where a student stands on the present study day: what was answered, and what the limits still allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from studylens.models import LOG_REVIEW, LOG_UNDO, ReviewDay, ReviewLog
from studylens.study.record.tallies import ANSWERS, FIRST_ANSWERS, day_counted
from studylens.study.schedule.live import KNOWN, count_due
from studylens.study.schedule.moment import StudyMoment, moment_of

UNLIMITED = 1_000_000
"""Cards left, when the student asked for more than the limits."""

NEW_AT_ONCE = 200
"""New cards counted at most: beyond it the page says no number."""

DAYS: Table = ReviewDay.__table__  # type: ignore[assignment]
DONE = (
    DAYS.c.new_cards + DAYS.c.young_reviews + DAYS.c.mature_reviews,
    DAYS.c.new_cards,
    DAYS.c.reviews,
    DAYS.c.reviews + DAYS.c.crammed + DAYS.c.quiz_answers,
)
"""A day's first answers, those of new cards, answers in reviews, and all answers."""
_DONE = select(*DONE).where(DAYS.c.guest_id == bindparam("guest"), DAYS.c.local_date == bindparam("day"))
_LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_ANSWERED = select(func.sum(case((_LOG.c.kind == LOG_REVIEW, 1), (_LOG.c.kind == LOG_UNDO, -1), else_=0)))
_ANSWERED = _ANSWERED.where(
    _LOG.c.guest_id == bindparam("guest"),
    _LOG.c.local_date == bindparam("day"),
    _LOG.c.pack_id == bindparam("pack"),
)


@dataclass(frozen=True)
class Today:
    """The moment, and the first answers of its study day: repeats within a session do not count."""

    guest_id: int
    moment: StudyMoment
    seen: int = 0
    """Cards answered today that were due or new."""
    new_seen: int = 0
    reviews: int = 0
    """Answers in reviews, repeats too."""
    answers: int = 0
    """All answers, as StudyDay counts them: in reviews, crammed and in quizzes."""
    share: int | None = None
    """While a backlog is being caught up: due cards that are today's fair share; no new ones then."""
    more: bool = False
    """The student asked to go on beyond the limits."""

    @property
    def reviews_left(self) -> int:
        """Due cards that may still come up today."""
        if self.more:
            return UNLIMITED
        left = self.moment.settings.daily_cap - self.seen
        if self.share is not None:
            left = min(left, self.share - (self.seen - self.new_seen))
        return max(0, left)

    def new_left(self, reviews: int) -> int:
        """Return how many new cards may come up, when `reviews` due ones take their part of the cap."""
        if self.more:
            return UNLIMITED
        if self.share is not None:
            return 0
        of_the_cap = self.moment.settings.daily_cap - self.seen - reviews
        return max(0, min(self.moment.settings.new_per_day - self.new_seen, of_the_cap))


def today_of(
    session: Session, guest_id: int, at: datetime, *, more: bool = False, known: int | None = None
) -> Today:
    """Return where the student stands at this moment; `known`: how many known cards are due in all."""
    moment = moment_of(session, guest_id, at)
    # Asked past the session's own rows, as the sums are written past them.
    done = _done(session, guest_id, moment.today.isoformat())
    return replace(today_with(session, guest_id, moment, done, known=known), more=more)


def today_with(
    session: Session,
    guest_id: int,
    moment: StudyMoment,
    done: Sequence[int | None],
    *,
    known: int | None = None,
) -> Today:
    """Return the same from the columns DONE (NULL: no answer yet) and how many known cards are due in all."""
    first, new, reviews, every = (number or 0 for number in done)
    left = catch_up_days_left(moment)
    share = None
    if left:
        waiting = count_due(session, guest_id, KNOWN, moment) if known is None else known
        share = -(-(waiting + first - new) // left)
    return Today(guest_id, moment, first, new, reviews, every, share=share)


def _done(session: Session, guest_id: int, day: str) -> tuple[int, int, int, int]:
    """Return the day's first answers, those of new cards, answers in reviews, and all answers."""
    counted = day_counted(session, guest_id, day)
    if counted is not None:  # An answer has just been added to them.
        first, every = (sum(counted[name] for name in names) for names in (FIRST_ANSWERS, ANSWERS))
        return first, counted["new_cards"], counted["reviews"], every
    row = session.connection().execute(_DONE, {"guest": guest_id, "day": day}).one_or_none()
    return tuple(row) if row else (0, 0, 0, 0)


def answered_today(session: Session, today: Today, pack_id: str) -> int:
    """Return how many answers of today there are in one pack, those that were taken back left out."""
    which = {"guest": today.guest_id, "day": today.moment.today.isoformat(), "pack": pack_id}
    return int(session.connection().execute(_ANSWERED, which).scalar() or 0)


def catch_up_days_left(moment: StudyMoment) -> int:
    """Return how many study days of catching up are left, this one included; 0: nothing is spread."""
    settings = moment.settings
    try:
        begun = date.fromisoformat(settings.catch_up_from or "")
    except ValueError:
        return 0
    return min(settings.catch_up_days, max(0, settings.catch_up_days - (moment.today - begun).days))
