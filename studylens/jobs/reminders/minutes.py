"""Reminds browsers of due cards: at most once a minute, in a thread of its own."""

import logging
import threading

from database_config import Database
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.models import now

log = logging.getLogger("studylens.jobs")

EVERY_SECONDS = 60.0
"""An hour has come for nobody sooner than that."""


class Reminders:
    """One round at a time, however long the push services take; none without the operator's key."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config, self._database = config, database
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def go_on(self, at: float) -> None:
        """Begin a round in a thread, if it is time; `at` is monotonic, in seconds."""
        is_busy = self._thread is not None and self._thread.is_alive()
        if not self._config.reminds or at < self._next or is_busy:
            return
        self._next = at + EVERY_SECONDS
        self._thread = threading.Thread(target=self._round, name="reminders", daemon=True)
        self._thread.start()

    def _round(self) -> None:
        from studylens.jobs.reminders.rounds import remind  # noqa: PLC0415 - few services remind; all would hold it.

        try:
            remind(self._database, self._config, now())
        except DatabaseDown:
            log.warning("Nobody could be reminded; trying again")
        except Exception:
            log.exception("Reminding met an error and goes on")
