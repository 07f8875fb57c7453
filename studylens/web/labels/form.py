"""The form of a page's labels: what it sends, parsed once, and how it comes back when it cannot be kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import request

from studylens.errors import NotFound, StudylensError
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.storable import whole_number
from studylens.study.labels.boxes import Box, parse_box
from studylens.study.labels.sets import MOST_LABELS, Choice, Chosen, Wish, too_many
from studylens.study.packs.parts import PACK_ITEMS
from studylens.web.upload.intake import parse_text

CARD, LINE, DRAWN = "c", "l", "d"
"""First letters of a label's key: a card already, a line of the page, or drawn by the student."""
ALL = "all"
_KEY = re.compile(f"([{CARD}{LINE}{DRAWN}])([0-9]{{1,9}})")


@dataclass(frozen=True)
class Shown:
    """A label as the form shows it."""

    key: str
    word: str
    box: Box
    picked: bool = False
    moved: bool = False
    """It stands elsewhere than where it was kept or read, so that the form must send its place."""


def parse_wish(page: int) -> Wish:
    """Return what the form wants hidden on this page. Raises BadText, NotFound."""
    keys = list(dict.fromkeys(request.form.getlist("pick")))
    new = [key for key in keys if not key.startswith(CARD)]
    if len(new) > MOST_LABELS or len(keys) > PACK_ITEMS:  # A deck may have brought more.
        raise too_many()
    known = frozenset(whole_number(number) for number in request.form.getlist("known"))
    return Wish(page, tuple(_chosen(key) for key in keys), request.form.get("mode") == ALL, known)


def at_first(choices: Sequence[Choice]) -> list[Shown]:
    """Return the labels as the page begins: those that are cards are chosen."""
    return [Shown(one.key, one.word, one.box, picked=bool(one.card_id)) for one in choices]


def as_sent(choices: Sequence[Choice]) -> list[Shown]:
    """Return the labels as the form brought them: with its words, its places, and what was drawn."""
    picked = set(request.form.getlist("pick"))
    there = [_as_sent(one, picked) for one in at_first(choices)]
    return [*there, *_drawn(picked - {one.key for one in there})]


def _chosen(key: str) -> Chosen:
    found = _KEY.fullmatch(key)
    if found is None:
        raise NotFound
    kind, number = found[1], int(found[2])
    text = request.form.get(f"box-{key}", "")
    box = parse_box(text) if text or kind == DRAWN else None
    word = parse_text(" ".join(request.form.get(f"word-{key}", "").split()), ANSWER_ITEM_CHARS)
    if kind == CARD:
        return Chosen(word, box, card_id=number)
    return Chosen(word, box, line=number if kind == LINE else None)


def _as_sent(one: Shown, picked: set[str]) -> Shown:
    word = request.form.get(f"word-{one.key}", one.word)[:ANSWER_ITEM_CHARS]
    box = _box_or_none(one.key)
    return replace(one, word=word, box=box or one.box, picked=one.key in picked, moved=box is not None)


def _drawn(keys: set[str]) -> Iterator[Shown]:
    """Yield what was drawn and makes sense, at most as many as can be hidden."""
    for key in sorted(keys)[:MOST_LABELS]:
        box = _box_or_none(key)
        if box is not None and _KEY.fullmatch(key) and key[0] == DRAWN:
            word = request.form.get(f"word-{key}", "")[:ANSWER_ITEM_CHARS]
            yield Shown(key, word, box, picked=True, moved=True)


def _box_or_none(key: str) -> Box | None:
    try:
        return parse_box(request.form.get(f"box-{key}", ""))
    except StudylensError:
        return None
