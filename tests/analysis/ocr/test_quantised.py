"""The quantised reader that set-up makes: it is there, it is proven, and it reads alike."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from studylens.analysis.ocr import networks, quantised, read
from studylens.ocr_export.keep import keep
from studylens.places import HOME
from tests import pages

MADE = HOME / "models" / "ocr"
"""What `make setup`, which `make test` begins with, put there."""
SEVEN_BITS = 64


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MADE, tmp_path / "ocr"))


def test_a_fresh_setup_ends_with_the_quantised_reader() -> None:
    assert quantised.describe(MADE) == "int8, unsure lines again in fp32"


def test_both_networks_read_print_alike() -> None:
    page = pages.column_page(pages.wrap(" ".join(pages.SENTENCES[:5]), 760, 28), size=(900, 560))
    lines = read.read(page.image, quantised=MADE).lines
    assert "\n".join(line.text for line in lines) == page.text


def test_lines_that_the_quantised_network_is_not_sure_of_are_read_again() -> None:
    page = pages.blurred(pages.column_page(("Osmosis and diffusion", "of pure water"), size=(500, 200)), 3.6)
    told: list[tuple[int, int]] = []
    fast = read.read(page.image, quantised=MADE, progress=lambda done, total: told.append((done, total)))
    exact = read.read(page.image)
    assert [(line.text, line.score) for line in fast.lines] == [
        (line.text, line.score) for line in exact.lines
    ]
    assert told[-1] == (4, 4)  # Two lines, each of them twice.


def test_no_sum_of_two_products_exceeds_sixteen_bits() -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is installed with torch only: `make torch`")
    path = quantised.find(MADE).path
    assert path
    weights = [onnx.numpy_helper.to_array(w) for w in onnx.load(path).graph.initializer if w.dims]
    whole = [w for w in weights if w.dtype == np.int8 and w.ndim > 1]
    assert len(whole) > 40
    assert max(int(abs(w.astype(int)).max()) for w in whole) <= SEVEN_BITS


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda folder: (folder / quantised.MANIFEST).unlink(), "it was not made here"),
        (lambda folder: (folder / quantised.MANIFEST).write_text("{"), "its manifest is damaged"),
        (lambda folder: _cut(next(folder.glob("*.onnx"))), "its file is damaged"),
        (lambda folder: next(folder.glob("*.onnx")).unlink(), "its file is missing"),
        (lambda folder: _said_of(folder, "rapidocr-1.0 of old"), "it was made from another version"),
    ],
)
def test_what_differs_is_not_read_with_and_the_reason_is_told(copy: Path, harm: object, reason: str) -> None:
    harm(copy)  # type: ignore[operator]
    assert quantised.find(copy).path is None
    assert f"fp32, since {reason}" in quantised.describe(copy)
    assert networks.open_quantised(copy) is None


def test_a_failure_while_it_is_made_leaves_what_was_there(copy: Path) -> None:
    def fail(target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError("disk full")

    before = _files(copy)
    with pytest.raises(OSError, match="disk full"):
        keep(copy, fail)
    assert _files(copy) == before


def test_a_new_one_takes_the_place_of_the_old(copy: Path) -> None:
    path = keep(copy, lambda target: target.write_bytes(b"another network") and None)
    assert quantised.find(copy).path == path
    assert list(copy.glob("recognition-*.onnx")) == [path]


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def _said_of(folder: Path, source: str) -> None:
    manifest = json.loads((folder / quantised.MANIFEST).read_text())
    (folder / quantised.MANIFEST).write_text(json.dumps({**manifest, "source": source}))
