"""Our cards as notes of our own note types, whose ids stay: importing them again updates."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import SERVER
from studylens.language import _
from studylens.models import LABEL, CardPicture
from studylens.study.exchange.anki import occlusion, own_questions
from studylens.study.exchange.anki.scheduling.leaving import LEECH
from studylens.study.exchange.contents import Card, Deck, cards_of
from studylens.study.exchange.html_pictures import HIDDEN
from studylens.study.exchange.incoming import IMPORT
from studylens.study.exchange.markup import to_cloze, to_html

if TYPE_CHECKING:
    import genanki  # type: ignore[import-untyped]

BASIC_MODEL, CLOZE_MODEL = 1_730_481_001, 1_730_481_002
"""Ids of our two note types in every collection; other ids would make copies of them on each import."""
_FIELDS = ("Front", "Back", "Source", "Studylens id")
_CLOZE_FIELDS = ("Text", "Back Extra", "Source", "Studylens id")
_QUESTION_TAGS = ["studylens", "studylens::question"]
_SOURCE = '<div class="source">{{Source}}</div>'
_CSS = """.card { font: 20px/1.5 system-ui, sans-serif; text-align: center; max-width: 34em; margin: auto; }
.cloze { font-weight: bold; color: #0f6b5c; } .nightMode .cloze { color: #74d4c0; }
.source { margin-top: 1.5em; font-size: 14px; opacity: .7; }
"""


Models = tuple["genanki.Model", "genanki.Model", "genanki.Model", "genanki.Model"]


@dataclass(frozen=True)
class Written:
    """A note, and the ids of our cards by their places in it."""

    note: "genanki.Note"
    cards: Mapping[int, int]


@dataclass(frozen=True)
class Making:
    """What notes are made with: our note types, pictures that go along, ids of cards that are leeches."""

    models: Models
    media: occlusion.Media
    leeches: frozenset[int] = frozenset()
    questions: bool = False
    """Questions of quizzes go along, too."""


def notes_of(session: Session, deck: Deck, making: Making) -> Iterator[Written]:
    """Yield a note for each card of a deck, for each picture with hidden labels, and for each question."""
    import genanki  # noqa: PLC0415 - 1.1 MB that only who exports to Anki pays for.

    (basic, cloze, labels, asking), media, leeches = making.models, making.media, making.leeches
    in_pictures, pictures = [], _pictures(session, deck.pack_id)
    for card in cards_of(session, deck.pack_id):
        if card.kind == LABEL:
            in_pictures.append(card)
            continue
        answer, _, extra = card.back.partition("\n")
        text = to_cloze(card.front, answer, card.origin) if card.kind == "cloze" else None
        sides = [text, extra] if text else [to_html(card.front, card.origin), card.back]
        sides[1] = to_html(sides[1], card.origin)
        for picture in pictures.get(card.uid, ()):
            # What a front hides must not be seen on it.
            side = 1 if picture.on_back or picture.hidden else 0
            sides[side] += _picture(picture, media, is_alone=not sides[side])
        fields = [*sides, _source(card.source_line, card.source_text, card.origin), card.uid]
        tags = _tags(card, is_leech=card.id in leeches)
        yield Written(genanki.Note(cloze if text else basic, fields, tags=tags, guid=card.uid), {0: card.id})
    for card in in_pictures[:1]:
        for guid, fields, places in occlusion.notes_of(session, deck.pack_id, media):
            tags = _tags(card, is_leech=not leeches.isdisjoint(places.values()))
            yield Written(genanki.Note(labels, fields, tags=tags, guid=guid), places)
    for question, line in own_questions.questions_of(session, deck.pack_id) if making.questions else ():
        fields = own_questions.fields_of(question, _source(question.source_line, line, question.origin))
        guid = own_questions.uid_of(question)
        yield Written(genanki.Note(asking, fields, tags=_QUESTION_TAGS, guid=guid), {})


def _pictures(session: Session, pack_id: str) -> dict[str, list[Any]]:
    """Return what is drawn beside cards, by their uids; the bytes are read when they are written."""
    told = (CardPicture.on_back, CardPicture.hidden, CardPicture.alt)
    wanted = select(CardPicture.card_uid, CardPicture.id, CardPicture.webp, *told)
    found: dict[str, list[Any]] = {}
    for row in session.execute(wanted.where(CardPicture.pack_id == pack_id).order_by(CardPicture.id)):
        found.setdefault(row.card_uid, []).append(row)
    return found


def _picture(picture: Any, media: occlusion.Media, *, is_alone: bool) -> str:
    side = "-back" if picture.on_back else ""
    name = f"studylens-{picture.card_uid}{side}.{'webp' if picture.webp else 'png'}"
    media.add_card(picture.id, name)
    more = f' {HIDDEN}="{" ".join(map(str, picture.hidden))}"' if picture.hidden else ""
    more += f' alt="{html.escape(picture.alt)}"' if picture.alt else ""
    return f'{"" if is_alone else "<br>"}<img src="{name}"{more}>'


def models_of(genanki: Any) -> Models:
    """Return our note types: a card, a gap, hidden labels, a question."""
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
    return basic, cloze, occlusion.model(genanki), own_questions.model_of(genanki, _CSS, _SOURCE)


def _source(line: int | None, text: str, origin: str) -> str:
    """Name the line of the page that something came from, or say that there is none."""
    if line is None:
        return _("Not on the page") if origin != IMPORT else ""
    return to_html(_("Line %(n)s: %(text)s", n=line, text=text).rstrip(": "), SERVER)


def _tags(card: Card, *, is_leech: bool) -> list[str]:
    engine = card.origin.partition(":")[0] or "unknown"
    tags = ["studylens", f"studylens::{_tag(engine)}", *(_tag(tag) for tag in card.tags)]
    return [*tags, *(["studylens::draft"] if card.is_draft else []), *([LEECH] if is_leech else [])]


def _tag(text: str) -> str:
    return "_".join(text.split()).replace('"', "'") or "_"
