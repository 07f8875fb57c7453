"""Wrong tries of codes and links, counted in this process: a bound for whoever guesses."""

import threading
import time
from collections import deque
from dataclasses import dataclass

from studylens.errors import QuotaReached
from studylens.language import _


@dataclass(frozen=True)
class Window:
    """How many wrong tries one address, and all of them together, have in so many seconds."""

    of_one: int
    of_all: int
    seconds: float


class Attempts:
    """Counts wrong tries in this process; thread-safe. `sentence` is said to whoever has had too many."""

    def __init__(self, window: Window, sentence: str) -> None:
        self._window, self._sentence = window, sentence
        self._tries: deque[tuple[float, str]] = deque(maxlen=window.of_all)
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raise QuotaReached when this address, or everybody together, has tried too often."""
        if self.is_over(address):
            raise QuotaReached(_(self._sentence))

    def is_over(self, address: str) -> bool:
        """Say whether this address, or everybody together, has tried too often."""
        with self._lock:
            since = time.monotonic() - self._window.seconds
            while self._tries and self._tries[0][0] < since:
                self._tries.popleft()
            own = sum(tried == address for _at, tried in self._tries)
            return own >= self._window.of_one or len(self._tries) >= self._window.of_all

    def count(self, address: str) -> None:
        """Remember a wrong try."""
        with self._lock:
            self._tries.append((time.monotonic(), address))
