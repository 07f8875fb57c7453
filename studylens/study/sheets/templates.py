"""Templates: those that are shipped, and students' own, as `{id, name, background, corners}`.

The JSON may also have `size` ([width, height] in px) and `content` (revision, cards, due, art). Corners go
clockwise from the top left, in 0-1 of the template, or in px where its size is given.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from studylens import sheet_limits as limits
from studylens.analysis.protocol.sheets import ART, CONTENTS, PICTURE, Corners, Template
from studylens.errors import BadText
from studylens.language import _, mark, said

SHIPPED = Path(__file__).parent / "shipped"
A4 = (1654, 2339)
"""px at 200 dpi: the size of a template that says none."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_KNOWN = {"id", "name", "background", "corners", "size", "content"}
BAD_JSON = mark('This template is not JSON of the form {"id", "name", "background", "corners"}.')
BAD_CORNERS = mark(
    "corners must be four points [x, y], clockwise from the top left, from 0 to 1 of the template (or in px "
    "within its size), around an area without dents."
)


@cache
def shipped() -> Mapping[str, Template]:
    """Return the shipped templates by their ids, in the order in which they are offered."""
    order = ("a4_revision", "duplex_cut", "phone_due", "poster")
    return {name: _shipped(name) for name in order}


def parse(text: bytes | str, *, size: tuple[int, int] | None = None) -> Template:
    """Return the template of a student's JSON; `size` is that of its picture. Raises BadText."""
    if len(text) > limits.MAX_TEMPLATE_BYTES:
        raise BadText(_("A template may have %(kb)s kB of JSON.", kb=limits.MAX_TEMPLATE_BYTES // 1024))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadText(said(BAD_JSON)) from error
    if not isinstance(body, dict) or not set(body) <= _KNOWN:
        raise BadText(said(BAD_JSON))
    return checked(body, size=size)


def checked(body: Mapping[str, Any], *, size: tuple[int, int] | None = None) -> Template:
    """Return a template of plain JSON types. Raises BadText, naming the field."""
    width, height = _size(body.get("size"), size)
    return Template(
        id=_matching(body, "id", _ID, _("small letters, digits, - and _, at most 32")),
        name=_name(body.get("name")),
        background=PICTURE if size else _matching(body, "background", _COLOUR, _("a colour such as #ffffff")),
        corners=_corners(body.get("corners"), (width, height)),
        width=width,
        height=height,
        content=_content(body.get("content", ART)),
    )


def _shipped(name: str) -> Template:
    body = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    background = body["background"]
    if background.endswith(".svg"):
        background = (SHIPPED / background).read_text(encoding="utf-8")
    corners = tuple((float(x), float(y)) for x, y in body["corners"])
    width, height = body["size"]
    return Template(name, body["name"], background, corners, width, height, body["content"])


def _matching(body: Mapping[str, Any], field: str, pattern: re.Pattern[str], what: str) -> str:
    value = body.get(field)
    if not (isinstance(value, str) and pattern.fullmatch(value.lower())):
        raise BadText(_("%(field)s must be %(what)s.", field=field, what=what))
    return value.lower()


def _name(value: object) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not name or len(name) > limits.TEMPLATE_NAME_CHARS or not name.isprintable():
        raise BadText(_("name must have 1 to %(most)s characters.", most=limits.TEMPLATE_NAME_CHARS))
    return name


def _content(value: object) -> str:
    if value not in CONTENTS:
        raise BadText(_("content must be one of %(known)s.", known=", ".join(CONTENTS)))
    return str(value)


def _size(value: object, picture: tuple[int, int] | None) -> tuple[int, int]:
    """Return width and height in px: as they are said, else the picture's made smaller, else A4."""
    if value is None:
        return _within(picture) if picture else A4
    if not (isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value)):
        raise BadText(_("size must be [width, height] in px."))
    if not all(limits.LEAST_SIDE_PX <= side <= limits.MOST_SIDE_PX for side in value):
        least, most = limits.LEAST_SIDE_PX, limits.MOST_SIDE_PX
        raise BadText(_("size must be from %(least)s to %(most)s px on each side.", least=least, most=most))
    return value[0], value[1]


def _within(size: tuple[int, int]) -> tuple[int, int]:
    less = min(1.0, limits.MOST_ART_PX / max(size))
    width, height = (max(1, round(side * less)) for side in size)
    if min(width, height) < limits.LEAST_SIDE_PX:
        raise BadText(_("The picture must have %(least)s px on each side.", least=limits.LEAST_SIDE_PX))
    return width, height


def _corners(value: object, size: tuple[int, int]) -> Corners:
    if not (isinstance(value, list) and len(value) == 4 and all(_is_point(point) for point in value)):
        raise BadText(said(BAD_CORNERS))
    in_px = any(number > 1 for point in value for number in point)
    scale = size if in_px else (1, 1)
    corners = tuple((x / scale[0], y / scale[1]) for x, y in value)
    if not all(0 <= number <= 1 for point in corners for number in point) or not _is_clockwise(corners):
        raise BadText(said(BAD_CORNERS))
    return corners


def _is_point(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(number) in {int, float} and -1e6 < number < 1e6 for number in value)
    )


def _is_clockwise(corners: Corners) -> bool:
    """Say whether every corner turns right, and the area is large enough to be read."""
    turns, area = [], 0.0
    for place, (x, y) in enumerate(corners):
        (ax, ay), (bx, by) = corners[place - 1], corners[(place + 1) % 4]
        turns.append((x - ax) * (by - y) - (y - ay) * (bx - x))
        area += x * by - bx * y
    return min(turns) > 1e-4 and area / 2 >= limits.LEAST_CORNERS_SHARE
