"""When the next fit begins: at most one a sweep, in a thread of its own."""

import logging
import threading

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.models import now

log = logging.getLogger("studylens.jobs")

EVERY_SECONDS = 60.0
"""A student waits a week for the next one; a minute lies between two students."""


class Fits:
    """One at a time, however long it takes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next, self._after = 0.0, 0
        self._thread: threading.Thread | None = None

    def go_on(self, at: float) -> None:
        """Begin one in a thread, if it is time; `at` is monotonic, in seconds."""
        is_busy = self._thread is not None and self._thread.is_alive()
        if at < self._next or is_busy:
            return
        self._next = at + EVERY_SECONDS
        self._thread = threading.Thread(target=self._turn, name="fits", daemon=True)
        self._thread.start()

    def _turn(self) -> None:
        from studylens.jobs.fits.rounds import enrol_next, fit_next  # noqa: PLC0415 - not at once, for memory.

        try:
            self._after = enrol_next(self._database, self._after, now())
            fit_next(self._database, now())
        except DatabaseDown:
            log.warning("No schedule could be fitted; trying again")
        except Exception:
            log.exception("Fitting a schedule met an error and goes on")
