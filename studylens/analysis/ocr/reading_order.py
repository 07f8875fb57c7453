"""The order in which a person reads the pieces of text that were found on a page. Pure.

The page's tilt is taken out first. Columns are then cut apart at their gutter, pieces that cross a
gutter (a title over two columns) standing between what is above and below them (recursive XY-cut).
What is left is read row by row, as tables and plain lines are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""In px from the text's own top left, clockwise."""

COLUMN_WORDS = 3
"""Lines of running text have at least this many words (median); cells of a table have fewer."""
COLUMN_OVERLAP = 0.5
"""Columns stand beside each other for at least this share of the shorter one's height."""
GUTTER_HEIGHTS = 0.7
"""A gutter is at least this wide, in heights of a line; spaces between words are narrower."""
ALIGNED_SHARE = 0.7
"""This share of rows with a partner on the same height makes two sides of short pieces a table."""
SAME_ROW = 0.5
"""Pieces whose centres differ by less than this share of the smaller height are on one row."""
CELL_HEIGHTS = 1.5
"""A gap in a row wider than this, in heights of a line, parts two cells rather than two words."""


@dataclass(frozen=True)
class Piece:
    """A piece of one line of text as it was found: its text, score (0-1) and corners in px."""

    text: str
    score: float
    corners: Corners


@dataclass(frozen=True)
class Placed:
    """A piece with its upright box in px, once the page's tilt is taken out."""

    piece: Piece
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Return the height of the line, at least 1 px."""
        return max(self.bottom - self.top, 1.0)

    @property
    def middle(self) -> float:
        """Return how far down the line's centre is."""
        return (self.top + self.bottom) / 2


Row = tuple[tuple[Piece, ...], ...]
"""A row is its cells, a cell its pieces, left to right. A line of running text is one cell, of more
than one piece when it was found in parts."""


def in_reading_order(pieces: Sequence[Piece]) -> tuple[Row, ...]:
    """Return the rows of text of a page, or of its columns, in reading order."""
    tilt = tilt_degrees(pieces)
    placed = [_placed(piece, math.radians(tilt)) for piece in pieces]
    return tuple(_cells(row) for row in _ordered(placed))


def tilt_degrees(pieces: Sequence[Piece]) -> float:
    """Return the tilt of the text lines, clockwise positive: the median of the clearly wide ones."""
    return median([_angle(piece.corners) for piece in pieces if _is_wide(piece.corners)] or [0.0])


def _angle(corners: Corners) -> float:
    (left, top), (right, bottom) = corners[0], corners[1]
    return math.degrees(math.atan2(bottom - top, right - left))


def _is_wide(corners: Corners) -> bool:
    return math.dist(corners[0], corners[1]) > 3 * math.dist(corners[0], corners[3])


def _placed(piece: Piece, tilt: float) -> Placed:
    cos, sin = math.cos(tilt), math.sin(tilt)
    xs = [x * cos + y * sin for x, y in piece.corners]
    ys = [y * cos - x * sin for x, y in piece.corners]
    return Placed(piece, min(xs), min(ys), max(xs), max(ys))


