"""A page that the student's own device has read, put in order and judged as one that this server read.

Without pixels two things are not known: how good the photo is, and the name of a script that cannot be read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studylens.analysis.ocr import believed, transcript
from studylens.analysis.ocr.order.grids import Grid
from studylens.analysis.ocr.order.placing import Corners, Piece
from studylens.analysis.ocr.read import Reading
from studylens.analysis.ocr.trust import judge
from studylens.analysis.protocol.device import DeviceBox, DeviceGrid, DevicePage

if TYPE_CHECKING:
    from studylens.analysis.ocr.bends import Bend

Size = tuple[int, int]


def reading_of(page: DevicePage) -> Reading:
    """Return the lines, tables and trust of a page; no line where the device found none."""
    size = (page.width, page.height)
    pieces = [_piece(box, size) for box in page.boxes]
    if not pieces:
        return Reading()
    kept = [
        (piece, box) for box, one in zip(page.boxes, pieces, strict=True) if (piece := believed.shown(one))
    ]
    order = believed.in_order(
        [piece for piece, _ in kept],
        vertical=page.vertical,
        flat=lambda: _flattened([_corners(box, size) for _, box in kept], page, size),
        grids=lambda: [_grid(grid, size) for grid in page.grids],
    )
    lines, tables = transcript.lines_of(order, size), transcript.tables_of(order)
    return Reading(lines, tables, page.turned, judge(pieces, ()))


def _piece(box: DeviceBox, size: Size) -> Piece:
    return Piece(box.text, box.score, _outline(box, size))


def _corners(box: DeviceBox, size: Size) -> Corners:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = box.corners
    wide, high = size
    return (ax * wide, ay * high), (bx * wide, by * high), (cx * wide, cy * high), (dx * wide, dy * high)


def _outline(box: DeviceBox, size: Size) -> Corners:
    """Return the corners of what a box covers: a bent line reaches past its two ends."""
    corners = _corners(box, size)
    if not box.middle:
        return corners
    (left, high), (right, _), _, (_, low) = corners
    half = (low - high) / 2
    top, bottom = min(box.middle) * size[1] - half, max(box.middle) * size[1] + half
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _grid(grid: DeviceGrid, size: Size) -> Grid:
    return Grid(tuple(round(x * size[0]) for x in grid.xs), tuple(round(y * size[1]) for y in grid.ys))


def _flattened(corners: Sequence[Corners], page: DevicePage, size: Size) -> list[Corners] | None:
    """Return the corners as they would be if the page lay flat; a page without bent lines costs no import."""
    bent = [box for box in page.boxes if box.middle]
    if not bent:
        return None
    from studylens.analysis.ocr import bends  # noqa: PLC0415 - it brings numpy and OpenCV.

    return bends.flattened(corners, [_bend(box, size) for box in bent])


def _bend(box: DeviceBox, size: Size) -> "Bend":
    import numpy as np  # noqa: PLC0415 - see above.

    from studylens.analysis.ocr import bends  # noqa: PLC0415

    (left, high), (right, _), _, (_, low) = _corners(box, size)
    count = max(2, round(right - left) + 1)
    at = np.linspace(0, len(box.middle) - 1, count)
    ys = np.interp(at, range(len(box.middle)), np.array(box.middle) * size[1])
    return bends.Bend(left, ys.astype(np.float32), max(1, round(low - high)))
