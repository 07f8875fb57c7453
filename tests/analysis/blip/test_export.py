"""What the export promises: torch's own scores in float, words stored once, all files or none."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studylens.analysis.blip.manifest import Manifest, read_manifest
from studylens.analysis.blip.onnx import OnnxCaptioner
from studylens.errors import EngineFailed
from studylens.places import BLIP_MANIFEST
from tests.analysis.blip import world
from tests.late import Late
from tests.service import HOME
from tests.waiting import until

onnx = Late("onnx")
backend = Late("studylens.analysis.blip.transformers")
preparing = Late("studylens.blip_export.prepare")
precision = Late("studylens.blip_export.precision")
saturation = Late("studylens.blip_export.saturation")
verify = Late("studylens.blip_export.verify")
weights = Late("studylens.blip_export.weights")
Reference = Any
"""A TransformersCaptioner; importing it would bring torch."""
pytestmark = pytest.mark.torch
FLOAT_LIMIT = 1e-4


@pytest.fixture(scope="module")
def reference(source: Path) -> Reference:
    return backend.TransformersCaptioner(source)


@pytest.fixture(scope="module")
def exact(source: Path, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxCaptioner:
    folder, manifest = tmp_path_factory.mktemp("float"), read_manifest(prepared)
    world.save_float(source, prepared, folder, manifest)
    return OnnxCaptioner(folder, manifest)


def test_float_export_gives_torchs_scores(exact: OnnxCaptioner, reference: Reference) -> None:
    expected = verify.expectations(reference, world.pictures(4))
    found = verify.compare(exact._folder, exact.manifest, expected)
    assert found.difference <= FLOAT_LIMIT
    assert found.captions == found.tokens == 1.0


def test_pictures_get_different_captions(reference: Reference) -> None:
    assert len({reference.caption(picture) for picture in world.pictures(4)}) > 1


def test_each_word_is_the_one_that_transformers_chooses(exact: OnnxCaptioner, reference: Reference) -> None:
    for picture in world.pictures(3):
        assert exact.caption(picture, max_new_tokens=12) == reference.caption(picture, max_new_tokens=12)


def test_no_more_tokens_than_asked_for(exact: OnnxCaptioner) -> None:
    pixels = exact.pixels(world.pictures(1)[0])
    for limit in (1, 4):
        assert len(exact.tokens(pixels, limit, end=-1)) == 1 + limit


def test_words_are_stored_once(prepared: Path) -> None:
    sizes = read_manifest(prepared).sizes
    step = onnx.load(prepared / "step.onnx", load_external_data=False)
    full = -(-sizes.vocabulary // precision.PANEL) * precision.PANEL * sizes.text_width
    tables = [
        w for w in step.graph.initializer if np.prod(w.dims) in {full, sizes.vocabulary * sizes.text_width}
    ]
    assert [table.name for table in tables] == ["words"]
    assert tables[0].data_type == onnx.TensorProto.INT8


def test_heavy_weights_lie_beside_the_graph(prepared: Path) -> None:
    for name in ("vision", "step"):
        graph = onnx.load(prepared / f"{name}.onnx", load_external_data=False).graph
        inside = [w for w in graph.initializer if not w.external_data and len(w.raw_data) > 16 * 1024]
        assert inside == []


def test_quantised_words_agree_with_torchs(prepared: Path) -> None:
    report = read_manifest(prepared).report
    assert report["float"]["difference"] <= FLOAT_LIMIT
    assert report["int8"]["tokens"] >= 0.8  # Random weights: near ties everywhere.
    assert report["memory"]["anonymous_mb"] < 100


def test_decoder_falls_back_to_finer_activations(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.blip_export.verify.TOKEN_AGREEMENT", 1.1)
    said: list[str] = []
    wish = preparing.Wish(str(source), tmp_path)
    manifest = preparing.prepare(wish, world.pictures(2), said.append)
    assert manifest.precision == read_manifest(tmp_path).precision == "weights"
    assert any("falling back to 16-bit activations" in line for line in said)
    assert {"int8", "weights"} <= set(manifest.report)


def test_finer_activations_come_closer(
    source: Path, prepared: Path, exact: OnnxCaptioner, tmp_path: Path
) -> None:
    wish = preparing.Wish(str(source), tmp_path, "weights", 8)
    preparing.prepare(wish, world.pictures(1), lambda _: None)
    coarse_folder = tmp_path / "int8"
    preparing.prepare(
        preparing.Wish(str(source), coarse_folder, "int8", 8), world.pictures(1), lambda _: None
    )
    states = exact._run("vision", {"pixels": exact.pixels(world.pictures(1)[0])})

    def scores(captioner: OnnxCaptioner) -> np.ndarray:
        with captioner.decoder(captioner._run("picture", states)) as decoder:
            return np.stack([decoder.step(word) for word in range(20)])

    true = scores(exact)
    fine, coarse = (
        np.abs(scores(OnnxCaptioner(folder, read_manifest(folder))) - true).mean()
        for folder in (tmp_path, coarse_folder)
    )
    assert fine < coarse


class Stop(Exception):
    pass


def test_an_export_that_fails_leaves_nothing_usable(source: Path, tmp_path: Path) -> None:
    for at in range(1, preparing.STEPS + 1):
        steps: list[str] = []

        def tell(step: str, at: int = at, steps: list[str] = steps) -> None:
            steps.append(step)
            if len(steps) == at:
                raise Stop

        with pytest.raises(Stop):
            preparing.prepare(preparing.Wish(str(source), tmp_path, "int8"), world.pictures(1), tell)
        assert list(tmp_path.iterdir()) == [], at


def test_a_killed_export_leaves_nothing_usable(source: Path, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "studylens.blip_export", "prepare", str(source), f"--folder={tmp_path}"]
    export = subprocess.Popen(line, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: list(tmp_path.glob("*/vision.onnx")) or export.poll() is not None, "the first file")
    os.kill(export.pid, signal.SIGKILL)
    assert export.wait() == -signal.SIGKILL
    assert not (tmp_path / BLIP_MANIFEST).exists()
    left = list(tmp_path.iterdir())
    assert left
    world.prepare_model(source, tmp_path)
    assert not any(path.exists() for path in left)


def test_an_unknown_activation_is_refused(source: Path, reference: Reference) -> None:
    config = reference.model.config.text_config
    config.hidden_act = "relu"
    try:
        with pytest.raises(EngineFailed, match="relu"):
            weights.Weights(reference.model)
    finally:
        config.hidden_act = "gelu"


def test_sizes_come_from_the_models_own_config(prepared: Path) -> None:
    sizes = read_manifest(prepared).sizes
    assert (sizes.text_heads, sizes.vision_heads, sizes.text_layers, sizes.vision_layers) == (3, 4, 2, 3)


def test_the_manifest_says_where_the_model_is_from(source: Path, prepared: Path) -> None:
    manifest = read_manifest(prepared)
    assert manifest.model == source.name
    assert {"torch", "transformers", "onnxruntime", "prepared"} <= set(manifest.versions)
    assert str(source) not in (prepared / BLIP_MANIFEST).read_text()
    assert dataclasses.is_dataclass(Manifest)


def test_panels_hold_every_column() -> None:
    matrix = np.arange(4 * 128).reshape(4, 128)
    cut = precision.panels(matrix)
    assert cut.shape == (2, 4, 64)
    assert (cut.transpose(1, 0, 2).reshape(4, 128) == matrix).all()


def test_rounding_is_at_most_half_a_step() -> None:
    matrix = np.random.default_rng(0).standard_normal((50, 7)).astype(np.float32)
    small = precision.quantized(matrix, 8)
    assert (np.abs(small.values * small.scales - matrix) <= small.scales / 2 * 1.001).all()


def test_seven_bits_cannot_be_clipped() -> None:
    extreme = np.full((2, 1), 63)
    assert saturation._pairs(np.full((1, 2), 255), extreme).max() <= 32767
    assert saturation._pairs(np.full((1, 2), 255), np.full((2, 1), 127)).max() > 32767


def test_bits_are_decided_by_what_clipping_costs() -> None:
    assert saturation.Clipping(clipped_8=1.0, exact_7=2.0).bits == 8
    assert saturation.Clipping(clipped_8=3.0, exact_7=2.0).bits == 7
