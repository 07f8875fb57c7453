"""Rows of pieces become lines of the transcript, with boxes in fractions of the picture, and tables. Pure."""

from collections.abc import Sequence

from studylens.analysis.ocr.order.placing import Piece
from studylens.analysis.ocr.order.reading_order import Order
from studylens.analysis.ocr.order.rows import Cell, Row
from studylens.analysis.ocr.order.tables import TableRows
from studylens.analysis.protocol.result import Box, Line, Table

CELL_GAP = "\t"
"""Stands between the cells of a table's row, and between words set far apart."""

Size = tuple[int, int]


def lines_of(order: Order, size: Size) -> tuple[Line, ...]:
    """Return the numbered lines of a page whose picture has this size in px; () when none can be read."""
    lines = tuple(_line(n, row, size) for n, row in enumerate(order.rows, start=1))
    return lines if any(line.text for line in lines) else ()


def boxes_of(order: Order, size: Size) -> tuple[Box, ...]:
    """Return the boxes of a page's rows, read or not."""
    return tuple(_box([piece for cell in row for piece in cell], size) for row in order.rows)


def tables_of(order: Order) -> tuple[Table, ...]:
    """Return the tables of a page, by the numbers of its lines; () where no line can be read."""
    tables = tuple(_table(table) for table in order.tables)
    return tuple(table for table in tables if any(any(row) for row in table.rows))


def _table(table: TableRows) -> Table:
    numbers = range(table.first + 1, table.first + 1 + len(table.rows))
    return Table(tuple(numbers), tuple(tuple(_text(cell) for cell in row) for row in table.rows))


def _text(cell: Cell) -> str:
    return " ".join(piece.text for piece in cell if piece.text)


def _line(n: int, row: Row, size: Size) -> Line:
    pieces = [piece for cell in row for piece in cell]
    text = CELL_GAP.join(told for told in map(_text, row) if told)
    weights = [len(piece.text) if text else 1 for piece in pieces]
    score = sum(piece.score * weight for piece, weight in zip(pieces, weights, strict=True)) / sum(weights)
    return Line(n, text, round(score, 4), _box(pieces, size), unreadable=not text)


def _box(pieces: Sequence[Piece], size: Size) -> Box:
    xs = [x / size[0] for piece in pieces for x, _ in piece.corners]
    ys = [y / size[1] for piece in pieces for _, y in piece.corners]
    return (_fraction(min(xs)), _fraction(min(ys)), _fraction(max(xs)), _fraction(max(ys)))


def _fraction(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)
