"""Bar charts as SVG: where bars and their words stand; the numbers are beside each as text or table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 340, 120
"""Units of the viewBox; the page scales it."""
_TOP, _BASE = 22, 102
"""Where the highest bar ends and where all begin: above is room for a number, below for a word."""
_SHARE = 0.72
"""Of its place that a bar takes."""
_LEAST = 3.0
"""Height of a bar for a number that is not nothing."""


@dataclass(frozen=True)
class Bar:
    """One bar: its corner and size, the middle of its place, what stands above and below."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    above: str
    below: str
    is_first: bool


@dataclass(frozen=True)
class Bars:
    """A chart, all values in units of its viewBox; `words` say it for those who do not see it."""

    bars: tuple[Bar, ...]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = _BASE


def bars_of(
    values: Sequence[float],
    names: Sequence[str],
    words: str,
    *,
    shown: Sequence[str] | None = None,
    width: int = WIDTH,
    most: float | None = None,
) -> Bars:
    """Return bars of these values, each with its name; `most` is the highest there could be."""
    highest = max([*values, most or 0, 1e-9])
    place = width / max(1, len(values))
    texts = shown if shown is not None else [f"{value:,.0f}" if value else "" for value in values]
    found = []
    for n, (value, name, text) in enumerate(zip(values, names, texts, strict=True)):
        height = max(_LEAST, (_BASE - _TOP) * value / highest) if value else 0
        x = n * place + place * (1 - _SHARE) / 2
        found.append(
            Bar(
                round(x, 1), round(_BASE - height, 1), round(place * _SHARE, 1), round(height, 1),
                round((n + 0.5) * place, 1), text, name, is_first=n == 0,
            )
        )  # fmt: skip
    return Bars(tuple(found), words, width=width)
