"""The first rows of a table as the cards that they would become, and how many come in, before they do.

Reads a file's begin, within a bound of processor time; nothing of it stays in memory but these rows, and a
number for each card.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from studylens.errors import BadFile, StudylensError
from studylens.import_limits import LOOK_CPU_SECONDS, PREVIEW_ROWS, SHOWN_CHARS
from studylens.language import _
from studylens.storable import printable
from studylens.study.exchange.incoming import Budget, Incoming, sifted, too_slow
from studylens.study.exchange.tables.choice import Choice
from studylens.study.exchange.tables.columns import fitted
from studylens.study.exchange.tables.layout import Layout
from studylens.study.exchange.tables.lines import Lines, lines_of
from studylens.study.exchange.tables.reading import Table

WATCHED_LINES = 1_000
"""Lines between two looks at the clock: a millisecond."""
ROWS, CARDS = "rows", "cards"
"""Counts: rows that were looked at, without a heading (one with gaps for each of them); what comes in."""


@dataclass(frozen=True)
class Shown:
    """A row as it would come in; long texts are cut."""

    front: str
    back: str
    tags: tuple[str, ...]
    deck: str
    out: tuple[str, ...]
    """Cells that are left out."""
    why: str
    """Why the row is left out, one of counted.LEFT_OUT; empty: it comes in."""


@dataclass(frozen=True)
class Preview:
    """What a table would become."""

    layout: Layout | None
    """How it is read; None when it cannot be read at all."""
    rows: tuple[Shown, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    """ROWS, CARDS, and by its reason what is left out or not taken as it stands."""
    uids: tuple[str, ...] = field(default=(), repr=False)
    """Of the cards that come in: by them it is told which are here already."""
    is_whole: bool = True
    """Whether all rows were looked at."""
    problem: str = ""
    """Why it would be refused, as a sentence."""


def check_text(file: IO[bytes], encoding: str) -> None:
    """Raise BadFile for what is no text at all, or is empty. Reads the first lines."""
    if not Lines(lines_of(file, encoding)).first(PREVIEW_ROWS):
        raise BadFile(_("There is no card in this file."))


def look(
    file: IO[bytes], name: str, choice: Choice, clock: Callable[[], float] = time.thread_time
) -> Preview:
    """Return what the table would become. `name` is the deck's where the table names none."""
    return _Looking(clock).look(file, name, choice)


class _TimeUp(Exception):
    """The table goes on, and nobody waits for its end."""


class _Looking:
    """One look at a table."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = clock() + LOOK_CPU_SECONDS
        self._cells: list[str] = []
        self._rows: list[Shown] = []
        self._uids: list[str] = []
        self._counts = Counter[str]()

    def look(self, file: IO[bytes], name: str, choice: Choice) -> Preview:
        self._table = Table(file, name, choice, watch=self._watched)
        layout, is_whole, problem = None, True, ""
        try:
            layout = self._table.layout
            self._count()
        except _TimeUp:
            is_whole = False
        except StudylensError as error:
            problem = error.sentence
        counts = {name: n for name, n in (self._counts + self._table.said).items() if n}
        if layout is None and not is_whole:
            problem = too_slow().sentence
        elif is_whole and not problem and not counts.get(CARDS):
            problem = _no_card(counts)
        return Preview(layout, tuple(self._rows), counts, tuple(self._uids), is_whole, problem)

    def _count(self) -> None:
        """Look at rows until time is up, but at the first ones in any case."""
        for card, why in sifted(self._cards(), Budget(self._clock)):
            if self._counts[ROWS] >= PREVIEW_ROWS and self._clock() > self._until:
                raise _TimeUp
            self._counts.update((ROWS, why or CARDS))
            if not why:
                self._uids.append(card.uid)
            if len(self._rows) < PREVIEW_ROWS:
                self._rows.append(self._shown(card, why))

    def _watched(self, lines: Iterator[str]) -> Iterator[str]:
        """Hand lines on; a row, or the blank lines behind it, may be all the rest of the file."""
        for number, line in enumerate(lines, start=1):
            if number % WATCHED_LINES == 0 and self._clock() > self._until:
                raise _TimeUp
            yield line

    def _cards(self) -> Iterator[Incoming]:
        for cells, card in self._table.rows():
            self._cells = cells
            yield card

    def _shown(self, card: Incoming, why: str) -> Shown:
        layout = self._table.layout
        cells = fitted(self._cells, layout.columns, layout.sign) if layout.sign else []
        out = [cells[place] for place in sorted(layout.columns.ignored) if place < len(cells)]
        found = (_short(printable(cell).strip()) for cell in out)
        return Shown(
            _short(card.front), _short(card.back), card.tags, card.deck, tuple(filter(None, found)), why
        )


def _no_card(counts: dict[str, int]) -> str:
    if not counts.get(ROWS):
        return _("There is no card in this file.")
    return _(
        "Read like this, none of its rows becomes a card. Choose what stands between the columns, below."
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
