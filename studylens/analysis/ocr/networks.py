"""The two PP-OCRv6 networks: files inside the rapidocr wheel, opened when needed; never a download.

Of the recognition network there may be a quantised form, made at set-up (quantised.py).
"""

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Any

from studylens.analysis.budget.onnx import open_session
from studylens.analysis.ocr.quantised import RECOGNITION_FILE, WHEEL, find
from studylens.errors import EngineFailed

DETECTION_FILE = "PP-OCRv6_det_small.onnx"


def engine_name() -> str:
    """Return e.g. `ocr:rapidocr-3.10.0`, the wheel that the networks come from; imports nothing."""
    return f"ocr:{WHEEL}-{importlib.metadata.version(WHEEL)}"


def model_bytes() -> int:
    """Return the bytes of the model files that a reading maps or loads; raises EngineFailed without them."""
    return sum(wheel_file(name).stat().st_size for name in (DETECTION_FILE, RECOGNITION_FILE))


def open_detection() -> Any:
    """Open the network that finds lines; it is gone once nothing refers to it."""
    return open_session(wheel_file(DETECTION_FILE))


def open_recognition() -> Any:
    """Open the wheel's own network that reads a line; it is gone once nothing refers to it."""
    return open_session(wheel_file(RECOGNITION_FILE))


def open_quantised(folder: Path | None) -> Any | None:
    """Open the quantised network that reads a line; None where there is none that can be believed."""
    path = find(folder).path if folder else None
    return open_session(path) if path else None


def wheel_file(name: str) -> Path:
    """Return the path of a file inside the installed wheel; raises EngineFailed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EngineFailed("rapidocr is not installed")
    path = Path(spec.submodule_search_locations[0]) / "models" / name
    if not path.is_file():
        raise EngineFailed(f"the rapidocr wheel has no {name}")
    return path
