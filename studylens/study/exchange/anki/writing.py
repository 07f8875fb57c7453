"""Packs as an Anki deck file (.apkg): a note a card, whose id stays, so that importing it again updates.

The file is written through genanki note by note, so memory does not grow with the deck.
"""

import itertools
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import SERVER
from studylens.language import _
from studylens.models import LABEL, CardPicture
from studylens.study.exchange.anki import occlusion
from studylens.study.exchange.contents import Card, Deck, cards_of
from studylens.study.exchange.markup import to_cloze, to_html

if TYPE_CHECKING:
    import genanki  # type: ignore[import-untyped]

BASIC_MODEL, CLOZE_MODEL = 1_730_481_001, 1_730_481_002
"""Ids of our two note types in every collection; other ids would make copies of them on each import."""
_FIELDS = ("Front", "Back", "Source", "Studylens id")
_CLOZE_FIELDS = ("Text", "Back Extra", "Source", "Studylens id")
_SOURCE = '<div class="source">{{Source}}</div>'
_CSS = """.card { font: 20px/1.5 system-ui, sans-serif; text-align: center; max-width: 34em; margin: auto; }
.cloze { font-weight: bold; color: #0f6b5c; } .nightMode .cloze { color: #74d4c0; }
.source { margin-top: 1.5em; font-size: 14px; opacity: .7; }
"""


_Models = tuple["genanki.Model", "genanki.Model", "genanki.Model"]


def write_anki(
    session: Session,
    decks: Iterable[Deck],
    file: IO[bytes],
    *,
    scratch: Path,
    at: float,
    pictures: Mapping[int, IO[bytes]] | None = None,
) -> int:
    """Write the decks to `file` as .apkg and return the number of notes.

    `scratch` is an empty path for the database on its way; `at` (Unix seconds) is the notes' time of change.
    `pictures`: JPEG files, by page, of which no copy is kept here; only for one deck alone.
    """
    connection, media = sqlite3.connect(scratch), occlusion.Media(pictures)
    try:
        notes = _write_collection(session, decks, connection.cursor(), media, at=at)
        connection.commit()
    finally:
        connection.close()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(scratch, "collection.anki2")
        archive.writestr("media", json.dumps(media.names))
        for name, jpeg in media.files(session):
            archive.writestr(name, jpeg, zipfile.ZIP_STORED)
    return notes


def _write_collection(
    session: Session, decks: Iterable[Deck], cursor: sqlite3.Cursor, media: occlusion.Media, *, at: float
) -> int:
    # Inside: 1.1 MB that only who exports to Anki pays for.
    import genanki  # noqa: PLC0415
    from genanki.apkg_col import APKG_COL  # type: ignore[import-untyped] # noqa: PLC0415
    from genanki.apkg_schema import APKG_SCHEMA  # type: ignore[import-untyped] # noqa: PLC0415

    cursor.executescript(APKG_SCHEMA)
    cursor.executescript(APKG_COL)
    models = _models(genanki)
    ids = itertools.count(int(at * 1000))
    written = 0
    for deck in decks:
        written += _write_deck(cursor, deck, _notes(session, deck, models, media), at=at, ids=ids)
    if not written:  # Anki refuses a file whose notes have no type.
        genanki.Deck(1, "Studylens").write_to_db(cursor, at, ids)
    return written


def _write_deck(
    cursor: sqlite3.Cursor, deck: Deck, notes: Iterator["genanki.Note"], *, at: float, ids: Iterator[int]
) -> int:
    """Write the deck's row with its note types, then one note after another."""
    import genanki  # noqa: PLC0415 - see _write_collection.

    row = genanki.Deck(_deck_id(deck.pack_id), _deck_name(deck.title))
    first = next(notes, None)
    for model in _models(genanki) if first else ():
        row.add_model(model)
    row.write_to_db(cursor, at, ids)
    written = 0
    for note in itertools.chain([first] if first else [], notes):
        note.write_to_db(cursor, at, row.deck_id, ids)
        written += 1
    return written


