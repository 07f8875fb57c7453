"""What a device says that it has read, parsed once: a stranger's JSON becomes a page, or a refusal by name.

Scores are clamped to 0-1 and boxes to the picture; what is no number, or no box, is refused. Text stays text:
markup in it is shown as it is written, as in pasted notes.
"""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from studylens import limits
from studylens import reader_limits as most
from studylens.analysis.protocol.device import Corner, DeviceBox, DeviceGrid, DevicePage, DeviceUpload, Quad
from studylens.errors import BadLines
from studylens.language import _
from studylens.storable import is_sha256, is_storable, printable
from studylens.uploads.upload import safe_name

_TURNS = (0, 90, 180, 270)
_READER_CHARS = 40
"""A name and a version."""


def parse_page(raw: str) -> DeviceUpload:
    """Return the page that one `lines` field of a form holds. Raises BadLines, which says what is wrong."""
    size = len(raw.encode(errors="surrogatepass"))
    if size > most.MAX_DEVICE_PAGE_BYTES:
        raise BadLines(
            _("The lines of a page may have %(kb)s kB as JSON.", kb=most.MAX_DEVICE_PAGE_BYTES // 1024)
        )
    told = _object(_json(raw), "lines")
    sha256, place = told.get("sha256", ""), told.get("place", 0)
    if sha256 != "" and not (isinstance(sha256, str) and is_sha256(sha256)):
        _refuse("sha256")
    page = DevicePage(
        width=_whole(told.get("width"), "width", most.MAX_DEVICE_SIDE_PX, least=1),
        height=_whole(told.get("height"), "height", most.MAX_DEVICE_SIDE_PX, least=1),
        reader=_text(told.get("reader"), "reader", _READER_CHARS),
        boxes=_boxes(told.get("lines")),
        grids=_grids(told.get("grids", [])),
        turned=_one_of(told.get("turned", 0), "turned"),
        vertical=_flag(told.get("vertical", False), "vertical"),
    )
    name = safe_name(_text(told.get("name", ""), "name", most.MAX_DEVICE_LINE_CHARS))
    return DeviceUpload(page, name, sha256, _whole(place, "place", limits.MAX_PHOTOS), size)


def _json(raw: str) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # Numbers of 5,000 digits are a ValueError, too.
        raise BadLines(_("The lines of a page must be JSON, as docs/api.md shows it.")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise BadLines(_("A number of the page is %(name)s.", name=name))


def _boxes(value: Any) -> tuple[DeviceBox, ...]:
    told = _list(value, "lines", most.MAX_DEVICE_BOXES)
    boxes = tuple(_box(_object(one, f"lines[{n}]"), f"lines[{n}]") for n, one in enumerate(told))
    if sum(len(box.text) for box in boxes) > limits.MAX_TEXT_CHARS:
        raise BadLines(_("The text of a page may have %(most)s characters.", most=limits.MAX_TEXT_CHARS))
    return boxes


def _box(told: dict[str, Any], name: str) -> DeviceBox:
    middle = _list(told.get("middle", []), f"{name}.middle", most.MIDDLE_POINTS)
    if middle and len(middle) != most.MIDDLE_POINTS:
        _refuse(f"{name}.middle")
    return DeviceBox(
        text=_text(told.get("text"), f"{name}.text", most.MAX_DEVICE_LINE_CHARS),
        score=min(1.0, max(0.0, _number(told.get("score"), f"{name}.score"))),
        corners=_quad(told.get("box"), f"{name}.box"),
        middle=tuple(_share(y, f"{name}.middle") for y in middle),
    )


def _quad(value: Any, name: str) -> Quad:
    """Return four corners, clockwise, that have something between them."""
    points = _list(value, name, 4)
    if len(points) != len(("top left", "top right", "bottom right", "bottom left")):
        _refuse(name)
    a, b, c, d = (_corner(point, name) for point in points)
    if _doubled_area((a, b, c, d)) <= 0:
        _refuse(name)
    return a, b, c, d


def _corner(value: Any, name: str) -> Corner:
    x, y = _pair(value, name)
    return _share(x, name), _share(y, name)


def _pair(value: Any, name: str) -> Sequence[Any]:
    pair = _list(value, name, 2)
    return pair if len(pair) == len("xy") else _refuse(name)


def _doubled_area(quad: Quad) -> float:
    """Return twice the area by the shoelace formula; y grows downwards, so clockwise is positive."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(quad, (*quad[1:], quad[0]), strict=True))


def _grids(value: Any) -> tuple[DeviceGrid, ...]:
    told = enumerate(_list(value, "grids", most.MAX_DEVICE_GRIDS))
    return tuple(_grid(_object(one, f"grids[{n}]"), f"grids[{n}]") for n, one in told)


def _grid(told: dict[str, Any], name: str) -> DeviceGrid:
    xs, ys = (tuple(_rules(told.get(side), f"{name}.{side}")) for side in ("xs", "ys"))
    return DeviceGrid(xs, ys)


def _rules(value: Any, name: str) -> Iterator[float]:
    """Yield a table's rules in one direction: two edges at least, from left to right or from the top down."""
    rules = [_share(one, name) for one in _list(value, name, most.MAX_DEVICE_RULES)]
    if len(rules) < len(("first", "last")) or rules != sorted(rules):
        _refuse(name)
    yield from rules


def _share(value: Any, name: str) -> float:
    """Return a place in the picture, 0-1; one that is a little outside is cut, one far outside is broken."""
    found = _number(value, name)
    if not -most.FAR_OUTSIDE <= found <= 1 + most.FAR_OUTSIDE:
        _refuse(name)
    return min(1.0, max(0.0, found))


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(name)
    try:
        found = float(value)
    except OverflowError:
        _refuse(name)
    return found if math.isfinite(found) else _refuse(name)


def _whole(value: Any, name: str, largest: int, *, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= largest:
        _refuse(name)
    return value


def _one_of(value: Any, name: str) -> int:
    return value if type(value) is int and value in _TURNS else _refuse(name)


def _flag(value: Any, name: str) -> bool:
    return value if isinstance(value, bool) else _refuse(name)


def _text(value: Any, name: str, longest: int) -> str:
    """Return a text in one line, without what does not print."""
    if not isinstance(value, str) or len(value) > longest or not is_storable(value):
        _refuse(name)
    return " ".join(printable(value).split())


def _list(value: Any, name: str, longest: int) -> list[Any]:
    return value if isinstance(value, list) and len(value) <= longest else _refuse(name)


def _object(value: Any, name: str) -> dict[str, Any]:
    return value if isinstance(value, dict) else _refuse(name)


def _refuse(name: str) -> NoReturn:
    raise BadLines(_("%(name)s is not what docs/api.md says of it.", name=name))
