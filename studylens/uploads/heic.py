"""The size of a HEIC or AVIF picture, from the boxes of its container (ISO/IEC 14496-12 and 23008-12)."""

import mmap
import struct
from collections.abc import Iterator

from studylens.errors import Unreadable

Bytes = bytes | mmap.mmap

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
"""Coded with HEVC, which is what phones write."""
CONTAINER_BRANDS = frozenset({b"mif1", b"msf1", b"mif2"})
"""Say nothing about the coding: the other brands do."""
AVIF_BRANDS = frozenset({b"avif", b"avis"})
"""Coded with AV1, which is what the web writes."""
OTHER_CODINGS = frozenset({b"avci", b"jpeg", b"j2ki", b"vvic"})
MAX_BRANDS = 64
MAX_BOXES = 2_000
"""Boxes on one level: a 48 MP photo in tiles has some 10 properties and at most 7 boxes on other levels."""
_PATH = (b"meta", b"iprp", b"ipco")


def picture_kind(data: Bytes) -> str:
    """Return heic or avif by the brands in the file's first box; "" for another file, or no still picture."""
    size = min(struct.unpack_from(">I", data)[0], 16 + 4 * MAX_BRANDS, len(data))
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))}
    if not _has_still(data):
        return ""
    if brands & HEIC_BRANDS:
        return "heic"
    if brands & AVIF_BRANDS:
        return "avif"
    return "heic" if brands & CONTAINER_BRANDS and not brands & OTHER_CODINGS else ""


def _has_still(data: Bytes) -> bool:
    """A series of pictures (a burst, a moving picture) may have no `meta` box of its own, only a film's."""
    names = [name for name, _, _ in _boxes(data, 0, len(data))]
    return b"meta" in names or b"moov" not in names  # Without either it is a picture, but damaged.


def read_size(data: Bytes) -> tuple[int, int]:
    """Return width and height (px) of the largest picture inside, as stored; raises Unreadable."""
    start, end = 0, len(data)
    for name in _PATH:
        start, end = _find(data, name, start, end)
        start += 4 if name == b"meta" else 0  # `meta` is a full box: version and flags come first.
    sizes = [
        struct.unpack_from(">II", data, at + 4)
        for name, at, stop in _boxes(data, start, end)
        if name == b"ispe" and stop - at >= 12
    ]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return width, height


def _find(data: Bytes, wanted: bytes, start: int, end: int) -> tuple[int, int]:
    for name, at, stop in _boxes(data, start, end):
        if name == wanted:
            return at, stop
    raise Unreadable


def _boxes(data: Bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of the content of each box on one level; a cut box ends at `end`."""
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        size = end - start if size == 0 else size
        if size < head:
            raise Unreadable
        yield name, start + head, min(start + size, end)
        start += size
