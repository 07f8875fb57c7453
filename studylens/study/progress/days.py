"""Progress as days tell it: today, true retention, and the last twelve months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studylens.language import mark
from studylens.study.progress.bands import LEAST_REVIEWS, Band, band_ahead, band_of
from studylens.study.record.study_days import StudyDay

MONTH = timedelta(days=30)
LAST_30_DAYS, EVER = mark("Last 30 days"), mark("Ever")
PERIODS = {
    mark("Today"): timedelta(days=1),
    mark("Last 7 days"): timedelta(days=7),
    LAST_30_DAYS: MONTH,
    EVER: None,
}
YEAR_MONTHS = 12
MS_A_MINUTE = 60_000


@dataclass(frozen=True)
class Share:
    """How many of `n` answers were right; `percent` and `band` are None under 20 of them."""

    n: int
    passed: int
    percent: float | None
    band: Band | None = None


@dataclass(frozen=True)
class Retention:
    """Recall of cards from earlier days in one period; young: a memory of under 21 days, mature: longer."""

    period: str
    young: Share
    mature: Share
    both: Share


@dataclass(frozen=True)
class TodayStats:
    """What was done on the present study day; minutes are those spent on answers."""

    answers: int = 0
    reviews: int = 0
    passed: int = 0
    new_cards: int = 0
    crammed: int = 0
    quiz_answers: int = 0
    quiz_right: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class YearDay:
    """One day with answers."""

    date: date
    answers: int
    minutes: int


@dataclass(frozen=True)
class Year:
    """Twelve months up to today, days without answers left out; `busiest` is None when there are none."""

    first: date
    last: date
    days: tuple[YearDay, ...]
    answers: int
    busiest: YearDay | None


def share(n: int, passed: int) -> Share:
    """Return a share with its percentage, when there are enough answers for one."""
    return Share(n, passed, round(100 * passed / n, 1) if n >= LEAST_REVIEWS else None, band_of(n, passed))


def today_stats(days: Sequence[StudyDay], today: date) -> TodayStats:
    """Return what was done on study day `today`."""
    found = next((day for day in reversed(days) if day.date == today), None)
    if found is None:
        return TodayStats()
    return TodayStats(
        answers=found.answers,
        reviews=found.reviews,
        passed=found.passed,
        new_cards=found.new_cards,
        crammed=found.crammed,
        quiz_answers=found.quiz_answers,
        quiz_right=found.quiz_right,
        minutes=_minutes(found),
    )


def studied_in_30(days: Iterable[StudyDay], today: date) -> int:
    """Return on how many of the last 30 study days, today among them, something was answered."""
    return sum(today - MONTH < day.date <= today for day in days)


def retentions(days: Sequence[StudyDay], today: date) -> tuple[Retention, ...]:
    """Return true retention today, in 7 days, in 30 days and in all, today among them."""
    return tuple(
        _retention(name, [day for day in days if span is None or today - span < day.date <= today])
        for name, span in PERIODS.items()
    )


def likely_known(retentions: Sequence[Retention], cards: int) -> tuple[int, int] | None:
    """Return how many of so many cards will likely be known, from and to; None for too few answers.

    By the last 30 days where they have answers enough, else by all.
    """
    month, ever = (
        next(one.both for one in retentions if one.period == name) for name in (LAST_30_DAYS, EVER)
    )
    seen = month if month.band else ever
    band = band_ahead(seen.n, seen.passed / max(1, seen.n), cards)
    return (round(cards * band.low / 100), round(cards * band.high / 100)) if band else None


def year_of(days: Iterable[StudyDay], today: date) -> Year:
    """Return the present month up to today, and the eleven months before it."""
    months = today.year * 12 + today.month - YEAR_MONTHS
    first = date(months // 12, months % 12 + 1, 1)
    found = tuple(YearDay(day.date, day.answers, _minutes(day)) for day in days if first <= day.date <= today)
    busiest = max(found, key=lambda day: day.answers, default=None)
    return Year(first, today, found, sum(day.answers for day in found), busiest)


def _retention(period: str, days: Sequence[StudyDay]) -> Retention:
    young = (sum(day.young_reviews for day in days), sum(day.young_passed for day in days))
    mature = (sum(day.mature_reviews for day in days), sum(day.mature_passed for day in days))
    both = share(young[0] + mature[0], young[1] + mature[1])
    return Retention(period, share(*young), share(*mature), both)


def _minutes(day: StudyDay) -> int:
    return -(-day.duration_ms // MS_A_MINUTE)
