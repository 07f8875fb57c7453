"""libheif, and only here: HEIC photos, which it turns upright and decodes whole (85 MB for 12 MP)."""

# The import of pillow-heif stands inside its function: only a HEIC photo pays for it.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

from studylens.analysis.picture import vips
from studylens.analysis.protocol import handed
from studylens.errors import OutOfMemory

BANDS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
"""Modes that pillow-heif gives for 8 bits."""
DECODING_BYTES = 6
"""Measured for each pixel, at the peak: 64 MB for 12 MP."""


def open_stored(path: Path) -> vips.Stored:
    """Decode a HEIC photo and hand it to libvips without a copy; raises Unreadable or OutOfMemory."""
    import pillow_heif

    options = pillow_heif.options
    options.DECODE_THREADS = 1
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    pixels = 0
    try:
        with handed.opened(path) as file:
            heif = pillow_heif.open_heif(file)
        pixels = heif.size[0] * heif.size[1]
        return _stored(heif)
    except (RuntimeError, ValueError, LookupError, OSError, EOFError, SyntaxError, MemoryError) as error:
        _require_room(pixels * DECODING_BYTES)
        raise vips.translated(error) from error


def _require_room(size: int) -> None:
    """Raise OutOfMemory when so many bytes cannot be had: the HEVC decoder itself does not say."""
    try:
        bytearray(size)  # Zeroed memory is mapped and never touched, so asking costs nothing.
    except MemoryError as error:
        raise OutOfMemory from error


def _stored(heif: Any) -> vips.Stored:
    return vips.from_memory(heif.data, heif.size, BANDS[heif.mode])
