"""The waiting room: JSON clients that hold their request open until their jobs have ended."""

import threading
import time

from sqlalchemy import func, select

from database_config import Database
from studylens.config import MAX_WAITING_REQUESTS
from studylens.models import LIVE_STATES, Job

_LOOK_SECONDS = 2.0
"""How often a waiting request looks by itself: another worker's runner may have ended its job."""


class WaitingRoom:
    """At most 8 requests wait at once, none of them holding a database connection meanwhile."""

    def __init__(self, database: Database, seats: int = MAX_WAITING_REQUESTS) -> None:
        self._database = database
        self._seats = threading.BoundedSemaphore(seats)
        self._news = threading.Condition()
        self._closed = False

    def wait(self, job_ids: list[str], seconds: float) -> None:
        """Return when all these jobs have ended, the time is over, no seat is free or the service stops."""
        if not self._seats.acquire(blocking=False):
            return
        try:
            self._wait(job_ids, time.monotonic() + seconds)
        finally:
            self._seats.release()

    def announce(self) -> None:
        """Wake everybody who waits, since a job has ended."""
        with self._news:
            self._news.notify_all()

    def close(self) -> None:
        """End all waits, now and from now on. Takes no lock: a signal handler calls it."""
        self._closed = True

    def _wait(self, job_ids: list[str], until: float) -> None:
        while self._any_live(job_ids) and not self._closed and (left := until - time.monotonic()) > 0:
            with self._news:
                self._news.wait(min(left, _LOOK_SECONDS))

    def _any_live(self, job_ids: list[str]) -> bool:
        with self._database.reading() as session:
            live = select(func.count()).where(Job.id.in_(job_ids), Job.state.in_(LIVE_STATES))
            return bool(session.scalar(live))
