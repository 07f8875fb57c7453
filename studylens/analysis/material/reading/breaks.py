"""Where a paragraph ends: measured by the boxes of a photo, by characters where a line has none."""

from collections.abc import Sequence
from statistics import median

from studylens.analysis.protocol.result import Box, Line

FULL_SHARE = 0.95
"""A line is full when the next word would have reached so far to the right."""
EAST_FULL_SHARE = 0.9
"""The same for scripts without spaces, which break after any character."""
GAP_PITCHES = 1.6
"""Lines further apart than so many usual distances are two paragraphs."""
TALL = 1.3
"""A line is a heading when it is so many times as high as the page's lines usually are."""
_LEAST_CHARS, _LEAST_CHARS_EAST = 40, 14
"""Width of a page in characters, at least: a page of short lines has none that is full."""


class Breaks:
    """The measures of one page."""

    def __init__(self, lines: Sequence[tuple[Line, str]], *, east: bool) -> None:
        """Measure `lines`, each with its cleaned text; rows of tables do not count."""
        self._east = east
        plain = [(line, text) for line, text in lines if " | " not in text]
        lengths = sorted(len(text) for _, text in plain) or [1]
        self._top = max(lengths[int(0.97 * (len(lengths) - 1))], _LEAST_CHARS_EAST if east else _LEAST_CHARS)
        self._usual = max(lengths[int(0.9 * (len(lengths) - 1))], 24 if east else 50)
        self._boxes = [line.box for line, _ in plain if line.box]
        heights = [box[3] - box[1] for box in self._boxes]
        self._height = median(heights) if heights else 0.0

    def full(self, before: Line, line: Line, text: str) -> bool:
        """Say whether the first word of `text`, the next line, would not have fitted on the line `before`."""
        word = len(text.split(maxsplit=1)[0]) if text.split() else 0
        if before.box and line.box:
            return self._full_box(before, before.box, word)
        held = len(" ".join(before.text.split()))
        if self._east:
            return held >= EAST_FULL_SHARE * self._top
        return held + 1 + word >= FULL_SHARE * self._top

    def _full_box(self, before: Line, box: Box, word: int) -> bool:
        width = box[2] - box[0]
        letter = width / max(1, len(before.text))
        right, left = self._edges(box)
        room = right - left
        reach = box[2] + (0 if self._east else (1 + word) * letter)
        return reach - left >= (EAST_FULL_SHARE if self._east else FULL_SHARE) * room

    def _edges(self, box: Box) -> tuple[float, float]:
        """Return the right and left edge of the column that a box stands in."""
        mates = [other for other in self._boxes if min(other[2], box[2]) - max(other[0], box[0]) > 0]
        rights = sorted(other[2] for other in mates)
        return rights[round(0.95 * (len(rights) - 1))], min(other[0] for other in mates)

    def apart(self, before: Line, line: Line) -> bool:
        """Say whether a wide gap or a jump to another column parts two lines."""
        if not (before.box and line.box):
            return False
        down = line.box[1] - before.box[1]
        usual = max(self._height, before.box[3] - before.box[1])
        beside = min(before.box[2], line.box[2]) - max(before.box[0], line.box[0]) <= 0
        return (
            down < 0
            or beside
            or (line.box[1] - before.box[3]) > GAP_PITCHES * usual
            or self.tall(before) != self.tall(line)
        )

    def tall(self, line: Line) -> bool:
        """Say whether a line is written larger than the page usually is."""
        return (
            line.box is not None
            and self._height > 0
            and line.box[3] - line.box[1] > TALL * self._height
            and len(line.text) <= 90
        )

    def short(self, line: Line, text: str) -> bool:
        """Say whether a line ends well before the edge."""
        if line.box:
            right, left = self._edges(line.box)
            return line.box[2] - left < 0.6 * (right - left)
        return len(text) < 0.6 * self._top

    def heading_like(self, line: Line, text: str) -> bool:
        """Say whether a line without a mark at its end is short enough for a heading."""
        most = 22 if self._east else 62
        if line.box:
            right, left = self._edges(line.box)
            return len(text) <= most and line.box[2] - left < 0.75 * (right - left)
        return len(text) <= most and len(text) < 0.75 * self._usual
