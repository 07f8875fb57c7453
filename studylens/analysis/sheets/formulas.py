"""LaTeX as shapes: ziamath, and only here."""

# ziamath is imported inside: it brings 16 MB and a font that cards without formulas do not need.
# ruff: noqa: PLC0415

import logging
import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from studylens.errors import OutOfMemory
from studylens.sheet_limits import MAX_FORMULAS, MAX_TEX_CHARS

log = logging.getLogger("studylens.sheets")

_DRAWN_PX = 48
_HEAD = re.compile(r"<svg\b[^>]*?>")
_UNKNOWN = re.compile(r">\\[A-Za-z]")
"""A command that the converter does not know: it would stand in the formula as it was written."""
_VIEW = re.compile(r'viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Formula:
    """A drawn formula in px: `left` and `top` from the point on the line at which it begins.

    `shapes` are drawn at `scale` times this size, in whatever colour they are given.
    """

    shapes: str
    left: float
    top: float
    width: float
    height: float
    scale: float = 1.0

    def at(self, x: float, y: float, colour: str) -> str:
        """Return its SVG, begun at (x, y) on the line."""
        sides = (self.left, self.top, self.width, self.height)
        view = " ".join(f"{side * self.scale:.2f}" for side in sides)
        place = f'x="{x + self.left:.2f}" y="{y + self.top:.2f}" color="{colour}"'
        size = f'width="{self.width:.2f}" height="{self.height:.2f}"'
        return f'<svg {place} {size} viewBox="{view}">{self.shapes}</svg>'

    def scaled(self, by: float) -> "Formula":
        """Return it larger or smaller."""
        left, top, width, height = (side * by for side in (self.left, self.top, self.width, self.height))
        return Formula(self.shapes, left, top, width, height, self.scale / by)


def draw(tex: str, size: float, *, block: bool) -> Formula | None:
    """Return a formula with letters `size` px high; None when it is too long or cannot be drawn."""
    drawn = _drawn(tex, block=block) if len(tex) <= MAX_TEX_CHARS else None
    return drawn.scaled(size / _DRAWN_PX) if drawn else None


@lru_cache(maxsize=MAX_FORMULAS)
def _drawn(tex: str, *, block: bool) -> Formula | None:
    """Draw it once: a page tries many sizes."""
    ziamath = _ziamath()
    try:
        if _UNKNOWN.search(_mathml(tex)):
            return None
        drawn = ziamath.Latex(tex, size=_DRAWN_PX, color="currentColor", inline=not block).svg()
        return _parsed(drawn)
    except MemoryError as error:
        raise OutOfMemory from error
    except Exception as error:  # noqa: BLE001 - It raises anything; the card shows the source then.
        log.debug("no shapes for a formula: %s", type(error).__name__)
        return None


def _mathml(tex: str) -> str:
    from latex2mathml.converter import convert

    return str(convert(tex))


def _parsed(drawn: str) -> Formula | None:
    head = _HEAD.search(drawn)
    view = _VIEW.search(head[0]) if head else None
    if head is None or view is None:
        return None
    left, top, width, height = (float(number) for number in view.groups())
    return Formula(drawn[head.end() : drawn.rindex("</svg>")], left, top, width, height)


@cache
def _ziamath() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # It finds its font in a way that 3.11 calls old.
        import ziamath
        from ziamath.config import config

    config.svg2 = False  # Shapes in place: symbols of two formulas would share their names.
    return ziamath
