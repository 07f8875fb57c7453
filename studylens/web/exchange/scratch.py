"""Files on their way in or out: on the instance folder's disk, one exchange at a time, gone afterwards."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from studylens.budget_limits import EXPORTS, Rate
from studylens.errors import Busy, DatabaseDown
from studylens.jobs.folders import EXCHANGE, PART
from studylens.language import mark
from studylens.machine.held import held
from studylens.machine.memory import release_memory
from studylens.models import new_id
from studylens.study.budgets import rates
from studylens.web.door.guests import spender
from studylens.web.door.wiring import wiring

TURN_SECONDS = 20.0
"""How long an export or import waits for the one before it: 20,000 cards take 5 s of a whole processor."""
WAITING_AT_ONCE = 4
"""Requests that wait for their turn; with the one that works, 5 of 32 threads at most."""
_BUSY = mark("Somebody else is exporting or importing right now. Please try again in a moment.")


class Turns:
    """One place, so that memory is needed once; few wait for it, and not long, so that threads stay free."""

    def __init__(self, seconds: float, waiting: int = WAITING_AT_ONCE) -> None:
        self._seconds = seconds
        self._place = threading.Lock()
        self._waiting = threading.BoundedSemaphore(waiting)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the place. Raises Busy."""
        if not self._waiting.acquire(blocking=False):
            raise Busy(_BUSY)
        try:
            is_ours = self._place.acquire(timeout=self._seconds)
        finally:
            self._waiting.release()
        if not is_ours:
            raise Busy(_BUSY)
        try:
            yield
        finally:
            self._place.release()


_exchanges = Turns(TURN_SECONDS)


@contextmanager
def turn() -> Iterator[None]:
    """Hold the one place for an exchange. Raises Busy."""
    with _exchanges.held():
        try:
            yield
        finally:
            release_memory()


def count(rate: Rate, guest: int | None) -> None:
    """Count an import or export of this guest, address and instance. Raises QuotaReached.

    An export that cannot be counted is made all the same: it may be the last way to a student's things.
    """
    try:
        with wiring().database.writing() as session:
            rates.spend(session, rate, spender(guest))
    except DatabaseDown:
        if rate.what != EXPORTS.what:
            raise


def nameless() -> IO[bytes]:
    """Return a new file that is gone when it is closed, however this process ends."""
    return tempfile.TemporaryFile(dir=_folder())


@contextmanager
def named() -> Iterator[Path]:
    """Yield a path of our own choice at which there is nothing yet, and clear it afterwards.

    It lies in a folder that this process holds: after a kill the next sweep removes it.
    """
    with held(_folder() / f"{new_id()}{PART}") as folder:
        yield folder / "file"


def _folder() -> Path:
    folder = wiring().config.instance_path / EXCHANGE
    folder.mkdir(parents=True, exist_ok=True)
    return folder
