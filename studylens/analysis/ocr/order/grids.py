"""What stands in the cells of a ruled table. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from studylens.analysis.ocr.order.placing import Corners, Piece, Placed, place
from studylens.analysis.ocr.order.rows import Row, rows_of

MOST_COLUMNS = 12
MOST_ROWS = 60
LEAST_PIECES = 3
INSIDE_SHARE = 0.8
"""This share of the pieces keeps inside one cell: writing on squared paper does not."""
FILLED_SHARE = 0.4
"""This share of the cells says something: those of squared paper do not."""
SHORT_WORDS = 2
"""Cells of a word or two stand row by row; longer ones go on in the next line."""
FULL_SHARE = 0.6
"""Rows without rules have something in this share of the columns."""
PAST_EDGE = 0.6
"""How far detection's box of a piece may reach past the rule of its cell, in heights of the piece."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: where its vertical and horizontal rules are, in px, edges included."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]

    @property
    def corners(self) -> Corners:
        """The corners of the whole table, clockwise from the top left."""
        (left, right), (top, bottom) = (self.xs[0], self.xs[-1]), (self.ys[0], self.ys[-1])
        return (left, top), (right, top), (right, bottom), (left, bottom)

    def cell_of(self, piece: Piece) -> tuple[int, int] | None:
        """Return the row and column, from 0, that the piece's centre is in; None outside."""
        x, y = (sum(values) / 4 for values in zip(*piece.corners, strict=True))
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        inside = 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1
        return (row, column) if inside else None


@dataclass(frozen=True, slots=True)
class Filled:
    """A grid and its pieces: `cells[row][column]`, each in the order they were found."""

    grid: Grid
    cells: tuple[tuple[tuple[Piece, ...], ...], ...]

    stand_in: Piece
    """One piece in place of them all."""

    @property
    def pieces(self) -> list[Piece]:
        """All pieces of the table."""
        return [piece for row in self.cells for cell in row for piece in cell]


def fill(grids: Sequence[Grid], pieces: Sequence[Piece]) -> tuple[list[Filled], list[Piece]]:
    """Return the grids that are tables, with what stands in them, and the pieces outside of all."""
    tables: list[Filled] = []
    loose = list(pieces)
    for grid in grids:
        filled = _filled(grid, loose)
        if _is_table(filled):
            tables.append(filled)
            inside = {id(piece) for piece in filled.pieces}
            loose = [piece for piece in loose if id(piece) not in inside]
    return tables, loose


def rows_of_table(table: Filled, tilt: float) -> Iterator[Row]:
    """Yield the rows of a table that say something, with all their cells; `tilt` of the page in degrees.

    Where there is no rule between rows of short cells, they are parted by their lines.
    """
    for row in table.cells:
        if not any(row):
            continue
        lines = rows_of(place([piece for cell in row for piece in cell], tilt))
        columns = {id(piece): n for n, cell in enumerate(row) for piece in cell}
        if len(lines) > 1 and _are_rows(lines, columns, sum(map(bool, row))):
            for line in lines:
                yield tuple(
                    tuple(p.piece for p in line if columns[id(p.piece)] == n) for n in range(len(row))
                )
        else:
            yield tuple(_cell(cell, tilt) for cell in row)


def _are_rows(lines: Sequence[Sequence[Placed]], columns: dict[int, int], said: int) -> bool:
    """Tell rows of short cells from one row whose cells are written in several lines."""
    words = median(piece.words for line in lines for piece in line)
    full = all(len({columns[id(p.piece)] for p in line}) >= max(2, FULL_SHARE * said) for line in lines)
    return full and words <= SHORT_WORDS


def _cell(cell: Sequence[Piece], tilt: float) -> tuple[Piece, ...]:
    return tuple(piece.piece for row in rows_of(place(cell, tilt)) for piece in row)


def _filled(grid: Grid, pieces: Sequence[Piece]) -> Filled:
    cells: list[list[list[Piece]]] = [[[] for _ in grid.xs[1:]] for _ in grid.ys[1:]]
    for piece in pieces:
        at = grid.cell_of(piece)
        if at is not None:
            cells[at[0]][at[1]].append(piece)
    return Filled(
        grid, tuple(tuple(tuple(cell) for cell in row) for row in cells), Piece("", 1.0, grid.corners)
    )


def _is_table(filled: Filled) -> bool:
    """Tell a table from squared paper, a chart's grid and the frame of a whole page."""
    columns, rows = len(filled.grid.xs) - 1, len(filled.grid.ys) - 1
    pieces = filled.pieces
    if columns > MOST_COLUMNS or rows > MOST_ROWS or len(pieces) < LEAST_PIECES:
        return False
    said = sum(bool(cell) for row in filled.cells for cell in row)
    full_rows = sum(any(row) for row in filled.cells)
    full_columns = sum(any(column) for column in zip(*filled.cells, strict=True))
    if min(full_rows, full_columns) < 2:
        return False
    inside = sum(_keeps_inside(filled.grid, piece) for piece in pieces)
    return said >= FILLED_SHARE * columns * rows and inside >= INSIDE_SHARE * len(pieces)


def _keeps_inside(grid: Grid, piece: Piece) -> bool:
    at = grid.cell_of(piece)
    if at is None:
        return False
    xs = [x for x, _ in piece.corners]
    ys = [y for _, y in piece.corners]
    slack = PAST_EDGE * (max(ys) - min(ys))
    return min(xs) > grid.xs[at[1]] - slack and max(xs) < grid.xs[at[1] + 1] + slack
