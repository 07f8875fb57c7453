"""Cards as AnkiConnect shows notes and cards: each of our cards is a note of its own with one card."""

from typing import Any

from studylens.anki_door.decks import Decks
from studylens.anki_door.notetypes import BASIC, FIELDS
from studylens.anki_door.service import Card
from studylens.study.exchange.markup import to_html

_TYPES = {"draft": 0, "new": 0, "learning": 1, "review": 2, "relearning": 3}
_QUEUES = {0: 0, 1: 1, 2: 2, 3: 1}
_SUSPENDED = -1


def note_info(card: Card, decks: Decks) -> dict[str, Any]:
    """Return an answer of `notesInfo`."""
    _deck, tags = decks.of_card(card.pack)
    return {
        "noteId": card.number,
        "tags": [tag.replace(" ", "_") for tag in tags],
        "fields": fields_of(card),
        "modelName": BASIC,
        "cards": [card.number],
    }


def card_info(card: Card, decks: Decks) -> dict[str, Any]:
    """Return an answer of `cardsInfo`; `interval` is the stability, in days: when 90 % are still known."""
    kind = _TYPES.get(card.state, 0)
    fields = fields_of(card)
    return {
        "cardId": card.number,
        "fields": fields,
        "fieldOrder": 0,
        "question": fields["Front"]["value"],
        "answer": fields["Back"]["value"],
        "modelName": BASIC,
        "ord": 0,
        "deckName": decks.of_card(card.pack)[0],
        "css": "",
        "factor": 0,
        "interval": round(card.stability or 0),
        "note": card.number,
        "type": kind,
        "queue": _SUSPENDED if card.suspended else _QUEUES[kind],
        "due": int(card.due_at.timestamp()) if card.due_at else 0,
        "reps": card.reps,
        "lapses": card.lapses,
        "left": 0,
        "flags": 0,
    }


def fields_of(card: Card) -> dict[str, dict[str, Any]]:
    """Return the fields of a card's note, as HTML."""
    front, back = FIELDS[BASIC]
    return {
        front: {"value": to_html(card.front, card.origin), "order": 0},
        back: {"value": to_html(card.back, card.origin), "order": 1},
    }
