"""The service's side: it enqueues and keeps its own disk in order; workers do the rest.

Procrastinate is not imported here: a service that only enqueues needs nothing but SQL.
"""

import os

from database_config import Database
from studylens.config import Config
from studylens.jobs import upkeep
from studylens.jobs.distributed.messages import SharedLine
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import Housekeeper, OfMachine
from studylens.jobs.imports.importer import Importer
from studylens.jobs.waiting import WaitingRoom


class Distributed(SharedLine):
    """Leaves jobs to the workers; the constructor starts and opens nothing."""

    def __init__(
        self, config: Config, database: Database, folder: UploadFolder, *,
        waiting: WaitingRoom, importer: Importer,
    ) -> None:  # fmt: skip
        self._database, self._folder, self._waiting, self._importer = database, folder, waiting, importer
        self._housekeeper = Housekeeper(
            config, database, folder, (self._greet, OfMachine(config, importer).do)
        )
        self._service_pid = 0
        self._started = False

    @property
    def was_started(self) -> bool:
        """Say whether `start` was called."""
        return self._started

    @property
    def is_running(self) -> bool:
        """Say whether what `start` started lives: jobs themselves wait in the database."""
        return self._housekeeper.is_running

    @property
    def service_pid(self) -> int:
        """Root of the service's process tree: gunicorn's master, or this process."""
        return self._service_pid or os.getpid()

    def wake(self) -> None:
        """Workers look for themselves."""

    def start(self, service_pid: int | None = None) -> None:
        """Start the thread that watches memory and this machine's own files."""
        self._started, self._service_pid = True, service_pid or os.getpid()
        self._housekeeper.start(self._service_pid)

    def begin_stop(self) -> None:
        """End the waits of requests; returns at once (a signal handler calls it)."""
        self._waiting.close()

    def stop(self) -> None:
        """Stop what `start` started; an import goes on with the next start."""
        self.begin_stop()
        self._housekeeper.stop()
        self._importer.stop()

    def _greet(self, _now: float) -> None:
        """Tell the other machines that this one is there for its imports; remove what kills left here."""
        upkeep.greet(self._database, self._folder)
        upkeep.remove_parts(self._database, self._folder)
