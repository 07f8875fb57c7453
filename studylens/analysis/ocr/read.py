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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studylens.analysis.budget.onnx import vendor_errors
from studylens.analysis.ocr import believed, networks, transcript
from studylens.analysis.ocr.order.placing import Corners, Piece
from studylens.analysis.ocr.order.reading_order import Order, in_reading_order
from studylens.analysis.ocr.trust import judge
from studylens.analysis.picture.canvas import turned_clockwise
from studylens.analysis.protocol.result import Box, Line, Table, Trust
from studylens.limits import OCR_DETECTION_PX, OCR_SURE_SCORE

if TYPE_CHECKING:
    from PIL import Image

    from studylens.analysis.ocr.detection import Found
    from studylens.analysis.ocr.recognition import Recognizer
    from studylens.analysis.ocr.turn import Way

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reading:
    """What a picture says. Boxes are in fractions of the picture `turned` so many degrees clockwise."""

    lines: tuple[Line, ...] = ()
    """In reading order; none: nothing was found."""
    tables: tuple[Table, ...] = ()
    turned: int = 0
    trust: Trust | None = None
    """None where nothing was found."""


@dataclass(frozen=True)
class _Way:
    """How a reading is done."""

    detection_px: int
    progress: Progress
    quantised: Path | None


def read(
    image: "Image.Image",
    *,
    detection_px: int = OCR_DETECTION_PX,
    progress: Progress | None = None,
    advice: Sequence[str] = (),
    quantised: Path | None = None,
) -> Reading:
    """Read an RGB picture (longest side <= 1600 px), whichever way up it lies.

    Text is found in a copy whose longest side is `detection_px`, and read from the picture itself;
    `progress` is told the number of pieces read and of all pieces, after each piece; `advice` is what the
    picture's quality says, a reason why it could not be read well; `quantised` is the folder that may hold
    a faster network, whose unsure lines are read again.
    Raises EngineFailed when a vendor's library fails, OutOfMemory when memory runs out.
    """
    with vendor_errors("reading the text"):
        return _read(image, _Way(detection_px, progress or _unheard, quantised), advice)


def find_rows(image: "Image.Image", *, detection_px: int = OCR_DETECTION_PX) -> tuple[Box, ...]:
    """Return where rows of text are in an upright RGB picture (0-1), in reading order; nothing is read.

    Nothing for a page that lies on its side. Raises EngineFailed when a vendor's library fails, OutOfMemory.
    """
    with vendor_errors("looking for lines"):
        found = _find(image, detection_px)
        flat = [one for one in found if _is_flat(one.corners)]
        if 2 * len(flat) <= len(found):
            return ()
        pieces = [Piece(_as_long(one.outline), 1.0, one.outline) for one in found]
        return transcript.boxes_of(in_reading_order(pieces), image.size)


def _is_flat(corners: Corners) -> bool:
    return corners[1][0] - corners[0][0] > corners[3][1] - corners[0][1]


def _as_long(corners: Corners) -> str:
    """Return words of no meaning, as many as the place has room for: the order of columns asks for them."""
    (left, top), (right, _), _, (_, bottom) = corners
    return "words " * max(1, round(abs(right - left) / max(1.0, abs(bottom - top)) / 3))


def read_boxes(image: "Image.Image", boxes: Sequence[Box]) -> list[str]:
    """Return the text in each box (0-1) of an upright RGB picture; nothing is looked for anywhere else.

    Raises EngineFailed when a vendor's library fails, OutOfMemory when memory runs out.
    """
    from studylens.analysis.ocr.detection import Found  # noqa: PLC0415 - it brings numpy and OpenCV.

    with vendor_errors("reading single lines"):
        recognizer = _open_recognizer(None)
        return [recognizer.read(image, Found(_corners(box, image.size)))[0] for box in boxes]


