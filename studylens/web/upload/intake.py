"""What a student hands in, parsed once: photos or text, a question, the wish for privacy."""

from dataclasses import dataclass, field

from flask import Request

from studylens import config as limits
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, NoFile, TooManyFiles
from studylens.storable import is_storable
from studylens.uploads.upload import Upload, accept

_FIELDS = ("image", "images")
_NO = {"", "0", "false", "no", "off"}
"""Any other value of `private` keeps the photo here: a doubt goes to the student's side."""
_YES = {"1", "true", "yes", "on"}
"""No other value of `keep` keeps a copy: the same doubt, the same side."""
_ID_CHARS = 32
"""A pack's id."""


@dataclass(frozen=True)
class Intake:
    """An accepted request: at least one upload or some text."""

    uploads: tuple[Upload, ...]
    text: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    together: bool = False
    into: str = ""


def parse_intake(request: Request, *, max_bytes: int) -> Intake:
    """Accept all of a request or none of it; `max_bytes` a photo.

    Raises NoFile, TooManyFiles, BadText, and what `uploads.accept` raises for the first bad photo.
    """
    files = [item for field in _FIELDS for item in request.files.getlist(field) if item.filename]
    if len(files) > limits.MAX_PHOTOS:
        raise TooManyFiles
    text = parse_text(request.form.get("text", ""), limits.MAX_TEXT_CHARS)
    question = parse_text(request.form.get("question", ""), limits.MAX_QUESTION_CHARS)
    private = request.form.get("private", "").strip().lower() not in _NO
    keep_copy = request.form.get("keep", "").strip().lower() in _YES
    uploads = tuple(accept(item.stream.read(), item.filename or "", max_bytes=max_bytes) for item in files)
    if not uploads and not text:
        raise NoFile
    together = request.form.get("together", "").strip().lower() in _YES
    into = parse_text(request.form.get("into", ""), _ID_CHARS)
    return Intake(uploads, text, Wishes(question, private, keep_copy), together, into)


def parse_text(raw: str, max_chars: int) -> str:
    """Return the text with plain line ends and no space around it. Raises BadText."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > max_chars:
        raise BadText(f"This text has {len(text):,} characters; the limit is {max_chars:,}.")
    if not is_storable(text):
        raise BadText
    return text
