"""Templates: a page or a picture between four corners, on a colour, a scene or a picture of one's own."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageDraw

from studylens.analysis.protocol.sheets import ART, PICTURE, Template
from studylens.analysis.sheets import perspective, render
from studylens.errors import Unreadable
from studylens.study.sheets.templates import shipped

FLAT = Template("x", "X", "#00ff00", ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)), 400, 400)
LEANING = replace(FLAT, corners=((0.2, 0.1), (0.8, 0.3), (0.8, 0.7), (0.2, 0.9)))


@pytest.fixture
def art(tmp_path: Path) -> Path:
    """A red picture with a blue left half."""
    image = Image.new("RGB", (300, 300), (255, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 149, 299), fill=(0, 0, 255))
    image.save(tmp_path / "art.png")
    return tmp_path / "art.png"


def colours(drawn: render.Drawn, *points: tuple[float, float]) -> list[str]:
    """Return the strongest of red, green and blue at points in 0-1, or - where none is."""
    image = Image.open(io.BytesIO(drawn.data)).convert("RGB")
    found = []
    for x, y in points:
        pixel = image.getpixel((int(x * image.width), int(y * image.height)))
        assert isinstance(pixel, tuple)
        found.append("rgb"[pixel.index(max(pixel))] if max(pixel) - sorted(pixel)[1] > 100 else "-")
    return found


@pytest.mark.parametrize("template", [FLAT, LEANING])
def test_a_picture_stands_between_the_corners(art: Path, template: Template) -> None:
    drawn = render.picture(template, art)
    assert (drawn.width, drawn.height) == (400, 400)
    assert colours(drawn, (0.02, 0.5), (0.98, 0.5), (0.5, 0.02)) == ["g", "g", "g"]
    assert colours(drawn, (0.3, 0.5), (0.7, 0.5)) == ["b", "r"]


def test_what_is_near_is_large_and_what_is_far_small(art: Path) -> None:
    drawn = render.picture(LEANING, art)
    assert colours(drawn, (0.22, 0.24), (0.78, 0.4)) == ["b", "r"]
    assert colours(drawn, (0.22, 0.14), (0.78, 0.29)) == ["g", "g"]
    # Where the diagonals cross is the middle of the flat picture, nearer to the far side.
    assert colours(drawn, (0.57, 0.5), (0.63, 0.5)) == ["b", "r"]


def test_corners_are_reached_exactly() -> None:
    corners = ((10.0, 20.0), (300.0, 60.0), (280.0, 350.0), (30.0, 300.0))
    a, b, c, d, e, f, g, h = perspective.back_to_flat(corners, 200, 100)
    flat = ((0, 0), (200, 0), (200, 100), (0, 100))
    for (x, y), wanted in zip(corners, flat, strict=True):
        depth = g * x + h * y + 1
        assert ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth) == pytest.approx(wanted, abs=1e-6)
    with pytest.raises(ValueError, match="line"):
        perspective.back_to_flat(((0, 0), (1, 1), (2, 2), (3, 3)), 10, 10)


def test_no_part_of_a_picture_is_cut_off(tmp_path: Path) -> None:
    wide = Image.new("RGB", (400, 100), (255, 0, 0))
    ImageDraw.Draw(wide).rectangle((0, 0, 39, 99), fill=(0, 0, 255))
    wide.save(tmp_path / "wide.png")
    drawn = render.picture(FLAT, tmp_path / "wide.png")
    assert colours(drawn, (0.27, 0.5), (0.73, 0.5), (0.5, 0.3), (0.5, 0.7)) == ["b", "r", "g", "g"]


def test_a_picture_of_one_s_own_is_the_ground(art: Path, tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), (0, 255, 0)).save(tmp_path / "wall.jpg")
    own = render.upright(replace(LEANING, background=PICTURE, path=str(tmp_path / "wall.jpg")))
    drawn = render.picture(own, art)
    assert (drawn.width, drawn.height, drawn.media_type) == (600, 300, "image/jpeg")
    assert colours(drawn, (0.05, 0.5), (0.95, 0.5)) == ["g", "g"]
    page = render.page(replace(own, corners=FLAT.corners), '<rect width="300" height="150" fill="#f00"/>')
    assert colours(page, (0.1, 0.5), (0.3, 0.5), (0.9, 0.5)) == ["g", "r", "g"]


def test_a_broken_picture_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 60)
    with pytest.raises(Unreadable):
        render.picture(FLAT, tmp_path / "bad.png")


@pytest.mark.parametrize("template", shipped().values(), ids=list(shipped()))
def test_every_shipped_template_can_be_drawn(template: Template, art: Path) -> None:
    if template.content == ART:
        drawn = render.picture(template, art)
    else:
        drawn = render.page(template, '<rect width="50" height="50" fill="#f00"/>')
    assert (drawn.width, drawn.height) == (template.width, template.height)
    assert len(drawn.data) < 200_000


def test_only_while_sheets_are_drawn_svg_is_read() -> None:
    render.page(FLAT, "")
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Image.svgload_buffer(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
