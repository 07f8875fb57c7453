"""What a model's pack lacks and this server can add: where its lines stand on the photo."""

from PIL import Image

from studylens import limits
from studylens.analysis.answer import Findings
from studylens.analysis.budget import stages
from studylens.analysis.gemini import connect
from studylens.analysis.journal import Journal
from studylens.analysis.ocr import networks, places, read
from studylens.analysis.protocol.result import Box
from studylens.config import Config
from studylens.errors import EngineFailed
from studylens.language import mark
from studylens.machine import memory

LEAST_UNPLACED_SHARE = 0.1
"""Of the lines: for fewer without a box the photo is not looked at again."""


def place_lines(found: Findings, image: Image.Image, config: Config, journal: Journal) -> None:
    """Give lines that came without a box the boxes of our own detector, where it is certain."""
    unplaced = [line for line in found.transcript if line.box is None]
    least = max(1, LEAST_UNPLACED_SHARE * len(found.transcript))
    if found.from_model is None or len(unplaced) < least:
        return
    rows = journal.attempt("boxes", lambda: _rows(image, config, journal))
    if rows:
        found.place(places.placed(found.transcript, rows, image.width / image.height))


def _rows(image: Image.Image, config: Config, journal: Journal) -> tuple[Box, ...]:
    """Look where rows of text are; the SDK's buffers and connections go first, so that both never add up."""
    stages.require_on("ocr", config.engines)
    connect.forget()
    memory.release_memory()
    stages.require(journal.free_mb(), limits.NEED_OCR_PRESSURE_MB)
    stages.load("numpy", "cv2", "onnxruntime")
    try:
        with stages.room(limits.ROOM_OCR_MB, mapped_bytes=networks.model_bytes()):
            rows = read.find_rows(image, detection_px=limits.OCR_DETECTION_PX_PRESSURE)
    finally:
        read.release()
        memory.release_memory()
        journal.stage("after_boxes")
    if not rows:
        raise EngineFailed(mark("no upright lines were found"))
    return rows
