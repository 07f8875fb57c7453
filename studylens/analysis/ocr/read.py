"""Optical character recognition on this server: picture -> transcript lines, no network, no key.

The two PP-OCRv6 networks (detection, recognition) are the files inside the rapidocr wheel. Its own
pipeline holds both networks and several float copies of the picture at once, and takes 20 MB and a
second of processor time to import; ours runs the same files one after the other, in strips, for less
than half of the memory. tests/analysis/ocr/test_read.py compares what both read.

The recognition network can write 18,708 characters: Latin letters with the accents of German,
Spanish, French, Polish, Czech, Turkish and the Nordic languages, Greek, Chinese, Japanese, and the
usual signs of mathematics. It cannot write Cyrillic, Arabic, Hindi, `¡` or `„`.
"""

import gc
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studylens.analysis.budget.onnx import open_session, vendor_errors
from studylens.analysis.ocr.reading_order import Piece, Row, in_reading_order
from studylens.analysis.protocol.result import Box, Line
from studylens.config import OCR_DETECTION_PX, OCR_MIN_SCORE
from studylens.errors import EngineFailed

if TYPE_CHECKING:
    from PIL import Image

WHEEL = "rapidocr"
DETECTION_FILE = "PP-OCRv6_det_small.onnx"
RECOGNITION_FILE = "PP-OCRv6_rec_small.onnx"
CELL_GAP = "\t"
"""Stands between the cells of a table's row, and between words set far apart."""

Progress = Callable[[int, int], None]


def engine_name() -> str:
    """Return e.g. `ocr:rapidocr-3.10.0`, the wheel that the networks come from; imports nothing."""
    return f"ocr:{WHEEL}-{importlib.metadata.version(WHEEL)}"


def model_bytes() -> int:
    """Return the bytes of the model files that a reading maps or loads; raises EngineFailed without them."""
    return sum(_model_file(name).stat().st_size for name in (DETECTION_FILE, RECOGNITION_FILE))


def read(
    image: "Image.Image", *, detection_px: int = OCR_DETECTION_PX, progress: Progress | None = None
) -> tuple[Line, ...]:
    """Read an upright RGB picture (longest side <= 1600 px); lines in reading order, () for none.

    Text is found in a copy whose longest side is `detection_px`, and read from the picture itself;
    `progress` is told the number of pieces read and of all pieces, after each piece.
    Raises EngineFailed when a vendor's library fails, OutOfMemory when memory runs out.
    """
    with vendor_errors("reading the text"):
        pieces = [*_read_pieces(image, detection_px, progress or _unheard)]
    return tuple(_line(n, row, image.size) for n, row in enumerate(in_reading_order(pieces), 1))


def release() -> None:
    """Hand back what a reading left behind; the networks themselves are gone when `read` returns."""
    gc.collect()


def _read_pieces(image: "Image.Image", detection_px: int, progress: Progress) -> Iterator[Piece]:
    # Imported late: both bring numpy and OpenCV, which only a photo that is really read needs.
    from studylens.analysis.ocr import detection, recognition  # noqa: PLC0415

    quads = detection.find_text(open_session(_model_file(DETECTION_FILE)), image, detection_px)
    if not quads:
        return
    gc.collect()  # The detection network is gone before the recognition network comes.
    recognizer = recognition.Recognizer(open_session(_model_file(RECOGNITION_FILE)))
    for n, quad in enumerate(quads, 1):
        piece = Piece(*recognizer.read(image, quad), quad)
        progress(n, len(quads))
        if piece.text and piece.score >= OCR_MIN_SCORE:
            yield piece


def _unheard(done: int, total: int) -> None:
    """Stand in for a progress that nobody asked for."""


def _line(n: int, row: Row, size: tuple[int, int]) -> Line:
    pieces = [piece for cell in row for piece in cell]
    letters = sum(len(piece.text) for piece in pieces)
    score = sum(piece.score * len(piece.text) for piece in pieces) / letters
    text = CELL_GAP.join(" ".join(piece.text for piece in cell) for cell in row)
    return Line(n, text, round(score, 4), _fractions(pieces, size))


def _fractions(pieces: Sequence[Piece], size: tuple[int, int]) -> Box:
    xs = [x / size[0] for piece in pieces for x, _ in piece.corners]
    ys = [y / size[1] for piece in pieces for _, y in piece.corners]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return (_fraction(left), _fraction(top), _fraction(right), _fraction(bottom))


def _fraction(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)


def _model_file(name: str) -> Path:
    """Return the file inside the installed wheel, never a download; raises EngineFailed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EngineFailed("rapidocr is not installed")
    path = Path(spec.submodule_search_locations[0]) / "models" / name
    if not path.is_file():
        raise EngineFailed(f"the rapidocr wheel has no {name}")
    return path
