"""libvips draws a template: its background, and between its corners a page as SVG or a picture."""

# pyvips is imported inside: who asks for no sheet never pays for it.
# ruff: noqa: PLC0415

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studylens.analysis.picture import decode, vips
from studylens.analysis.protocol.sheets import JPEG, PICTURE, PNG, Template
from studylens.analysis.sheets import fonts, perspective
from studylens.sheet_limits import MOST_ART_PX

_LOADER = "VipsForeignLoadSvg"
_JPEG_QUALITY = 88
_EDGE = 0.0005
"""Of the template: corners that differ by less are taken for a rectangle."""


@dataclass(frozen=True)
class Drawn:
    """A page as a file."""

    data: bytes
    media_type: str
    width: int
    height: int


def art_size(template: Template) -> tuple[float, float]:
    """Return width and height in px of what stands between the corners, as it is seen from the front."""
    (a, b, c, d) = in_px(template)
    width = max(_distance(a, b), _distance(d, c))
    height = max(_distance(a, d), _distance(b, c))
    less = min(1.0, MOST_ART_PX / max(width, height)) if not is_flat(template) else 1.0
    return width * less, height * less


def upright(template: Template) -> Template:
    """Return a template that is as large as the picture behind it, turned upright, if it has one.

    Raises Unreadable, TooManyPixels, OutOfMemory.
    """
    if template.background != PICTURE:
        return template
    image = decode.decode(Path(template.path)).image
    return replace(template, width=image.width, height=image.height)


def is_flat(template: Template) -> bool:
    """Say whether the corners are those of an upright rectangle."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = template.corners
    return max(abs(ay - by), abs(cy - dy), abs(ax - dx), abs(bx - cx)) < _EDGE


def in_px(template: Template) -> tuple[tuple[float, float], ...]:
    """Return the corners in px."""
    return tuple((x * template.width, y * template.height) for x, y in template.corners)


def page(template: Template, shapes: str) -> Drawn:
    """Return a template with SVG shapes, made for `art_size`, between its corners. Raises OutOfMemory."""
    with _drawing():
        if is_flat(template) and template.background != PICTURE:
            return _saved(_svg(_whole(template, shapes), template), JPEG if _has_scene(template) else PNG)
        width, height = art_size(template)
        flat = _svg(_page(shapes, width, height), None)
        return _saved(_set_in(template, flat), JPEG)


def picture(template: Template, path: Path) -> Drawn:
    """Return a template with a picture between its corners: as large as it fits, none of it cut off.

    Raises OutOfMemory, Unreadable, TooManyPixels.
    """
    art = _opened(path)
    with _drawing():
        width, height = art_size(template)
        scale = min(width / art.width, height / art.height)
        small = art.resize(scale, kernel="cubic").cast("uchar")
        left, top = (
            round((whole - part) / 2) for whole, part in ((width, small.width), (height, small.height))
        )
        paper = [255, 255, 255, 0]
        size = max(small.width, round(width)), max(small.height, round(height))
        flat = small.addalpha().embed(left, top, *size, extend="background", background=paper)
        return _saved(_set_in(template, flat), JPEG)


def _set_in(template: Template, flat: Any) -> Any:
    """Return the background with the picture between its corners."""
    import pyvips

    ground = _ground(template)
    corners = in_px(template)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(0, int(min(xs))), max(0, int(min(ys)))
    right, bottom = min(template.width, int(max(xs)) + 1), min(template.height, int(max(ys)) + 1)
    if is_flat(template):
        seen = flat.resize((max(xs) - min(xs)) / flat.width, vscale=(max(ys) - min(ys)) / flat.height)
    else:
        framed = flat.copy_memory()
        seen = perspective.seen(framed, corners, (left, top, right - left, bottom - top))
    whole: pyvips.Image = ground.composite2(seen.cast("uchar"), "over", x=left, y=top)
    return whole.flatten(background=[255, 255, 255])


def _ground(template: Template) -> Any:
    if template.background != PICTURE:
        return _svg(_whole(template, ""), template)
    return _opened(Path(template.path)).addalpha()


def _opened(path: Path) -> Any:
    """Decode a picture as every upload is: bounded, upright, RGB."""
    import pyvips

    image = decode.decode(path).image
    vips.configure()
    return pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, 3, "uchar").copy(
        interpretation="srgb"
    )


def _has_scene(template: Template) -> bool:
    return "Gradient" in template.background


def _whole(template: Template, shapes: str) -> str:
    left, top = min(in_px(template))
    ground = template.background
    if ground.startswith("#"):
        ground = f'<rect width="100%" height="100%" fill="{ground}"/>'
    return _page(
        f'{ground}<g transform="translate({left:.2f} {top:.2f})">{shapes}</g>',
        template.width,
        template.height,
    )


def _page(shapes: str, width: float, height: float) -> str:
    size = f'width="{width:.2f}" height="{height:.2f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shapes}</svg>'


def _svg(source: str, template: Template | None) -> Any:
    import pyvips

    drawn = pyvips.Image.svgload_buffer(source.encode(), unlimited=True)
    if template is not None and (drawn.width, drawn.height) != (template.width, template.height):
        drawn = drawn.crop(0, 0, template.width, template.height)
    return drawn


def _saved(drawn: Any, media_type: str) -> Drawn:
    flat = drawn.flatten(background=[255, 255, 255]) if drawn.hasalpha() else drawn
    if media_type == JPEG:
        data = flat.jpegsave_buffer(Q=_JPEG_QUALITY, keep="none")
    else:
        data = flat.pngsave_buffer(compression=6, filter="none", keep="none")
    return Drawn(bytes(data), media_type, flat.width, flat.height)


@contextmanager
def _drawing() -> Iterator[None]:
    """Let libvips read SVG, which is our own here, and nobody's upload: only while we draw."""
    import pyvips

    vips.configure()
    pyvips.operation_block_set(_LOADER, state=False)
    try:
        fonts.use_alone()
        yield
    except pyvips.Error as error:
        raise vips.translated(error) from error
    finally:
        pyvips.operation_block_set(_LOADER, state=True)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
