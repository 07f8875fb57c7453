"""Tables of a page: rows of cells, each row a line of the transcript that knows its cells.

So a table follows its lines when packs are joined, pages moved or lines deleted; a row that the student
corrected has the cells that were typed, with tabs between them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from studylens.analysis.protocol.result import Analysis
from studylens.models import Pack, TranscriptLine
from studylens.storable import printable

CELL_GAP = "\t"


@dataclass(frozen=True)
class Block:
    """Lines that are shown together: `rows` of equally many cells for a table, none for plain lines."""

    lines: tuple[TranscriptLine, ...]
    rows: tuple[tuple[str, ...], ...] = ()


def blocks_of(lines: Iterable[TranscriptLine]) -> Iterator[Block]:
    """Yield the lines in order, those of a table together; a table of one row is a plain line."""
    for (_, table), found in groupby(lines, key=lambda line: (line.page, _table_of(line))):
        group = tuple(found)
        yield Block(group, _rows(group)) if table and len(group) > 1 else Block(group)


def tables_json(pack: Pack) -> list[dict[str, Any]]:
    """Return the pack's tables as JSON: the numbers of their lines, and their rows."""
    tables = (block for block in blocks_of(pack.transcript) if block.rows)
    return [{"lines": [line.n for line in table.lines], "rows": [*map(list, table.rows)]} for table in tables]


def cells_by_line(analysis: Analysis) -> dict[int, tuple[int, list[str]]]:
    """Return for each line that is a table's row the table's number, from 1, and its cells."""
    return {
        n: (number, [printable(cell) for cell in row])
        for number, table in enumerate(analysis.tables, start=1)
        for n, row in zip(table.lines, table.rows, strict=False)
    }


def _table_of(line: TranscriptLine) -> int:
    """Return the number of the line's table within its page; 0: it is in none."""
    return line.table_n or 0 if line.cells else 0


def _rows(lines: Sequence[TranscriptLine]) -> tuple[tuple[str, ...], ...]:
    rows = [_cells(line) for line in lines]
    width = max(map(len, rows))
    return tuple((*row, *("",) * (width - len(row))) for row in rows)


def _cells(line: TranscriptLine) -> tuple[str, ...]:
    if line.edited_at is not None or not line.cells:
        return tuple(cell.strip() for cell in line.text.split(CELL_GAP))
    return tuple(line.cells)