def _ordered(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Return the rows: columns one after the other, between the pieces that cross their gutter."""
    gutter = _best_gutter(placed)
    if gutter is None:
        return _rows(placed)
    rows: list[list[Placed]] = []
    loose: list[Placed] = []  # Pieces between columns: read row by row when the next columns begin.
    for band in _bands(placed, gutter):
        if band.are_columns():
            rows += [*_rows(loose), *_ordered(band.left), *_ordered(band.right)]
            loose = []
        else:
            loose += [*band.left, *band.right, *band.crossing]
    return rows + _ordered_again(loose, placed)


def _ordered_again(loose: list[Placed], placed: Sequence[Placed]) -> list[list[Placed]]:
    """Look for other gutters in what is left, unless nothing was cut off (then there is no end)."""
    return _ordered(loose) if len(loose) < len(placed) else _rows(loose)


@dataclass(frozen=True)
class Band:
    """A horizontal band of the page: pieces left and right of a gutter, or those that cross it."""

    left: tuple[Placed, ...] = ()
    right: tuple[Placed, ...] = ()
    crossing: tuple[Placed, ...] = ()

    def are_columns(self) -> bool:
        """Tell whether the two sides are read one after the other, not row by row."""
        if min(len(self.left), len(self.right)) < 2 or not self._side_by_side():
            return False
        if self.gutter_width() < GUTTER_HEIGHTS * median(p.height for p in (*self.left, *self.right)):
            return False
        return self._is_running_text() or not self._is_aligned()

    def gutter_width(self) -> float:
        """Return the clear px between the two sides; negative when they overlap."""
        return min(p.left for p in self.right) - max(p.right for p in self.left)

    def _side_by_side(self) -> bool:
        (a_top, a_bottom), (b_top, b_bottom) = _extent(self.left), _extent(self.right)
        shared = min(a_bottom, b_bottom) - max(a_top, b_top)
        return shared >= COLUMN_OVERLAP * min(a_bottom - a_top, b_bottom - b_top)

    def _is_running_text(self) -> bool:
        return min(_median_words(self.left), _median_words(self.right)) >= COLUMN_WORDS

    def _is_aligned(self) -> bool:
        fewer, more = sorted((self.left, self.right), key=len)
        partners = sum(any(_same_row(piece, other) for other in more) for piece in fewer)
        return partners >= ALIGNED_SHARE * len(fewer)


def _extent(side: Sequence[Placed]) -> tuple[float, float]:
    return min(p.top for p in side), max(p.bottom for p in side)


def _median_words(side: Sequence[Placed]) -> float:
    return median(len(p.piece.text.split()) for p in side)


def _same_row(one: Placed, other: Placed) -> bool:
    return abs(one.middle - other.middle) < SAME_ROW * min(one.height, other.height)


def _best_gutter(placed: Sequence[Placed]) -> float | None:
    """Return the x that parts most pieces into columns (the wider gutter of two equals), or None."""
    best, found = (0, 0.0), None
    for x in _candidates(placed):
        columns = [band for band in _bands(placed, x) if band.are_columns()]
        parted = sum(min(len(band.left), len(band.right)) for band in columns)
        merit = (parted, min((band.gutter_width() for band in columns), default=0.0))
        if merit > best:
            best, found = merit, x
    return found


def _candidates(placed: Sequence[Placed]) -> set[float]:
    """Return the middles between each right edge and the nearest left edge beyond it."""
    lefts = sorted(p.left for p in placed)
    nearest = ((p.right, next((left for left in lefts if left > p.right), None)) for p in placed)
    return {(right + left) / 2 for right, left in nearest if left is not None}


def _bands(placed: Sequence[Placed], x: float) -> list[Band]:
    """Cut the page from top to bottom at the pieces that cross x."""
    bands: list[Band] = []
    side: tuple[list[Placed], list[Placed]] = ([], [])
    for piece in sorted(placed, key=lambda p: p.middle):
        if piece.left < x < piece.right:
            bands += [Band(tuple(side[0]), tuple(side[1])), Band(crossing=(piece,))]
            side = ([], [])
        else:
            side[piece.left >= x].append(piece)
    return [*bands, Band(tuple(side[0]), tuple(side[1]))]


def _rows(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Return the pieces row by row, each row from left to right."""
    rows: list[list[Placed]] = []
    for piece in sorted(placed, key=lambda p: p.middle):
        row = next((row for row in rows[-2:] if _fits(piece, row)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _fits(piece: Placed, row: Sequence[Placed]) -> bool:
    beside = all(
        piece.left >= other.right - other.height / 2 or piece.right <= other.left + other.height / 2
        for other in row
    )
    nearest = min(row, key=lambda other: max(other.left - piece.right, piece.left - other.right))
    return beside and _same_row(piece, nearest)


def _cells(row: Sequence[Placed]) -> Row:
    cells = [[row[0]]]
    for piece in row[1:]:
        before = cells[-1][-1]
        if piece.left - before.right > CELL_HEIGHTS * min(before.height, piece.height):
            cells.append([piece])
        else:
            cells[-1].append(piece)
    return tuple(tuple(p.piece for p in cell) for cell in cells)
