"""A page's forgetting curve as SVG: a line and its band; the numbers are beside it as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from studylens.language import _
from studylens.study.progress.fading import Point
from studylens.web.text.dates import listed, percent

WIDTH, HEIGHT = 340, 160
"""Units of the viewBox; the page scales it."""
_LEFT, _RIGHT, _TOP, _BASE = 34, 332, 8, 138
"""Where the curve begins and ends, where 100 % is and where 0 %: beside and below is room for words."""
TICKS = (0, 50, 100)
_NAMED = (0, 14, 28, 42, 60)
"""Days with their word below."""


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in units of the viewBox, with its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Curve:
    """The chart: paths in units of its viewBox; `words` say it for those who do not see it."""

    line: str
    band: str
    shares: tuple[Tick, ...]
    days: tuple[Tick, ...]
    words: str
    left: int = _LEFT
    right: int = _RIGHT
    base: int = _BASE
    width: int = WIDTH
    height: int = HEIGHT


def curve_of(points: Sequence[Point]) -> Curve:
    """Return the chart of a curve, whose points come in the order of their days."""
    last = points[-1].days
    upper = [(_x(point.days, last), _y(point.band.high)) for point in points]
    lower = [(_x(point.days, last), _y(point.band.low)) for point in points]
    middle = [(_x(point.days, last), _y(point.expected)) for point in points]
    told = listed(f"{day_words(point.days)} {percent(point.expected)}" for point in points)
    return Curve(
        line=_path(middle),
        band=f"{_path([*upper, *reversed(lower)])} Z",
        shares=tuple(Tick(_y(share), percent(share)) for share in TICKS),
        days=tuple(Tick(_x(day, last), day_words(day) if not day else str(day)) for day in _NAMED),
        words=_("Known, if nobody looks at it: %(list)s", list=told),
    )


def day_words(days: int) -> str:
    """Return when that is."""
    return _("Today") if not days else _("day %(n)s", n=days)


def _x(days: int, last: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * days / max(1, last), 1)


def _y(share: float) -> float:
    return round(_BASE - (_BASE - _TOP) * share / 100, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in points)
