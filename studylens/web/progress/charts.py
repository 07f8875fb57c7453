"""The bar charts of the progress page; each says its numbers in words as well."""

from collections.abc import Sequence

from studylens.language import _
from studylens.study.progress.stats import ForecastDay, HourQuality
from studylens.web.progress.bars import Bars, bars_of
from studylens.web.text.dates import date_words, grouped, listed, percent

AHEAD_DAYS = 14
"""Days of the forecast that are drawn: two weeks fit a phone. The table has thirty."""
_NAMED_EACH = 4
"""Every fourth day has its name: more do not fit a phone."""
_NAMED_HOURS = (0, 6, 12, 18)


def forecast_bars(forecast: Sequence[ForecastDay]) -> Bars:
    """Return the bars of the coming two weeks."""
    days = forecast[:AHEAD_DAYS]
    names = [
        _("Today") if n == 0 else date_words(day.date, "short") if n % _NAMED_EACH == 0 else ""
        for n, day in enumerate(days)
    ]
    some = listed(f"{date_words(day.date)} {grouped(day.cards)}" for day in days if day.cards)
    return bars_of(
        [day.cards for day in days], names, _("Cards that come back: %(list)s", list=some or _("none"))
    )


def hour_bars(hours: Sequence[HourQuality]) -> Bars | None:
    """Return recall by hour of the student's clock; None while no hour has answers enough."""
    known = {item.hour: item.share.percent for item in hours if item.share.percent is not None}
    if not known:
        return None
    names = [f"{item.hour}:00" if item.hour in _NAMED_HOURS else "" for item in hours]
    words = listed(f"{hour}:00 {percent(share)}" for hour, share in known.items())
    values = [known.get(item.hour, 0) for item in hours]
    return bars_of(
        values, names, _("Recalled, by hour: %(list)s", list=words), shown=[""] * len(values), most=100
    )
