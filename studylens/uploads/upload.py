"""Bytes from a stranger become an accepted upload, or an error that names the file and says what to do.

The web process works here: the size, the type and the pixel count are read from the header, and pixels are
never decoded. The name is shown and logged, and never used in a path.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

from studylens import limits
from studylens.errors import NoFile, Refused, TooLarge, TooManyPixels, UnsupportedType
from studylens.language import _, said
from studylens.uploads import foreign
from studylens.uploads.header import Header, read_header

MAX_NAME_CHARS = 80
"""A name is there to be recognised in a sentence; longer ones lose their middle."""
MAX_SUFFIX_CHARS = 10
NAMELESS = "photo"
DOCUMENT_KIND = "pdf"
PDF_MARK, PDF_HEAD_BYTES = b"%PDF-", 1024
"""The mark may stand anywhere in the first kilobyte (PDF 32000, annex H)."""
WHOLE = frozenset({"heic", "avif"})
"""Kinds that libheif decodes whole."""


@dataclass(frozen=True)
class Upload:
    """A picture that may be decoded; only `accept` makes one.

    `name` is safe for logs and pages. `kind` is jpeg, png, webp, gif, heic, avif, tiff, bmp or pdf.
    `width` and `height` are px as stored, before EXIF turns them. `progressive`: must be decoded whole
    (JPEG in scans, interlaced PNG).
    """

    data: bytes
    name: str
    kind: str
    width: int
    height: int
    progressive: bool
    sha256: str

    @property
    def is_document(self) -> bool:
        """Say whether it is a PDF: its size in px is 0 x 0 here, and its pages are listed first."""
        return self.kind == DOCUMENT_KIND


def accept(data: bytes, name: str, *, max_bytes: int, max_document_bytes: int = 0) -> Upload:
    """Return the upload; raises NoFile, TooLarge, UnsupportedType, Unreadable or TooManyPixels.

    `max_document_bytes` 0: a PDF is none of the kinds that are taken here.
    """
    name = safe_name(name)
    if not data:
        raise NoFile(_("%(name)s is empty. Choose another photo.", name=name))
    if max_document_bytes and PDF_MARK in data[:PDF_HEAD_BYTES]:
        return _accept_document(data, name, max_document_bytes)
    if len(data) > max_bytes:
        raise TooLarge(
            _(
                "%(name)s has %(mb)s MB; at most %(most)s MB can be sent. Save it as a smaller JPEG and "
                "send it again.",
                name=name,
                mb=f"{len(data) / 2**20:.1f}",
                most=f"{max_bytes / 2**20:g}",
            )
        )
    header = _named_header(data, name)
    check_pixels(header, name)
    digest = hashlib.sha256(data).hexdigest()
    return Upload(data, name, header.kind, header.width, header.height, header.progressive, digest)


def _accept_document(data: bytes, name: str, max_bytes: int) -> Upload:
    """Only its size is looked at here: what opens a PDF has no place in the web process."""
    if len(data) > max_bytes:
        raise TooLarge(
            _(
                "%(name)s has %(mb)s MB; a PDF may have %(most)s MB. Print the pages that you need as a "
                "PDF of their own, and send that.",
                name=name,
                mb=f"{len(data) / 2**20:.1f}",
                most=f"{max_bytes / 2**20:g}",
            )
        )
    return Upload(data, name, DOCUMENT_KIND, 0, 0, progressive=False, sha256=hashlib.sha256(data).hexdigest())


def check_pixels(header: Header, name: str = NAMELESS) -> None:
    """Return when the picture can be decoded within its room; raises TooManyPixels, saying what helps."""
    size = {"name": name, "width": header.width, "height": header.height}
    if max(header.width, header.height) > limits.MAX_SIDE_PX:
        raise TooManyPixels(
            _(
                "%(name)s has %(width)s x %(height)s pixels; a side may have %(most)s. Cut out the part "
                "that you need.",
                most=limits.MAX_SIDE_PX,
                **size,
            )
        )
    if header.megapixels > limits.MAX_MEGAPIXELS:
        raise TooManyPixels(
            _(
                "%(name)s has %(width)s x %(height)s pixels (%(megapixels)s megapixels); at most %(most)s "
                "megapixels can be read. Save it as a smaller JPEG and send it again.",
                megapixels=f"{header.megapixels:.0f}",
                most=limits.MAX_MEGAPIXELS,
                **size,
            )
        )
    if header.kind in WHOLE and header.megapixels > limits.MAX_MEGAPIXELS_HEIC:
        raise TooManyPixels(
            _(
                "%(name)s has %(width)s x %(height)s pixels; at most %(most)s megapixels can be read from "
                "%(kind)s. Save it as JPEG and send it again.",
                most=limits.MAX_MEGAPIXELS_HEIC,
                kind=header.kind.upper(),
                **size,
            )
        )
    if header.held_bytes > limits.MAX_HELD_BYTES or (
        header.progressive and header.megapixels > limits.MAX_MEGAPIXELS_PROGRESSIVE
    ):
        raise TooManyPixels(
            _(
                "%(name)s has %(width)s x %(height)s pixels, in a form that must be decoded all at once. "
                "Save it as JPEG, not progressive, and send it again.",
                **size,
            )
        )


def safe_name(name: str) -> str:
    """Return the last part of a file name, at most 80 characters, without anything that does not print."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(" " if char.isspace() else char for char in last if char.isspace() or _prints(char))
    shown = " ".join(shown.split()).strip(" .") or NAMELESS
    if len(shown) <= MAX_NAME_CHARS:
        return shown
    stem, dot, suffix = shown.rpartition(".")
    end = dot + suffix if stem and len(suffix) <= MAX_SUFFIX_CHARS else ""
    return shown[: MAX_NAME_CHARS - 1 - len(end)] + "…" + end


def _prints(char: str) -> bool:
    """Control, format (which may turn text around), surrogate and unassigned characters do not print."""
    return not unicodedata.category(char).startswith("C")


def _named_header(data: bytes, name: str) -> Header:
    try:
        return read_header(data)
    except Refused as error:
        known = foreign.advice(data) if isinstance(error, UnsupportedType) else ""
        raise type(error)(f"{name}: {said(known or error.sentence)}") from error
