"""Things cut out of a box: near their true outline, corrected by a brush or a network, or a clear no."""

import base64
import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from studylens.analysis.cutting import cut
from studylens.analysis.cutting.thing import Source
from studylens.analysis.protocol.cutting import OBJECT, Cut, CutWish, Stroke
from studylens.errors import BadBox, NothingCut
from tests.analysis.cutting import scenes

LEAST_ON_PAPER, LEAST_ON_BUSY = 0.87, 0.68
SIDE = 360


def source_of(photo: np.ndarray) -> Source:
    return Source(photo, (photo.shape[1], photo.shape[0]))


def object_of(thing: scenes.Thing, **wish) -> Cut:
    return cut.cut_object(source_of(thing.photo), CutWish(**{"mode": OBJECT, "box": thing.box, **wish}))


def image_of(made: Cut) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(made.picture_base64)))


def mask_of(thing: scenes.Thing, **wish) -> np.ndarray:
    made = image_of(object_of(thing, whole=True, only_mask=True, **wish))
    return cv2.resize(np.asarray(made, np.float32) / 255, thing.alpha.shape[::-1])


@pytest.mark.parametrize(("busy", "least"), [(False, LEAST_ON_PAPER), (True, LEAST_ON_BUSY)])
def test_things_in_a_box_come_out_near_their_true_outline(busy, least):
    things = [scenes.thing(kind, 1, busy=busy, side=SIDE) for kind in scenes.THINGS]
    assert np.mean([scenes.overlap(mask_of(thing), thing.alpha) for thing in things]) >= least


def test_the_hole_of_a_ring_is_cut_out_as_well():
    ring = scenes.thing("ring", 0, busy=False, side=SIDE)
    assert mask_of(ring)[SIDE // 2, SIDE // 2] < 0.5


def test_a_cut_out_is_cut_to_its_edges_and_hides_what_lies_around():
    made = object_of(scenes.thing("star", 0, busy=False, side=SIDE))
    rgba = np.asarray(image_of(made).convert("RGBA"))
    assert made.way == "box"
    assert max(made.width, made.height) < 0.85 * SIDE
    assert (rgba[..., 3] > 8).any(axis=1)[9:-9].all()
    assert len(np.unique(rgba[rgba[..., 3] == 0][:, :3], axis=0)) == 1


def test_the_frame_and_the_background_are_as_clients_of_rembg_want_them():
    thing = scenes.thing("stone", 0, busy=False, side=SIDE)
    made = image_of(object_of(thing, whole=True, background=(255, 0, 0, 255))).convert("RGBA")
    assert made.size == (SIDE, SIDE)
    assert made.getpixel((3, 3))[:3] == (255, 0, 0)
    half = image_of(object_of(thing, whole=True, background=(0, 0, 255, 128))).convert("RGBA")
    assert half.getpixel((3, 3)) == (0, 0, 255, 128)
    hard = np.asarray(image_of(object_of(thing, only_mask=True, hard_mask=True)))
    assert set(np.unique(hard)) == {0, 255}


@pytest.mark.parametrize("webp", [False, True])
def test_transparency_survives_in_both_formats(webp):
    made = object_of(scenes.thing("leaf", 0, busy=True, side=SIDE), webp=webp)
    alpha = np.asarray(image_of(made).convert("RGBA"))[..., 3]
    assert made.media_type == ("image/webp" if webp else "image/png")
    assert alpha.min() == 0
    assert alpha.max() == 255


def test_the_brush_takes_away_and_gives_back():
    thing = scenes.thing("flask", 0, busy=False, side=SIDE)
    bottom = Stroke(keep=False, points=((0.3, 0.72), (0.7, 0.72)), width=0.14)
    beside = Stroke(keep=True, points=((0.31, 0.3), (0.31, 0.34)), width=0.05)
    mask = mask_of(thing, strokes=(bottom, beside))
    assert mask[int(0.72 * SIDE), SIDE // 2] < 0.5 < mask[int(0.32 * SIDE), int(0.31 * SIDE)]
    assert mask_of(thing)[int(0.72 * SIDE), SIDE // 2] > 0.5


def test_the_same_picture_gives_the_same_cut():
    thing = scenes.thing("snail", 0, busy=True, side=SIDE)
    assert object_of(thing) == object_of(thing)


def test_a_box_that_is_the_whole_picture_asks_for_more():
    thing = scenes.thing("leaf", 0, busy=False, side=SIDE)
    with pytest.raises(BadBox, match="whole picture"):
        object_of(thing, box=(0.0, 0.0, 1.0, 1.0))
    around = Stroke(keep=False, points=((0.04, 0.04), (0.96, 0.04), (0.96, 0.96), (0.04, 0.96)), width=0.05)
    found = mask_of(thing, box=(0.0, 0.0, 1.0, 1.0), strokes=(around,))
    assert scenes.overlap(found, thing.alpha) > LEAST_ON_BUSY


def test_without_a_box_and_a_model_it_is_not_guessed():
    with pytest.raises(NothingCut, match="draw a box"):
        object_of(scenes.thing("leaf", 0, busy=False, side=SIDE), box=())


def test_an_empty_box_says_so():
    leaf = scenes.thing("leaf", 0, busy=False, side=SIDE)
    with pytest.raises(NothingCut, match="Nothing in the box"):
        object_of(replace(leaf, photo=np.full((SIDE, SIDE, 3), 230, np.uint8)))


def test_a_network_s_mask_is_taken_and_the_brush_still_counts():
    thing = scenes.thing("stone", 0, busy=True, side=SIDE)

    def find(pixels: np.ndarray) -> np.ndarray:
        return np.zeros((320, 320), np.float32) + (np.hypot(*(np.mgrid[0:320, 0:320] - 160)) < 80)

    source = source_of(thing.photo)
    wish = CutWish(mode=OBJECT, box=thing.box, whole=True, only_mask=True)
    made = cut.cut_object(source, wish, find=find, way="u2netp")
    assert made.way == "u2netp"
    mask = np.asarray(image_of(made))
    assert mask[SIDE // 2, SIDE // 2] > 200
    assert mask[SIDE // 2, int(thing.box[0] * SIDE) + 8] == 0
    dab = Stroke(keep=False, points=((0.5, 0.5), (0.5, 0.5)), width=0.1)
    painted = np.asarray(image_of(cut.cut_object(source, replace(wish, strokes=(dab,)), find=find)))
    assert painted[SIDE // 2, SIDE // 2] < 128
