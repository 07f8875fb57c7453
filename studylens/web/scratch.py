"""Files on their way in or out: on the instance folder's disk, one exchange at a time, gone afterwards."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from studylens.errors import Busy
from studylens.memory import release_memory
from studylens.models import new_id
from studylens.web.wiring import wiring

TURN_SECONDS = 20.0
"""How long an export or import waits for the one before it: 20,000 cards take 5 s of a whole processor."""
LEFT_SECONDS = 3_600
"""A file this old was left by a killed process: no exchange takes an hour."""
_PART = ".part"
_turn = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the one place for an exchange, so that its memory is needed once. Raises Busy."""
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise Busy("Somebody else is exporting or importing right now. Please try again in a moment.")
    try:
        yield
    finally:
        _turn.release()
        release_memory()


def nameless() -> IO[bytes]:
    """Return a new file that is gone when it is closed, however this process ends."""
    return tempfile.TemporaryFile(dir=_folder())


@contextmanager
def named() -> Iterator[Path]:
    """Yield a path of our own choice at which there is nothing yet, and clear it afterwards."""
    path = _folder() / f"{new_id()}{_PART}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = wiring().config.instance_path / "exchange"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"*{_PART}"):
        with contextlib.suppress(OSError):  # Another process was first.
            if left.stat().st_mtime < time.time() - LEFT_SECONDS:
                left.unlink()
    return folder
