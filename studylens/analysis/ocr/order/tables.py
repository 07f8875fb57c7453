"""Tables without rules: rows of cells that stand below each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from studylens.analysis.ocr.order.placing import Placed, extent
from studylens.analysis.ocr.order.rows import Row, cell_groups

LEAST_ROWS = 3
"""Rows of a table of two columns; of more columns two are enough."""
LEAST_ROWS_WIDE = 2
NEXT_HEIGHTS = 3.0
"""The next row of a table begins at most so many heights of a line below."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table: the number of its first row among the rows of a page, and its rows, all with as many cells."""

    first: int
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Run:
    """Rows that have been a table so far."""

    first: int
    rows: list[list[list[Placed]]]
    columns: list[Span]
    bottom: float

    def grown(self, cells: list[list[Placed]]) -> list[Span] | None:
        """Return the columns with another row; None when its cells do not stand in them."""
        top, bottom = extent([piece for cell in cells for piece in cell])
        if not 0 <= top - self.bottom + (bottom - top) / 2 <= NEXT_HEIGHTS * (bottom - top):
            return None
        columns = _merged([*self.columns, *map(_span, cells)])
        parted = len(columns) >= len(self.columns) and len({_column(columns, cell) for cell in cells}) == len(
            cells
        )
        return columns if parted else None

    def table(self) -> TableRows | None:
        """Return what the run is; None when it is too short for a table."""
        least = LEAST_ROWS if len(self.columns) == 2 else LEAST_ROWS_WIDE
        if len(self.rows) < least:
            return None
        return TableRows(self.first, tuple(_in_columns(row, self.columns) for row in self.rows))


def find_tables(rows: Sequence[Sequence[Placed]]) -> list[TableRows]:
    """Return the tables among the rows of a page; an empty row parts what stands before and after it."""
    found: list[TableRows | None] = []
    run: _Run | None = None
    for index, row in enumerate(rows):
        cells = cell_groups(row) if row else []
        columns = run.grown(cells) if run and len(cells) > 1 else None
        if run and columns:
            run.rows.append(cells)
            run.columns, run.bottom = columns, extent(row)[1]
            continue
        found.append(run.table() if run else None)
        run = _Run(index, [cells], sorted(map(_span, cells)), extent(row)[1]) if len(cells) > 1 else None
    found.append(run.table() if run else None)
    return [table for table in found if table]


def _span(cell: Sequence[Placed]) -> Span:
    return cell[0].left, max(piece.right for piece in cell)


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Return the spans from left to right, those that overlap as one."""
    merged: list[Span] = []
    for left, right in sorted(spans):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _column(columns: Sequence[Span], cell: Sequence[Placed]) -> int:
    left, _ = _span(cell)
    return next(n for n, (begin, end) in enumerate(columns) if begin <= left < end or left <= begin)


def _in_columns(cells: Sequence[Sequence[Placed]], columns: Sequence[Span]) -> Row:
    by_column = {_column(columns, cell): tuple(piece.piece for piece in cell) for cell in cells}
    return tuple(by_column.get(n, ()) for n in range(len(columns)))
