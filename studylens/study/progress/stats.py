"""A student's progress: the one place from which the page, its files and the JSON take their numbers.

Everything about the past comes from sums (study/record/tallies.py), never from the log, so the time for it
does not grow with the number of reviews; everything about memory comes from the present cards.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, ReviewHour
from studylens.study.progress import cards as progress_cards
from studylens.study.progress import days as progress_days
from studylens.study.progress.cards import KnownNow, PackKnown, Source, TroubleCard
from studylens.study.progress.days import Retention, Share, TodayStats, Year, likely_known, share
from studylens.study.record.streaks import Streak, streak_shown
from studylens.study.record.study_days import days_of
from studylens.study.reviews.due import DueCount, due_by_day, due_now
from studylens.study.schedule.moment import moment_of
from studylens.study.terms.guests import TermProof, proved_by

FORECAST_DAYS = 30
STATE_NAMES = {NEW: "new", LEARNING: "learning", REVIEW: "review", RELEARNING: "relearning"}


@dataclass(frozen=True)
class ForecastDay:
    """Known cards that come back on a study day; the overdue are today's."""

    date: date
    cards: int


@dataclass(frozen=True)
class HourQuality:
    """Recall of cards from earlier days in one hour of the student's day."""

    hour: int
    share: Share


@dataclass(frozen=True)
class StateQuality:
    """Right answers by the state the card was in: new, learning, review or relearning."""

    state: str
    share: Share


@dataclass(frozen=True)
class ProgressStats:
    """Everything that the progress page says, in its order; dates are study days."""

    today: date
    zone: str
    due: DueCount
    done_today: TodayStats
    streak: Streak | None
    """None when the student switched streaks off."""
    studied_in_30: int
    memory: KnownNow
    retention: tuple[Retention, ...]
    forecast: tuple[ForecastDay, ...]
    year: Year
    hours: tuple[HourQuality, ...]
    states: tuple[StateQuality, ...]
    packs: tuple[PackKnown, ...]
    trouble: tuple[TroubleCard, ...]
    sources: tuple[Source, ...]
    terms: tuple[TermProof, ...] = ()
    """Key terms that were explained or typed, the mastered ones first."""

    @property
    def likely_known(self) -> tuple[int, int] | None:
        """How many of the cards that come back within 30 days will be known, from and to, at 95 %."""
        return likely_known(self.retention, sum(day.cards for day in self.forecast))

    @property
    def mastered_terms(self) -> int:
        """How many key terms are mastered."""
        return sum(one.mastered for one in self.terms)

    @property
    def is_first_day(self) -> bool:
        """Say whether nothing can have stayed yet: no answer before today, and no card known before it."""
        earlier = any(day.date < self.today for day in self.year.days)
        known = any(pack.known_cards for pack in self.packs)
        return not earlier and not known and not self.retention[-1].both.n


def progress_of(session: Session, guest_id: int | None, at: datetime) -> ProgressStats:
    """Return the guest's progress at this moment; of a newcomer (None) an empty one."""
    guest = guest_id or 0
    moment = moment_of(session, guest_id, at)
    zone, today = moment.zone, moment.today
    days = days_of(session, guest)
    cards = progress_cards.known_cards(session, guest, at, zone)
    forecast = due_by_day(session, guest, zone, FORECAST_DAYS, at=at)
    return ProgressStats(
        today=today,
        zone=zone,
        due=due_now(session, guest, at),
        done_today=progress_days.today_stats(days, today),
        streak=streak_shown(days, moment),
        studied_in_30=progress_days.studied_in_30(days, today),
        memory=progress_cards.memory_of(cards),
        retention=progress_days.retentions(days, today),
        forecast=tuple(ForecastDay(day, number) for day, number in forecast),
        year=progress_days.year_of(days, today),
        hours=_hours(session, guest),
        states=_states(session, guest),
        packs=progress_cards.known_of(session, guest, cards),
        trouble=progress_cards.trouble_of(session, cards),
        sources=progress_cards.sources_of(cards),
        terms=proved_by(session, guest) if cards else (),
    )


def _hours(session: Session, guest_id: int) -> tuple[HourQuality, ...]:
    rows = select(ReviewHour.local_hour, ReviewHour.reviews, ReviewHour.passed)
    rows = rows.where(ReviewHour.guest_id == guest_id, ReviewHour.state == REVIEW)
    found = {hour: share(n, passed) for hour, n, passed in session.execute(rows)}
    return tuple(HourQuality(hour, found.get(hour, share(0, 0))) for hour in range(24))


def _states(session: Session, guest_id: int) -> tuple[StateQuality, ...]:
    rows = select(ReviewHour.state, func.sum(ReviewHour.reviews), func.sum(ReviewHour.passed))
    rows = rows.where(ReviewHour.guest_id == guest_id).group_by(ReviewHour.state)
    found = {state: share(int(n), int(passed)) for state, n, passed in session.execute(rows)}
    return tuple(StateQuality(name, found.get(state, share(0, 0))) for state, name in STATE_NAMES.items())
