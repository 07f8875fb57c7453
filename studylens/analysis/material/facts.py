"""Facts that a page lays out plainly: named formulas, years with events, lists, tables of names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studylens.analysis.material.page import Page, bullets_under
from studylens.analysis.material.rows import FORMULA, HEADING, LABEL, PROSE, Row, is_formula
from studylens.analysis.material.tables import Table

YEAR = re.compile(r"\b(?:1[0-9]\d\d|20\d\d)\b")
_YEARS = re.compile(r"(?:(?:1[0-9]|20)\d\d)(?:\s?[-–]\s?(?:(?:1[0-9]|20)?\d\d))?")
_CELL_FRONT = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True)
class Formula:
    """A formula or reaction and the name that the page gives it (on line `name_n`)."""

    name: str
    text: str
    n: int
    name_n: int


@dataclass(frozen=True)
class Event:
    """A year (or a span of years) and what the page says happened then."""

    year: str
    text: str
    n: int
    source: str


@dataclass(frozen=True)
class Listing:
    """A heading or a sentence that ends with a colon, and the two to seven short members under it."""

    head: str
    members: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class Cell:
    """One entry of a table of names: of `row`, in `column`; `others` are the other entries of the column."""

    row: str
    column: str
    text: str
    others: tuple[str, ...]
    n: int


def find_formulas(page: Page) -> list[Formula]:
    """Return the formulas that have a name: on their own line, or as the heading right above."""
    found = []
    for i, row in enumerate(page.rows):
        label = LABEL.match(row.text)
        if (
            row.trusted
            and label
            and label["mark"] != " ="
            and is_formula(label["text"])
            and _name(label["label"])
        ):
            found.append(Formula(label["label"], label["text"], row.n, row.n))
        above = page.rows[i - 1] if i else None
        if (
            row.kind == FORMULA
            and row.trusted
            and above is not None
            and above.kind == HEADING
            and above.trusted
        ):
            found.append(Formula(above.text, row.text, row.n, above.n))
    return found


def _name(text: str) -> bool:
    return re.search(r"[^\W\d_]{3}", text) is not None and len(text.split()) <= 8


def find_events(page: Page) -> list[Event]:
    """Return the lines of a timeline; a single "1914: ..." is one too."""
    found = []
    for sentence in page.sentences:
        label = LABEL.match(sentence.text) if sentence.trusted else None
        if label and _YEARS.fullmatch(label["label"].strip()) and len(label["text"].split()) >= 2:
            found.append(
                Event(label["label"].strip(), label["text"].rstrip("."), sentence.line_at(0), sentence.text)
            )
    return found


def find_lists(page: Page) -> Iterator[Listing]:
    """Yield the lists; none on a page that asks (a test), where numbered lines are tasks."""
    for i, row in enumerate(page.rows):
        introduces = row.kind == HEADING or (row.kind == PROSE and row.text.endswith(":"))
        if page.is_test or not introduces or not row.trusted or len(row.text) > 120:
            continue
        members = [_member(bullet) for bullet in bullets_under(page, i)]
        if 2 <= len(members) <= 7 and all(members) and len(set(members)) == len(members):
            yield Listing(row.text.rstrip(":"), tuple(members), row.n)


def _member(row: Row) -> str:
    """Return what a bullet lists: its label, or the whole when it is short; empty when it is neither."""
    label = LABEL.match(row.text)
    text = label["label"].strip() if label else row.text.rstrip(".;,")
    short = len(text) <= 50 and len(text.split()) <= 7
    whole = row.trusted and short and ";" not in text and not text.endswith(("?", ":"))
    return text if whole and not is_formula(row.text) and not re.search(r"[()]{2}", text) else ""


def find_cells(page: Page) -> Iterator[Cell]:
    """Yield the entries of tables whose columns are named and whose rows begin with a name."""
    for table in page.tables:
        if table.header and all(_CELL_FRONT.search(cells[0]) for _, cells in table.rows):
            yield from _cells(table)


def _cells(table: Table) -> Iterator[Cell]:
    names = [cells[0] for _, cells in table.rows]
    for k in range(1, len(table.header)):
        column = [cells[k] for _, cells in table.rows]
        if len(set(names)) < len(names) or max(len(text) for text in column) > 60:
            continue
        for (n, cells), text in zip(table.rows, column, strict=True):
            # What stands in several rows ("euro") tells the rows apart too badly to be asked for.
            if column.count(text) == 1:
                others = tuple(dict.fromkeys(other for other in column if other != text))
                yield Cell(cells[0], table.header[k], text, others, n)
