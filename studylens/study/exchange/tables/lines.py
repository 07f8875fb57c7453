"""The lines of a text file, read one by one, some of them ahead; and what its first lines say of the rest."""

import contextlib
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import IO

from studylens.errors import BadFile
from studylens.language import _

LINE_CHARS = 64 * 1024
"""A line of a table: two sides have 2,000 characters; without a bound a file is one line of 20 MB."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DIRECTIVE = re.compile(
    r"#(?P<name>separator|html|deck|notetype|columns|tags|[im][a-z]+ [a-z]+|[a-z ]+ column):(?P<value>.*)",
    re.IGNORECASE,
)
"""The first lines of Anki's own text export."""
_SEP = re.compile(r'"?sep=(?P<sign>[^"\r\n])"?', re.IGNORECASE)
"""Excel's own first line."""


class Lines:
    """Lines with their ends; `peek` reads ahead, `take` goes on."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._rest = lines
        self._ahead: deque[str] = deque()

    def take(self) -> str | None:
        """Return the next line; None at the end."""
        return self._ahead.popleft() if self._ahead else next(self._rest, None)

    def peek(self, number: int = 0) -> str | None:
        """Return the line that comes after so many others; None behind the end."""
        while len(self._ahead) <= number:
            line = next(self._rest, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[number]

    def first(self, most: int) -> list[str]:
        """Return at most so many of the next lines, which stay."""
        return [line for n in range(most) if (line := self.peek(n)) is not None]


def lines_of(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a text file with their ends. Raises BadFile when they are none."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        while line := text.readline(LINE_CHARS):
            if len(line) == LINE_CHARS:
                raise BadFile(_("This file has a line that is far too long for a card."))
            if "\x00" in line:
                raise BadFile
            yield line
    except UnicodeError as error:
        raise BadFile(_("This file is not UTF-8 text. Save it as “CSV UTF-8” and send it again.")) from error
    finally:
        with contextlib.suppress(ValueError):  # The file is closed: its reader was given up.
            text.detach()


def rules_of(lines: Lines) -> dict[str, str]:
    """Take the lines in which Anki, or Excel, says how the rest is to be read."""
    rules: dict[str, str] = {}
    while (line := lines.peek()) is not None:
        if not rules and (found := _SEP.fullmatch(line.rstrip("\r\n"))):
            lines.take()
            return {"separator": found["sign"]}
        if (found := _DIRECTIVE.fullmatch(line.rstrip("\r\n"))) is None:
            return rules
        rules[found["name"].lower()] = found["value"]
        lines.take()
    return rules
