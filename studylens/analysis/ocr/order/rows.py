"""Pieces that stand on one height read as a row, and the row's cells. Pure."""

from collections.abc import Sequence

from studylens.analysis.ocr.order.placing import Piece, Placed

SAME_ROW = 0.5
"""Pieces whose centres differ by less than this share of the smaller height are on one row."""
CELL_HEIGHTS = 1.5
"""A gap in a row wider than this, in heights of a line, parts two cells rather than two words."""
OPEN_ROWS = 2
"""A piece may still join one of the last rows: those above have ended."""

Cell = tuple[Piece, ...]
Row = tuple[Cell, ...]
"""A row is its cells, a cell its pieces, left to right. A line of running text is one cell, of more
than one piece when it was found in parts."""


def rows_of(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Return the pieces (from the highest middle down) row by row, each row from left to right."""
    rows: list[list[Placed]] = []
    for piece in placed:
        row = next((row for row in rows[-OPEN_ROWS:] if _fits(piece, row)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [sorted(row, key=lambda p: p.left) for row in rows]


def same_row(one: Placed, other: Placed) -> bool:
    """Tell whether two pieces stand on one height."""
    return abs(one.middle - other.middle) < SAME_ROW * min(one.height, other.height)


def cell_groups(row: Sequence[Placed]) -> list[list[Placed]]:
    """Return the row's pieces in cells: a wide gap parts two cells, a narrow one two words."""
    cells = [[row[0]]]
    for piece in row[1:]:
        before = cells[-1][-1]
        if piece.left - before.right > CELL_HEIGHTS * min(before.height, piece.height):
            cells.append([piece])
        else:
            cells[-1].append(piece)
    return cells


def cells_of(row: Sequence[Placed]) -> Row:
    """Return the row's pieces in cells, as they were found."""
    return tuple(tuple(p.piece for p in cell) for cell in cell_groups(row))


def _fits(piece: Placed, row: Sequence[Placed]) -> bool:
    beside = all(
        piece.left >= other.right - other.height / 2 or piece.right <= other.left + other.height / 2
        for other in row
    )
    nearest = min(row, key=lambda other: max(other.left - piece.right, piece.left - other.right))
    return beside and same_row(piece, nearest)
