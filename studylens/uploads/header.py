"""What the first bytes of a picture say about it: its type, its size, and what decoding it will cost.

Standard library only, and no pixel is ever decoded: the web process looks at strangers' bytes here. Every
loop is bounded, because a length in a file is whatever its author wrote.
"""

import mmap
import struct
import zlib
from dataclasses import dataclass

from studylens.errors import Unreadable, UnsupportedType
from studylens.uploads import heic, jpeg, tiff

Bytes = bytes | mmap.mmap
"""A file's content; a mapped file is read only where the header is."""

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
GIF_MAGICS = (b"GIF87a", b"GIF89a")
PNG_CHANNELS = {0: 1, 2: 3, 3: 4, 4: 2, 6: 4}
"""Samples of a decoded pixel by colour type; a palette may become RGB with alpha."""
BMP_MAGIC = b"BM"
BMP_OLD_BYTES, BMP_NEW_BYTES, BMP_NEWEST_BYTES = 12, 40, 124
"""Sizes of a bitmap's header: of OS/2, of Windows 3, and the longest since."""
MAX_WEBP_CHUNKS = 64
"""Chunks before the picture itself: a colour profile and metadata, so two or three."""
MAX_GIF_BLOCKS = 10_000
"""Blocks before the first frame: comments and profiles in pieces of 255 bytes; 2.5 MB of them."""
CANVAS_BYTES = 4
"""A pixel of a canvas: RGB with alpha. A lossless WebP needs one canvas; a GIF two (12 MP: 96 MB)."""


@dataclass(frozen=True)
class Header:
    """What a header promises: `width` and `height` in px as stored, before EXIF turns them.

    `progressive`: a JPEG in several scans or an interlaced PNG. `held_bytes`: what a decoder must hold at
    once besides a few rows; 0 where it can shrink row by row.
    """

    kind: str
    width: int
    height: int
    progressive: bool = False
    held_bytes: int = 0

    @property
    def megapixels(self) -> float:
        """Pixels in millions."""
        return self.width * self.height / 1e6


def read_header(data: Bytes) -> Header:
    """Return the header of a picture; raises UnsupportedType or Unreadable, and nothing else."""
    try:
        header = _read(data)
    except (struct.error, IndexError, ValueError) as error:
        raise Unreadable from error
    if header.width < 1 or header.height < 1:
        raise Unreadable
    return header


def _read(data: Bytes) -> Header:
    if data[:2] == jpeg.MAGIC:
        frame = jpeg.read_frame(data)
        return Header("jpeg", frame.width, frame.height, frame.progressive, frame.held_bytes)
    if data[:8] == PNG_MAGIC:
        return _read_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    if data[:6] in GIF_MAGICS:
        return _read_gif(data)
    if data[4:8] == b"ftyp" and (kind := heic.picture_kind(data)):
        return Header(kind, *heic.read_size(data))
    return _read_desktop(data)


def _read_desktop(data: Bytes) -> Header:
    """What scanners and computers write, rather than cameras and the web."""
    if data[:4] in tiff.MAGICS:
        frame = tiff.read_frame(data)
        return Header("tiff", frame.width, frame.height, held_bytes=frame.held_bytes)
    if data[:2] == BMP_MAGIC:
        return _read_bmp(data)
    raise UnsupportedType


def _read_bmp(data: Bytes) -> Header:
    """A bitmap's own header, old (12 bytes) or newer; a negative height means that it starts at the top."""
    (size,) = struct.unpack_from("<I", data, 14)
    if size == BMP_OLD_BYTES:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    elif BMP_NEW_BYTES <= size <= BMP_NEWEST_BYTES:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
    else:
        raise UnsupportedType  # Some text begins with "BM", too.
    pixel = 4 if bits <= 8 else bits // 8  # One byte as decoded, and three as RGB.
    return Header("bmp", width, abs(height), held_bytes=width * abs(height) * pixel)


def _read_png(data: Bytes) -> Header:
    """IHDR must come first: PNG specification, 5.6."""
    length, name = struct.unpack_from(">I4s", data, 8)
    width, height, depth, colour, _, _, interlace = struct.unpack_from(">IIBBBBB", data, 16)
    (checksum,) = struct.unpack_from(">I", data, 29)
    if (length, name) != (13, b"IHDR") or checksum != zlib.crc32(data[12:29]) or colour not in PNG_CHANNELS:
        raise Unreadable
    held = width * height * PNG_CHANNELS[colour] * max(1, depth // 8) if interlace else 0
    return Header("png", width, height, bool(interlace), held)


def _read_webp(data: Bytes) -> Header:
    """The picture is in the first chunk, or VP8X gives its canvas: RFC 9649, 2.5 to 2.7."""
    name = data[12:16]
    if name == b"VP8X":
        flags, canvas = data[20], data[24:30]
        width, height = (1 + int.from_bytes(canvas[at : at + 3], "little") for at in (0, 3))
        held = width * height * CANVAS_BYTES * _webp_canvases(data, animated=bool(flags & 2))
        _need(data, 30)
        return Header("webp", width, height, held_bytes=held)
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        return Header("webp", width, height, held_bytes=width * height * CANVAS_BYTES)
    if name != b"VP8 " or data[23:26] != b"\x9d\x01\x2a":
        raise Unreadable
    width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    return Header("webp", width, height)


def _webp_canvases(data: Bytes, *, animated: bool) -> int:
    """Return how many whole canvases a VP8X picture costs: animated 2, lossless or with alpha 1, else 0."""
    if animated:
        return 2
    at = 30
    for _ in range(MAX_WEBP_CHUNKS):
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"VP8 ":
            return 0
        if name in {b"VP8L", b"ALPH"}:
            return 1
        at += 8 + length + length % 2
    raise Unreadable


def _read_gif(data: Bytes) -> Header:
    """The canvas is the logical screen, grown by the first frame: decoders do so (GIF89a, 18 and 20)."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _palette_bytes(flags)
    for _ in range(MAX_GIF_BLOCKS):
        if data[at] == 0x2C:
            left, top, frame_width, frame_height = struct.unpack_from("<HHHH", data, at + 1)
            width, height = max(width, left + frame_width), max(height, top + frame_height)
            return Header("gif", width, height, held_bytes=width * height * CANVAS_BYTES * 2)
        # An extension starts with 0x21 and a label; what follows are pieces, each led by its length.
        at = at + 2 if data[at] == 0x21 else at + 1 + data[at]
    raise Unreadable


def _palette_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _need(data: Bytes, size: int) -> None:
    if len(data) < size:
        raise Unreadable
