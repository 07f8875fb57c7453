"""What a student hands in, parsed once: photos or text, a question, the wish for privacy."""

from dataclasses import dataclass, field

from flask import Request

from studylens import limits
from studylens.analysis.protocol.device import DeviceUpload
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, NoFile, TooManyFiles
from studylens.language import _
from studylens.storable import is_storable
from studylens.uploads.page_range import parse_pages
from studylens.uploads.upload import Upload, accept
from studylens.web.text.dates import grouped
from studylens.web.upload.device_page import parse_page

_FIELDS = ("image", "images")
_NO = {"", "0", "false", "no", "off"}
"""Any other value of `private` keeps the photo here: a doubt goes to the student's side."""
_YES = {"1", "true", "yes", "on"}
"""No other value of `keep` keeps a copy: the same doubt, the same side."""
_ID_CHARS = 32
"""A pack's id."""
_PAGES_CHARS = 200
"""Fifty single pages, written out."""


@dataclass(frozen=True)
class Intake:
    """An accepted request: at least one upload, or page that was read on a device, or some text."""

    uploads: tuple[Upload, ...]
    text: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    together: bool = False
    into: str = ""
    pages: str = ""
    """Which pages of each document, as `1-5, 8`; empty: they are listed first."""
    read: tuple[DeviceUpload, ...] = ()
    """Pages that the student's own device has read."""


def parse_intake(request: Request, *, max_bytes: int, max_document_bytes: int = 0) -> Intake:
    """Accept all of a request or none of it; `max_bytes` a photo, `max_document_bytes` a PDF.

    Raises NoFile, TooManyFiles, BadText, BadLines, and what `uploads.accept` raises for the first bad photo.
    """
    files = [item for field in _FIELDS for item in request.files.getlist(field) if item.filename]
    told = request.form.getlist("lines")
    if len(files) + len(told) > limits.MAX_PHOTOS:
        raise TooManyFiles
    text = parse_text(request.form.get("text", ""), limits.MAX_TEXT_CHARS)
    question = parse_text(request.form.get("question", ""), limits.MAX_QUESTION_CHARS)
    private = request.form.get("private", "").strip().lower() not in _NO
    keep_copy = is_yes(request.form.get("keep", ""))
    sizes = {"max_bytes": max_bytes, "max_document_bytes": max_document_bytes}
    uploads = tuple(accept(item.stream.read(), item.filename or "", **sizes) for item in files)
    read = tuple(parse_page(one) for one in told)
    if not uploads and not text and not read:
        raise NoFile
    together = is_yes(request.form.get("together", ""))
    pages = parse_text(request.form.get("pages", request.args.get("pages", "")), _PAGES_CHARS)
    parse_pages(pages)  # Raises BadText before anything is kept.
    into = parse_text(request.form.get("into", ""), _ID_CHARS)
    return Intake(uploads, text, Wishes(question, private, keep_copy), together, into, pages, read)


def wait_seconds(text: str | None) -> float:
    """Return how long a JSON client waits for its jobs, as `?wait=` says. Raises BadText."""
    if text is None:
        return limits.DEFAULT_WAIT_SECONDS
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= limits.MAX_WAIT_SECONDS):
        raise BadText(
            _("wait must be a whole number of seconds from 0 to %(most)s.", most=limits.MAX_WAIT_SECONDS)
        )
    return float(text[:4])


def is_yes(raw: str) -> bool:
    """Say whether a form's field asks for something; a doubt keeps nothing."""
    return raw.strip().lower() in _YES


def parse_text(raw: str, max_chars: int) -> str:
    """Return the text with plain line ends and no space around it. Raises BadText."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > max_chars:
        raise BadText(
            _(
                "This text has %(n)s characters; the limit is %(most)s.",
                n=grouped(len(text)),
                most=grouped(max_chars),
            )
        )
    if not is_storable(text):
        raise BadText
    return text
