"""What is to be cut out of a picture, and what came of it: part of the language of the analysis process.

Standard library only, so that study/, jobs/ and web/ may import it without bringing an engine along.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PAGE, INK, OBJECT = "page", "ink", "object"
"""The sheet made white; its ink alone, on nothing; the thing in a box, on nothing."""
MODES = (PAGE, INK, OBJECT)
MODELS = ("u2netp", "silueta", "u2net")
"""Networks that find the thing by themselves, in the order in which they are tried: the smallest first."""
ALIASES = {"u2net_lite": "u2netp"}
NO_MODEL = "none"
PNG, WEBP = "image/png", "image/webp"


@dataclass(frozen=True)
class Stroke:
    """A line of the brush: what is under it belongs to the thing (`keep`) or does not.

    `points` and `width` in 0-1 of the upright picture, `width` of its longest side.
    """

    keep: bool
    points: tuple[tuple[float, float], ...]
    width: float


@dataclass(frozen=True)
class CutWish:
    """What a student wants cut out.

    `box`: left, top, right, bottom, in 0-1 or, when one of them is above 1, in px of the upright original;
    () for none. `model`: one of MODELS, NO_MODEL, or "" for whichever is there. `whole`: the picture is not
    cut to its sheet or its thing. `only_mask`, `hard_mask`: the mask itself, without soft edges.
    `background`: RGBA, 0-255; () for none. `webp`: instead of PNG.
    """

    mode: str = PAGE
    box: tuple[float, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    model: str = ""
    whole: bool = False
    only_mask: bool = False
    hard_mask: bool = False
    background: tuple[int, ...] = ()
    webp: bool = False

    def to_text(self) -> str:
        """Return the JSON that `wish_from` reads this wish from."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Cut:
    """The picture that was cut out: `media_type` image/png or image/webp; `width` and `height` in px.

    `way`: `page`, `box`, or the model's name. `notes`: sentences for the student, e.g. why no model was used.
    After one with `last` the process ends: it had run out of memory on the way.
    """

    picture_base64: str
    media_type: str
    width: int
    height: int
    way: str
    notes: Sequence[str] = ()
    last: bool = False


def is_box(value: Any) -> bool:
    """Say whether these are left, top, right and bottom in 0-1."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return False
    if not all(isinstance(side, int | float) and not isinstance(side, bool) for side in value):
        return False
    left, top, right, bottom = value
    return bool(0 <= left < right <= 1 and 0 <= top < bottom <= 1)


def wish_from(text: str) -> CutWish:
    """Return the wish that `to_text` wrote; raises ValueError for anything else."""
    try:
        return wish_of(json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a wish") from error


def wish_of(body: Mapping[str, Any]) -> CutWish:
    """Return the wish of a decoded message; raises TypeError, KeyError or ValueError for anything else."""
    strokes = tuple(_stroke(item) for item in body.get("strokes", ()))
    numbers = {"box": tuple(map(float, body.get("box", ())))}
    colours = {"background": tuple(map(int, body.get("background", ())))}
    return CutWish(**{**body, "strokes": strokes, **numbers, **colours})


def _stroke(item: Mapping[str, Any]) -> Stroke:
    points = tuple((float(x), float(y)) for x, y in item["points"])
    found = Stroke(bool(item["keep"]), points, float(item["width"]))
    if not all(math.isfinite(number) for number in (found.width, *(n for point in points for n in point))):
        raise ValueError("a stroke needs finite numbers")
    return found
