"""The order in which a person reads the pieces of text that were found on a page. Pure.

The page's tilt is taken out first, its ruled tables are set aside as one piece each. Columns are then parted
at their gutters, again inside each column, until what is left is read row by row, as other tables and plain
lines are (after the recursive XY-cut of Nagy and Seth 1984).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studylens.analysis.ocr.order import margins
from studylens.analysis.ocr.order.columns import SEGMENT_WORDS
from studylens.analysis.ocr.order.grids import Filled, Grid, fill, rows_of_table
from studylens.analysis.ocr.order.gutters import Effort, best_cut
from studylens.analysis.ocr.order.placing import (
    Corners,
    Piece,
    Placed,
    place,
    placed,
    tilt_degrees,
)
from studylens.analysis.ocr.order.rows import Row, cells_of, rows_of
from studylens.analysis.ocr.order.tables import TableRows, find_tables

MAX_DEPTH = 12
"""Columns inside columns; real pages have three or four."""
VISITS = 60_000
"""Visits to a piece while gutters are looked for: some 0.6 s; a page of 200 boxes needs 3,000-9,000."""


@dataclass(frozen=True, slots=True)
class Order:
    """A page in reading order: its rows, and which of them are tables."""

    rows: tuple[Row, ...]
    tables: tuple[TableRows, ...] = ()


def in_reading_order(pieces: Sequence[Piece], grids: Sequence[Grid] = ()) -> Order:
    """Return the rows of a page, or of its columns, in reading order; a grid's rows keep its cells."""
    tilt = tilt_degrees(pieces)
    tables, loose = fill(grids, pieces)
    by_piece = {id(table.stand_in): table for table in tables}
    whole = [*place(loose, tilt), *(_as_one(table, tilt) for table in tables)]
    head, text, foot = margins.parted(sorted(whole, key=lambda p: p.middle))
    ordered = [*rows_of(head), *_ordered(text, Effort(VISITS), 0), *rows_of(foot)]
    return _opened(ordered, by_piece, tilt)


def in_order_of(pieces: Sequence[Piece], corners: Sequence[Corners], grids: Sequence[Grid] = ()) -> Order:
    """Return the pieces in the reading order that they would have if they stood at these corners."""
    moved = [replace(piece, corners=at) for piece, at in zip(pieces, corners, strict=True)]
    own = {id(there): piece for there, piece in zip(moved, pieces, strict=True)}

    def back(rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple(tuple(tuple(own[id(piece)] for piece in cell) for cell in row) for row in rows)

    order = in_reading_order(moved, grids)
    tables = tuple(replace(table, rows=back(table.rows)) for table in order.tables)
    return Order(back(order.rows), tables)


def _as_one(table: Filled, tilt: float) -> Placed:
    """Place a table as one piece of running text."""
    whole = placed(table.stand_in, tilt)
    rows = len(table.cells)
    return replace(whole, words=SEGMENT_WORDS * rows, lines=rows, height=whole.height / rows)


def _opened(ordered: Sequence[Sequence[Placed]], tables: dict[int, Filled], tilt: float) -> Order:
    """Return the rows in their cells; where ruled tables stand, their rows instead."""
    rows: list[Row] = []
    plain: list[Sequence[Placed]] = []  # Row by row beside `rows`; () for a row of a ruled table.
    ruled: list[TableRows] = []
    for found in ordered:
        loose = [piece for piece in found if id(piece.piece) not in tables]
        if loose:
            rows.append(cells_of(loose))
            plain.append(loose)
        for table in (tables[id(piece.piece)] for piece in found if id(piece.piece) in tables):
            inside = tuple(rows_of_table(table, tilt))
            ruled.append(TableRows(len(rows), inside))
            rows += inside
            plain += [()] * len(inside)
    found_tables = sorted([*ruled, *find_tables(plain)], key=lambda table: table.first)
    return Order(tuple(rows), tuple(found_tables))


def _ordered(placed: Sequence[Placed], effort: Effort, depth: int) -> list[list[Placed]]:
    """Return the rows: columns one after the other, between the pieces that cross their gutter."""
    cut = best_cut(placed, effort) if depth < MAX_DEPTH else None
    if cut is None:
        return rows_of(placed)
    rows: list[list[Placed]] = []
    loose: list[Placed] = []  # What stands between columns: read when the next columns begin.
    for band, are_columns in zip(cut.bands, cut.columns, strict=True):
        if are_columns:
            parts = (loose, band.left, band.right, band.across)
            rows += [row for part in parts for row in _ordered(part, effort, depth + 1)]
            loose = []
        else:
            loose += band.pieces
    return rows + _ordered(loose, effort, depth + 1)
