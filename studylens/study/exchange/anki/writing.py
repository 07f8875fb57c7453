"""Packs as an Anki deck file (.apkg): a note a card, whose id stays, so that importing it again updates.

The file is written through genanki note by note, so memory does not grow with the deck.
"""

import itertools
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from studylens.study.exchange.anki import occlusion
from studylens.study.exchange.anki.own_notes import Making, Written, models_of, notes_of
from studylens.study.exchange.anki.scheduling.leaving import Leaving
from studylens.study.exchange.anki.scheduling.log import write_answers
from studylens.study.exchange.contents import Deck
from studylens.study.exchange.deck_names import under_root


@dataclass(frozen=True)
class Along:
    """What goes along with the cards.

    `pictures`: JPEG files, by page, of which no copy is kept here; only for one deck alone. `leaving`: when
    the cards come back and what was answered; without it a card is new to whoever gets it. `questions`: those
    of quizzes, each a note of its own.
    """

    pictures: Mapping[int, IO[bytes]] | None = None
    leaving: Leaving | None = None
    questions: bool = False


def write_anki(
    session: Session,
    decks: Iterable[Deck],
    file: IO[bytes],
    *,
    scratch: Path,
    at: float,
    along: Along = Along(),
) -> int:
    """Write the decks to `file` as .apkg and return the number of notes.

    `scratch` is an empty path for the database on its way; `at` (Unix seconds) is the notes' time of change.
    """
    connection, media = sqlite3.connect(scratch), occlusion.Media(along.pictures)
    try:
        outside = _Outside(connection.cursor(), media, along, at)
        notes = _write_collection(session, decks, outside)
        connection.commit()
    finally:
        connection.close()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(scratch, "collection.anki2")
        archive.writestr("media", json.dumps(media.names))
        for name, jpeg in media.files(session):
            archive.writestr(name, jpeg, zipfile.ZIP_STORED)
    return notes


@dataclass(frozen=True)
class _Outside:
    """Where it is written to, and what goes along; `at`: the notes' time of change, in Unix seconds."""

    cursor: sqlite3.Cursor
    media: occlusion.Media
    along: Along
    at: float


def _write_collection(session: Session, decks: Iterable[Deck], outside: _Outside) -> int:
    # Inside: 1.1 MB that only who exports to Anki pays for.
    import genanki  # type: ignore[import-untyped] # noqa: PLC0415
    from genanki.apkg_col import APKG_COL  # type: ignore[import-untyped] # noqa: PLC0415
    from genanki.apkg_schema import APKG_SCHEMA  # type: ignore[import-untyped] # noqa: PLC0415

    outside.cursor.executescript(APKG_SCHEMA)
    outside.cursor.executescript(APKG_COL)
    if outside.along.leaving:
        outside.along.leaving.begin(outside.cursor)
    ids = itertools.count(int(outside.at * 1000))
    written = 0
    for deck in decks:
        written += _write_deck(session, deck, outside, ids)
    if not written:  # Anki refuses a file whose notes have no type.
        genanki.Deck(1, "Studylens").write_to_db(outside.cursor, outside.at, ids)
    return written


def _write_deck(session: Session, deck: Deck, outside: _Outside, ids: Iterator[int]) -> int:
    """Write the deck's row with its note types, then one note after another, then what was answered."""
    import genanki  # noqa: PLC0415 - see _write_collection.

    cursor, leaving, models = outside.cursor, outside.along.leaving, models_of(genanki)
    known = leaving.schedules(session, deck.pack_id) if leaving else {}
    leeches = frozenset(number for number, memory in known.items() if memory.leech)
    notes = notes_of(session, deck, Making(models, outside.media, leeches, outside.along.questions))
    row = genanki.Deck(_deck_id(deck.pack_id), under_root(deck.name))
    first = next(notes, None)
    for model in models if first else ():
        row.add_model(model)
    row.write_to_db(cursor, outside.at, ids)
    written, numbers = 0, dict[int, int]()
    for one in itertools.chain([first] if first else [], notes):
        one.note.write_to_db(cursor, outside.at, row.deck_id, ids)
        written += 1
        numbers |= _numbers(cursor, one)
    if leaving:
        for card_id in numbers.keys() & known.keys():
            leaving.write(cursor, numbers[card_id], known[card_id])
        write_answers(cursor, session, numbers)
    return written


def _numbers(cursor: sqlite3.Cursor, written: Written) -> dict[int, int]:
    """Return the numbers in the file of a note's cards that are ours; genanki counts them one by one."""
    made = [card.ord for card in written.note.cards]
    first = (cursor.lastrowid or 0) - len(made) + 1
    places = {place: first + n for n, place in enumerate(made)}
    return {written.cards[place]: number for place, number in places.items() if place in written.cards}


def _deck_id(pack_id: str) -> int:
    """Return a number that stays with the pack, in the range that Anki's own ids never use."""
    return (1 << 30) + int(pack_id[:8], 16) % (1 << 30)
