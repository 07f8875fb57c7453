"""Which way a cut-out goes: networks in order, by box where none can be used, and why; stages with memory."""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studylens.analysis import pipeline
from studylens.analysis.cutting import shelf
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.cutting import INK, OBJECT, PAGE, Cut, CutWish, Stroke
from studylens.config import Config
from studylens.limits import NEED_CUTOUT_MB, NEED_CUTOUT_MODELS_MB
from studylens.machine.memory import find_limit, service_mb
from tests.analysis.cutting import scenes
from tests.analysis.cutting.onnx_file import finds_bright_things
from tests.make_images import IMAGES, page

ORIENTATION = 0x0112
BOX = (0.2, 0.2, 0.8, 0.8)


@pytest.fixture(scope="module")
def moon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bright thing on dark ground."""
    path = tmp_path_factory.mktemp("moon") / "moon.png"
    photo = np.full((200, 300, 3), 40, np.uint8)
    photo[70:130, 110:190] = (240, 235, 220)
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one network, u2netp."""
    data = finds_bright_things()
    (tmp_path / "u2netp.onnx").write_bytes(data)
    listed = {"u2netp": {"file": "u2netp.onnx", "sha256": hashlib.sha256(data).hexdigest()}}
    (tmp_path / shelf.MANIFEST).write_text(json.dumps(listed))
    return tmp_path


def run(path: Path, wish: CutWish, **settings) -> tuple[wire.Outcome, list[wire.Event]]:
    events: list[wire.Event] = []
    request = wire.decode_request(wire.encode(wire.Request("0" * 32, path=str(path), cut=wish)))
    return pipeline.run(request, Config(**settings), events.append), events


def logged(events: list[wire.Event]) -> str:
    return "\n".join(event.line for event in events if isinstance(event, wire.LogLine))


def test_a_network_finds_the_thing_without_a_box(moon: Path, folder: Path) -> None:
    made, _ = run(moon, CutWish(mode=OBJECT), cutout_model_dir=str(folder))
    assert isinstance(made, Cut)
    assert (made.way, made.width, made.height, list(made.notes)) == ("u2netp", 300, 200, [])


@pytest.mark.parametrize("asked", ["u2net_lite", "u2net", "silueta"])
def test_another_name_leads_to_the_network_that_is_there(moon: Path, folder: Path, asked: str) -> None:
    made, events = run(moon, CutWish(mode=OBJECT, model=asked), cutout_model_dir=str(folder))
    assert isinstance(made, Cut)
    assert made.way == "u2netp"
    assert ("Skipped" in logged(events)) == (asked != "u2net_lite")


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda folder: (folder / "u2netp.onnx").write_bytes(b"\x08"), "its file is damaged"),
        (lambda folder: (folder / "u2netp.onnx").unlink(), "its file is missing"),
        (lambda folder: (folder / shelf.MANIFEST).write_text("[]"), "the list of fetched models is damaged"),
    ],
)
def test_a_broken_network_leaves_the_box_and_says_why(moon: Path, folder: Path, harm, why: str) -> None:
    harm(folder)
    made, events = run(moon, CutWish(mode=OBJECT, box=BOX), cutout_model_dir=str(folder))
    assert isinstance(made, Cut)
    assert made.way == "box"
    assert why in " ".join(made.notes)
    assert f"Skipped u2netp: {why}" in logged(events)


def test_a_file_that_is_no_network_leaves_the_box_and_says_why(moon: Path, folder: Path) -> None:
    (folder / "u2netp.onnx").write_bytes(b"no network")
    listed = {"u2netp": {"file": "u2netp.onnx", "sha256": hashlib.sha256(b"no network").hexdigest()}}
    (folder / shelf.MANIFEST).write_text(json.dumps(listed))
    made, events = run(moon, CutWish(mode=OBJECT, box=BOX), cutout_model_dir=str(folder))
    assert isinstance(made, Cut)
    assert made.way == "box"
    assert "Failed u2netp" in logged(events)


def test_without_room_the_network_is_skipped_and_the_cut_out_smaller(moon: Path, folder: Path) -> None:
    used = service_mb(find_limit(Config()))  # Of this process, which has done other work before.
    enough_for_a_box = used + (NEED_CUTOUT_MB + NEED_CUTOUT_MODELS_MB["u2netp"]) / 2
    settings = {"cutout_model_dir": str(folder), "memory_limit_mb": enough_for_a_box}
    made, events = run(moon, CutWish(mode=OBJECT, box=BOX), **settings)
    assert isinstance(made, Cut)
    assert "Skipped u2netp: memory pressure" in logged(events)
    assert "memory pressure" in " ".join(made.notes)


