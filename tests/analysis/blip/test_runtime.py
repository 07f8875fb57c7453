"""The captioner at work: onnxruntime alone, the processor's pixels, and files that are not what they were."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studylens.analysis.blip import captioner as blip
from studylens.analysis.blip import decoding
from studylens.analysis.blip import onnx as blip_onnx
from studylens.analysis.blip.manifest import GRAPHS, read_manifest, sha256
from studylens.analysis.blip.words import Words, read_words, words_of
from studylens.analysis.budget.onnx import vendor_errors
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory
from studylens.places import BLIP_MANIFEST
from tests.analysis.blip import world
from tests.service import HOME, clean_environment

PIXEL_TOLERANCE = 1e-6


@pytest.fixture
def model(prepared: Path, tmp_path: Path) -> Path:
    """A prepared model of the test's own, to be damaged."""
    return Path(shutil.copytree(prepared, tmp_path / "model"))


def load(folder: Path, **options: str) -> blip.Captioner:
    return blip.get_cached_blip_models(Config(blip_model_dir=str(folder), **options))


def test_a_picture_gets_a_caption(prepared: Path) -> None:
    captioner = load(prepared)
    assert captioner.engine == "blip:onnx-int8"
    captions = [captioner.caption(picture) for picture in world.pictures(2)]
    assert all(captions)
    captioner.close()


def test_both_backends_stand_behind_one_door(source: Path) -> None:
    captioner = load(source, blip_backend="transformers")
    assert captioner.engine == "blip:transformers"
    assert captioner.model.training is False  # type: ignore[attr-defined]
    assert captioner.caption(world.pictures(1)[0])
    captioner.close()


def test_transformers_needs_room_for_itself_and_the_weights(source: Path) -> None:
    ours = blip.need_mb(Config(blip_model_dir=str(source)))
    theirs = blip.need_mb(Config(blip_model_dir=str(source), blip_backend="transformers"))
    assert ours <= 110
    assert theirs > 400 + blip.model_bytes(source) / 1024 / 1024


