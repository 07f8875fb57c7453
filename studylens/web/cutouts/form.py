"""What shall be cut out, parsed once: the fields of clients of rembg's server, and ours."""

import json
import math
from collections.abc import Mapping

from studylens.analysis.protocol.cutting import (
    ALIASES,
    MODELS,
    MODES,
    NO_MODEL,
    OBJECT,
    CutWish,
    Stroke,
    wish_of,
)
from studylens.errors import BadText
from studylens.language import _, mark, said
from studylens.web.upload.intake import is_yes

FILES = ("file", "image")
"""Names of the field with the picture: rembg's, and ours."""
MAX_STROKES = 200
MAX_POINTS = 4_000
"""Of all strokes: a minute of painting."""
BAD_BOX = mark("box must be four numbers: left, top, right, bottom, from 0 to 1 or in pixels.")
BAD_COLOUR = mark("bgc must be three or four numbers from 0 to 255: red, green, blue, alpha.")
BAD_STROKES = mark(
    "strokes must be a list of objects, each with keep (true or false), points ([[x, y], ...]) and width, "
    "all numbers from 0 to 1."
)


def parse_wish(fields: Mapping[str, str], *, webp: bool = False) -> CutWish:
    """Return the wish of a form or an address. Raises BadText, naming the field."""
    model = fields.get("model", "").strip()
    if model not in {"", NO_MODEL, *MODELS, *ALIASES}:
        known = ", ".join((*MODELS, *ALIASES, NO_MODEL))
        raise BadText(
            _("model must be one of %(known)s; without it, whichever is there is taken.", known=known)
        )
    return CutWish(
        mode=_mode(fields.get("mode", "")),
        box=parse_box(fields.get("box", "")),
        strokes=_strokes(fields.get("strokes", "")),
        model=model,
        whole=is_yes(fields.get("whole", "")),
        only_mask=is_yes(fields.get("om", "")),
        hard_mask=is_yes(fields.get("ppm", "")),
        background=_colour(fields.get("bgc", "")),
        webp=_webp(fields.get("format", ""), webp=webp),
    )


def parse_box(text: str) -> tuple[float, ...]:
    """Return four numbers, or () for an empty field. Raises BadText."""
    if not text.strip():
        return ()
    try:
        box = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise BadText(said(BAD_BOX)) from error
    if len(box) != 4 or not all(math.isfinite(side) for side in box):
        raise BadText(said(BAD_BOX))
    return box


def _mode(text: str) -> str:
    mode = text.strip() or OBJECT
    if mode not in MODES:
        raise BadText(_("mode must be one of %(known)s.", known=", ".join(MODES)))
    return mode


def _colour(text: str) -> tuple[int, ...]:
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.strip("()[] ").split(",")]
    if len(parts) not in {3, 4} or not all(_is_level(part) for part in parts):
        raise BadText(said(BAD_COLOUR))
    return (*(int(part) for part in parts), *([255] if len(parts) == 3 else []))


def _is_level(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 255


def _webp(text: str, *, webp: bool) -> bool:
    if text not in {"", "png", "webp"}:
        raise BadText(_("format must be png or webp."))
    return text == "webp" if text else webp


def _strokes(text: str) -> tuple[Stroke, ...]:
    """Return the strokes of the brush; the JSON is a page's own, or a program's."""
    if not text.strip():
        return ()
    try:
        strokes = wish_of({"strokes": json.loads(text)}).strokes
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadText(said(BAD_STROKES)) from error
    points = [number for stroke in strokes for point in stroke.points for number in point]
    if len(strokes) > MAX_STROKES or len(points) > 2 * MAX_POINTS:
        raise BadText(_("At most %(num)s strokes can be painted at once.", num=MAX_STROKES))
    whole = all(stroke.points and 0 < stroke.width <= 1 for stroke in strokes)
    if not whole or not all(-1 <= number <= 2 for number in points):
        raise BadText(said(BAD_STROKES))
    return strokes
