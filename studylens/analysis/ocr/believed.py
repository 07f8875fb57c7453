"""What of the pieces of a page is shown, and in which order. Pure: whoever saw them, server or device."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from studylens.analysis.ocr.order.grids import Grid
from studylens.analysis.ocr.order.placing import Corners, Piece
from studylens.analysis.ocr.order.reading_order import Order, in_order_of, in_reading_order
from studylens.analysis.ocr.order.vertical import in_vertical_order
from studylens.analysis.ocr.trust import is_long
from studylens.limits import OCR_MIN_SCORE


def shown(piece: Piece) -> Piece | None:
    """Return a piece as the transcript shows it: without its text when that cannot be believed.

    None when it is no line either, but a scribble, a figure's part, a speck.
    """
    if piece.text and piece.score >= OCR_MIN_SCORE:
        return piece
    return replace(piece, text="") if is_long(piece) else None


def in_order(
    told: Sequence[Piece],
    *,
    vertical: bool,
    flat: Callable[[], Sequence[Corners] | None],
    grids: Callable[[], Sequence[Grid]],
) -> Order:
    """Return the shown pieces in reading order.

    `vertical`: written in columns downwards; `flat` gives where the pieces would stand if the page lay flat
    (None: it does), `grids` its ruled tables: each is asked only when it is needed.
    """
    if vertical:
        return in_vertical_order(told)
    corners = flat()
    if corners is not None:
        return in_order_of(told, corners)
    return in_reading_order(told, grids())
