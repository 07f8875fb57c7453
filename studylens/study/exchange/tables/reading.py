"""A table from anywhere as cards; what of it is left out is counted."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO

from studylens.errors import BadFile
from studylens.language import _
from studylens.models import LABEL, PICTURED
from studylens.study.exchange.counted import CELLS, COMMENT, FOLDED, LABELS, PICTURES
from studylens.study.exchange.incoming import Incoming, own_uid
from studylens.study.exchange.markup import from_html
from studylens.study.exchange.tables.blocks import blocks, is_paired, is_spaced, joined
from studylens.study.exchange.tables.cells import unguarded
from studylens.study.exchange.tables.columns import Columns, by_header, by_rules, fitted, is_header
from studylens.study.exchange.tables.lines import Lines, lines_of, rules_of
from studylens.study.exchange.tables.rows import Rows
from studylens.study.exchange.tables.separators import chosen, named, rows_by, split_line, width_of

SNIFFED_LINES = 20
"""Lines that decide which sign stands between the columns."""
_SWITCH_CHARS = 1
"""A further field of Anki with one character turns a card of its note type on: the "y" of "Add Reverse"."""
_DECK_ID = re.compile(r"\d{10,}")
"""Anki's number of a deck, where its name may stand."""
_NEED_PICTURES = {LABEL: LABELS, PICTURED: PICTURES}
"""Kinds of cards of ours that ask by a picture, which no table has, and how they are counted."""


class Table:
    """A CSV or TSV file, or a list that was pasted; `name` is the deck's when nothing in it says one."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._read: Callable[[str], str] = _plain
        self._tags: tuple[str, ...] = ()
        self._sign = "\t"
        self.said: Counter[str] = Counter()
        """What was not taken as it stood, by its reason; known when all cards are read."""

    def cards(self) -> Iterator[Incoming]:
        """Yield all cards. Raises BadFile."""
        lines = Lines(lines_of(self._file))
        rules = rules_of(lines)
        if rules.get("html", "").strip().lower() == "true":
            self._read = from_html
        deck = rules.get("deck", "").strip()
        self._name = self._name if not deck or _DECK_ID.fullmatch(deck) else deck
        self._tags = tuple(rules.get("tags", "").split())
        first = lines.first(SNIFFED_LINES)
        if len(first) < SNIFFED_LINES and (pasted := split_line(first)) is not None:
            lines, first = Lines(iter(pasted)), pasted
        sign = named(rules["separator"]) if "separator" in rules else chosen(first)
        if sign is None and not is_paired(first):
            raise _no_columns()
        yield from self._pairs(lines) if sign is None else self._rows(lines, rules, sign)

    def _rows(self, lines: Lines, rules: dict[str, str], sign: str) -> Iterator[Incoming]:
        self._sign = sign
        ahead = lines.first(SNIFFED_LINES)
        first = rows_by(sign, ahead)
        table = Rows(sign, width_of(first))
        has_header = bool(first) and is_header(first[0])
        names = rules["columns"].split(sign) if "columns" in rules else []
        columns = by_header(first[0]) if has_header else by_rules(rules, table.width, names)
        rows = joined(table.read(lines)) if is_spaced(ahead, sign) else table.read(lines)
        full = (row for row in rows if any(map(str.strip, row)))
        if has_header:
            next(full)
        is_anki = bool(rules.keys() - {"separator"})
        for row in full:
            is_comment = is_anki and row[0].startswith("#")
            yield self._left(row, COMMENT) if is_comment else self._card(row, columns)

    def _pairs(self, lines: Lines) -> Iterator[Incoming]:
        """Yield a card for each block: its first line is the front, the others are the back."""
        for block in blocks(lines):
            yield self._made(self._name, self._read(block[0]), self._read("".join(block[1:])))

    def _left(self, row: list[str], why: str) -> Incoming:
        return replace(self._made(self._name, self._sign.join(row), ""), left=why)

    def _card(self, row: list[str], columns: Columns) -> Incoming:
        row = fitted(row, columns, self._sign)
        read = _ours if columns.is_ours else self._read
        back = read(_cell(row, columns.back))
        more = [] if columns.is_ours else self._more(row, columns)
        card = self._made(
            (_ours if columns.is_ours else _plain)(_cell(row, columns.deck)) or self._name,
            read(_cell(row, columns.front)),
            "\n".join([*filter(None, [back]), *more]),
        )
        kind = _cell(row, columns.kind)
        return replace(
            card,
            kind="cloze" if kind == "cloze" else card.kind,
            left=_NEED_PICTURES.get(kind, ""),
            uid=own_uid(_cell(row, columns.uid).strip()) or card.uid,
            tags=(*self._tags, *tags_in(_cell(row, columns.tags), is_ours=columns.is_ours)),
        )

    def _more(self, row: list[str], columns: Columns) -> list[str]:
        """Return what stands in further cells, to be kept below the back, and count it."""
        found = [text for place in columns.further(len(row)) if (text := self._read(row[place]))]
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


def _no_columns() -> BadFile:
    return BadFile(
        _(
            "This file has no second column. A deck has two columns, front and back, with a comma, a "
            "semicolon or a tab between them."
        )
    )
