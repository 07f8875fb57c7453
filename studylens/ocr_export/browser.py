"""The same networks for browsers that read a photo themselves: half the bytes a weight, squeezed once.

All of it lies in a folder beside the quantised network, with a manifest that is written last.
"""

import gzip
import json
import tempfile
from pathlib import Path

from studylens.analysis.budget.made import MANIFEST
from studylens.analysis.ocr import networks, quantised
from studylens.ocr_export.halve import halve

METHOD = "half-1"
"""How the files are made; another name makes all that were made before count as old."""
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
        for name, wheels in (("detection", networks.DETECTION_FILE), ("exact", quantised.RECOGNITION_FILE)):
            half = Path(scratch) / "half.onnx"
            halve(networks.wheel_file(wheels), half)
            _squeeze(half.read_bytes(), Path(scratch) / f"{name}.onnx.gz")
        _squeeze(recognition.read_bytes(), Path(scratch) / "recognition.onnx.gz")
        _squeeze(json.dumps(_characters(), ensure_ascii=False).encode(), Path(scratch) / "characters.json.gz")
        for made in Path(scratch).glob("*.gz"):
            made.replace(folder / made.name)
    (folder / MANIFEST).write_text(json.dumps(_told(recognition), indent=1), encoding="utf-8")


def _told(recognition: Path) -> dict[str, object]:
    files = ["detection.onnx.gz", "recognition.onnx.gz", "exact.onnx.gz", "characters.json.gz"]
    made_from = f"{quantised.source()} {recognition.name}"
    return {"method": METHOD, "source": made_from, "files": files}


def _characters() -> list[str]:
    """Return what the network can write; the file itself says it, where a browser's runtime does not look."""
    told: str = networks.open_recognition().get_modelmeta().custom_metadata_map["character"]
    return told.splitlines()


def _squeeze(data: bytes, target: Path) -> None:
    target.write_bytes(gzip.compress(data, LEVEL, mtime=0))
