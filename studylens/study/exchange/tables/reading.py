"""A table from anywhere as cards; what of it is left out is counted."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO

from studylens.models import LABEL, PICTURED
from studylens.study.exchange.counted import (
    CELLS,
    COMMENT,
    FOLDED,
    LABELS,
    ONE_COLUMN,
    PICTURES,
    TOO_LONG,
    UNCLOSED,
)
from studylens.study.exchange.incoming import Incoming, own_uid
from studylens.study.exchange.markup import from_html
from studylens.study.exchange.tables.blocks import joined, pairs
from studylens.study.exchange.tables.cells import unguarded
from studylens.study.exchange.tables.choice import AS_FOUND, Choice
from studylens.study.exchange.tables.columns import Columns, fitted
from studylens.study.exchange.tables.layout import Layout, laid_out
from studylens.study.exchange.tables.lines import Lines, lines_of
from studylens.study.exchange.tables.rows import Rows
from studylens.study.exchange.tables.sides import CELL_CHARS, gap_sides, needs, without_pictures

MOST_CELLS = 1_000
"""Of a row: a side of a card has 1,000 characters, and a line may have 30,000 cells."""
_SWITCH_CHARS = 1
"""A further field of Anki with one character turns a card of its note type on: the "y" of "Add Reverse"."""
_NEED_PICTURES = {LABEL: LABELS, PICTURED: PICTURES}
"""Kinds of cards of ours that ask by a picture, which no table has, and how they are counted."""
Watch = Callable[[Iterator[str]], Iterator[str]]
"""Hands lines on, and may stop by an exception of its own."""


class Table:
    """A CSV or TSV file, or a list that was pasted; `name` is the deck's when nothing in it says one."""

    def __init__(self, file: IO[bytes], name: str, choice: Choice = AS_FOUND, *, watch: Watch = iter) -> None:
        self._file, self._name, self._choice, self._watch = file, name, choice, watch
        self._begun: tuple[Layout, Lines] | None = None
        self.said: Counter[str] = Counter()
        """What was not taken as it stood, by its reason; known when all cards are read."""

    @property
    def layout(self) -> Layout:
        """How it is read. Raises BadFile."""
        if self._begun is None:
            lines = Lines(self._watch(lines_of(self._file, self._choice.encoding)))
            self._begun = laid_out(lines, self._name, self._choice)
        return self._begun[0]

    def cards(self) -> Iterator[Incoming]:
        """Yield all cards. Raises BadFile."""
        return (card for _row, card in self.rows())

    def rows(self) -> Iterator[tuple[list[str], Incoming]]:
        """Yield each row's cells with the card that it becomes, once. Raises BadFile."""
        layout = self.layout
        lines = self._begun[1] if self._begun else Lines(iter(()))
        yield from self._pairs(lines) if layout.sign is None else self._rows(lines, layout.sign)

    def _rows(self, lines: Lines, sign: str) -> Iterator[tuple[list[str], Incoming]]:
        layout = self.layout
        table = Rows(sign, layout.columns.width)
        rows = joined(table.read(lines)) if layout.is_spaced else table.read(lines)
        full = (row for row in rows if any(map(str.strip, row)))
        if layout.has_heading:
            next(full, None)
        for row in full:
            self.said[UNCLOSED] = table.unclosed
            if layout.has_comments and row[0].startswith("#"):
                yield row, self._left(row, COMMENT)
            else:
                yield from ((row, card) for card in self._cards(fitted(row, layout.columns, sign)))

    def _pairs(self, lines: Lines) -> Iterator[tuple[list[str], Incoming]]:
        """Yield the cards of a list without a separator."""
        for sides in pairs(lines):
            card = self._made(self.layout.deck, self._read(sides[0]), self._read("".join(sides[1:])))
            yield sides, replace(card, tags=self.layout.tags)

    def _left(self, row: list[str], why: str) -> Incoming:
        return replace(self._made(self.layout.deck, row[0], ""), left=why)

    def _read(self, text: str) -> str:
        return from_html(text) if self.layout.is_html else _plain(text)

    def _cards(self, row: list[str]) -> Iterator[Incoming]:
        """Yield a row's card, or one for each gap of its front."""
        columns = self.layout.columns
        front = _cell(row, columns.front)
        if len(row) > MOST_CELLS or ("{{c" in front and len(front) > CELL_CHARS):
            yield self._left(row, TOO_LONG)
            return
        card = self._card(row, columns)
        has_gaps = False
        for asked, told, answer in () if columns.is_ours else gap_sides(front, card.back, self._text):
            has_gaps = True
            also = (answer,) if answer != told else ()
            made = self._made(card.deck, asked, told)
            left = "" if card.left == ONE_COLUMN else card.left
            yield replace(made, kind="cloze", also_right=also, tags=card.tags, left=left)
        if not has_gaps:
            yield card

    def _text(self, cell: str) -> str:
        return without_pictures(self._read(cell)) if self.layout.is_html else self._read(cell)

    def _card(self, row: list[str], columns: Columns) -> Incoming:
        read = _ours if columns.is_ours else self._text
        back = read(_cell(row, columns.back))
        more = [] if columns.is_ours else self._more(row, columns)
        card = self._made(
            (_ours if columns.is_ours else _plain)(_cell(row, columns.deck)) or self.layout.deck,
            read(_cell(row, columns.front)),
            "\n".join([*filter(None, [back]), *more]),
        )
        kind = _cell(row, columns.kind) if columns.is_ours else ""
        return replace(
            card,
            kind="cloze" if kind == "cloze" else card.kind,
            left=_NEED_PICTURES.get(kind, ONE_COLUMN if len(row) == 1 else self._needs(row, card)),
            uid=own_uid(_cell(row, columns.uid).strip()) or card.uid,
            tags=(*self.layout.tags, *tags_in(_cell(row, columns.tags), is_ours=columns.is_ours)),
        )

    def _needs(self, row: list[str], card: Incoming) -> str:
        columns = self.layout.columns
        if not self.layout.is_html or columns.is_ours:
            return ""
        front, back = _cell(row, columns.front), _cell(row, columns.back)
        return needs(front, back, has_front=bool(card.front), has_back=bool(card.back))

    def _more(self, row: list[str], columns: Columns) -> list[str]:
        """Return what stands in further cells, to be kept below the back, and count it."""
        found = [text for place in columns.further(len(row)) if (text := self._text(row[place]))]
        more = [text for text in found if not (columns.has_notetype and len(text) <= _SWITCH_CHARS)]
        self.said[CELLS] += len(found) - len(more)
        self.said[FOLDED] += bool(more)
        return more

    def _made(self, deck: str, front: str, back: str) -> Incoming:
        known = hashlib.sha256(f"table:{front}\x00{back}".encode("utf-8", "replace")).hexdigest()[:32]
        return Incoming(deck, front, back, "short_answer", known)


def tags_in(cell: str, *, is_ours: bool) -> list[str]:
    """Return the tags of a cell: between commas, or between blanks as Anki has them."""
    parts = cell.split(",") if is_ours or "," in cell else cell.split()
    return [tag.strip() for tag in parts if tag.strip()]


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")


def _ours(text: str) -> str:
    return unguarded(text).strip()


def _cell(row: list[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""
