"""Twelve months as a table: a row a month, a column a day, which fits a phone and reads aloud."""

import calendar
from dataclasses import dataclass
from datetime import date

from studylens.study.progress.days import Year

DAYS_A_ROW = 31
LEVELS = (1, 10, 30, 80)
"""Answers from which a day is darker."""


@dataclass(frozen=True)
class CalendarDay:
    """One cell: `answers` is None for days that do not exist or have not come; `level` 0-4 is its shade."""

    words: str
    answers: int | None
    level: int


@dataclass(frozen=True)
class Month:
    """One row: the month's name, short and whole, and 31 days."""

    short: str
    name: str
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True)
class Calendar:
    """The months, oldest first, and what they say in one or two sentences."""

    months: tuple[Month, ...]
    summary: str
    levels: tuple[int, ...] = LEVELS


def calendar_of(year: Year) -> Calendar:
    """Return the calendar of these twelve months."""
    answers = {day.date: day.answers for day in year.days}
    first = year.first.year * 12 + year.first.month - 1
    last = year.last.year * 12 + year.last.month - 1
    months = tuple(_month(*divmod(number, 12), year, answers) for number in range(first, last + 1))
    return Calendar(months, _summary(year))


def day_words(day: date) -> str:
    """Return a day as people write it: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _month(number: int, month: int, year: Year, answers: dict[date, int]) -> Month:
    first = date(number, month + 1, 1)
    known = calendar.monthrange(number, month + 1)[1]
    days = (first.replace(day=n) if n <= known else None for n in range(1, DAYS_A_ROW + 1))
    cells = tuple(_cell(day, year, answers) for day in days)
    return Month(f"{first:%b}", f"{first:%B %Y}", cells)


def _cell(day: date | None, year: Year, answers: dict[date, int]) -> CalendarDay:
    if day is None or day > year.last:
        return CalendarDay("", None, 0)
    found = answers.get(day, 0)
    return CalendarDay(f"{day.day} {day:%B}: {found}", found, sum(found >= least for least in LEVELS))


def _summary(year: Year) -> str:
    if year.busiest is None:
        return f"No answers since {day_words(year.first)}."
    days = "day" if len(year.days) == 1 else "days"
    busiest = f"{day_words(year.busiest.date)}, with {year.busiest.answers:,} answers"
    since = f"since {day_words(year.first)}"
    studied = f"You studied on {len(year.days)} {days} {since} and gave {year.answers:,} answers."
    return f"{studied} The busiest day was {busiest} in {year.busiest.minutes} min."
