"""A deck's archive: opened after a look at its end, and what is packed in it unpacked within bounds.

The archive's names are never used as paths.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from studylens.errors import BadFile, TooLarge
from studylens.language import _
from studylens.study.exchange.others import no_deck

COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest layout first: newer files hold an empty older one beside it that says "please update"."""
MAX_DIRECTORY_BYTES = 1024 * 1024
"""The archive's table of contents, 15,000 names: Python reads it whole, at ten times its size."""
MAX_COLLECTION_BYTES = 100 * 1024 * 1024
"""The database after unpacking: 20,000 notes have 20-40 MB. It goes to disk, not to memory."""
MAX_WINDOW_BYTES = 8 * 1024 * 1024
"""What zstd may look back, in memory; Anki's own files use 2 MB."""
_BLOCK = 256 * 1024
_END = struct.Struct("<4s4H2LH")
_END_SIGN, _ZIP64_SIGN = b"PK\x05\x06", b"PK\x06\x07"
_COMMENT_BYTES = 65_535
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, struct.error,
)  # fmt: skip
"""RuntimeError: a password; NotImplementedError: a rare compression."""


def too_many_files() -> TooLarge:
    """Return the error for a deck with more files than are looked at."""
    return TooLarge(_("This deck has too many media files. Export it without media and send it again."))


@contextmanager
def archive_of(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open a deck's archive: its table of contents must be small. Raises BadFile, TooLarge."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _END.size - _COMMENT_BYTES - 20))
    tail = file.read()
    place = tail.rfind(_END_SIGN)
    if place < 0 or len(tail) < place + _END.size or tail[max(0, place - 20) : place].startswith(_ZIP64_SIGN):
        raise BadFile
    if _END.unpack_from(tail, place)[5] > MAX_DIRECTORY_BYTES:
        raise too_many_files()
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise BadFile from error
    with archive:
        yield archive


def unpack_collection(archive: zipfile.ZipFile, scratch: Path) -> None:
    """Write the deck's database to disk, counting what really comes out. Raises BadFile, TooLarge."""
    name = next((name for name in COLLECTIONS if name in archive.NameToInfo), None)
    if name is None:
        raise no_deck(archive.NameToInfo)
    try:
        with archive.open(name) as packed, scratch.open("xb") as file:
            _copy(decompressed(packed) if name == COLLECTIONS[0] else packed, file)
    except DAMAGED as error:
        raise BadFile from error


def _copy(source: IO[bytes], file: IO[bytes]) -> None:
    written = 0
    while block := _next(source):
        written += len(block)
        if written > MAX_COLLECTION_BYTES:
            most = MAX_COLLECTION_BYTES // 1024**2
            raise TooLarge(_("This deck unpacks to more than %(most)s MB. Send a part of it.", most=most))
        file.write(block)


def _next(source: IO[bytes]) -> bytes:
    """Return what comes next of a member. Raises BadFile: bz2 says OSError of what is damaged."""
    try:
        return source.read(_BLOCK)
    except OSError as error:
        raise BadFile from error


def decompressed(packed: IO[bytes]) -> IO[bytes]:
    """Return what zstd packed, for reading alone; reading raises BadFile."""
    # Inside: only who imports a deck of the new layout pays for the library.
    import zstandard  # noqa: PLC0415

    reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).stream_reader(packed)
    return cast("IO[bytes]", _Unpacking(reader, zstandard.ZstdError))


class _Unpacking:
    """zstd's reader with errors that the rest knows."""

    def __init__(self, reader: Any, error: type[Exception]) -> None:
        self._reader, self._error = reader, error

    def read(self, size: int) -> bytes:
        """Return unpacked bytes. Raises BadFile."""
        try:
            found: bytes = self._reader.read(size)
        except self._error as error:
            raise BadFile from error
        return found
