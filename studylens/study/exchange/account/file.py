"""An account file as it comes back, from anybody: read entry by entry, bounded in size, depth and time."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

from studylens.errors import BadFile, TooLarge
from studylens.language import _
from studylens.study.exchange.account.writing import VERSION
from studylens.study.exchange.incoming import Budget

MAX_BYTES = 200 * 1024 * 1024
"""The file after unpacking: 400,000 reviews are 180 MB."""
MAX_ENTRY_CHARS = 8 * 1024 * 1024
"""One entry, held in memory: a pack of 500 cards, 500 questions and 100 pages has 3 million characters."""
_BLOCK = 256 * 1024
_HEAD = re.compile(r'\s*\{\s*"studylens_account"\s*:\s*(\d{1,6})\s*,(?s:.{0,2000}?)"entries"\s*:\s*\[')
_HEAD_CHARS = 4_096
_GZIP = b"\x1f\x8b"
_BETWEEN = re.compile(r"[\s,]*")
_END = re.compile(r"\s*\]\s*\}\s*")
_KINDS = {"settings", "pack", "picture", "card_picture", "review", "quiz", "achievement"}


def is_account(start: bytes) -> bool:
    """Say whether a file that starts so (16 bytes or more) may be an account file."""
    return start.startswith(_GZIP) or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_account(file: IO[bytes], budget: Budget | None = None) -> Iterator[tuple[str, Any]]:
    """Yield (kind, entry) for each entry, as plain JSON that nobody has checked yet.

    Raises BadFile for what is no account file, TooLarge for one that is longer than we take.
    """
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(0)
    source = cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")) if packed else file
    text, budget = _Text(source), budget or Budget()
    try:
        _check_head(text)
        while (entry := text.next_entry()) is not None:
            budget.spend()
            yield _kind(entry)
    except (ValueError, RecursionError, OSError, EOFError, zlib.error) as error:
        raise BadFile from error


def _check_head(text: "_Text") -> None:
    text.fill(_HEAD_CHARS)
    found = _HEAD.match(text.waiting, text.at)
    if found is None:
        raise BadFile(_("This is not an account file of Studylens."))
    if int(found[1]) > VERSION:
        raise BadFile(_("This file comes from a newer Studylens than this one. Nothing of it was kept."))
    text.at = found.end()


def _kind(entry: Any) -> tuple[str, Any]:
    if not isinstance(entry, dict) or len(entry) != 1:
        raise BadFile
    [(kind, inside)] = entry.items()
    return (kind, inside) if kind in _KINDS else ("", None)


class _Text:
    """The file's text, of which only what is not read yet is in memory."""

    def __init__(self, source: IO[bytes]) -> None:
        self.waiting = ""
        self.at = 0
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._decoder = json.JSONDecoder()
        self._read = 0
        self._is_over = False

    def fill(self, chars: int) -> None:
        """Read until so many characters wait, or the file is over. Raises TooLarge."""
        pieces = [self.waiting[self.at :]]
        have = len(pieces[0])
        while have < chars and not self._is_over:
            block = self._source.read(_BLOCK)
            self._read += len(block)
            if self._read > MAX_BYTES:
                raise TooLarge(_("This account file is larger than %(most)s MB.", most=MAX_BYTES // 1024**2))
            self._is_over = not block
            pieces.append(self._decode(block, not block))
            have += len(pieces[-1])
        self.waiting, self.at = "".join(pieces), 0

    def next_entry(self) -> Any | None:
        """Return the next entry, None at the list's end. Raises BadFile, ValueError, TooLarge."""
        wanted = _BLOCK
        while True:
            if len(self.waiting) - self.at < wanted // 4:
                self.fill(wanted)
            self.at = _BETWEEN.match(self.waiting, self.at).end()  # type: ignore[union-attr]
            if self._is_over and _END.fullmatch(self.waiting, self.at):
                return None
            try:
                entry, self.at = self._decoder.raw_decode(self.waiting, self.at)
            except ValueError:
                if self._is_over or wanted > MAX_ENTRY_CHARS:
                    raise
                wanted *= 2
                self.fill(wanted)
            else:
                return entry
