"""The transcript out of an answer: its lines with the boxes that can be believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from studylens import limits
from studylens.analysis.llm.schema import BOX_SCALE
from studylens.analysis.llm.text import clean, shortened
from studylens.analysis.llm.values import as_integer, as_text
from studylens.analysis.protocol.result import Box, Line
from studylens.judging.text import EASTERN

LEAST_LONG_CHARS = 8
"""From so many characters on a line of text is wider than it is high, whatever the picture's shape."""
LEAST_GOOD_SHARE = 0.8
"""Of the boxes of long lines so many must lie flat and stand alone, else none is believed: a model that
turns the axes round, or gives every line the same box, does so everywhere. Chinese and Japanese may run
down."""


@dataclass(frozen=True)
class Transcript:
    """Lines by the number that the model gave each; `lost` could not be kept."""

    by_number: Mapping[int, Line]
    lost: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines in their order."""
        return tuple(self.by_number.values())


def transcript(items: Sequence[Any]) -> Transcript:
    """Return the lines that hold text, numbered anew from 1."""
    lines: dict[int, Line] = {}
    lost = 0
    for position, item in enumerate(_flat(items), start=1):
        given = item if isinstance(item, Mapping) else {"text": item if isinstance(item, str) else None}
        told = as_text(given.get("text"))
        text = shortened(clean(told, one_line=True), limits.ANSWER_LINE_CHARS)
        if not text or len(lines) >= limits.ANSWER_MAX_LINES:
            lost += bool(text) or not isinstance(told, str)
            continue
        number = as_integer(given.get("n"))
        known = position if number is None else number
        # A number given twice names neither line for sure: the second gets one that no source can name.
        lines[known if known not in lines else -len(lines) - 1] = Line(
            len(lines) + 1, text, box=_box(given.get("box_2d")), unsure=given.get("unsure") is True
        )
    return Transcript(_believed(lines), lost)


def _flat(items: Sequence[Any]) -> Iterable[Any]:
    """Give a transcript that came as one text line by line."""
    for item in items:
        yield from item.splitlines() if isinstance(item, str) else [item]


def _box(value: Any) -> Box | None:
    """Return top, left, bottom, right in thousandths as left, top, right, bottom in 0-1; None for no such."""
    if not isinstance(value, list) or len(value) != 4:
        return None
    numbers = [as_integer(side) for side in value]
    if any(side is None or not 0 <= side <= BOX_SCALE for side in numbers):
        return None
    top, left, bottom, right = (side / BOX_SCALE for side in numbers if side is not None)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _believed(lines: Mapping[int, Line]) -> Mapping[int, Line]:
    """Return the lines without their boxes when these cannot all be boxes of lines."""
    told = [line for line in lines.values() if not EASTERN.search(line.text)]
    long = [line.box for line in told if line.box and len(line.text) >= LEAST_LONG_CHARS]
    flat = sum(right - left > bottom - top for left, top, right, bottom in long)
    if long and (flat < LEAST_GOOD_SHARE * len(long) or len(set(long)) < LEAST_GOOD_SHARE * len(long)):
        return {number: replace(line, box=None) for number, line in lines.items()}
    return lines
