"""A database that is being restarted is back in seconds: reads wait for it, and nobody waits for ever."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import exc as sql_errors

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 5.0
"""From the first failure on; who comes later than that gets 503 after one try, and holds no thread."""
FIRST_PAUSE_SECONDS = 0.05
"""Between two tries, doubled each time up to LONGEST_PAUSE_SECONDS."""
LONGEST_PAUSE_SECONDS = 0.5
MOST_WAITING = 20
"""Of 32 threads; the others are left for pages that need no database, and for /health."""

_GOING_DOWN = frozenset({"57P01", "57P02", "57P03"})
"""PostgreSQL: shut down by its host, crashed, not yet ready."""


class Patience:
    """How long the requests of one process wait for their database, together."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._down_since: float | None = None

    def retry(self, attempt: Callable[[], Answer]) -> Answer:
        """Return what `attempt` returns; try again while the connection is lost and patience lasts."""
        try:
            answer = attempt()
        except sql_errors.DBAPIError as error:
            if not is_lost(error) or not self._places.acquire(blocking=False):
                raise
            try:
                answer = self._wait(attempt, error)
            finally:
                self._places.release()
        self._down_since = None
        return answer

    def _wait(self, attempt: Callable[[], Answer], error: sql_errors.DBAPIError) -> Answer:
        since = self._down_since = self._down_since or time.monotonic()
        pause = FIRST_PAUSE_SECONDS
        while time.monotonic() + pause < since + PATIENCE_SECONDS:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            try:
                return attempt()
            except sql_errors.DBAPIError as again:
                if not is_lost(again):
                    raise
                error = again
        raise error


def is_lost(error: Exception) -> bool:
    """Say whether the connection is gone, or could not be made: another try may work."""
    if not isinstance(error, sql_errors.DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "pgcode", "not PostgreSQL")
    return code in _GOING_DOWN or (code is None and isinstance(error, sql_errors.OperationalError))
