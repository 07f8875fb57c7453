"""A job's file becomes a picture: a photo is decoded, a page of a document drawn, with its text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studylens import limits
from studylens.analysis.budget import stages
from studylens.analysis.document import pages
from studylens.analysis.journal import Journal
from studylens.analysis.ocr import networks, read
from studylens.analysis.picture import decode, quality
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.answers import Listed
from studylens.analysis.protocol.result import Box, Line
from studylens.config import Config
from studylens.errors import OutOfMemory
from studylens.machine import memory


@dataclass(frozen=True)
class Opened:
    """The picture that is read from here on, and the page that it is of, if it is one of a document."""

    picture: decode.Picture
    page: pages.Page | None = None


def open_upload(request: wire.Request, journal: Journal, *, judged: bool = True) -> Opened:
    """Open the request's photo or page; raises what `decode.decode` and `pages.open_page` raise.

    `judged`: how good a photo is is wanted as well.
    """
    return _open_page(request, journal) if request.page else _open_photo(request, journal, judged=judged)


def list_pages(request: wire.Request, journal: Journal) -> Listed:
    """Return the pages of the request's document; raises BadDocument or OutOfMemory."""
    _require_document_room(journal)
    with stages.room(limits.ROOM_DOCUMENT_MB):
        listed = pages.list_pages(Path(request.path), journal.progress)
    memory.release_memory()
    journal.stage("after_listing")
    return listed


def own_text(opened: Opened, config: Config, journal: Journal) -> tuple[Line, ...]:
    """Return the lines that the page brings along, where they can be believed; () of a photo."""
    page = opened.page
    if page is None:
        return ()
    compare = _comparer(opened, config, journal)
    return journal.attempt("pdf", lambda: pages.believed_lines(page, compare)) or ()


def _open_photo(request: wire.Request, journal: Journal, *, judged: bool) -> Opened:
    path = Path(request.path)
    if journal.free_mb() < decode.need_mb(path):
        raise OutOfMemory
    with stages.room(limits.ROOM_DECODE_MB):
        return Opened(decode.decode(path, judged=judged))


def _open_page(request: wire.Request, journal: Journal) -> Opened:
    """A page needs no advice on how to hold a camera."""
    _require_document_room(journal)
    with stages.room(limits.ROOM_DOCUMENT_MB):
        page = pages.open_page(Path(request.path), request.page)
    seen = replace(quality.estimate(page.image), advice=())
    return Opened(decode.Picture(page.image, page.image.width, page.image.height, seen), page)


def _require_document_room(journal: Journal) -> None:
    if journal.free_mb() < limits.NEED_DOCUMENT_MB:
        raise OutOfMemory
    stages.load("pypdfium2")


def _comparer(opened: Opened, config: Config, journal: Journal) -> pages.Reader | None:
    """Return how single lines are read from the picture; None where our reader is off or has no room."""
    if "ocr" not in config.engines or journal.free_mb() < limits.NEED_OCR_PRESSURE_MB:
        return None

    def compare(boxes: Sequence[Box]) -> Sequence[str]:
        stages.load("numpy", "cv2", "onnxruntime")
        try:
            with stages.room(limits.ROOM_OCR_MB, mapped_bytes=networks.model_bytes()):
                return read.read_boxes(opened.picture.image, boxes)
        finally:
            read.release()
            memory.release_memory()

    return compare
