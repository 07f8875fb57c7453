"""Windows bitmaps, and only here: libvips has no loader for them, so Pillow decodes them whole."""

# Imports of Pillow's plugin and pyvips stand inside functions: only a bitmap pays for them.
# ruff: noqa: PLC0415

from pathlib import Path

from studylens.analysis.picture import vips
from studylens.analysis.protocol import handed

BANDS = {"L": 1, "RGB": 3, "RGBA": 4}
"""Modes that libvips takes as they are; the others (one bit, palette) become RGB."""


def open_stored(path: Path) -> vips.Stored:
    """Decode a bitmap and hand it to libvips; raises Unreadable or OutOfMemory."""
    from PIL import BmpImagePlugin

    try:
        with handed.opened(path) as file, BmpImagePlugin.BmpImageFile(file) as bitmap:
            bitmap.load()
            whole = bitmap if bitmap.mode in BANDS else bitmap.convert("RGB")
            return vips.from_memory(whole.tobytes(), whole.size, BANDS[whole.mode])
    except (ValueError, LookupError, OSError, EOFError, SyntaxError, MemoryError) as error:
        raise vips.translated(error) from error
