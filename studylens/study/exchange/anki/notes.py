"""A card of a note of Anki -> our card: what the front asks, and what only the back tells. Pure."""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from studylens.study.exchange.anki.gaps import GAP, Gaps
from studylens.study.exchange.anki.notetypes import OCCLUSION, NoteType
from studylens.study.exchange.anki.own_notes import BASIC_MODEL, CLOZE_MODEL
from studylens.study.exchange.anki.own_questions import QUESTION_MODEL, question_in
from studylens.study.exchange.anki.templates import BadTemplate, Part, Sheet, hints, is_blank, render
from studylens.study.exchange.html_text import PICTURE
from studylens.study.exchange.incoming import (
    EMPTY,
    IMPORT,
    LABELS,
    PICTURES,
    SOUNDS,
    TEMPLATES,
    TOO_LONG,
    Incoming,
    own_uid,
)
from studylens.study.exchange.markup import from_html

FIELD_CHARS = 10_000
"""A field before its markup is gone; notes with longer ones are left out."""
MOST_FIELDS = 100
_RULE = re.compile("<hr[^<>]*>", re.IGNORECASE)
_IS_ANSWER = re.compile(r"""\bid\s*=\s*["']?answer\b""", re.IGNORECASE)
_HEARD = re.compile(r"\[sound:[^\[\]]*\]|<(?:audio|video)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Note:
    """A note as it stands in the file, and all that its templates may ask for."""

    guid: str
    type_id: int
    fields: tuple[str, ...]
    tags: str = ""
    gaps: Mapping[str, Gaps] = field(default_factory=dict)


def card_of(note: Note, kind: NoteType, place: int, deck: str) -> Incoming:
    """Return the card at this place of its note; one that cannot be shown says why in `left`."""
    card = Incoming(deck, "", "", "short_answer", _uid(note, place), tags=tuple(note.tags.split()))
    if max(map(len, note.fields)) > FIELD_CHARS or len(note.fields) > MOST_FIELDS:
        return replace(card, left=TOO_LONG)
    if note.type_id == QUESTION_MODEL and not place and (found := question_in(note.fields, note.guid, card)):
        return found
    if note.type_id == CLOZE_MODEL or (note.type_id == BASIC_MODEL and not place):
        return _own(note, place, card)  # Further cards have a template that the student made in Anki.
    try:
        return _rendered(note, kind, place, card)
    except BadTemplate:
        return replace(card, left=TEMPLATES)


def gaps_of(kind: NoteType, fields: tuple[str, ...]) -> dict[str, Gaps]:
    """Return the fields of a cloze note with their gaps, by their names."""
    return (
        {name: Gaps(text) for name, text in zip(kind.fields, fields, strict=False)} if kind.is_cloze else {}
    )


def _own(note: Note, place: int, card: Incoming) -> Incoming:
    """Return a card of our own note type: two sides, and behind them source and id."""
    if len(note.fields) < 2:
        return replace(card, left=TEMPLATES)
    if note.type_id == CLOZE_MODEL:
        gaps = Gaps(note.fields[0])
        asked, answers = gaps.shown(place + 1, is_answer=False), gaps.answers(place + 1)
        return _seen(_with_gap(card, asked, answers, from_html(note.fields[1])), asked, "".join(answers))
    front = from_html(note.fields[0])
    if "<img" in note.fields[0]:  # It stands beside words that we have written, so they come home without it.
        front = front.replace(PICTURE, "").strip()
    found = replace(card, front=front, back=from_html(note.fields[1]))
    return _seen(found, note.fields[0], note.fields[1])


def _rendered(note: Note, kind: NoteType, place: int, card: Incoming) -> Incoming:
    front_parts, back_parts = kind.sides(place)
    fields = _fields(note, kind, place, card.deck)
    front = Sheet(fields, note.gaps, place + 1, is_cloze=kind.is_cloze)
    asked = render(front_parts, front)
    if is_blank(front_parts, front):
        return replace(card, left=EMPTY)
    if kind.is_cloze:
        return _gap_card(card, asked, front, (front_parts, back_parts))
    told = render(back_parts, replace(front, is_answer=True))
    behind = _with_hints(_answer(told, from_html(asked)), front_parts, front)
    return _seen(replace(card, front=from_html(asked), back=behind), asked, told)


def _gap_card(
    card: Incoming, asked: str, sheet: Sheet, sides: tuple[tuple[Part, ...], tuple[Part, ...]]
) -> Incoming:
    answers = [answer for gaps in sheet.gaps.values() for answer in gaps.answers(sheet.number)]
    if any(answer.startswith(OCCLUSION) for answer in answers):
        return replace(card, left=LABELS)
    if GAP not in asked or not answers:
        return replace(card, left=EMPTY)
    bare = replace(sheet, gaps={})
    known = from_html(render(sides[0], bare))
    extra = _answer(render(sides[1], replace(bare, is_answer=True)), known)
    found = _with_gap(card, asked, answers, _with_hints(extra, sides[0], sheet))
    return _seen(found, asked, "".join(answers))


def _with_gap(card: Incoming, asked: str, answers: list[str], extra: str) -> Incoming:
    words = (" ".join(from_html(answer).replace(PICTURE, "").split()) for answer in answers)
    answer, extra = ", ".join(filter(None, words)), extra.replace(PICTURE, "").strip()
    back = f"{answer}\n{extra}" if extra and answer else answer
    also = (answer,) if extra and answer else ()
    return replace(card, front=from_html(asked), back=back, kind="cloze", also_right=also)


def _seen(card: Incoming, asked: str, told: str) -> Incoming:
    """Return the card without what cannot come along; what then has no side, or no question, is left out."""
    if PICTURE in card.front:
        return replace(card, left=PICTURES)
    back = "\n".join(line for line in card.back.replace(PICTURE, "").splitlines() if line.strip())
    back = card.back if PICTURE not in card.back else back.strip()
    left = ""
    if not (card.front and back):
        lacking = told if card.front else asked
        left = PICTURES if "<img" in lacking.lower() else SOUNDS if _HEARD.search(lacking) else EMPTY
    return replace(card, back=back, left=left)


def _answer(told: str, front: str) -> str:
    """Return what a back says that the front did not: behind Anki's line, or all but the front's lines."""
    line = next((line for line in _RULE.finditer(told) if _IS_ANSWER.search(line[0])), None)
    if line and (behind := from_html(told[line.end() :])):
        return behind
    known = {line for line in front.splitlines() if line.strip()}
    return "\n".join(line for line in from_html(told).splitlines() if line not in known).strip()


def _with_hints(behind: str, parts: tuple[Part, ...], sheet: Sheet) -> str:
    """Return a back, and what the front keeps behind a button unless the back says it, too."""
    found = filter(None, map(from_html, hints(parts, sheet)))
    return "\n".join([behind, *(f"({hint})" for hint in found if hint not in behind)]).strip()


def _fields(note: Note, kind: NoteType, place: int, deck: str) -> dict[str, str]:
    name = kind.names[0 if kind.is_cloze else place]
    said = {
        "Tags": note.tags.strip(),
        "Type": kind.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Card": name,
        "CardFlag": "",
    }
    special = {key: html.escape(value, quote=False) for key, value in said.items()}
    return {**special, **dict(zip(kind.fields, note.fields, strict=False))}


def _uid(note: Note, place: int) -> str:
    """Return the id that we gave a card, or one that stays the same for a card of somebody else."""
    if note.type_id in {BASIC_MODEL, CLOZE_MODEL} and place == 0:
        ours = own_uid(note.fields[3]) if len(note.fields) > 3 else None
        if ours or (ours := own_uid(note.guid)):
            return ours
    named = f"{IMPORT}:{note.guid}:{place}".encode("utf-8", "replace")
    return hashlib.sha256(named).hexdigest()[:32]
