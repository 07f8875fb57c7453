"""What makes two sides of a gutter columns, to be read one after the other, rather than cells of rows. Pure.

Two sides of running text are columns; so are short blocks of closely set lines, and lists whose lines are not
aligned with what stands beside them. Everything else is a table, and is read row by row.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from studylens.analysis.ocr.order.placing import Placed, extent
from studylens.analysis.ocr.order.rows import SAME_ROW, cell_groups, rows_of

GUTTER_HEIGHTS = 0.3
"""A gutter is at least this wide between the ink of its sides, in heights of a line."""
COLUMN_LINES = 2
"""One line of running text on each side is a row of two cells."""
SEGMENT_WORDS = 4
"""Words that stand together in a line of running text; cells of a table have fewer."""
PROSE_SHARE = 0.5
"""This share of a side's words stands in such segments when the side is running text."""
WORDY = 3
"""Lines of a narrow text have so many words..."""
WORDY_SHARE = 0.6
"""...in this share of them."""
TIGHT_HEIGHTS = 0.6
"""Its lines follow each other with gaps of at most so many heights of their ink."""
BESIDE_LINES = 6
"""Short lines beside a running text that they are not aligned with: notes, a box of facts."""
LIST_LINES = 9
"""Short lines that find no partner beside them are columns of a list only when they are so many."""
COLUMN_OVERLAP = 0.5
"""Columns stand beside each other for at least this share of the shorter one's height."""
UNEVEN = 0.17
"""Of a height: by so much at most the rows of a table are off, one against the next (median)."""
ALIGNED_SHARE = 0.7
"""This share of lines with a partner on the same height makes two sides of short pieces a table."""


@dataclass(frozen=True, slots=True)
class Band:
    """A horizontal band of the page: pieces left and right of a gutter and across it, from top to bottom."""

    left: tuple[Placed, ...] = ()
    right: tuple[Placed, ...] = ()
    across: tuple[Placed, ...] = ()
    """Insets of a pair of columns; or, alone, the piece that parts two bands."""

    @property
    def pieces(self) -> list[Placed]:
        """All of them, from top to bottom."""
        return sorted((*self.left, *self.right, *self.across), key=lambda p: p.middle)


def are_columns(band: Band) -> bool:
    """Tell whether the two sides are read one after the other, not row by row."""
    if min(lines(band.left), lines(band.right)) < 2 or not _side_by_side(band):
        return False
    if gutter_width(band) < GUTTER_HEIGHTS * median(p.height for p in (*band.left, *band.right)):
        return False
    left, right = rows_of(band.left), rows_of(band.right)
    texts = (_is_prose(left) and _is_prose(right)) or (_is_block(left) and _is_block(right))
    if texts and min(lines(band.left), lines(band.right)) >= COLUMN_LINES:
        return not _is_grid(left, right)
    return min(len(left), len(right)) >= _least_lines(left, right) and not _aligned(left, right)


def _least_lines(left: Sequence[Sequence[Placed]], right: Sequence[Sequence[Placed]]) -> int:
    """Return how many lines each side needs: fewer beside a running text, as boxes of notes have."""
    beside_text = any(_is_prose(side) and _is_tight(side) for side in (left, right))
    return BESIDE_LINES if beside_text else LIST_LINES


def _is_block(rows: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether these are lines of a narrow text: close together, most of them of three words and more."""
    told = sum(all(sum(map(_said, cell)) >= WORDY for cell in cell_groups(row)) for row in rows)
    return _is_tight(rows) and told >= WORDY_SHARE * len(rows)


def _is_tight(rows: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether lines follow each other as closely as those of one text do, not as rows of a table."""
    edges = [extent(row) for row in rows]
    gaps = [below[0] - above[1] for above, below in pairwise(edges)]
    return len(gaps) > 1 and median(gaps) <= TIGHT_HEIGHTS * median(bottom - top for top, bottom in edges)


def _said(piece: Placed) -> int:
    """Count words, none where figures prevail: those stand in tables."""
    text = piece.piece.text
    return piece.words if sum(map(str.isalpha, text)) > 2 * sum(map(str.isdigit, text)) else 0


def lines(side: Sequence[Placed]) -> int:
    """Return how many lines of text a side has, those of its tables counted."""
    return sum(piece.lines for piece in side)


def gutter_width(band: Band) -> float:
    """Return the clear px between the two sides."""
    return min(p.left for p in band.right) - max(p.right for p in band.left)


def _side_by_side(band: Band) -> bool:
    (a_top, a_bottom), (b_top, b_bottom) = extent(band.left), extent(band.right)
    shared = min(a_bottom, b_bottom) - max(a_top, b_top)
    return shared >= COLUMN_OVERLAP * min(a_bottom - a_top, b_bottom - b_top)


def _is_prose(rows: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether most words stand in segments of four and more, as no cells of a table do."""
    segments: list[int] = []
    for row in rows:
        words = row[0].words
        for before, piece in pairwise(row):
            if piece.left - before.right > min(before.height, piece.height):
                segments.append(words)
                words = 0
            words += piece.words
        segments.append(words)
    return sum(n for n in segments if n >= SEGMENT_WORDS) >= PROSE_SHARE * sum(segments)


def _aligned(left: Sequence[Sequence[Placed]], right: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether most lines of the shorter side stand beside one of the other, each as far off as the next.

    The lines of two texts stand beside each other by chance, now higher, now lower; the rows of a table do so
    evenly, even where a photo shows them askew.
    """
    fewer, more = sorted((_middles(left), _middles(right)), key=len)
    others = sorted(more)
    off = [shift for middle, height in fewer if (shift := _shift(middle, height, others)) is not None]
    if len(off) < ALIGNED_SHARE * len(fewer):
        return False
    return len(off) < 2 or median(abs(b - a) for a, b in pairwise(off)) <= UNEVEN


def _middles(rows: Sequence[Sequence[Placed]]) -> list[tuple[float, float]]:
    """Return the middle and the height of each piece, row by row."""
    return [(piece.middle, piece.height) for row in rows for piece in row]


def _shift(middle: float, height: float, others: Sequence[tuple[float, float]]) -> float | None:
    """Return how far the nearest of the others is off, in heights; None when that is another row."""
    n = bisect_left(others, (middle,))
    near = [(other - middle) / min(height, tall) for other, tall in others[max(0, n - 1) : n + 1]]
    nearest = min(near, key=abs, default=SAME_ROW)
    return nearest if abs(nearest) < SAME_ROW else None


def _is_grid(left: Sequence[Sequence[Placed]], right: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether these are cells of many words: the wide gaps between lines fall on the same heights."""
    few, more = sorted((_wide_gaps(left), _wide_gaps(right)), key=len)
    if len(few) < max(2, min(len(left), len(right)) / 4):
        return False
    shared = sum(any(min(b, d) > max(a, c) for c, d in more) for a, b in few)
    return shared >= 0.8 * len(few) and _aligned(left, right)


def _wide_gaps(rows: Sequence[Sequence[Placed]]) -> list[tuple[float, float]]:
    """Return from where to where the gaps between lines run that are wider than most."""
    edges = [extent(row) for row in rows]
    height = median(bottom - top for top, bottom in edges)
    gaps = [(a[1], b[0]) for a, b in pairwise(edges) if b[0] > a[1]]
    usual = median([end - begin for begin, end in gaps] or [0.0])
    return [(begin, end) for begin, end in gaps if end - begin > max(0.8 * height, 1.2 * usual)]
