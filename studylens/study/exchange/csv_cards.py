"""Cards as a table: CSV that spreadsheets open safely, and CSV or TSV decks from elsewhere."""

import contextlib
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO

from sqlalchemy.orm import Session

from studylens.errors import BadFile
from studylens.language import _
from studylens.study.exchange.cells import guarded, unguarded
from studylens.study.exchange.contents import Card, Deck, cards_of
from studylens.study.exchange.incoming import Incoming, own_uid
from studylens.study.exchange.markup import from_html

COLUMNS = ("pack", "front", "back", "kind", "source_line", "source", "origin", "tags", "draft", "id")
DELIMITERS = ("\t", ",", ";", "|")
LINE_CHARS = 64 * 1024
"""A line of a table: two sides have 2,000 characters; without a bound a file is one line of 20 MB."""
SNIFFED_LINES = 20
"""Lines that decide which character stands between the columns."""
_FRONTS = {"front", "question", "term", "word", "prompt"}
_BACKS = {"back", "answer", "definition", "meaning", "translation"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DIRECTIVE = re.compile(r"#(?P<name>separator|html|deck|notetype|columns|tags|[a-z ]+ column):(?P<value>.*)")
"""The first lines of Anki's own text export."""
_NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def write_csv(session: Session, decks: Iterable[Deck], file: IO[bytes]) -> int:
    """Write all cards as CSV and return their number.

    UTF-8 with a byte order mark, without which Excel garbles every accent; a cell that a spreadsheet would
    run as a formula begins with an apostrophe.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(COLUMNS)
    written = 0
    for deck in decks:
        for card in cards_of(session, deck.pack_id):
            table.writerow([guarded(cell) for cell in _cells(deck, card)])
            written += 1
    text.detach()
    return written


def read_table(file: IO[bytes], name: str) -> Iterator[Incoming]:
    """Yield the cards of a CSV or TSV file; `name` is the deck's when no column says it. Raises BadFile."""
    lines = _lines(file)
    rules, lines = _directives(lines)
    first = list(islice(lines, SNIFFED_LINES))
    delimiter = _NAMED.get(rules.get("separator", "").lower()) or sniff(first)
    rows = csv.reader(chain(first, lines), delimiter=delimiter)
    try:
        yield from _cards(rows, name, is_html=rules.get("html", "") == "true")
    except csv.Error as error:
        raise BadFile(_("This table could not be read: a quotation mark may be missing.")) from error


def sniff(lines: list[str]) -> str:
    """Return the character between the columns: the one that most lines have. Raises BadFile for none."""
    lines = [line for line in lines if line.strip()]
    counts = {sign: sum(sign in line for line in lines) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: counts[sign])
    if not counts[best]:
        raise BadFile(
            _(
                "This file has no second column. A deck has two columns, front and back, with a comma, a "
                "semicolon or a tab between them."
            )
        )
    return best


def _cells(deck: Deck, card: Card) -> list[str]:
    return [
        deck.title,
        card.front,
        card.back,
        card.kind,
        str(card.source_line or ""),
        card.source_text,
        card.origin,
        " ".join(card.tags),
        "yes" if card.is_draft else "",
        card.uid,
    ]


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a text file with their ends. Raises BadFile when they are none."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        while line := text.readline(LINE_CHARS):
            if len(line) == LINE_CHARS:
                raise BadFile(_("This file has a line that is far too long for a card."))
            if "\x00" in line:
                raise BadFile
            yield line
    except UnicodeError as error:
        raise BadFile(_("This file is not UTF-8 text. Save it as “CSV UTF-8” and send it again.")) from error
    finally:
        with contextlib.suppress(ValueError):  # The file is closed: its reader was given up.
            text.detach()


def _directives(lines: Iterator[str]) -> tuple[dict[str, str], Iterator[str]]:
    rules: dict[str, str] = {}
    for line in lines:
        found = _DIRECTIVE.fullmatch(line.strip())
        if found is None:
            return rules, chain([line], lines)
        rules[found["name"]] = found["value"].strip()
    return rules, iter(())


def _cards(rows: Iterator[list[str]], name: str, *, is_html: bool) -> Iterator[Incoming]:
    places: dict[str, int] | None = None
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if places is None:
            places = _header(row)
            if places:
                continue
            places = {"front": 0, "back": 1}
        yield _card(row, places, name, is_html=is_html)


def _header(row: list[str]) -> dict[str, int]:
    """Return the place of each column that we know; empty when the first row is a card already."""
    names = [cell.strip().lstrip("\ufeff").casefold() for cell in row]
    front = next((place for place, cell in enumerate(names) if cell in _FRONTS), None)
    back = next((place for place, cell in enumerate(names) if cell in _BACKS), None)
    if front is None or back is None:
        return {}
    known = {cell: place for place, cell in enumerate(names) if cell in {"pack", "kind", "id", "deck"}}
    return {**known, "front": front, "back": back}


def _card(row: list[str], places: dict[str, int], name: str, *, is_html: bool) -> Incoming:
    cells = {column: unguarded(row[place]) if place < len(row) else "" for column, place in places.items()}
    read = from_html if is_html else str.strip
    front, back = read(cells["front"]), read(cells["back"])
    made = hashlib.sha256(f"table:{front}\x00{back}".encode("utf-8", "replace")).hexdigest()[:32]
    return Incoming(
        deck=cells.get("pack", "").strip() or cells.get("deck", "").strip() or name,
        front=front,
        back=back,
        kind="cloze" if cells.get("kind") == "cloze" else "short_answer",
        uid=own_uid(cells.get("id", "").strip()) or made,
    )
