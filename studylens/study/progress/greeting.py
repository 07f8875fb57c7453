"""What greets a student who comes back: what is ready, the week, and the packs of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from studylens.study.packs.counting.lists import Listed
from studylens.study.packs.library import latest
from studylens.study.progress.days import TodayStats, today_stats
from studylens.study.progress.stats import ForecastDay
from studylens.study.record.streaks import Streak, streak_shown
from studylens.study.record.study_days import StudyDay, days_of
from studylens.study.reviews.due import due_by_day, minutes_for
from studylens.study.reviews.queue import Queue, Scope, next_card

LATEST_PACKS = 6
"""Packs on the first page: what one looks for is nearly always among them."""
AHEAD_DAYS = 7
_WEEK = 7
_ONE = timedelta(days=1)

STUDIED, FORGIVEN, OPEN, MISSED, AHEAD = "studied", "forgiven", "open", "missed", "ahead"


@dataclass(frozen=True)
class WeekDay:
    """A day of this week and what became of it: studied, forgiven, open (today), missed or ahead."""

    date: date
    state: str


@dataclass(frozen=True)
class Greeting:
    """What the first page says to a student who has packs; dates are study days."""

    today: date
    queue: Queue
    minutes: int
    """About how long the cards that are ready take."""
    done: TodayStats
    streak: Streak | None
    """None when the student switched streaks off."""
    week: tuple[WeekDay, ...]
    ahead: tuple[ForecastDay, ...]
    packs: tuple[Listed, ...]

    @property
    def next_day(self) -> ForecastDay | None:
        """The next study day after today on which cards come back; None within a week."""
        return next((day for day in self.ahead[1:] if day.cards), None)


def greeting_of(session: Session, guest_id: int, at: datetime) -> Greeting:
    """Return what greets the guest at this moment; `packs` is empty for one who has none."""
    queue = next_card(session, guest_id, at, Scope())
    moment = queue.today.moment
    days = days_of(session, guest_id)
    streak = streak_shown(days, moment)
    ahead = due_by_day(session, guest_id, moment.zone, AHEAD_DAYS, at=at)
    return Greeting(
        today=moment.today,
        queue=queue,
        minutes=minutes_for(session, guest_id, queue.left, moment.today),
        done=today_stats(days, moment.today),
        streak=streak,
        week=week_of(days, moment.today, streak),
        ahead=tuple(ForecastDay(day, cards) for day, cards in ahead),
        packs=latest(session, guest_id, most=LATEST_PACKS),
    )


def week_of(days: Sequence[StudyDay], today: date, streak: Streak | None) -> tuple[WeekDay, ...]:
    """Return Monday to Sunday around `today`; a day is forgiven when the present streak lives on over it."""
    studied = [day.date for day in days if day.date <= today]
    run = studied[-streak.days :] if streak and streak.days else []
    monday = today - timedelta(days=today.weekday())

    def state(day: date) -> str:
        if day in studied:
            return STUDIED
        if day >= today:
            return OPEN if day == today else AHEAD
        return FORGIVEN if run and run[0] < day else MISSED

    return tuple(WeekDay(day, state(day)) for day in (monday + n * _ONE for n in range(_WEEK)))
