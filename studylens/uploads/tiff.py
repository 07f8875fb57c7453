"""The first picture of a TIFF, from its directory of tags (TIFF 6.0, sections 2, 8 and 15; BigTIFF)."""

import mmap
import struct
from dataclasses import dataclass
from typing import NamedTuple

from studylens.errors import Unreadable, UnsupportedType
from studylens.language import mark

Bytes = bytes | mmap.mmap

MAGICS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
"""First four bytes -> byte order; the `+` is BigTIFF's."""
MAX_TAGS = 500
"""Tags of one picture: scanners write some 20, cameras 60."""
WIDTH, HEIGHT, BITS, SAMPLES, ROWS, TILE_HEIGHT = 256, 257, 258, 277, 278, 323
SUBFILE, DNG_VERSION = 254, 50706
_SIZES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
"""Field types that hold a count or a size: BYTE, SHORT, LONG, IFD, LONG8."""
RAW_ADVICE = mark("This is a camera's raw file. Save it as JPEG and send that.")


@dataclass(frozen=True)
class Frame:
    """Size in px as stored; `held_bytes` of one strip or row of tiles, which a decoder holds at once."""

    width: int
    height: int
    held_bytes: int


class _Layout(NamedTuple):
    """How a directory is written: struct's formats of its length and its entries, and where a value is."""

    order: str
    length: str
    entry: str
    value_at: int

    @property
    def entry_bytes(self) -> int:
        return struct.calcsize(self.order + self.entry)


def read_frame(data: Bytes) -> Frame:
    """Return the first picture's frame; raises Unreadable, UnsupportedType (raw file) or struct.error."""
    tags = _tags(data)
    if DNG_VERSION in tags or tags.get(SUBFILE, 0) & 1 or data[8:10] == b"CR":
        raise UnsupportedType(RAW_ADVICE)
    if WIDTH not in tags or HEIGHT not in tags:
        raise Unreadable
    width, height = tags[WIDTH], tags[HEIGHT]
    rows = tags.get(TILE_HEIGHT) or tags.get(ROWS) or height
    row_bytes = width * tags.get(SAMPLES, 1) * max(1, tags.get(BITS, 1) // 8)  # Bits become bytes.
    return Frame(width, height, min(rows, height) * row_bytes)


def _tags(data: Bytes) -> dict[int, int]:
    """Return the tags of the first directory, each with its first value if that is a whole number."""
    layout, start = _directory(data)
    (count,) = struct.unpack_from(layout.order + layout.length, data, start)
    first = start + struct.calcsize(layout.order + layout.length)
    entries = (first + n * layout.entry_bytes for n in range(min(count, MAX_TAGS)))
    return dict(_entry(data, at, layout) for at in entries)


def _directory(data: Bytes) -> tuple[_Layout, int]:
    order = MAGICS[data[:4]]
    if data[2:4] in {b"+\0", b"\0+"}:
        return _Layout(order, "Q", "HHQQ", 12), struct.unpack_from(order + "Q", data, 8)[0]
    return _Layout(order, "H", "HHII", 8), struct.unpack_from(order + "I", data, 4)[0]


def _entry(data: Bytes, at: int, layout: _Layout) -> tuple[int, int]:
    tag, kind, count, _ = struct.unpack_from(layout.order + layout.entry, data, at)
    if kind not in _SIZES:
        return tag, 0
    form = layout.order + _SIZES[kind]
    place = at + layout.value_at
    room = layout.entry_bytes - layout.value_at
    if count * struct.calcsize(form) > room:  # Too long for its place, so that place says where it is.
        (place,) = struct.unpack_from(layout.order + ("I" if room == 4 else "Q"), data, place)
    return tag, int(struct.unpack_from(form, data, place)[0])
