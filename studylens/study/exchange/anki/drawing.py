"""Pictures of a deck, made small by a process of their own that can reach nothing.

One that ends its process costs itself alone.
"""

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Protocol, Self

from studylens.analysis.protocol.shrinking import (
    CARD,
    PAGE,
    Refusal,
    Small,
    Wanted,
    read_answer,
    write_wanted,
)
from studylens.errors import OutOfMemory, TookTooLong, error_for_code
from studylens.places import HOME
from studylens.study.cutouts.cards import PICTURE_BYTES

COMMAND = (sys.executable, "-m", "studylens.analysis.shrinking")
MOST_STARTS = 4
"""Of the process, for one deck: it begins anew after a picture that ended it."""
LOST_SECONDS = 10.0
"""What a picture that ended the process is counted for: as long as one may take."""


class Draws(Protocol):
    """Makes pictures small; `seconds` of processor time so far."""

    seconds: float

    def __enter__(self) -> Self:
        """Begin; nothing is started before the first picture."""

    def __exit__(self, *_error: object) -> None:
        """End whatever was started."""

    def draw(self, wanted: Wanted) -> Small:
        """Return the picture. Raises StudylensError."""


class Drawer:
    """The process, from the first picture to the end of the deck."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def draw(self, wanted: Wanted) -> Small:
        """Return the picture. Raises what decoding raises, OutOfMemory for one that ended the process."""
        answer = self._asked(wanted)
        if answer is None:
            self._end()
            self.seconds += LOST_SECONDS
            raise OutOfMemory
        self.seconds += answer.seconds
        if isinstance(answer, Refusal):
            raise error_for_code(answer.code)
        return answer

    def _asked(self, wanted: Wanted) -> Small | Refusal | None:
        process = self._process or self._started()
        if process.stdin is None or process.stdout is None:
            return None
        try:
            write_wanted(process.stdin, wanted)
        except OSError:  # It has ended.
            return None
        return read_answer(process.stdout)

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._starts == MOST_STARTS:
            raise TookTooLong
        self._starts += 1
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell.
            COMMAND, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self._process

    def _end(self) -> None:
        if (process := self._process) is None:
            return
        self._process = None
        process.kill()
        with contextlib.suppress(OSError), process:  # Closes its pipes and waits for it.
            pass


def of_card(files: Sequence[bytes]) -> Wanted:
    """Return the wish for the pictures of one side of a card."""
    return Wanted(CARD, tuple(files), PICTURE_BYTES)


def of_page(file: bytes) -> Wanted:
    """Return the wish for a page with hidden labels."""
    return Wanted(PAGE, (file,), PICTURE_BYTES)