def test_the_runtime_brings_neither_torch_nor_transformers(prepared: Path, tmp_path: Path) -> None:
    program = f"""
import json, sys
from PIL import Image
from studylens.analysis.blip import captioner as blip
from studylens.config import Config
captioner = blip.get_cached_blip_models(Config(blip_model_dir={str(prepared)!r}))
assert captioner.caption(Image.new("RGB", (400, 300), "red"))
print(json.dumps(sorted(name.split(".")[0] for name in sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=HOME,
        env=clean_environment(tmp_path),
        capture_output=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout))
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "onnx", "flask", "sqlalchemy"}


@pytest.mark.torch
@pytest.mark.parametrize("size", [(400, 300), (61, 400), (384, 384), (17, 9)])
def test_pixels_are_the_processors(size: tuple[int, int]) -> None:
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    processor = BlipImageProcessorPil()
    values = np.random.default_rng(5).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    image = Image.fromarray(values)
    theirs = processor(images=image, return_tensors="np")["pixel_values"]
    mean, deviation = tuple(processor.image_mean), tuple(processor.image_std)
    ours = blip_onnx.to_pixels(image, side=384, mean=mean, deviation=deviation)
    assert ours.shape == theirs.shape == (1, 3, 384, 384)
    assert np.abs(ours - theirs).max() <= PIXEL_TOLERANCE


def test_text_is_the_tokenizers(source: Path, prepared: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer, words = Tokenizer.from_file(str(source / "tokenizer.json")), read_words(prepared)
    random = np.random.default_rng(1)
    for _ in range(200):
        tokens = random.integers(
            0, tokenizer.get_vocab_size() + 3, 12
        ).tolist()  # Three that it does not know.
        assert words.text(tokens) == tokenizer.decode(tokens, skip_special_tokens=True)


def test_signs_stand_where_the_tokenizer_puts_them() -> None:
    from tokenizers import Tokenizer, decoders, models

    signs = ["[UNK]", "it", "'", "s", "'s", ".", ",", "!", "?", "n't", "##n", "##'t", "do not", "'re", "x"]
    tokenizer = Tokenizer(models.WordPiece({sign: n for n, sign in enumerate(signs)}, unk_token="[UNK]"))
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    words = Words(signs, frozenset())
    random = np.random.default_rng(2)
    for _ in range(500):
        tokens = random.integers(1, len(signs), 6).tolist()
        assert words.text(tokens) == tokenizer.decode(tokens)


def test_another_kind_of_tokenizer_is_refused() -> None:
    with pytest.raises(EngineFailed, match="WordPiece"):
        words_of('{"decoder": {"type": "ByteLevel"}}')


def skipped(folder: Path, caplog: pytest.LogCaptureFixture) -> str:
    with pytest.raises(EngineSkipped) as found:
        load(folder)
    assert found.value.reason in caplog.text
    return found.value.reason


@pytest.mark.parametrize("name", ["vision.data", "step.onnx", "words.json"])
def test_a_missing_file_is_skipped_by_name(model: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    (model / name).unlink()
    assert skipped(model, caplog) == f"the caption model lacks its file {name}"


def test_a_changed_file_is_skipped_by_name(model: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = bytearray((model / "step.data").read_bytes())
    data[1000] ^= 1
    (model / "step.data").write_bytes(data)
    manifest = json.loads((model / BLIP_MANIFEST).read_text())
    manifest["files"]["step.data"]["modified"] -= 60
    (model / BLIP_MANIFEST).write_text(json.dumps(manifest))
    assert skipped(model, caplog) == "the caption model's file step.data is damaged: its checksum differs"


def test_a_cut_off_file_is_skipped_by_name(model: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = (model / "vision.data").read_bytes()
    (model / "vision.data").write_bytes(whole[:-1])
    expected = f"the caption model's file vision.data has {len(whole) - 1} of {len(whole)} bytes"
    assert skipped(model, caplog) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 99, "files": {}}'])
def test_a_manifest_that_is_none_is_skipped(model: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    (model / BLIP_MANIFEST).write_text(text)
    assert "model" in skipped(model, caplog)


def test_without_a_model_the_stage_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(EngineSkipped, match="no model"):
        load(tmp_path)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_graph_that_is_none_fails_and_is_not_kept(model: Path, graph: str) -> None:
    (model / f"{graph}.onnx").write_bytes(b"not a graph")
    world.reseal(model, f"{graph}.onnx", read_manifest(model))
    captioner = load(model)
    for _ in range(2):
        with pytest.raises(EngineFailed, match="while captioning"):
            captioner.caption(world.pictures(1)[0])


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("std::bad_alloc"), ValueError("Failed to allocate memory")]
)
def test_running_out_of_memory_is_called_so(error: Exception) -> None:
    with pytest.raises(OutOfMemory), vendor_errors("captioning"):
        raise error


def test_greedy_stops_at_the_end_token() -> None:
    words = iter([4, 2, 9, 1])

    def step(token: int) -> np.ndarray:
        return np.eye(10, dtype=np.float32)[next(words)]

    assert decoding.greedy(step, decoding.Task(7, end=9, limit=20)) == [7, 4, 2, 9]


@pytest.fixture
def archive(prepared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "model.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(prepared, "somewhere/blip")
    return path


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def fetch(folder: Path, archive: Path, checksum: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "app", "blip", "fetch"]
    line = [*command, archive.as_uri(), "--sha256", checksum]
    environment = clean_environment(folder.parent, BLIP_MODEL_DIR=str(folder))
    done = subprocess.run(line, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_model_prepared_elsewhere_is_fetched(archive: Path, fetched: Path) -> None:
    assert "ready" in fetch(fetched, archive, sha256(archive))
    assert load(fetched).caption(world.pictures(1)[0])
    assert not list(fetched.glob(".new-*"))


def test_an_archive_with_another_checksum_is_not_installed(archive: Path, fetched: Path) -> None:
    assert "checksum differs" in fetch(fetched, archive, "0" * 64)
    assert list(fetched.iterdir()) == []


@pytest.mark.process
def test_an_archive_without_a_model_is_not_installed(tmp_path: Path, fetched: Path) -> None:
    path = tmp_path / "other.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(HOME / "Makefile", "Makefile")
    assert "nothing was installed" in fetch(fetched, path, sha256(path))
    assert list(fetched.iterdir()) == []
