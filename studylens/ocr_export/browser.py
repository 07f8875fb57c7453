"""The same networks for browsers that read photos themselves: quicker, half the bytes a weight, squeezed.

All of it lies in a folder beside the quantised network, with a manifest that is written last.
"""

import gzip
import json
import tempfile
from pathlib import Path

import onnx

from studylens.analysis.budget.made import MANIFEST
from studylens.analysis.ocr import networks, quantised
from studylens.ocr_export.halve import halve
from studylens.ocr_export.quantise import fuse
from studylens.ocr_export.quicken import with_best_alone, with_quick_gelu
from studylens.reader_limits import BROWSER_METHOD

LEVEL = 9
"""gzip's: it is done once, and sent to every browser."""


def is_made(folder: Path, recognition: Path) -> bool:
    """Say whether the folder holds what would be made now."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(told == _told(recognition)) and all((folder / name).is_file() for name in told["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def make(folder: Path, recognition: Path) -> None:
    """Write all files, each whole or not at all: a service may be sending them.

    `recognition` is the quantised network. Raises what onnx and the disk raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        _squeeze_network(networks.wheel_file(networks.DETECTION_FILE), Path(scratch) / "detection.onnx.gz")
        _squeeze_network(networks.wheel_file(quantised.RECOGNITION_FILE), Path(scratch) / "exact.onnx.gz")
        quick = with_best_alone(with_quick_gelu(onnx.load(recognition)))
        _squeeze(quick.SerializeToString(), Path(scratch) / "recognition.onnx.gz")
        _squeeze(json.dumps(_characters(), ensure_ascii=False).encode(), Path(scratch) / "characters.json.gz")
        for made in Path(scratch).glob("*.gz"):
            made.replace(folder / made.name)
    (folder / MANIFEST).write_text(json.dumps(_told(recognition), indent=1), encoding="utf-8")


def _squeeze_network(wheels: Path, target: Path) -> None:
    """Fuse what a browser would fuse each time it opens the network: that took it up to two seconds."""
    quick, half = target.with_name("quick.onnx"), target.with_name("half.onnx")
    fuse(wheels, quick)
    model = with_quick_gelu(onnx.load(quick))
    onnx.save(with_best_alone(model) if wheels.name == quantised.RECOGNITION_FILE else model, quick)
    halve(quick, half)
    _squeeze(half.read_bytes(), target)


def _told(recognition: Path) -> dict[str, object]:
    files = ["detection.onnx.gz", "recognition.onnx.gz", "exact.onnx.gz", "characters.json.gz"]
    made_from = f"{quantised.source()} {recognition.name}"
    return {"method": BROWSER_METHOD, "source": made_from, "files": files}


def _characters() -> list[str]:
    """Return what the network can write; the file itself says it, where a browser's runtime does not look."""
    told: str = networks.open_recognition().get_modelmeta().custom_metadata_map["character"]
    return told.splitlines()


def _squeeze(data: bytes, target: Path) -> None:
    target.write_bytes(gzip.compress(data, LEVEL, mtime=0))
