"""A page that was not read well is read once more in white, and only a better reading counts."""

from dataclasses import replace

import pytest
from PIL import Image

from studylens.analysis import second_look
from studylens.analysis.ocr.read import Reading
from studylens.analysis.picture.decode import UNJUDGED, Picture
from studylens.analysis.protocol.result import Line, Trust
from studylens.errors import EngineSkipped
from tests.analysis.cutting import scenes

UNSURE = Reading((Line(1, "as it was"),), trust=Trust(0.7, trusted=False, reasons=("unsure",)))


@pytest.fixture(scope="module")
def picture() -> Picture:
    image = Image.fromarray(scenes.notes(2, (400, 300)).photo)
    return Picture(image, 300, 400, UNJUDGED)


@pytest.mark.parametrize(
    ("trust", "helps"),
    [
        (Trust(0.7, trusted=False, reasons=("unsure",)), True),
        (Trust(0.7, trusted=False, reasons=("handwriting", "dark")), True),
        (Trust(0.4, trusted=False, reasons=("script",)), False),
        (Trust(0.7, trusted=False, reasons=("unsure", "blur")), False),
        (Trust(0.98), False),
        (None, False),
    ],
)
def test_only_what_light_may_change_is_looked_at_again(trust: Trust | None, helps: bool) -> None:
    assert second_look.may_help(Reading(trust=trust)) is helps


def test_the_white_page_is_read_where_it_lies_and_a_better_reading_counts(picture: Picture) -> None:
    seen: list[Picture] = []

    def read(white: Picture) -> Reading:
        seen.append(white)
        return Reading((Line(1, "in white"),), trust=Trust(0.85, trusted=False))

    found = second_look.read_white(picture, UNSURE, 500, read)
    assert found.lines[0].text == "in white"
    [white] = seen
    assert white.image.size == picture.image.size
    assert white.image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("score", [0.71, 0.2, None])
def test_a_reading_that_is_no_better_is_left_with_its_reason(picture: Picture, score: float | None) -> None:
    other = replace(UNSURE, trust=None if score is None else Trust(score, trusted=False))
    with pytest.raises(EngineSkipped, match="no better in white"):
        second_look.read_white(picture, UNSURE, 500, lambda _: other)


def test_a_black_page_and_a_full_machine_leave_the_first_reading(picture: Picture) -> None:
    black = replace(picture, image=Image.new("RGB", (300, 400)))
    with pytest.raises(EngineSkipped, match="black"):
        second_look.read_white(black, UNSURE, 500, lambda _: UNSURE)
    with pytest.raises(EngineSkipped, match="memory pressure"):
        second_look.read_white(picture, UNSURE, 10, lambda _: UNSURE)
