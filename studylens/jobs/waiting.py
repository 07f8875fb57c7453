"""The waiting room: JSON clients that hold their request open until their jobs have ended."""

import threading
import time

from sqlalchemy import exists, or_, select

from database_config import Database
from studylens.limits import MAX_WAITING_REQUESTS
from studylens.models import LIVE_STATES, Batch, Job

_LOOK_SECONDS = 2.0
"""How often a waiting request looks by itself: another worker's runner may have ended its job."""


class WaitingRoom:
    """At most 8 requests wait at once, none of them holding a database connection meanwhile."""

    def __init__(self, database: Database, seats: int = MAX_WAITING_REQUESTS) -> None:
        self._database = database
        self._seats = threading.BoundedSemaphore(seats)
        self._news = threading.Condition()
        self._closed = False

    def wait(self, batch_id: str, seconds: float) -> None:
        """Return when the batch has ended, the time is over, no seat is free or the service stops.

        A batch has ended with all its jobs, those that came to it meanwhile (a document's pages) and the
        joining of its packs.
        """
        if not self._seats.acquire(blocking=False):
            return
        try:
            self._wait(batch_id, time.monotonic() + seconds)
        finally:
            self._seats.release()

    def announce(self) -> None:
        """Wake everybody who waits, since a job has ended."""
        with self._news:
            self._news.notify_all()

    def close(self) -> None:
        """End all waits, now and from now on. Takes no lock: a signal handler calls it."""
        self._closed = True

    def _wait(self, batch_id: str, until: float) -> None:
        while self._goes_on(batch_id) and not self._closed and (left := until - time.monotonic()) > 0:
            with self._news:
                self._news.wait(min(left, _LOOK_SECONDS))

    def _goes_on(self, batch_id: str) -> bool:
        live = exists().where(Job.batch_id == Batch.id, Job.state.in_(LIVE_STATES))
        going_on = select(Batch.id).where(Batch.id == batch_id, or_(Batch.joining, live))
        with self._database.reading() as session:
            return session.scalar(going_on) is not None
