"""Put a network that was made into its folder, all or nothing: the manifest, written last, makes it count."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studylens.analysis.budget.made import MANIFEST
from studylens.analysis.ocr import quantised


@dataclass(frozen=True)
class Product:
    """What is made: the first word of its file's name, how, and from what."""

    stem: str
    method: str
    source: str


def keep(folder: Path, make: Callable[[Path], None]) -> Path:
    """Let `make` write the recognition network to the path it is given; return where it was put."""
    return keep_made(folder, Product("recognition", quantised.METHOD, quantised.source()), make)


def keep_made(folder: Path, product: Product, make: Callable[[Path], None]) -> Path:
    """Let `make` write a network to the path it is given; return where it was put. Passes errors on."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        made = Path(scratch) / "made.onnx"
        make(made)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        target = folder / f"{product.stem}-{digest[:12]}.onnx"
        told = {"method": product.method, "source": product.source, "file": target.name, "sha256": digest}
        written = Path(scratch) / MANIFEST
        written.write_text(json.dumps(told, indent=1), encoding="utf-8")
        Path(made).replace(target)
        Path(written).replace(folder / MANIFEST)
    for old in folder.glob(f"{product.stem}-*.onnx"):
        if old != target:
            old.unlink()
    return target
