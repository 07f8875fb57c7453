"""How often a code may be tried: few times an address, and so many in all, within ten minutes."""

import threading
import time
from collections import deque

from studylens.errors import QuotaReached

WINDOW_SECONDS = 600.0
"""As long as a code lives."""
MOST_OF_ONE = 10
"""Wrong tries of one address: nobody mistypes ten characters ten times."""
MOST_OF_ALL = 1_000
"""Wrong tries of all addresses together, against a guess from many of them; a process of its own each."""


class Attempts:
    """Counts wrong tries in this process; thread-safe."""

    def __init__(self) -> None:
        self._tries: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raise QuotaReached when this address, or everybody together, has tried too often."""
        with self._lock:
            since = time.monotonic() - WINDOW_SECONDS
            while self._tries and self._tries[0][0] < since:
                self._tries.popleft()
            own = sum(tried == address for _, tried in self._tries)
            if own >= MOST_OF_ONE or len(self._tries) >= MOST_OF_ALL:
                raise QuotaReached("Too many wrong codes. Wait ten minutes, then make a new one.")

    def count(self, address: str) -> None:
        """Remember a wrong try."""
        with self._lock:
            self._tries.append((time.monotonic(), address))
