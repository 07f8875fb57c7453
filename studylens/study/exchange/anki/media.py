"""The files that come with a deck, by the names that its cards use: read one at a time, never to a path.

Until 2022 the table of names is JSON and the files lie plain in the archive; since then it is protobuf
(MediaEntries of proto/anki/import_export.proto), and both are packed with zstd: its first bytes tell.
"""

import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO

from studylens.errors import BadFile, StudylensError, TooLarge
from studylens.study.exchange.anki.protobuf import messages
from studylens.study.exchange.anki.unpacking import DAMAGED, decompressed, too_many_files
from studylens.study.exchange.counted import OTHER_FILES, SOUND_FILES

TABLE = "media"
"""Name of the table in the archive."""
MAX_TABLE_BYTES = 4 * 1024 * 1024
"""The table after unpacking: 15,000 files, which is as many as the archive may have, take 1 MB."""
MAX_FILE_BYTES = 10 * 1024 * 1024
"""One picture after unpacking: a photo of a camera; it is in memory for a moment."""
_BLOCK = 256 * 1024
_PACKED = b"\x28\xb5\x2f\xfd"
"""What zstd writes first."""
_HEARD = (
    "mp3", "ogg", "oga", "opus", "wav", "m4a", "aac", "flac", "3gp", "spx", "mp4", "webm", "mov", "mpg",
    "mpeg", "mkv", "avi", "ogv", "flv", "m4v", "swf",
)  # fmt: skip
"""Endings of sounds and videos; they are only counted by them."""


class Media:
    """A deck's files; the archive must stay open. Raises TooLarge for a table that nobody needs so long.

    Of a damaged table nothing is known: all pictures are missing then, and are counted so.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._places = _places(archive)

    def read(self, names: Iterable[str]) -> bytes | None:
        """Return the file that has one of these names, None when there is none.

        Raises TooLarge for one that unpacks to more than MAX_FILE_BYTES, BadFile for one that is damaged.
        """
        place = next((self._places[name] for name in names if name in self._places), None)
        return None if place is None else _unpacked(self._archive, place, MAX_FILE_BYTES)

    def left(self, taken: set[str]) -> Counter[str]:
        """Count the files whose names are not among these: sounds and videos, and others."""
        names = (name for name in self._places if name not in taken)
        return Counter(SOUND_FILES if name.lower().endswith(_HEARD) else OTHER_FILES for name in names)


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the members of the archive by the names that they stand for; of two alike the first counts."""
    there = archive.NameToInfo
    if TABLE not in there:
        return {}
    found: dict[str, str] = {}
    try:
        for place, name in _named(_unpacked(archive, TABLE, MAX_TABLE_BYTES)):
            if place in there:
                found.setdefault(unicodedata.normalize("NFC", name), place)
    except TooLarge as error:
        raise too_many_files() from error
    except BadFile:
        return {}
    return found


def _named(table: bytes) -> Iterator[tuple[str, str]]:
    """Yield members and their names, from either kind of table. Raises BadFile."""
    if table.lstrip()[:1] == b"{":
        try:
            told = json.loads(table)
            yield from ((place, name) for place, name in told.items() if isinstance(name, str))
        except (ValueError, AttributeError, RecursionError) as error:
            raise BadFile from error
        return
    for number, (_field, entry) in enumerate(messages(table)):
        told = dict(messages(entry)) if isinstance(entry, bytes) else {}
        name, place = told.get(1, b""), told.get(255, number)
        yield str(place), name.decode("utf-8", "replace") if isinstance(name, bytes) else ""


def _unpacked(archive: zipfile.ZipFile, place: str, most: int) -> bytes:
    """Return a member, unpacked twice where it is packed twice. Raises TooLarge, BadFile."""
    try:
        with archive.open(place) as file:
            is_packed = file.read(len(_PACKED)) == _PACKED
        with archive.open(place) as file:
            return _read(decompressed(file) if is_packed else file, most)
    except StudylensError:
        raise
    except (*DAMAGED, OSError) as error:
        raise BadFile from error


def _read(source: IO[bytes], most: int) -> bytes:
    """Read to the end, or give up behind `most` bytes, whatever the file says of its size."""
    parts, size = [], 0
    while block := source.read(min(most + 1 - size, _BLOCK)):
        parts.append(block)
        size += len(block)
        if size > most:
            raise TooLarge
    return b"".join(parts)