def _corners(box: Box, size: tuple[int, int]) -> Corners:
    left, top, right, bottom = (side * size[n % 2] for n, side in enumerate(box))
    return (left, top), (right, top), (right, bottom), (left, bottom)


def release() -> None:
    """Hand back what a reading left behind; the networks themselves are gone when `read` returns."""
    gc.collect()


def _read(image: "Image.Image", how: _Way, advice: Sequence[str]) -> Reading:
    from studylens.analysis.ocr import shapes, turn  # noqa: PLC0415 - they bring numpy and OpenCV.

    found = _find(image, how.detection_px)
    if not found:
        return Reading()
    recognizer = _open_recognizer(how.quantised)
    lies = turn.find_way(recognizer, image, found)
    if lies.turn:
        del recognizer  # Never both networks at once.
        image = turned_clockwise(image, lies.turn)
        found = _find(image, how.detection_px)
        recognizer = _open_recognizer(how.quantised)
    pieces = _read_pieces(recognizer, image, found, how.progress)
    del recognizer
    pieces = _read_unsure_again(pieces, image, found, how)
    order = _ordered(image, found, pieces, lies)
    lines, tables = transcript.lines_of(order, image.size), transcript.tables_of(order)
    return Reading(lines, tables, lies.turn, judge(pieces, advice, shapes.name(image, found, pieces)))


def _find(image: "Image.Image", detection_px: int) -> list["Found"]:
    from studylens.analysis.ocr import detection, parting  # noqa: PLC0415 - see above.

    found = detection.find_text(networks.open_detection(), image, detection_px)
    gc.collect()  # The detection network is gone before the recognition network comes.
    return parting.parted(image, found)


def _open_recognizer(quantised: Path | None) -> "Recognizer":
    """Open the quantised network, or the wheel's own where `quantised` holds none."""
    from studylens.analysis.ocr import recognition  # noqa: PLC0415 - see above.

    gc.collect()
    session = networks.open_quantised(quantised)
    is_exact = session is None
    return recognition.Recognizer(session or networks.open_recognition(), is_exact=is_exact)


def _read_pieces(
    recognizer: "Recognizer", image: "Image.Image", found: Sequence["Found"], progress: Progress
) -> list[Piece]:
    pieces = []
    for n, one in enumerate(found, start=1):
        pieces.append(Piece(*recognizer.read(image, one), one.outline, is_exact=recognizer.is_exact))
        progress(n, len(found))
    return pieces


def _read_unsure_again(
    pieces: list[Piece], image: "Image.Image", found: Sequence["Found"], how: _Way
) -> list[Piece]:
    """Read what the quantised network was not sure of with the wheel's own; `progress` counts these, too."""
    unsure = [n for n, piece in enumerate(pieces) if not piece.is_exact and piece.score < OCR_SURE_SCORE]
    if not unsure:
        return pieces
    recognizer = _open_recognizer(None)
    for done, n in enumerate(unsure, start=1):
        pieces[n] = Piece(*recognizer.read(image, found[n]), found[n].outline)
        how.progress(len(pieces) + done, len(pieces) + len(unsure))
    return pieces


def _ordered(image: "Image.Image", found: Sequence["Found"], pieces: Sequence[Piece], lies: "Way") -> Order:
    """Return what can be believed, and the places of lines that cannot, in reading order."""
    from studylens.analysis.ocr import bends, rules  # noqa: PLC0415 - see above.

    shown = [(believed.shown(piece), one) for piece, one in zip(pieces, found, strict=True)]
    kept = [(piece, one) for piece, one in shown if piece]
    bent = [one.bend for one in found if one.bend]
    return believed.in_order(
        [piece for piece, _ in kept],
        vertical=lies.vertical,
        flat=lambda: bends.flattened([one.corners for _, one in kept], bent),
        grids=lambda: rules.find_grids(image),
    )


def _unheard(done: int, total: int) -> None:
    """Stand in for a progress that nobody asked for."""
