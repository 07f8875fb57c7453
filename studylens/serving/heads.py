"""The head of a request as it arrives, in as many pieces as its sender likes."""

import re
from dataclasses import dataclass, field

MOST_BYTES = 32 * 1024
"""The head, and what of the body came with it. Browsers send 1 to 4 kB; 500 of the largest take 16 MB."""
_END = b"\r\n\r\n"
_HEALTH = re.compile(rb"(?:GET|HEAD) (/\S*)?/health[ ?]")
_BODY = re.compile(rb"\r\n(?:content-length|transfer-encoding|expect)[ \t]*:", re.IGNORECASE)
_PAGE = re.compile(rb"\r\naccept:[^\r]*text/html", re.IGNORECASE)


@dataclass
class Head:
    """The bytes of one request that came so far; parsing them is gunicorn's."""

    data: bytearray = field(default_factory=bytearray)
    under: bytes = b""
    """The path below which we are served (SCRIPT_NAME)."""
    _end: int = -1

    def feed(self, piece: bytes) -> None:
        """Add what came. Empty lines before a request are dropped: they would look like its end."""
        searched = max(0, len(self.data) - len(_END) + 1)
        self.data += piece
        if searched == 0:
            self.data = self.data.lstrip(b"\r\n")
        if self._end < 0:
            self._end = self.data.find(_END, searched)

    def take(self) -> bytes:
        """Return what came, and begin anew."""
        taken = bytes(self.data)
        self.data, self._end = bytearray(), -1
        return taken

    @property
    def is_whole(self) -> bool:
        """Say whether the empty line after the last header has come."""
        return self._end >= 0

    @property
    def is_too_large(self) -> bool:
        """Say whether more than MOST_BYTES came without an end."""
        return not self.is_whole and len(self.data) > MOST_BYTES

    @property
    def has_body(self) -> bool:
        """Say whether a body is announced."""
        return _BODY.search(self._lines) is not None

    @property
    def asks_health(self) -> bool:
        """Say whether this is a bare question for /health, at its own address or below our path."""
        found = _HEALTH.match(self._lines)
        return found is not None and (found[1] or b"") in {b"", self.under} and not self.has_body

    @property
    def wants_page(self) -> bool:
        """Say whether a browser asks, in which a person reads the answer."""
        return _PAGE.search(self._lines) is not None

    @property
    def _lines(self) -> bytes:
        return bytes(self.data[: self._end + 2]) if self.is_whole else bytes(self.data)
