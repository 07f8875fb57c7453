"""Tables of a page: lines whose cells stand apart by bars, tabs or wide gaps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studylens.analysis.material.rows import clean
from studylens.analysis.material.words import word_set
from studylens.analysis.protocol.result import Line
from studylens.config import MATERIAL_MIN_SCORE

_BAR = re.compile(r"\s*\|\s*")
_GAP = re.compile(r"\t+| {2,}")
_RULE = re.compile(r"[|\s:=+-]+")
_NUMBER = re.compile(r"[\d.,%/ -]+")
_HEADER_WORDS = word_set(
    """
    term meaning definition word name begriff bedeutung wort erklärung
    término significado definición palabra
    """
)
_LONGEST_ROW = 400
"""Characters; a longer line is no row of a table on a page."""


@dataclass(frozen=True)
class Table:
    """Rows of as many cells each, with their line numbers; `header` names the columns, or is empty."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def lines(self) -> frozenset[int]:
        """Line numbers that belong to it (without the header's)."""
        return frozenset(n for n, _ in self.rows)


def read_tables(lines: Sequence[Line]) -> list[Table]:
    """Return the tables of at least three rows (the header included) and two columns."""
    return [_table(block) for block in _blocks(lines) if len(block) >= 3]


def _blocks(lines: Sequence[Line]) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    block: list[tuple[int, tuple[str, ...]]] = []
    for line in lines:
        if _RULE.fullmatch(line.text or " ") and block:
            continue
        cells = () if (line.score or 1) < MATERIAL_MIN_SCORE else _cells(line.text)
        if block and len(cells) != len(block[0][1]):
            yield block
            block = []
        if len(cells) >= 2:
            block.append((line.n, cells))
    yield block


def _cells(text: str) -> tuple[str, ...]:
    if len(text) > _LONGEST_ROW:
        return ()
    parts = (_BAR if "|" in text.strip() else _GAP).split(text.strip().strip("|"))
    cells = tuple(clean(part) for part in parts)
    return cells if len(cells) >= 2 and all(cells) else ()


def _table(block: list[tuple[int, tuple[str, ...]]]) -> Table:
    first, rest = block[0], block[1:]
    named = any(cell.lower() in _HEADER_WORDS for cell in first[1])
    if named or _is_header(first[1], [cells for _, cells in rest]):
        return Table(first[1], tuple(rest))
    return Table((), tuple(block))


def _is_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short, no number, none used again below, three columns."""
    below = {cell for cells in rest for cell in cells}
    if any(_NUMBER.fullmatch(cell) or cell in below or len(cell.split()) > 3 for cell in first):
        return False
    return len(first) >= 3 or any(all(_NUMBER.match(cells[k]) for cells in rest) for k in range(len(first)))
