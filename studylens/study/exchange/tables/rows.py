"""Rows of cells, whatever the quotation marks in them are: a mark that quotes nothing is a mark.

A cell is quoted when its first mark that is not doubled stands before a separator or the line's end. So
`"to be" verb` keeps its marks, and one that never closes costs its own cell nothing, and no row after it.
"""

import re
from collections.abc import Iterator

from studylens.study.exchange.tables.lines import LINE_CHARS, Lines

ROW_LINES = 200
"""Lines of a row, within quotation marks: a side of a card has 1,000 characters. Each of them is read again
for every cell that begins on one line and ends on another."""
_INSIDE = re.compile(r'(?:[^"]|"")*+')
_OPENS = re.compile(r' *+"')
_END = r"(?:\r\n|\r|\n|\Z)"
_SWALLOWED, _SWALLOWED_BY_TAB = 3, 2
"""So many whole rows within one pair of marks were not meant to be one cell; nobody types a tab into one."""


class Rows:
    """Reads rows of one separator; `width` is how many cells most of them have, once it is known."""

    def __init__(self, separator: str, width: int = 0) -> None:
        sign = re.escape(separator)
        self._sign, self.width = separator, width
        self.unclosed = 0
        """Marks in front of a cell that never close, so far, or not before whole rows: they stay."""
        self._closes = re.compile(rf'" *(?:(?P<more>{sign})|(?={_END}))')
        self._ends = re.compile(rf"(?P<more>{sign})|{_END}")

    def read(self, lines: Lines) -> Iterator[list[str]]:
        """Yield a row a line, or of several where a cell has more; an empty list for a line with nothing."""
        while (line := lines.take()) is not None:
            yield self._row(line, lines) if line.strip() else []

    def _row(self, line: str, lines: Lines) -> list[str]:
        cells, place, goes_on = list[str](), 0, True
        while goes_on:
            found = self._quoted(line, place, lines)
            if found is None:
                ended = self._ends.search(line, place)
                cells.append(line[place : ended.start() if ended else None])
                place, goes_on = (ended.end(), bool(ended["more"])) if ended else (len(line), False)
            else:
                cell, line, place, goes_on = found
                cells.append(cell)
        return cells

    def _quoted(self, line: str, place: int, lines: Lines) -> tuple[str, str, int, bool] | None:
        """Return a quoted cell, the text that it stands in, where it ends, and whether another follows."""
        opened = _OPENS.match(line, place)
        if opened is None:
            return None
        text, taken = line, 0
        if (end := _end_of(line, opened.end())) == len(line):
            text, taken = self._whole(line, lines)
            end = _end_of(text, opened.end())
        closed = self._closes.match(text, end)
        if closed is None or (taken and self._swallows(text)):
            self.unclosed += end == len(text) or closed is not None
            return None
        for _ in range(taken):
            lines.take()
        cell = text[opened.end() : end].replace('""', '"')
        return cell, text, closed.end(), closed["more"] is not None

    @staticmethod
    def _whole(line: str, lines: Lines) -> tuple[str, int]:
        """Return the line with those after it up to the one with the closing mark, and how many these are."""
        parts, size = [line], len(line)
        for number in range(ROW_LINES - len(line.splitlines())):
            more = lines.peek(number)
            if more is None or size + len(more) > LINE_CHARS:
                break
            parts.append(more)
            size += len(more)
            if _end_of(more, 0) < len(more):
                return "".join(parts), number + 1
        return line, 0

    def _swallows(self, text: str) -> bool:
        """Say whether the lines that a pair of marks would hold are whole rows by themselves."""
        rows = text.splitlines()
        least = _SWALLOWED_BY_TAB if self._sign == "\t" else _SWALLOWED
        widths = {row.count(self._sign) + 1 for row in rows}
        return self.width > 1 and len(rows) >= least and widths == {self.width}


def _end_of(text: str, begin: int) -> int:
    """Return the place of the first mark from there on that is not doubled; the text's end for none."""
    inside = _INSIDE.match(text, begin)
    return inside.end() if inside else begin
