"""The quantised recognition network that set-up made, if it can be believed, else why not.

Half the time of the wheel's own file for 0.2 % other characters in print. Standard library only.
"""

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WHEEL = "rapidocr"
RECOGNITION_FILE = "PP-OCRv6_rec_small.onnx"
MANIFEST = "manifest.json"
METHOD = "u8s7-1"
"""How it is made; another name makes every file that was made before count as old."""


@dataclass(frozen=True, slots=True)
class Quantised:
    """The file to read with; None: the wheel's own, for this reason."""

    path: Path | None
    reason: str = ""


def source() -> str:
    """Return which wheel's file is installed, with the checksum that pip noted."""
    wheel = importlib.metadata.distribution(WHEEL)
    noted = next((f.hash for f in wheel.files or () if f.name == RECOGNITION_FILE), None)
    return f"{WHEEL}-{wheel.version} {RECOGNITION_FILE} {noted.value if noted else '?'}"


def find(folder: Path) -> Quantised:
    """Return the quantised network in `folder`, once proven whole and made from the installed wheel."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        path, digest = folder / manifest["file"], manifest["sha256"]
        made_from, method = manifest["source"], manifest["method"]
    except FileNotFoundError:
        return Quantised(None, "it was not made here (`make setup` makes it)")
    except (OSError, ValueError, KeyError, TypeError):
        return Quantised(None, "its manifest is damaged")
    if method != METHOD or made_from != source():
        return Quantised(None, "it was made from another version")
    try:
        whole = _sha256(path, path.stat().st_mtime_ns) == digest
    except OSError:
        return Quantised(None, "its file is missing")
    return Quantised(path) if whole else Quantised(None, "its file is damaged")


def describe(folder: Path) -> str:
    """Return one line for the operator: int8, or fp32 and why."""
    found = find(folder)
    return "int8, unsure lines again in fp32" if found.path else f"fp32, since {found.reason}"


@cache
def _sha256(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
