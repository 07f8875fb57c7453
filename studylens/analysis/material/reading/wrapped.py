"""Headings that were too long for one line."""

from studylens.analysis.material.reading.blocks import HEADING, Block
from studylens.analysis.protocol.result import Line
from studylens.judging.languages import SMALL_WORDS

_ALIKE = 1.35
"""Two lines of one heading differ in height by so much at most: by letters that reach up or down."""
_GAP = 1.2
"""Of a line's height: what may lie between them."""


def heading_goes_on(above: Block | None, line: Line, text: str, language: str) -> bool:
    """Say whether a heading's line is the rest of the heading above it.

    Its words must say so: the line above ends in a hyphen, a comma or a small word ("tips and tricks on"),
    or the line begins with a small letter or a small word. With boxes the two must look like one, too.
    """
    if above is None or above.kind != HEADING or line.n != above.last + 1 or not above.text or not text:
        return False
    small = SMALL_WORDS.get(language, ())
    last, first = above.text.split()[-1], text.split(maxsplit=1)[0]
    open_end = last[-1] in "-,&" or last.lower() in small
    rest = first[0].islower() or first.lower() in small
    return (open_end or rest) and last[-1] not in ":.!?" and _looks_like_one(above, line)


def _looks_like_one(above: Block, line: Line) -> bool:
    if not above.boxes or line.box is None:
        return not above.boxes and line.box is None
    upper, lower = above.boxes[-1], line.box
    heights = sorted((upper[3] - upper[1], lower[3] - lower[1]))
    beside = min(upper[2], lower[2]) <= max(upper[0], lower[0])
    gap = lower[1] - upper[3]
    return not beside and heights[1] <= _ALIKE * heights[0] and -heights[1] < gap <= _GAP * heights[1]
