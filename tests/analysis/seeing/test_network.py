"""The network that set-up makes: it is there, it is proven, it sees likeness, and it is what torch gives."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest

from studylens.analysis.seeing import features, network, pixels
from studylens.places import HOME
from studylens.seeing_export import weights
from tests import kinds
from tests.late import Late

graph, torch = Late("studylens.seeing_export.graph"), Late("torch")
MADE = HOME / "models" / "seeing"
"""What `make setup`, which `make test` begins with, put there."""


def test_a_fresh_setup_ends_with_the_network_and_its_licence() -> None:
    assert network.describe(MADE) == f"EfficientNet-Lite0, int8 ({network.WHEEL} 0.1.0)"
    assert "Apache License, Version 2.0" in (MADE / network.LICENCE).read_text()


def test_photos_of_a_kind_are_nearer_than_photos_of_two() -> None:
    beech, oak = kinds.KINDS[:2]
    path = network.find(MADE).path
    assert path
    with features.opened(path) as opened:
        first, second, other = (
            features.pack(opened.look(kinds.photo(kind, n))) for kind, n in ((beech, 0), (beech, 1), (oak, 0))
        )
    assert len(first) == 2560
    near, far = (_cosine(first, seen) for seen in (second, other))
    assert near > far


def test_a_damaged_network_is_not_used_and_the_reason_is_told(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(MADE, tmp_path / "seeing"))
    file = next(copy.glob("*.onnx"))
    file.write_bytes(file.read_bytes()[:1000])
    assert network.describe(copy) == "none, since its file is damaged"


def test_the_middle_square_is_looked_at() -> None:
    wide = kinds.Image.new("RGB", (400, 100), (255, 0, 0))
    wide.paste((0, 255, 0), (150, 0, 250, 100))
    seen = pixels.square(wide)
    assert seen.shape == (224, 224, 3)
    assert (seen == (0, 255, 0)).all()


@pytest.mark.parametrize(
    "file", [b"", b"PK\x03\x04 a newer file", b"\x80\x02cos\nsystem\n(S'true'\ntR.", b"\x80\x02cos\nsyst"]
)
def test_only_weights_are_unpickled(file: bytes) -> None:
    with pytest.raises(weights.BadWeights):
        weights.parse(io.BytesIO(file))


def test_another_file_than_the_one_meant_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.pth"
    file.write_bytes(b"something else")
    with pytest.raises(weights.BadWeights, match="checksum"):
        weights.read(file, network.WEIGHTS_SHA256)


@pytest.mark.torch
def test_weights_that_torch_wrote_are_read_without_it_and_the_graph_gives_what_torch_gives(
    tmp_path: Path,
) -> None:
    """Random weights of the real architecture, and torch's own layers as the reference."""
    import onnxruntime

    from tests.analysis.seeing import lite0

    made = lite0.random_weights()
    torch.save(made, tmp_path / "random.pth", _use_new_zipfile_serialization=False)
    with (tmp_path / "random.pth").open("rb") as file:
        read = weights.parse(file)
    assert all(np.array_equal(read[name], tensor.numpy()) for name, tensor in made.items())
    graph.write(read, tmp_path / "random.onnx")
    picture = pixels.planes(pixels.square(kinds.photo(kinds.KINDS[3], 0)))
    session = onnxruntime.InferenceSession(tmp_path / "random.onnx")
    [[found]] = session.run(None, {"pixels": picture})
    expected = lite0.features(made, torch.from_numpy(picture))
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


def _cosine(first: bytes, second: bytes) -> float:
    one, two = (features.unpack(stored)[0] for stored in (first, second))
    return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))
