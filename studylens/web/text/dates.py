"""Days and numbers as the reader's language writes them; names of days and months are messages, too."""

from collections.abc import Iterable
from datetime import date

from studylens.language import _, mark, pgettext, said

WEEKDAYS = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip
SHORT_WEEKDAYS = (
    mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"),
)  # fmt: skip
MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip
SHORT_MONTHS = (
    mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"), mark("Jul"), mark("Aug"),
    mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"),
)  # fmt: skip


def date_words(day: date, form: str = "date") -> str:
    """Return a day as people write it.

    `form`: date (3 March 2026), day (Tuesday 3 March), plain (3 March), near (3 March; of another year with
    it), month (March 2026), short_month (Mar), weekday (Tuesday), short (Tue), initial (T). Raises KeyError
    for another one.
    """
    return _FORMS[form](day)


def _date(day: date) -> str:
    return _("%(day)s %(month)s %(year)s", day=day.day, month=_month(day), year=day.year)


def _day(day: date) -> str:
    return _("%(weekday)s %(day)s %(month)s", weekday=_weekday(day), day=day.day, month=_month(day))


def _plain(day: date) -> str:
    return _("%(day)s %(month)s", day=day.day, month=_month(day))


def _month_of_year(day: date) -> str:
    return _("%(month)s %(year)s", month=_month(day), year=day.year)


def _month(day: date) -> str:
    return said(MONTHS[day.month - 1])


def _weekday(day: date) -> str:
    return said(WEEKDAYS[day.weekday()])


def _short(day: date) -> str:
    return said(SHORT_WEEKDAYS[day.weekday()])


def _initial(day: date) -> str:
    return (
        pgettext("Monday in one letter", "M"),
        pgettext("Tuesday in one letter", "T"),
        pgettext("Wednesday in one letter", "W"),
        pgettext("Thursday in one letter", "T"),
        pgettext("Friday in one letter", "F"),
        pgettext("Saturday in one letter", "S"),
        pgettext("Sunday in one letter", "S"),
    )[day.weekday()]


_FORMS = {
    "date": _date,
    "day": _day,
    "plain": _plain,
    "near": lambda day: _plain(day) if day.year == date.today().year else _date(day),  # noqa: DTZ011
    "month": _month_of_year,
    "short_month": lambda day: said(SHORT_MONTHS[day.month - 1]),
    "weekday": _weekday,
    "short": _short,
    "initial": _initial,
}


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart: 12,345."""
    return f"{number:,}".replace(",", pgettext("between thousands", ","))


def decimal(digits: str) -> str:
    """Return digits such as 2.5 with the sign that stands before a fraction."""
    return digits.replace(".", pgettext("before the fraction of a number", "."))


def percent(number: float) -> str:
    """Return a number of per cent, as exact as it is: 85.5 %."""
    return _("%(number)s %%", number=decimal(f"{number:g}"))


def listed(items: Iterable[str]) -> str:
    """Return several things as one text, in their order."""
    return pgettext("between the items of a list", ", ").join(items)
