"""Chinese and Japanese written in columns: from top to bottom, and from right to left. Pure.

Such a page is ordered as it would be when turned by a quarter: then its columns are rows, from top to bottom.
"""

from collections.abc import Sequence

from studylens.analysis.ocr.order.placing import Corners, Piece
from studylens.analysis.ocr.order.reading_order import Order, in_order_of


def in_vertical_order(pieces: Sequence[Piece]) -> Order:
    """Return the columns of a page as rows, in the order in which they are read."""
    return in_order_of(pieces, [_lying(piece.corners) for piece in pieces])


def _lying(corners: Corners) -> Corners:
    """Turn a quad by a quarter, so that the right edge of the page becomes its top."""
    top_left, top_right, bottom_right, bottom_left = ((y, -x) for x, y in corners)
    return top_right, bottom_right, bottom_left, top_left
