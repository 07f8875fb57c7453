"""Good photos get no advice; blurred, dark, tilted and sideways ones get exactly theirs."""

import functools
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from studylens.analysis.picture import quality
from studylens.analysis.picture.quality import BLURRED, DARK, SIDEWAYS, TILTED, estimate
from studylens.analysis.picture.tilt import tilt_degrees
from tests.make_images import DARK as NIGHT
from tests.make_images import INK, LIGHT, WHITE, compass, font, page


def slide(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", (1600, 900), paper)
    draw = ImageDraw.Draw(picture)
    draw.text((100, 80), "The Calvin cycle", ink, font(84))
    for number, text in enumerate(("Carbon dioxide is fixed", "ATP and NADPH are used", "Sugar is built")):
        draw.text((140, 280 + number * 120), f"- {text}", ink, font(52))
    return picture


def diagram() -> Image.Image:
    picture = Image.new("RGB", (1600, 1200), WHITE)
    draw = ImageDraw.Draw(picture)
    for number, (x, y) in enumerate(((200, 200), (1000, 200), (200, 800), (1000, 800))):
        draw.rectangle((x, y, x + 380, y + 180), outline=(20, 60, 120), width=5)
        draw.text((x + 40, y + 60), f"Stage {number}", INK, font(48))
    draw.line((580, 290, 1000, 290), INK, 5)
    draw.line((390, 380, 390, 800), INK, 5)
    draw.ellipse((650, 500, 950, 750), outline=(150, 30, 30), width=6)
    return picture


def view() -> Image.Image:
    """Things of every colour and no text at all."""
    chance = random.Random(1)
    picture = Image.new("RGB", (1600, 1200), (120, 150, 130))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, size = chance.randrange(1600), chance.randrange(1200), chance.randrange(20, 200)
        draw.ellipse((x, y, x + size, y + size * 0.7), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


SCENES: dict[str, Callable[[], Image.Image]] = {
    "dense page": functools.cache(lambda: page(1200, 1600, lines=56, size=18)),
    "very dense square page": functools.cache(lambda: page(1600, 1600, lines=70, size=15)),
    "three lines on a white page": functools.cache(lambda: page(1200, 1600, lines=3, size=32)),
    "notes on yellow paper": functools.cache(
        lambda: page(1200, 1600, lines=18, size=44, paper=(240, 236, 225), ink=(40, 50, 120))
    ),
    "dark slide": functools.cache(lambda: slide(NIGHT, LIGHT)),
    "bright slide": functools.cache(lambda: slide(WHITE, INK)),
    "diagram": functools.cache(diagram),
}
with_scenes = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def photographed(picture: Image.Image, *, light: float = 1.0, noise: float = 4.0) -> Image.Image:
    """Give the picture a camera's noise (levels) and a shadow that falls off to three quarters."""
    shade = Image.linear_gradient("L").resize(picture.size).point([255 - level // 4 for level in range(256)])
    lit = ImageChops.multiply(picture, Image.merge("RGB", (shade,) * 3))
    lit = lit.point([round(level * light) for level in range(256)] * 3)
    grain = Image.effect_noise(picture.size, noise)
    return ImageChops.add(lit, Image.merge("RGB", (grain,) * 3), 1, -128)


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def turned(picture: Image.Image, clockwise: float) -> Image.Image:
    paper = picture.getpixel((1, 1))
    return picture.rotate(-clockwise, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)


@with_scenes
def test_a_good_photo_gets_no_advice(scene):
    assert estimate(scene()).advice == ()
    assert estimate(photographed(scene())).advice == ()
    assert estimate(photographed(turned(blurred(scene(), 1), 8), light=0.6)).advice == ()


@with_scenes
def test_a_blurred_photo_is_told_to_focus(scene):
    assert estimate(photographed(blurred(scene(), 3))).advice == (BLURRED,)


@with_scenes
def test_a_dark_photo_is_told_to_find_light(scene):
    assert estimate(photographed(scene(), light=0.15)).advice == (DARK,)


@with_scenes
def test_a_tilted_photo_is_told_to_be_level(scene):
    found = estimate(photographed(turned(scene(), -27)))
    assert found.advice == (TILTED,)
    assert found.tilt_degrees == pytest.approx(-27, abs=0.6)


@pytest.mark.parametrize("angle", [0, 3, -5, 12, 40])
def test_tilt_is_measured_to_half_a_degree(angle):
    dense = SCENES["very dense square page"]()
    assert estimate(turned(dense, angle)).tilt_degrees == pytest.approx(angle, abs=0.6)


@pytest.mark.parametrize(("name", "angle"), [("dense page", 88), ("notes on yellow paper", -91)])
def test_lines_that_run_up_the_picture_are_seen(name, angle):
    found = estimate(photographed(turned(SCENES[name](), angle)))
    assert (found.tilt_degrees, found.advice) == (90, (SIDEWAYS,))


def test_a_photo_without_text_has_no_tilt_and_no_advice():
    found = estimate(photographed(view()))
    assert (found.tilt_degrees, found.advice) == (None, ())


def test_sharpness_does_not_depend_on_how_much_is_written_nor_on_the_light():
    dense, sparse = (SCENES[name]() for name in ("dense page", "three lines on a white page"))
    values = [estimate(photo).sharpness for photo in (dense, sparse, photographed(sparse, light=0.5))]
    assert max(values) - min(values) < 5


def test_sharpness_falls_with_every_step_of_blur():
    values = [
        estimate(photographed(blurred(SCENES["diagram"](), radius))).sharpness for radius in (0, 1, 2, 3, 4)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 2 * values[3]


@pytest.mark.parametrize("size", [(1, 1), (20, 900), (1600, 3), (33, 33)])
@pytest.mark.parametrize("colour", [WHITE, NIGHT])
def test_a_picture_with_nothing_on_it_has_no_edges_and_no_lines(size, colour):
    found = estimate(Image.new("RGB", size, colour))
    assert (found.sharpness, found.tilt_degrees) == (0, None)
    assert set(found.advice) <= {DARK}


def test_small_pictures_are_not_called_blurred():
    assert BLURRED not in estimate(compass()).advice
    assert BLURRED not in estimate(page(480, 640, lines=16, size=20)).advice


def test_each_piece_of_advice_says_why_and_what_to_do():
    for sentence in (BLURRED, DARK, TILTED, SIDEWAYS):
        why, what = sentence.split(": ")
        assert why.startswith("Retake it, because the ")
        assert what.endswith(".")


def test_tilt_needs_lines_and_not_merely_edges():
    frame = Image.new("L", (480, 360), 255)
    ImageDraw.Draw(frame).ellipse((90, 60, 390, 300), outline=0, width=4)
    assert tilt_degrees(frame) is None
    assert quality.SMALL_PX == 480
