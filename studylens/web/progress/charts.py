"""The bar charts of the progress page; each says its numbers in words as well."""

from collections.abc import Sequence

from studylens.study.progress.stats import ForecastDay, HourQuality
from studylens.web.progress.bars import Bars, bars_of
from studylens.web.progress.calendar import day_words

AHEAD_DAYS = 14
"""Days of the forecast that are drawn: two weeks fit a phone. The table has thirty."""
_NAMED_EACH = 4
"""Every fourth day has its name: more do not fit a phone."""
_NAMED_HOURS = (0, 6, 12, 18)


def forecast_bars(forecast: Sequence[ForecastDay]) -> Bars:
    """Return the bars of the coming two weeks."""
    days = forecast[:AHEAD_DAYS]
    names = [
        "Today" if n == 0 else f"{day.date:%a}" if n % _NAMED_EACH == 0 else "" for n, day in enumerate(days)
    ]
    some = ", ".join(f"{day_words(day.date)} {day.cards:,}" for day in days if day.cards)
    return bars_of([day.cards for day in days], names, f"Cards that come back: {some or 'none'}")


def hour_bars(hours: Sequence[HourQuality]) -> Bars | None:
    """Return recall by hour of the student's clock; None while no hour has answers enough."""
    known = {item.hour: item.share.percent for item in hours if item.share.percent is not None}
    if not known:
        return None
    names = [f"{item.hour}:00" if item.hour in _NAMED_HOURS else "" for item in hours]
    words = ", ".join(f"{hour}:00 {percent:g} %" for hour, percent in known.items())
    values = [known.get(item.hour, 0) for item in hours]
    return bars_of(values, names, f"Recalled, by hour: {words}", shown=[""] * len(values), most=100)
