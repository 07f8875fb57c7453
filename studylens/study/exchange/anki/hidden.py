"""Cards of Anki's notes of the kind "image occlusion", ours among them, as cards that hide a label. Pure.

As in Anki 25: rslib/src/image_occlusion/imageocclusion.rs and ts/routes/image-occlusion. A rect or an ellipse
is turned about its left top corner, `angle` being ten-thousandths of a turn; a polygon's points move so that
its left top corner is where it says. A text on the picture hides nothing.
"""

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import replace

from studylens.models import LABEL
from studylens.storable import printable
from studylens.study.exchange.anki.notetypes import OCCLUSION
from studylens.study.exchange.counted import EMPTY, LABELS
from studylens.study.exchange.gaps import Gaps
from studylens.study.exchange.hidden import HiddenLabel, Point, Shape
from studylens.study.exchange.html_pictures import pictures_in
from studylens.study.exchange.incoming import IMPORT, Incoming, own_uid
from studylens.study.exchange.markup import words_of
from studylens.study.labels.sets import uid_of

MOST_POINTS = 500
"""Of a polygon: what a person draws has 20."""
_ANGLE_STEPS = 10_000
_PROPERTY = re.compile(r":([a-z]+)=((?:[^\\:]|\\.)*+)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COVERS_OTHERS = "oi"
_GAP = "::" + OCCLUSION
_WORD = re.compile(r'<li value="?(\d{1,3})"?>(.*?)</li>', re.DOTALL | re.IGNORECASE)
_WORDS = re.compile(r"<details>.*?</details>", re.DOTALL | re.IGNORECASE)
"""Our own fold-out list of words, which stands before what a student wrote."""
_FIELDS = 5
"""Occlusion, image, header, back extra, comments; what such a note has more is not shown."""


def shapes_in(fields: tuple[str, ...], gaps: Iterable[Gaps]) -> Gaps | None:
    """Return those of the fields' gaps that are parts of a picture; None for a note without a picture's."""
    of_fields = zip(fields[:_FIELDS], gaps, strict=False)
    return next((found for field, found in of_fields if _GAP in field), None)


def label_of(
    fields: tuple[str, ...], gaps: Gaps, place: int, card: Incoming, *, guid: str, is_ours: bool
) -> Incoming:
    """Return the card that hides the label at this place; one that cannot be shown says why in `left`."""
    fields = (*fields, *[""] * _FIELDS)[:_FIELDS]
    shapes = _shapes(gaps, place + 1)
    image = next((found for field in fields for found in pictures_in(field)), None)
    if not shapes:  # Its mask was deleted: Anki says that there is nothing to see, too.
        return replace(card, left=EMPTY)
    if image is None:
        return replace(card, left=LABELS)
    labels = len(gaps.numbers() - {0})
    header, extra = fields[2:4]
    words = {int(n): words_of(word) for n, word in _WORD.findall(extra)} if is_ours else {}
    below = printable(words_of(_WORDS.sub("", extra) if is_ours else extra))
    hidden = HiddenLabel(_set_uid(guid, is_ours=is_ours), place + 1, labels, image, shapes, below)
    uid, word = uid_of(hidden.set_uid, hidden.n), words.get(hidden.n, "")
    return replace(card, front=words_of(header), back=word, kind=LABEL, uid=uid, label=hidden)


def _shapes(gaps: Gaps, number: int) -> tuple[Shape, ...]:
    return tuple(filter(None, map(shape_of, gaps.answers(number))))


def shape_of(text: str) -> Shape | None:
    """Return the shape that a gap holds; None for a text on the picture, and what makes no sense."""
    kind, colon, told = text.removeprefix(OCCLUSION).partition(":")
    values = {name: _ESCAPED.sub(r"\1", value) for name, value in _PROPERTY.findall(colon + told)}
    try:
        corners = _corners(kind, values)
        angle = float(values.get("angle") or 0)
    except (ValueError, OverflowError):
        return None
    if not corners or not all(math.isfinite(side) for corner in (*corners, (angle, 0)) for side in corner):
        return None
    return Shape(corners, angle % _ANGLE_STEPS / _ANGLE_STEPS * math.tau, values.get(_COVERS_OTHERS) == "1")


def _corners(kind: str, values: dict[str, str]) -> tuple[Point, ...]:
    """Return what is drawn around it, the left top first. Raises ValueError."""
    left, top = (float(values.get(name) or 0) for name in ("left", "top"))
    if kind == "polygon":
        pairs = [pair.split(",") for pair in values.get("points", "").split()[:MOST_POINTS]]
        points = [(float(x), float(y)) for x, y in pairs]
        first = min((x for x, _y in points), default=0), min((y for _x, y in points), default=0)
        return tuple((left + x - first[0], top + y - first[1]) for x, y in points)
    width, height = {"rect": ("width", "height"), "ellipse": ("rx", "ry")}.get(kind, ("", ""))
    if not width:
        return ()
    twice = 2 if kind == "ellipse" else 1
    right, bottom = left + twice * float(values.get(width) or 0), top + twice * float(values.get(height) or 0)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _set_uid(guid: str, *, is_ours: bool) -> str:
    """Return the id that we gave the picture, or one that stays the same for one of somebody else."""
    ours = own_uid(guid) if is_ours else None
    return ours or hashlib.sha256(f"{IMPORT}-labels:{guid}".encode("utf-8", "replace")).hexdigest()[:32]
