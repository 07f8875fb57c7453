"""Twelve months as a picture, a column a week and a square a day; and as a table, a row a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from studylens.language import _, ngettext, said
from studylens.study.progress.days import Year
from studylens.web.text.dates import SHORT_WEEKDAYS, date_words, grouped

LEVELS = (1, 10, 30, 80)
"""Answers from which a day is darker."""
SQUARE = 10.5
_STEP = 13
_LEFT, _TOP = 30, 18
"""Room for the names of days and months. All in units of the viewBox."""
_WEEKDAYS = (0, 2, 4)
_NAME_COLUMNS = 3
"""Columns that a month's name takes."""
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Square:
    """One day with answers: its upper left corner, its shade (1-4), and what it says."""

    x: float
    y: float
    level: int
    words: str


@dataclass(frozen=True)
class Word:
    """A word of the picture, and where it begins."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Month:
    """One row of the table."""

    name: str
    days: int
    answers: int
    minutes: int


@dataclass(frozen=True)
class Calendar:
    """The picture, in units of its viewBox, and the table; what both say in one or two sentences."""

    width: int
    height: int
    squares: tuple[Square, ...]
    empty: tuple[tuple[float, float], ...]
    """Corners of the days without an answer."""
    words: tuple[Word, ...]
    months: tuple[Month, ...]
    """Those with answers, the newest first."""
    summary: str
    levels: tuple[int, ...] = LEVELS
    square: float = SQUARE


def calendar_of(year: Year) -> Calendar:
    """Return the calendar of these twelve months."""
    answers = {day.date: day.answers for day in year.days}
    places = {day: _place(day, year.first) for day in _days(year)}
    squares = (
        Square(*places[day], _level(number), f"{date_words(day, 'plain')}: {grouped(number)}")
        for day, number in answers.items()
        if day in places
    )
    columns = _column(year.last, year.first) + 1
    return Calendar(
        width=_LEFT + columns * _STEP,
        height=_TOP + 7 * _STEP,
        squares=tuple(squares),
        empty=tuple(place for day, place in places.items() if not answers.get(day)),
        words=tuple(_names(year)),
        months=tuple(_months(year)),
        summary=_summary(year),
    )


def day_words(day: date) -> str:
    """Return a day as people write it: 3 March 2026."""
    return date_words(day)


def _days(year: Year) -> Iterator[date]:
    return (year.first + n * _ONE for n in range((year.last - year.first).days + 1))


def _column(day: date, first: date) -> int:
    """Return the week, from 0; weeks begin on Monday."""
    return ((day - first).days + first.weekday()) // 7


def _place(day: date, first: date) -> tuple[float, float]:
    return _LEFT + _column(day, first) * _STEP, _TOP + day.weekday() * _STEP


def _level(answers: int) -> int:
    return sum(answers >= least for least in LEVELS)


def _names(year: Year) -> Iterator[Word]:
    yield from (Word(0, _TOP + n * _STEP + SQUARE - 1, said(SHORT_WEEKDAYS[n])) for n in _WEEKDAYS)
    last = _column(year.last, year.first)
    for day in _days(year):
        column = _column(day, year.first)
        if day.day == 1 and column <= last - _NAME_COLUMNS + 1:
            yield Word(_LEFT + column * _STEP, 11, date_words(day, "short_month"))


def _months(year: Year) -> Iterator[Month]:
    newest = sorted(year.days, key=lambda day: day.date, reverse=True)
    for _month, group in groupby(newest, key=lambda day: (day.date.year, day.date.month)):
        days = list(group)
        answers = sum(day.answers for day in days)
        yield Month(date_words(days[0].date, "month"), len(days), answers, sum(day.minutes for day in days))


def _summary(year: Year) -> str:
    first = day_words(year.first)
    if year.busiest is None:
        return _("No answers since %(day)s.", day=first)
    studied = ngettext(
        "You studied on %(num)s day since %(first)s and gave %(answers)s answers.",
        "You studied on %(num)s days since %(first)s and gave %(answers)s answers.",
        len(year.days), first=first, answers=grouped(year.answers),
    )  # fmt: skip
    busiest = ngettext(
        "The busiest day was %(day)s, with %(answers)s answer in %(minutes)s min.",
        "The busiest day was %(day)s, with %(answers)s answers in %(minutes)s min.",
        year.busiest.answers, day=day_words(year.busiest.date), answers=grouped(year.busiest.answers),
        minutes=year.busiest.minutes,
    )  # fmt: skip
    return f"{studied} {busiest}"
