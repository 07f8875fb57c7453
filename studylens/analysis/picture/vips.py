"""libvips, and only here: opens a photo, shrinks it while it loads, and pours its rows into a canvas."""

# Imports of pyvips stand inside functions: a request that brings only text never pays for it.
# ruff: noqa: PLC0415

import functools
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylens.analysis.picture.canvas import Canvas
from studylens.analysis.protocol import handed
from studylens.errors import OutOfMemory, Unreadable
from studylens.limits import PICTURE_PX

JPEG_SHRINKS = (8, 4, 2)
"""libjpeg decodes at these fractions of the size, for a fraction of the time and memory."""
_MEMORY_SIGNS = ("out of memory", "memory allocation", "bad_alloc", "unable to allocate", "cannot allocate")


@dataclass(frozen=True)
class Stored:
    """An opened photo: `pixels` is a small 8-bit RGB(A) picture in the making, nothing of it decoded yet.

    `width` and `height` are the original's px as stored; `orientation` is EXIF's; `pages`: pictures in it.
    """

    pixels: Any
    width: int
    height: int
    orientation: int = 1
    pages: int = 1


@functools.cache
def configure() -> None:
    """One thread, nothing kept between photos, no loader that libvips calls unsafe, no warnings."""
    import pyvips

    logging.getLogger("pyvips").setLevel(logging.CRITICAL)  # Damaged photos warn once a strip.
    pyvips.concurrency_set(1)
    for keep_nothing in (pyvips.cache_set_max, pyvips.cache_set_max_mem, pyvips.cache_set_max_files):
        keep_nothing(0)
    pyvips.block_untrusted_set(state=True)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's garbage collector out of libvips' warnings.

    pyvips hands each warning to Python. When the collector then frees another picture and that warns as well,
    GLib takes it for an endless recursion and aborts the process: a minute of damaged photos was enough.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def open_stored(path: Path, kind: str, *, fail_on: str = "truncated") -> Stored:
    """Open a photo; `fail_on` none also takes what a decoder makes up. Raises Unreadable, OutOfMemory."""
    import pyvips

    configure()
    try:
        whole = pyvips.Image.new_from_source(_source(path), "", access="sequential", fail_on=fail_on)
        orientation = whole.get("orientation") if whole.get_typeof("orientation") else 1
        less = _loader_options(kind, max(whole.width, whole.height) / PICTURE_PX)
        load = pyvips.Image.new_from_source
        loaded = load(_source(path), "", access="sequential", fail_on=fail_on, **less) if less else whole
        return Stored(shrink(loaded), whole.width, whole.height, orientation, _pages(whole))
    except pyvips.Error as error:
        raise translated(error) from error


def from_memory(data: Any, size: tuple[int, int], bands: int) -> Stored:
    """Take decoded pixels (rows of 8-bit samples) without a copy; raises Unreadable or OutOfMemory."""
    import pyvips

    configure()
    try:
        whole = pyvips.Image.new_from_memory(data, *size, bands, "uchar")
        whole = whole.copy(interpretation="srgb" if bands >= 3 else "b-w")
        return Stored(shrink(whole), *size)
    except pyvips.Error as error:
        raise translated(error) from error


def _loader_options(kind: str, factor: float) -> dict[str, float]:
    """Return how the loader itself can make a picture smaller that is `factor` times too large."""
    if kind == "jpeg":
        return next(({"shrink": shrink} for shrink in JPEG_SHRINKS if shrink <= factor), {})
    return {"scale": 1 / factor} if kind == "webp" and factor > 1 else {}


def pour(stored: Stored, canvas: Canvas) -> None:
    """Decode: add the rows to the canvas, as far as there are any. Raises OutOfMemory.

    Rows behind the first damaged one are not asked for: libvips would fill them with whatever its memory
    held, which may be another student's photo.
    """
    import pyvips

    troubles: list[Exception] = []
    target = pyvips.TargetCustom()
    target.on_write(lambda chunk: _take(chunk, canvas, troubles))
    try:
        stored.pixels.write_to_target(target, ".raw")
    except pyvips.Error as error:
        troubles.append(error)
    canvas.flush()
    for trouble in troubles:
        if isinstance(translated(trouble), OutOfMemory):
            raise OutOfMemory from trouble


def shrink(whole: Any) -> Any:
    """Return the picture with its longest side at most 1600 px, never enlarged.

    Width goes first, so that only narrow rows wait for their neighbours: a 48 MP PNG takes 35 MB, not 54.
    """
    flat = as_rgb(whole)
    factor = max(flat.width, flat.height) / PICTURE_PX
    if factor <= 1:
        return flat
    if not flat.hasalpha():
        return flat.reduceh(factor).reducev(factor)
    # Premultiplied, or the colour of what nobody sees would bleed into the letters.
    small = flat.premultiply().cast("uchar").reduceh(factor).reducev(factor)
    return small.unpremultiply().cast("uchar")


def as_rgb(pixels: Any) -> Any:
    """Return 8-bit RGB, with alpha where the picture has some: what is behind it is decided later."""
    if pixels.interpretation != "srgb":
        pixels = pixels.colourspace("srgb")
    return pixels if pixels.format == "uchar" else pixels.cast("uchar")


def _pages(whole: Any) -> int:
    return int(whole.get("n-pages")) if whole.get_typeof("n-pages") else 1


def translated(error: Exception) -> Exception:
    """Return OutOfMemory or Unreadable for an error of libvips or libheif; neither raises MemoryError."""
    text = str(error).lower()
    # libheif calls a file that breaks its safety limits a memory error, too; that file is damaged.
    ran_out = "security limit" not in text and any(sign in text for sign in _MEMORY_SIGNS)
    return OutOfMemory() if ran_out or isinstance(error, MemoryError) else Unreadable()


def _source(path: Path) -> Any:
    """A source, since libvips reads options from square brackets in a file's name."""
    import pyvips

    with handed.opened(path) as file:
        return pyvips.Source.new_from_descriptor(file.fileno())  # Which takes a copy of its own.


def _take(chunk: Any, canvas: Canvas, troubles: list[Exception]) -> int:
    """Runs inside libvips, where an exception would only be printed: keep it for later."""
    try:
        canvas.add(bytes(chunk))
    except (MemoryError, ValueError) as error:
        troubles.append(error)
        return -1
    return len(chunk)


def palette_png(pixels: Any) -> bytes:
    """Return RGB or RGBA pixels (height, width, 3 or 4; 8 bit) as PNG of at most 256 colours.

    Raises OutOfMemory.
    """
    import pyvips

    configure()
    height, width, bands = pixels.shape
    try:
        image = pyvips.Image.new_from_memory(pixels, width, height, bands, "uchar")
        image = image.copy(interpretation="srgb")
        return bytes(image.pngsave_buffer(palette=True, bitdepth=8, dither=0.5, compression=9, keep="none"))
    except pyvips.Error as error:
        raise translated(error) from error