def test_no_network_is_nothing_to_tell_unless_one_was_asked_for(moon: Path, tmp_path: Path) -> None:
    quiet, _ = run(moon, CutWish(mode=OBJECT, box=BOX), cutout_model_dir=str(tmp_path))
    told, _ = run(moon, CutWish(mode=OBJECT, box=BOX, model="u2net"), cutout_model_dir=str(tmp_path))
    none, _ = run(moon, CutWish(mode=OBJECT, box=BOX, model="none"), cutout_model_dir=str(tmp_path))
    assert isinstance(quiet, Cut)
    assert isinstance(told, Cut)
    assert isinstance(none, Cut)
    assert list(quiet.notes) == list(none.notes) == []
    assert "u2net: it was not fetched here" in " ".join(told.notes)


def test_without_box_and_network_it_says_what_is_missing(moon: Path, tmp_path: Path) -> None:
    failed, _ = run(moon, CutWish(mode=OBJECT, model="u2net"), cutout_model_dir=str(tmp_path))
    assert isinstance(failed, wire.Failed)
    assert failed.code == "nothing_cut"
    assert "draw a box" in failed.sentence
    assert "u2net: it was not fetched here" in failed.sentence


def test_stages_tell_their_memory(moon: Path, tmp_path: Path) -> None:
    _, events = run(moon, CutWish(mode=OBJECT, box=BOX), cutout_model_dir=str(tmp_path))
    named = [event.stage for event in events if isinstance(event, wire.Stage)]
    assert named == ["after_decode", "after_cutout", "after_cutout_cleanup"]


@pytest.mark.parametrize("mode", [PAGE, INK])
@pytest.mark.parametrize("name", ["palette_alpha.png", "white_ink.png", "gps.jpg", "note.webp"])
def test_odd_pictures_become_clean_pages(name: str, mode: str) -> None:
    made, _ = run(IMAGES / name, CutWish(mode=mode))
    assert isinstance(made, Cut), made
    assert base64.b64decode(made.picture_base64)[:4] == b"\x89PNG"


@pytest.mark.parametrize("mode", [PAGE, INK])
def test_a_page_that_is_stored_sideways_becomes_upright(tmp_path: Path, mode: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    page(600, 900, lines=8, size=34).transpose(Image.Transpose.ROTATE_90).save(
        tmp_path / "page.jpg", exif=exif
    )
    made, _ = run(tmp_path / "page.jpg", CutWish(mode=mode))
    assert isinstance(made, Cut), made
    assert made.height > made.width


def test_sixteen_bits_are_taken() -> None:
    made, _ = run(IMAGES / "sixteen_bit.png", CutWish(mode=OBJECT, box=(0.5, 0.1, 0.9, 0.9)))
    assert isinstance(made, Cut | wire.Failed)
    assert getattr(made, "code", "nothing_cut") == "nothing_cut"


@pytest.mark.parametrize(
    ("name", "code"), [("cut_early.jpg", "unreadable"), ("renamed_text.jpg", "unsupported_type")]
)
def test_what_cannot_be_opened_says_so(name: str, code: str) -> None:
    failed, _ = run(IMAGES / name, CutWish())
    assert isinstance(failed, wire.Failed)
    assert failed.code == code


def test_a_wish_survives_the_wire() -> None:
    stroke = Stroke(keep=False, points=((0.1, 0.2), (0.3, 0.4)), width=0.05)
    wish = CutWish(OBJECT, (0.1, 0.1, 0.9, 0.9), (stroke,), "u2net", background=(1, 2, 3, 4), webp=True)
    request = wire.Request("0" * 32, path="x", cut=wish)
    assert wire.decode_request(wire.encode(request)) == request
    made = Cut("AA==", "image/png", 1, 2, "box", ["a note"])
    assert wire.decode_event(wire.encode(made)) == made


def test_drawn_notes_from_the_upload_to_the_page(tmp_path: Path) -> None:
    photo, _ = scenes.on_table(2, scenes.notes(3, (800, 600)).photo)
    Image.fromarray(photo).save(tmp_path / "notes.jpg", quality=90)
    made, _ = run(tmp_path / "notes.jpg", CutWish())
    assert isinstance(made, Cut)
    assert list(made.notes) == ["The sheet was cut out of the photo and straightened."]
