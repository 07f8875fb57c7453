"""The quantised recognition network that set-up made, if it can be believed, else why not.

Half the time of the wheel's own file for 0.2 % other characters in print. Standard library only.
"""

import importlib.metadata
from pathlib import Path

from studylens.analysis.budget import made
from studylens.analysis.budget.made import MANIFEST

__all__ = ["MANIFEST", "METHOD", "RECOGNITION_FILE", "WHEEL", "describe", "find", "source"]

WHEEL = "rapidocr"
RECOGNITION_FILE = "PP-OCRv6_rec_small.onnx"
METHOD = "u8s7-1"
"""How it is made; another name makes every file that was made before count as old."""


def source() -> str:
    """Return which wheel's file is installed, with the checksum that pip noted."""
    wheel = importlib.metadata.distribution(WHEEL)
    noted = next((f.hash for f in wheel.files or () if f.name == RECOGNITION_FILE), None)
    return f"{WHEEL}-{wheel.version} {RECOGNITION_FILE} {noted.value if noted else '?'}"


def find(folder: Path) -> made.Made:
    """Return the quantised network in `folder`, once proven whole and made from the installed wheel."""
    return made.find(folder, method=METHOD, source=source())


def describe(folder: Path) -> str:
    """Return one line for the operator: int8, or fp32 and why."""
    found = find(folder)
    return "int8, unsure lines again in fp32" if found.path else f"fp32, since {found.reason}"
