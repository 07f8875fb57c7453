"""The lines of a text file, read one by one, some of them ahead; and what its first lines say of the rest."""

import contextlib
import re
from collections import deque
from collections.abc import Iterator
from typing import IO

from studylens.errors import BadFile
from studylens.language import _
from studylens.study.exchange.tables.encodings import UNICODE, opened

MOST_RULES = 100
"""First lines of Anki's: it writes six."""
LINE_CHARS = 64 * 1024
"""A line of a table: two sides have 2,000 characters; without a bound a file is one line of 20 MB."""
FIRST_CHARS = 64 * 1024
"""Of the lines that decide how a table is read: longer ones are no cards, and cost a second to cut up."""
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
        """Return at most so many of the next lines, fewer when they are long; they stay."""
        found: list[str] = []
        room = FIRST_CHARS
        while len(found) < most and room > 0 and (line := self.peek(len(found))) is not None:
            found.append(line)
            room -= len(line)
        return found


def lines_of(file: IO[bytes], encoding: str = UNICODE) -> Iterator[str]:
    """Yield the lines of a text file with their ends. Raises BadFile when they are none."""
    text = opened(file, encoding)
    try:
        while line := text.readline(LINE_CHARS):
            if len(line) == LINE_CHARS:
                raise BadFile(_("This file has a line that is far too long for a card."))
            if "\x00" in line:
                raise BadFile
            yield line
    except UnicodeError as error:
        raise BadFile(_no_letters(encoding)) from error
    finally:
        with contextlib.suppress(ValueError):  # The file is closed: its reader was given up.
            text.detach()


def _no_letters(encoding: str) -> str:
    if encoding == UNICODE:
        return _("This file is not UTF-8 text. Save it as “CSV UTF-8” and send it again.")
    return _("This file is not written in %(name)s. Choose another encoding.", name=encoding)


def rules_of(lines: Lines) -> dict[str, str]:
    """Take the lines in which Anki, or Excel, says how the rest is to be read."""
    rules: dict[str, str] = {}
    for _number in range(MOST_RULES):
        if (line := lines.peek()) is None:
            return rules
        if not rules and (found := _SEP.fullmatch(line.rstrip("\r\n"))):
            lines.take()
            return {"separator": found["sign"]}
        if (found := _DIRECTIVE.fullmatch(line.rstrip("\r\n"))) is None:
            return rules
        rules[found["name"].lower()] = found["value"]
        lines.take()
    return rules
