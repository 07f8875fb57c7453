"""The uploaded file becomes one small upright RGB picture without metadata; from then on Pillow works on it.

A photo is never in memory whole where its format allows that: libvips shrinks it while it loads.
"""

import base64
import io
import mmap
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from studylens import limits
from studylens.analysis.picture import bitmap, canvas, ground, heif, quality, vips
from studylens.analysis.protocol import handed
from studylens.analysis.protocol.result import KeptCopy, Quality
from studylens.errors import OutOfMemory, Unreadable
from studylens.language import mark
from studylens.uploads import upload
from studylens.uploads.header import Header, read_header

CUT_ADVICE = mark("Send it again, because the file was cut off on its way: its lower part is missing.")
PAGES_ADVICE = (
    "Send it as a PDF to read all of it: this picture has {pages} pages, and the first one was read."
)
PAGED = frozenset({"tiff"})
"""Kinds whose further pictures are pages; those of a GIF or a HEIC are movement or other views."""
UNJUDGED = Quality(0.0, 0.0, None)
JPEG_QUALITY = 85
"""Letters of 10 px stay clean; half the bytes of 95."""


@dataclass(frozen=True)
class Picture:
    """A decoded photo: `image` is upright RGB without metadata, its longest side at most 1600 px.

    `width` and `height` are the px of the upright original.
    """

    image: Image.Image
    width: int
    height: int
    quality: Quality


def configure() -> None:
    """Load and set up libvips; `decode` does so itself when it is first called."""
    vips.configure()


def need_mb(path: Path) -> float:
    """Return the memory (MB) that decoding takes at most; raises Unreadable or UnsupportedType."""
    header = _header(path)
    held_mb = header.held_bytes / 2**20
    large = header.kind in {"heic", "avif"} or held_mb > limits.NEED_DECODE_MB / 2
    return limits.NEED_DECODE_LARGE_MB if large else limits.NEED_DECODE_MB


def decode(path: Path, *, judged: bool = True) -> Picture:
    """Decode a photo once; raises Unreadable, UnsupportedType, TooManyPixels or OutOfMemory.

    `judged`: also how good it is, which takes as long again.

    A JPEG or PNG that was cut off is read when at least half of its height arrived; its advice says so.
    """
    header = _header(path)
    upload.check_pixels(header)
    try:
        with vips.collector_paused():
            stored, image, present = _decoded(path, header)
    except MemoryError as error:
        raise OutOfMemory from error
    if present < limits.TRUNCATED_READABLE_SHARE:
        raise Unreadable
    measured = quality.estimate(image) if judged else UNJUDGED
    return _picture(stored, replace(measured, advice=_advice(measured, stored, present, header.kind)), image)


def resized(image: Image.Image, longest: int) -> Image.Image:
    """Return a copy whose longest side is at most `longest` px; never enlarged."""
    if max(image.size) <= longest:
        return image.copy()
    scale = longest / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def to_jpeg(image: Image.Image, quality: int = JPEG_QUALITY) -> bytes:
    """Return the picture as JPEG without any metadata."""
    buffer = io.BytesIO()
    plain = image if image.mode == "RGB" else image.convert("RGB")  # Which copies whatever it gets.
    plain.save(buffer, "JPEG", quality=quality, exif=b"", icc_profile=None)
    return buffer.getvalue()


def kept_copy(image: Image.Image) -> KeptCopy:
    """Return the picture as its student keeps it on the server: JPEG, longest side at most 800 px."""
    small = resized(image, limits.KEPT_COPY_PX)
    return KeptCopy(base64.b64encode(to_jpeg(small)).decode(), small.width, small.height)


def _header(path: Path) -> Header:
    """Only the pages of the file that hold its header are read."""
    try:
        with handed.opened(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return read_header(data)
    except (OSError, ValueError) as error:  # An empty file cannot be mapped.
        raise Unreadable from error


def _open(path: Path, header: Header) -> vips.Stored:
    """The size is checked again, by the decoder's own reading of the file."""
    opened = {"heic": heif.open_stored, "bmp": bitmap.open_stored}.get(header.kind)
    stored = opened(path) if opened else vips.open_stored(path, header.kind)
    upload.check_pixels(replace(header, width=stored.width, height=stored.height))
    return stored


def _decoded(path: Path, header: Header) -> tuple[vips.Stored, Image.Image, float]:
    """Return what was opened, the upright picture, and the share of its rows that were there."""
    stored = _open(path, header)
    image, present = _upright(stored)
    if present < 1 and header.kind == "jpeg":
        image, present = _rescued(path, header)
    return stored, image, present


def _upright(stored: vips.Stored) -> tuple[Image.Image, float]:
    pixels = stored.pixels
    page = canvas.Canvas(pixels.width, pixels.height, stored.orientation, pixels.bands)
    vips.pour(stored, page)
    return ground.flattened(page.image), page.present


def _rescued(path: Path, header: Header) -> tuple[Image.Image, float]:
    """Read a damaged JPEG once more, with what libjpeg makes up: all rows up to the cut, and all scans."""
    stored = vips.open_stored(path, header.kind, fail_on="none")
    image, present = _upright(replace(stored, orientation=1))
    present = min(present, canvas.clear_fill(image))
    return canvas.turned(image, stored.orientation), present


def _picture(stored: vips.Stored, measured: Quality, image: Image.Image) -> Picture:
    sideways = stored.orientation in canvas.SIDEWAYS
    width, height = (stored.height, stored.width) if sideways else (stored.width, stored.height)
    return Picture(image, width, height, measured)


def _advice(measured: Quality, stored: vips.Stored, present: float, kind: str) -> tuple[str, ...]:
    """Return the advice, what is missing of the picture first."""
    cut = (CUT_ADVICE,) if present < 1 else ()
    paged = (PAGES_ADVICE.format(pages=stored.pages),) if stored.pages > 1 and kind in PAGED else ()
    return (*paged, *cut, *measured.advice)
