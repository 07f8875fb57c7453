"""The frame header of a JPEG: its size, and what its scans force a decoder to hold (ITU T.81, annex B)."""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from studylens.errors import Unreadable

Bytes = bytes | mmap.mmap

MAGIC = b"\xff\xd8"
MAX_SEGMENTS = 2_000
"""Segments before the picture: 5 MB hold at most 80 full ones, and real files have under 300."""
COEFFICIENT_BYTES = 2
"""A decoder keeps each sample of a JPEG in several scans as a 16-bit coefficient."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0 to SOF15, without the tables whose markers lie between them."""
_PROGRESSIVE_FRAMES = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_START_OF_SCAN = 0xDA
_END = 0xD9
_ALONE = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xD9)})
"""Markers without a length; 0xFF is padding before a marker."""


@dataclass(frozen=True)
class Frame:
    """Size in px as stored; `progressive` also for a plain JPEG whose colours come in scans of their own."""

    width: int
    height: int
    progressive: bool
    held_bytes: int


def read_frame(data: Bytes) -> Frame:
    """Return the frame of the first picture in the file; raises Unreadable, struct.error or IndexError."""
    frame, marker, components = None, 0, 0
    for code, at in _segments(data):
        if code in _FRAMES:
            if frame is not None:
                raise Unreadable  # Decoders refuse a second frame; so it cannot hide behind a small first.
            frame, marker, components = _size_and_samples(data, at), code, data[at + 7]
        elif code == _START_OF_SCAN and frame is not None:
            width, height, samples = frame
            progressive = marker in _PROGRESSIVE_FRAMES or data[at + 2] < components
            return Frame(width, height, progressive, samples * COEFFICIENT_BYTES * progressive)
    raise Unreadable


def _segments(data: Bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker and where its length stands, up to the end of the picture."""
    at = 2
    for _ in range(MAX_SEGMENTS):
        if data[at] != 0xFF:
            at = data.find(b"\xff", at)  # Decoders skip stray bytes between segments, too.
        if at < 0 or data[at + 1] == _END:
            return
        if data[at + 1] in _ALONE:
            at += 1 if data[at + 1] == 0xFF else 2
            continue
        yield data[at + 1], at + 2
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            return
        at += 2 + length


def _size_and_samples(data: Bytes, at: int) -> tuple[int, int, int]:
    """Return width, height and the samples of all components after subsampling."""
    height, width, count = struct.unpack_from(">HHB", data, at + 3)
    factors = [(data[at + 9 + 3 * n] >> 4, data[at + 9 + 3 * n] & 15) for n in range(count)]
    if not 1 <= count <= 4 or not all(1 <= factor <= 4 for pair in factors for factor in pair):
        raise Unreadable
    widest, tallest = (max(pair[axis] for pair in factors) for axis in (0, 1))
    return (
        width,
        height,
        sum(width * across * height * down for across, down in factors) // (widest * tallest),
    )
