"""Cards as a table that every spreadsheet opens, and none runs."""

import csv
import io
from collections.abc import Iterable
from typing import IO

from sqlalchemy.orm import Session

from studylens.study.exchange.contents import Card, Deck, cards_of
from studylens.study.exchange.tables.cells import guarded
from studylens.study.exchange.tables.columns import COLUMNS


def write_csv(session: Session, decks: Iterable[Deck], file: IO[bytes]) -> int:
    """Write all cards as CSV and return their number.

    UTF-8 with a byte order mark, without which Excel garbles every accent; what a spreadsheet would run as a
    formula begins with an apostrophe.
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


def _cells(deck: Deck, card: Card) -> list[str]:
    return [
        deck.name,
        card.front,
        card.back,
        card.kind,
        str(card.source_line or ""),
        card.source_text,
        card.origin,
        ", ".join(card.tags),
        "yes" if card.is_draft else "",
        card.uid,
    ]
