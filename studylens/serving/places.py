"""Threads in views that need the database: a table that somebody locks may hold these, and no others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from studylens.errors import Busy

DATABASE_PLACES = 24
"""Of 32 threads. The other 8 are left for pages that need no database, so these are answered at once."""
PLACE_SECONDS = 0.5
"""How long a view waits for a place: 24 healthy views are over in that time."""
RETURN_SECONDS = 2.0
"""The same for one whose photo has arrived meanwhile: it would have to be sent again."""


class Places:
    """One place a thread; who waits for its client or its job steps aside, and holds none meanwhile."""

    def __init__(self, most: int = DATABASE_PLACES, seconds: float = PLACE_SECONDS) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._seconds = seconds
        self._here = threading.local()

    def take(self) -> None:
        """Take this thread's place, unless it has one. Raises Busy, and at once from then on."""
        if not self._has_place:
            self._wait(self._seconds)

    def give_back(self) -> None:
        """Leave the view: give the place back, if there is one."""
        if self._has_place:
            self._free.release()
        self._here.__dict__.clear()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hold no place in this block. Raises Busy when there is none afterwards."""
        if not self._has_place:
            yield
            return
        self.give_back()
        yield
        self._wait(RETURN_SECONDS)

    @property
    def _has_place(self) -> bool:
        return getattr(self._here, "has_place", False)

    def _wait(self, seconds: float) -> None:
        was_refused = getattr(self._here, "was_refused", False)
        self._here.has_place = not was_refused and self._free.acquire(timeout=seconds)
        if not self._here.has_place:
            self._here.was_refused = True
            raise Busy


places = Places()
"""Those of this process."""
