"""Clean pages: what is ink stays in its colour, what is paper becomes white, and an empty page says so."""

import base64
import io

import cv2
import numpy as np
import pytest
from PIL import Image

from studylens.analysis.cutting import cut, sheet
from studylens.analysis.cutting.thing import Source
from studylens.analysis.protocol.cutting import INK, PAGE, Cut, CutWish
from studylens.errors import BadBox, NothingCut
from tests.analysis.cutting import scenes


def page_of(photo: np.ndarray, **wish) -> Cut:
    source = Source(photo, (photo.shape[1], photo.shape[0]))
    return cut.cut_page(source, CutWish(**{"mode": PAGE, **wish}))


def pixels(made: Cut, mode: str = "RGB") -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(made.picture_base64))).convert(mode))


def hue(colour: np.ndarray) -> float:
    return float(cv2.cvtColor(np.float32(colour).reshape(1, 1, 3) / 255, cv2.COLOR_RGB2HSV)[0, 0, 0])


def apart(one: float, other: float) -> float:
    return min(abs(one - other), 360 - abs(one - other))


@pytest.fixture(scope="module")
def notes() -> scenes.Notes:
    return scenes.notes(1, (1000, 800))


@pytest.fixture(scope="module")
def made(notes: scenes.Notes) -> np.ndarray:
    return pixels(page_of(notes.photo, whole=True))


def test_all_ink_stays_and_no_paper(notes, made):
    seen = made.min(axis=2) < 235
    near_ink = cv2.dilate((notes.ink > 0.02).astype(np.uint8), np.ones((5, 5))) > 0
    assert seen[notes.ink > 0.6].mean() >= 0.99
    assert (made.min(axis=2) < 250)[~near_ink].mean() <= 0.005


@pytest.mark.parametrize("colour", [scenes.INKS["blue"], scenes.INKS["red"], *scenes.HIGHLIGHT])
def test_ink_and_highlighter_keep_their_hue(notes, made, colour):
    there = np.abs(notes.colours.astype(int) - np.array(colour)).sum(axis=2) < 6
    assert there.sum() > 50
    assert apart(hue(np.median(made[there], axis=0)), hue(np.array(colour))) <= 10


def test_a_page_has_few_colours_and_few_bytes(notes):
    cut_out = page_of(notes.photo, whole=True)
    image = Image.open(io.BytesIO(base64.b64decode(cut_out.picture_base64)))
    assert (cut_out.media_type, cut_out.way) == ("image/png", "page")
    assert len(image.getcolors(256)) <= 64
    assert len(base64.b64decode(cut_out.picture_base64)) < 120_000


@pytest.mark.parametrize("seed", range(4))
def test_a_sheet_on_a_table_is_found_and_straightened(notes, seed):
    photo, corners = scenes.on_table(seed, notes.photo)
    found = sheet.find_sheet(photo)
    assert found is not None
    assert np.linalg.norm(found - corners, axis=1).max() < 0.02 * max(photo.shape)
    cleaned = page_of(photo)
    assert cleaned.height > cleaned.width
    grey = pixels(cleaned, "L")
    edges = [grey[:4], grey[-4:], grey[:, :4].T, grey[:, -4:].T]
    assert max(float((edge < 200).mean()) for edge in edges) < 0.05, "some of the table is left"
    assert cleaned.notes == ["The sheet was cut out of the photo and straightened."]


def test_a_frame_or_a_coloured_box_on_a_page_is_no_sheet():
    page = np.full((900, 700, 3), 245, np.uint8)
    cv2.rectangle(page, (80, 100), (620, 800), (20, 20, 20), 4)
    assert sheet.find_sheet(page) is None
    cv2.rectangle(page, (80, 100), (620, 800), (180, 210, 240), -1)
    assert sheet.find_sheet(page) is None


def test_ink_alone_stands_on_nothing(notes):
    rgba = pixels(page_of(notes.photo, mode=INK, whole=True), "RGBA")
    assert (rgba[..., 3] == 0).mean() > 0.5
    strong = rgba[..., 3] > 200
    assert rgba[strong][:, :3].min(axis=1).mean() < 120


def test_a_box_takes_its_part_of_the_page(notes):
    part = page_of(notes.photo, box=(0.1, 0.2, 0.6, 0.5))
    assert (part.width, part.height) == (400, 300)
    in_px = page_of(notes.photo, box=(80, 200, 480, 500))
    assert (in_px.width, in_px.height) == (400, 300)


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (np.full((600, 400, 3), 240, np.uint8), "empty"),
        (np.full((600, 400, 3), 3, np.uint8), "black"),
    ],
)
def test_a_blank_or_black_page_says_so(photo, sentence):
    with pytest.raises(NothingCut, match=sentence):
        page_of(photo)


def test_an_empty_part_of_a_page_says_so(notes):
    with pytest.raises(NothingCut, match="no ink in this box"):
        page_of(notes.photo, box=(0.3, 0.02, 0.6, 0.08))


@pytest.mark.parametrize(
    "box", [(1.2e3, 0, 1.3e3, 50), (0.5, 0.5, 0.5, 0.5), (0.4, 0.4, 0.404, 0.404), (-2, -2, -1, -1)]
)
def test_a_box_outside_or_of_a_point_is_refused(notes, box):
    with pytest.raises(BadBox):
        page_of(notes.photo, box=box)


def test_a_tiny_page_is_not_blown_up():
    page = np.full((40, 30, 3), 250, np.uint8)
    page[18:22, 8:22] = (20, 20, 90)
    made = page_of(page)
    assert (made.width, made.height) == (30, 40)