def _notes(session: Session, deck: Deck, models: _Models, media: occlusion.Media) -> Iterator["genanki.Note"]:
    import genanki  # noqa: PLC0415 - see _write_collection.

    basic, cloze, labels = models
    in_pictures, pictures = [], _pictures(session, deck.pack_id)
    for card in cards_of(session, deck.pack_id):
        if card.kind == LABEL:
            in_pictures.append(card)
            continue
        answer, _, extra = card.back.partition("\n")
        text = to_cloze(card.front, answer, card.origin) if card.kind == "cloze" else None
        sides = [text, extra] if text else [to_html(card.front, card.origin), card.back]
        sides[1] = to_html(sides[1], card.origin)
        if (picture := pictures.get(card.uid)) is not None:
            # What a front hides must not be seen on it.
            side = 1 if text or picture.on_back or picture.hidden else 0
            sides[side] += _picture(picture, media, is_alone=not sides[side])
        fields = [*sides, _source(card), card.uid]
        yield genanki.Note(cloze if text else basic, fields, tags=_tags(card), guid=card.uid)
    for card in in_pictures[:1]:
        for guid, fields in occlusion.notes_of(session, deck.pack_id, media):
            yield genanki.Note(labels, fields, tags=_tags(card), guid=guid)


def _pictures(session: Session, pack_id: str) -> dict[str, Any]:
    """Return what is drawn beside cards, by their uids; the bytes are read when they are written."""
    wanted = (CardPicture.card_uid, CardPicture.id, CardPicture.webp, CardPicture.on_back, CardPicture.hidden)
    return {
        row.card_uid: row for row in session.execute(select(*wanted).where(CardPicture.pack_id == pack_id))
    }


def _picture(picture: Any, media: occlusion.Media, *, is_alone: bool) -> str:
    name = f"studylens-{picture.card_uid}.{'webp' if picture.webp else 'png'}"
    media.add_card(picture.id, name)
    return f'{"" if is_alone else "<br>"}<img src="{name}">'


def _models(genanki: Any) -> _Models:
    front = '<div dir="auto">{{Front}}</div>'
    back = '{{FrontSide}}<hr id=answer><div dir="auto">{{Back}}</div>' + _SOURCE
    basic = genanki.Model(
        BASIC_MODEL,
        "Studylens card",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card 1", "qfmt": front, "afmt": back}],
        css=_CSS,
    )
    text = '<div dir="auto">{{cloze:Text}}</div>'
    cloze = genanki.Model(
        CLOZE_MODEL,
        "Studylens gap",
        fields=[{"name": name} for name in _CLOZE_FIELDS],
        templates=[{"name": "Cloze", "qfmt": text, "afmt": f"{text}<br>{{{{Back Extra}}}}{_SOURCE}"}],
        css=_CSS,
        model_type=genanki.Model.CLOZE,
    )
    return basic, cloze, occlusion.model(genanki)


def _source(card: Card) -> str:
    """Name the line of the page that the card came from, or say that there is none."""
    if card.source_line is None:
        return _("Not on the page") if card.origin != "import" else ""
    told = _("Line %(n)s: %(text)s", n=card.source_line, text=card.source_text).rstrip(": ")
    return to_html(told, SERVER)


def _tags(card: Card) -> list[str]:
    engine = card.origin.partition(":")[0] or "unknown"
    tags = ["studylens", f"studylens::{_tag(engine)}", *(_tag(tag) for tag in card.tags)]
    return [*tags, "studylens::draft"] if card.is_draft else tags


def _tag(text: str) -> str:
    return "_".join(text.split()).replace('"', "'") or "_"


def _deck_id(pack_id: str) -> int:
    """Return a number that stays with the pack, in the range that Anki's own ids never use."""
    return (1 << 30) + int(pack_id[:8], 16) % (1 << 30)


def _deck_name(title: str) -> str:
    name = " ".join(title.replace("::", ": ").split())[:100]
    return f"Studylens::{name or 'Untitled page'}"
