"""How a table is to be read: by its first lines, and by what the student chose instead."""

import re
from dataclasses import dataclass, field, replace

from studylens.errors import BadFile
from studylens.language import _
from studylens.study.exchange.tables.blocks import is_asked, is_paired, is_spaced
from studylens.study.exchange.tables.choice import Choice
from studylens.study.exchange.tables.columns import Columns, by_header, by_rules, is_header
from studylens.study.exchange.tables.lines import Lines, rules_of
from studylens.study.exchange.tables.separators import (
    LINES,
    chosen,
    named,
    rows_by,
    split_line,
    width_of,
)

SNIFFED_LINES = 20
"""Lines that decide which sign stands between the columns."""
_DECK_ID = re.compile(r"\d{10,}")
"""Anki's number of a deck, where its name may stand."""


@dataclass(frozen=True)
class Layout:
    """How a table is read; `sign` is None where the front stands on a line above the back."""

    sign: str | None
    columns: Columns = field(default_factory=Columns)
    first: tuple[str, ...] = ()
    """The cells of its first row, be it a heading or not."""
    has_heading: bool = False
    is_html: bool = False
    is_spaced: bool = False
    """Blank lines stand between its rows, so that the last cell may go on for some lines."""
    has_comments: bool = False
    """Anki has written it: a line with # in front is none of its rows."""
    deck: str = ""
    """Where a row's card goes when no column says so."""
    tags: tuple[str, ...] = ()
    """What all its cards are tagged with."""


def laid_out(lines: Lines, name: str, choice: Choice) -> tuple[Layout, Lines]:
    """Return how the lines are to be read, and those that are left. Raises BadFile without any columns.

    `name` is the deck's when nothing in the table says one.
    """
    rules = rules_of(lines)
    first = lines.first(SNIFFED_LINES)
    if choice.sign in {"", "\t"} and lines.peek(len(first)) is None and (pasted := split_line(first)):
        lines, first = Lines(iter(pasted)), pasted
    deck = rules.get("deck", "").strip()
    found = Layout(
        _sign(first, rules, choice),
        is_html=_is_html(rules) if choice.html is None else choice.html,
        has_comments=bool(rules.keys() - {"separator"}),
        deck=name if not deck or _DECK_ID.fullmatch(deck) else deck,
        tags=tuple(rules.get("tags", "").split()),
    )
    if found.sign is None:
        return found, lines
    rows = rows_by(found.sign, first)
    head = rows[0] if rows else []
    has_heading = is_header(head) if choice.heading is None else choice.heading
    columns = _columns(head, rules, width_of(rows), has_heading=has_heading, sign=found.sign)
    if choice.columns:
        columns = columns.named(choice.columns)
    spaced = is_spaced(first, found.sign)
    return replace(
        found, columns=columns, first=tuple(head), has_heading=has_heading, is_spaced=spaced
    ), lines


def _sign(first: list[str], rules: dict[str, str], choice: Choice) -> str | None:
    if choice.separator == LINES or (not choice.sign and is_asked(first)):
        return None
    if choice.sign:
        return choice.sign
    sign = named(rules["separator"]) if "separator" in rules else chosen(first)
    if sign is None and not is_paired(first):
        raise BadFile(
            _(
                "This file has no second column. A deck has two columns, front and back, with a comma, a "
                "semicolon or a tab between them."
            )
        )
    return sign


def _columns(head: list[str], rules: dict[str, str], width: int, *, has_heading: bool, sign: str) -> Columns:
    if is_header(
        head
    ):  # Also where the student wants that row as a card: its words are right about the rest.
        return by_header(head)
    names = rules["columns"].split(sign) if "columns" in rules else []
    return by_rules(rules, width, head if has_heading else names)


def _is_html(rules: dict[str, str]) -> bool:
    return rules.get("html", "").strip().lower() == "true"
