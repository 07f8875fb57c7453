"""How long work goes on under the write lock: a tenth of a second, then others come first.

SQLite has one writer. Whoever waits for it asks again after at most 0.1 s, so a step that begins the moment
the last one ended would never let them in: each step is followed by a rest that is as long as the step was.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session

STEP_SECONDS = 0.1
"""Wall time after which a step ends: half of the 0.2 s that nobody may exceed, since it ends between rows."""
LEAST_REST_SECONDS, MOST_REST_SECONDS = 0.1, 1.0
"""Between two steps. SQLite's own waiting asks every 0.1 s at the longest."""
LEAST_ROWS, MOST_ROWS = 5, 200
"""Rows that are written together: at a tenth of a processor five take longer than 200 do otherwise."""
_CHUNK_SECONDS = STEP_SECONDS / 4


class Writable(Protocol):
    """A database, as database_config has it, which stands behind this room."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a session that holds the write lock and commits at its end."""


class Pace:
    """Measures steps and chunks; how many rows make a chunk follows from how long the last ones took."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.rows = LEAST_ROWS * 4
        """How many rows to write next."""
        self.longest = 0.0
        """The longest step so far, in seconds."""
        self._clock, self._sleep = clock, sleep
        self._began = self._chunk_began = clock()

    def begin(self) -> None:
        """Begin a step: the lock is ours from now on."""
        self._began = self._chunk_began = self._clock()

    def goes_on(self) -> bool:
        """Say, after a chunk of rows, whether the step may go on with `rows` more."""
        now = self._clock()
        took, self._chunk_began = now - self._chunk_began, now
        if took > _CHUNK_SECONDS:
            self.rows = max(LEAST_ROWS, self.rows // 2)
        elif took < _CHUNK_SECONDS / 2:
            self.rows = min(MOST_ROWS, self.rows * 2)
        return now - self._began + _CHUNK_SECONDS <= STEP_SECONDS

    def rest(self) -> None:
        """Let others in, once the lock is free."""
        took = self._clock() - self._began
        self.longest = max(self.longest, took)
        self._sleep(min(MOST_REST_SECONDS, max(LEAST_REST_SECONDS, took)))


def in_steps(database: Writable, step: Callable[[Session, Pace], bool], pace: Pace | None = None) -> None:
    """Call `step` in a transaction each until it says that nothing is left. Raises DatabaseDown."""
    pace, more = pace or Pace(), True
    while more:
        with database.writing() as session:
            pace.begin()
            more = step(session, pace)
        pace.rest()
