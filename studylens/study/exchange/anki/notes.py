"""A card of a note of Anki -> our card: what the front asks, and what only the back tells. Pure."""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from studylens.models import PICTURED
from studylens.study.exchange.anki.hidden import label_of, shapes_in
from studylens.study.exchange.anki.notetypes import NoteType
from studylens.study.exchange.anki.occlusion import MODEL as LABELS_MODEL
from studylens.study.exchange.anki.own_notes import BASIC_MODEL, CLOZE_MODEL
from studylens.study.exchange.anki.own_questions import QUESTION_MODEL, question_in
from studylens.study.exchange.anki.templates import BadTemplate, Part, Sheet, hints, is_blank, render
from studylens.study.exchange.counted import EMPTY, LABELS, SOUNDS, TEMPLATES, TOO_LONG
from studylens.study.exchange.gaps import GAP, Gaps
from studylens.study.exchange.html_pictures import pictures_in
from studylens.study.exchange.incoming import IMPORT, Incoming, own_uid
from studylens.study.exchange.markup import words_of

FIELD_CHARS = 10_000
"""A field before its markup is gone; notes with longer ones are left out."""
MOST_FIELDS = 100
_RULE = re.compile("<hr[^<>]*>", re.IGNORECASE)
_IS_ANSWER = re.compile(r"""\bid\s*=\s*["']?answer\b""", re.IGNORECASE)
_MASKED = re.compile(r"-(?:ao|oa|si)-\d+-[QA]\.svg$", re.IGNORECASE)
"""Masks of the add-on "Image Occlusion Enhanced", which lie over another picture."""
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
    if kind.is_cloze and (shapes := shapes_in(note.fields, note.gaps.values())):
        is_ours = note.type_id == LABELS_MODEL
        return label_of(note.fields, shapes, place, card, guid=note.guid, is_ours=is_ours)
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
    front, back, *_rest = note.fields
    if note.type_id == CLOZE_MODEL:
        gaps = Gaps(front)
        asked, answers = gaps.shown(place + 1, is_answer=False), gaps.answers(place + 1)
        return _seen(_with_gap(card, asked, answers, words_of(back)), asked, "".join([*answers, back]))
    return _seen(replace(card, front=words_of(front), back=words_of(back)), front, back)


def _rendered(note: Note, kind: NoteType, place: int, card: Incoming) -> Incoming:
    front_parts, back_parts = kind.sides(place)
    fields = _fields(note, kind, place, card.deck)
    front = Sheet(fields, note.gaps, place + 1, is_cloze=kind.is_cloze)
    asked = render(front_parts, front)
    if is_blank(front_parts, front):
        return replace(card, left=EMPTY)
    if kind.is_cloze:
        return _gap_card(card, asked, front, (front_parts, back_parts))
    words = words_of(asked)
    told, answer = _answer(render(back_parts, replace(front, is_answer=True)), words)
    return _seen(replace(card, front=words, back=_with_hints(answer, front_parts, front)), asked, told)


def _gap_card(
    card: Incoming, asked: str, sheet: Sheet, sides: tuple[tuple[Part, ...], tuple[Part, ...]]
) -> Incoming:
    answers = [answer for gaps in sheet.gaps.values() for answer in gaps.answers(sheet.number)]
    if GAP not in asked or not answers:
        return replace(card, left=EMPTY)
    bare = replace(sheet, gaps={})
    known = words_of(render(sides[0], bare))
    told, extra = _answer(render(sides[1], replace(bare, is_answer=True)), known)
    found = _with_gap(card, asked, answers, _with_hints(extra, sides[0], sheet))
    return _seen(found, asked, "".join([*answers, told]))


def _with_gap(card: Incoming, asked: str, answers: list[str], extra: str) -> Incoming:
    words = (" ".join(words_of(answer).split()) for answer in answers)
    answer = ", ".join(filter(None, words))
    is_there = answer or any(map(pictures_in, answers))
    back = "\n".join(filter(None, (answer, extra))) if is_there else ""
    also = (answer,) if extra and answer else ()
    return replace(card, front=words_of(asked), back=back, kind="cloze", also_right=also)


def _seen(card: Incoming, asked: str, told: str) -> Incoming:
    """Return the card with the pictures of both sides; what has no side then is left out."""
    front, back = pictures_in(asked), pictures_in(told)
    shown = {picture.src for picture in front}
    back = [picture for picture in back if picture.src not in shown]
    if any(_MASKED.search(picture.src) for picture in (*front, *back)):
        return replace(card, left=LABELS)
    lacking = told if card.front or front else asked
    is_whole = (card.front or front) and (card.back or back)
    left = "" if is_whole else SOUNDS if _HEARD.search(lacking) else EMPTY
    kind = card.kind if card.front and card.back else PICTURED
    return replace(card, kind=kind, asked=tuple(front), told=tuple(back), left=left)


def _answer(told: str, front: str) -> tuple[str, str]:
    """Return what a back says that the front did not, as HTML and as words.

    It stands behind Anki's line; without one it is all but the front's lines.
    """
    line = next((line for line in _RULE.finditer(told) if _IS_ANSWER.search(line[0])), None)
    behind = told[line.end() :] if line else ""
    words = words_of(behind)
    if words or pictures_in(behind):
        return behind, words
    known = {line for line in front.splitlines() if line.strip()}
    return told, "\n".join(line for line in words_of(told).splitlines() if line not in known).strip()


def _with_hints(behind: str, parts: tuple[Part, ...], sheet: Sheet) -> str:
    """Return a back, and what the front keeps behind a button unless the back says it, too."""
    found = filter(None, map(words_of, hints(parts, sheet)))
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
