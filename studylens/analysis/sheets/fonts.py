"""The one font of sheets, DejaVu Sans as the package ziafont ships it: what it shows, how wide words are.

No font of the machine is used, so that a sheet looks the same everywhere, and what cannot be shown is known.
"""

# Pillow is imported inside functions: who asks for no sheet never pays for it.
# ruff: noqa: PLC0415

import importlib.util
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FAMILY = "DejaVu Sans"
ASCENT, DESCENT = 0.93, 0.24
"""Of the font, in its size: what stands above and below the line that letters stand on."""
_MEASURED_PX = 200
"""Size at which words are measured: large, so that hinting rounds nothing away."""
_NOWHERE = "\U0010ffff"
"""A character that no font has."""
_LANGUAGES = {
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Kinds of characters that show nothing: controls, marks of direction, joiners, halves."""
_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir></fontconfig>"""
"""Without a folder for its cache: one font is read in no time."""


def clean(text: str) -> str:
    """Return the text without what shows nothing; its lines stay."""
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in _UNSEEN)
    # Selectors choose between drawings of a character: one of them is enough here.
    return "".join(char for char in kept if not "\ufe00" <= char <= "\ufe0f").replace("\t", " ")


def unshowable(text: str) -> set[str]:
    """Return what of a clean text the font cannot show, in words: languages, or single signs."""
    return {_named(char) for char in set(text) if not char.isspace() and not _is_there(char)}


def width(text: str, size: float) -> float:
    """Return the width in px of words in a line, letters `size` px high."""
    return _em(text) * size


def is_right_to_left(text: str) -> bool:
    """Say whether the first letter with a direction runs to the left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


@cache
def use_alone() -> None:
    """Let libvips' text know this font and no other; before the first text is drawn."""
    import pyvips

    with _conf() as name:
        os.putenv("FONTCONFIG_FILE", name)
        pyvips.Image.text("a", font=FAMILY).avg()  # Read once, now: the file goes.


@contextmanager
def _conf() -> Iterator[str]:
    """Write fontconfig's settings into memory, since the analysis may write no file; yield their name."""
    if not hasattr(os, "memfd_create"):  # macOS.
        with tempfile.NamedTemporaryFile(prefix="studylens-fonts-", suffix=".conf") as file:
            file.write(_CONF.format(fonts=_file().parent).encode())
            file.flush()
            yield file.name
        return
    fd = os.memfd_create("fonts.conf")
    try:
        os.write(fd, _CONF.format(fonts=_file().parent).encode())
        yield f"/proc/self/fd/{fd}"
    finally:
        os.close(fd)


@cache
def _file() -> Path:
    found = importlib.util.find_spec("ziafont")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("ziafont")
    return Path(found.origin).parent / "fonts" / "DejaVuSans.ttf"


@cache
def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(_file()), _MEASURED_PX)


@lru_cache(maxsize=8_192)
def _em(text: str) -> float:
    return float(_font().getlength(text)) / _MEASURED_PX


@cache
def _missing() -> bytes:
    return bytes(_font().getmask(_NOWHERE))


@lru_cache(maxsize=2_048)
def _is_there(char: str) -> bool:
    return bytes(_font().getmask(char)) != _missing()


def _named(char: str) -> str:
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    first = name.split()[0].split("-")[0]
    if unicodedata.category(char).startswith("S"):
        return f"the sign {char}"
    return _LANGUAGES.get(first, first.capitalize())
