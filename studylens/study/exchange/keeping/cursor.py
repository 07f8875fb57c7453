"""How far a browser is: a short text that it brings back as it was given, unless it made one up."""

import re
from dataclasses import dataclass

from studylens.storable import LARGEST_BIG_INTEGER

_TEXT = re.compile(r"([01])\.([01])((?:\.\d{1,19}){9})\.([0-9a-z]{0,40})")
LAST = "z"
"""Behind the names of all parts."""
_NUMBERS = ("began", "mark", "sums", "seen", "start", "closed", "last", "held", "retries")


@dataclass(frozen=True)
class Cursor:
    """What the browser has: of the parts, of the packs by their answers, and of the log."""

    is_first: bool
    """It is on its first way through all parts."""
    began: int
    mark: int
    """It has all parts up to this mark, and of those with this mark the ones up to `part`."""
    is_whole: bool = False
    """It has everything that there was at its last look."""
    sums: int = 0
    """Of the answers, as they were when it had everything."""
    seen: int = 0
    """Its packs are as the answers up to this row of the log have left them."""
    start: int = 0
    """It has whole segments of the log up to this row, in which there are `closed` answers."""
    closed: int = 0
    last: int = 0
    """It has answers up to this row, `held` in all."""
    held: int = 0
    retries: int = 0
    """How often it began anew since the log did not add up."""
    part: str = ""

    def __str__(self) -> str:
        """Return the text for the browser."""
        numbers = (str(getattr(self, name)) for name in _NUMBERS)
        return ".".join([str(int(self.is_first)), str(int(self.is_whole)), *numbers, self.part])


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor that was written so; None for what is none."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    first, whole, numbers, part = found.groups()
    values = [int(number) for number in numbers.split(".")[1:]]
    if max(values) > LARGEST_BIG_INTEGER:
        return None
    named = dict(zip(_NUMBERS, values, strict=True))
    return Cursor(is_first=first == "1", is_whole=whole == "1", part=part, **named)
