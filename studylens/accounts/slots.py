"""Places for work that takes memory or time: so many at once on this machine, over all workers.

Threads of one process wait for a semaphore; processes for locked files, which the kernel frees when their
holder dies. What finds no place soon is refused, with the time after which to come again.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from studylens.errors import Busy
from studylens.language import _

PASSWORDS_AT_ONCE = 2
"""19 MiB each: eight people who sign in at once cost 38 MB, not 152."""
PASSKEYS_AT_ONCE = 1
"""35 MB in a process of its own, beside at most one password."""
MAIL_AT_ONCE = 2
"""Talks with the mail server that somebody waits for: one that hangs takes a thread for 10 s at each step."""
WAITING_AT_ONCE = 8
"""Who waits holds one of the service's 32 threads."""
WAIT_SECONDS = 5.0
"""At a tenth of a processor a password takes half a second: ten people in a row."""
RETRY_SECONDS = 5
_LOOK_SECONDS = 0.02
"""How often a place is looked for that another process holds; the kernel wakes nobody for several files."""


class Slots:
    """So many places named by `path`; thread-safe. The constructor opens nothing."""

    def __init__(
        self, path: Path, most: int = PASSWORDS_AT_ONCE, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._paths = [path.with_name(f"{path.name}-{n}") for n in range(most)]
        self._free = threading.BoundedSemaphore(most)
        self._queue = threading.BoundedSemaphore(most + WAITING_AT_ONCE)
        self._wait_seconds = wait_seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a place. Raises Busy when none was free for some seconds, or when too many wait already."""
        until = time.monotonic() + self._wait_seconds
        with ExitStack() as held:
            if not self._queue.acquire(blocking=False):
                raise _busy()
            held.callback(self._queue.release)
            if not self._free.acquire(timeout=self._wait_seconds):
                raise _busy()
            held.callback(self._free.release)
            held.enter_context(self._place(until))
            yield

    @contextmanager
    def _place(self, until: float) -> Iterator[None]:
        while (file := self._locked()) is None:
            if time.monotonic() >= until:
                raise _busy()
            time.sleep(_LOOK_SECONDS)
        with file:
            yield

    def _locked(self) -> IO[bytes] | None:
        for path in self._paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            # No link is followed: the folder may be one for temporary files, where anybody can put one.
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            file = open(number, "r+b", buffering=0)  # noqa: PTH123, SIM115 - an open descriptor, held locked.
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            file.close()
        return None


def _busy() -> Busy:
    return Busy(_("Many people sign in right now. Please try again in a moment."), retry_after=RETRY_SECONDS)
