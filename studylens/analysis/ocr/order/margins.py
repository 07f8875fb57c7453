"""Running heads and feet: the row above, and the row below, all that a page says. Pure."""

import itertools
from collections.abc import Sequence
from statistics import median

from studylens.analysis.ocr.order.placing import Placed, extent
from studylens.analysis.ocr.order.rows import rows_of

MOST_WORDS = 12
"""A head or foot is short: a title, a number, a name."""
SPAN = 0.6
"""It reaches over this share of the text's width."""
APART_HEIGHTS = 4.0
"""Its parts stand in corners, this many heights of a line from each other."""
CLEAR_HEIGHTS = 1.0
"""It keeps this distance from the text, in its own height..."""
CLEAR_GAPS = 1.5
"""...and in usual gaps between lines, so that a slide of widely spaced bullets has none."""
LEAST_ROWS = 6
"""A page of fewer rows has no margins to speak of."""

Parted = tuple[list[Placed], list[Placed], list[Placed]]
"""The running head, the text, the running foot."""


def parted(placed: Sequence[Placed]) -> Parted:
    """Part the pieces (from the highest middle down) into the running head, the text and the running foot."""
    rows = rows_of(placed)
    if len(rows) < LEAST_ROWS:
        return [], list(placed), []
    edges = [extent(row) for row in rows]
    gaps = [below[0] - above[1] for above, below in itertools.pairwise(edges)]
    usual = median([gap for gap in gaps if gap > 0] or [0.0])
    width = max(p.right for p in placed) - min(p.left for p in placed)
    head = (
        rows[0]
        if _stands_apart(rows[0], min(top for top, _ in edges[1:]) - edges[0][1], usual, width)
        else []
    )
    foot = (
        rows[-1]
        if _stands_apart(rows[-1], edges[-1][0] - max(b for _, b in edges[:-1]), usual, width)
        else []
    )
    outside = {id(piece) for piece in (*head, *foot)}
    return head, [piece for piece in placed if id(piece) not in outside], foot


def _stands_apart(row: Sequence[Placed], gap: float, usual: float, width: float) -> bool:
    height = median(piece.height for piece in row)
    inner = [after.left - before.right for before, after in itertools.pairwise(row)]
    return (
        max(inner, default=0.0) > APART_HEIGHTS * height
        and row[-1].right - row[0].left >= SPAN * width
        and sum(piece.words for piece in row) <= MOST_WORDS
        and gap > max(CLEAR_HEIGHTS * height, CLEAR_GAPS * usual)
    )
