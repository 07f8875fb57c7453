"""The embedded runner: one daemon thread that carries jobs through the analysis process, one at a time.

It starts in gunicorn's `post_worker_init` and stops in `worker_exit`. Whoever holds the machine's lock
works; the runners of other workers wait for it to be free.
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Sequence

from database_config import Database
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.jobs import leases, process
from studylens.jobs.attempt import Attempt
from studylens.jobs.engine import RowsAlone
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import Housekeeper, OfMachine, OfRows
from studylens.jobs.imports.importer import Importer
from studylens.jobs.lock import MachineLock
from studylens.jobs.waiting import WaitingRoom
from studylens.limits import LEASE_RENEWAL_SECONDS, RUNNER_POLL_SECONDS
from studylens.machine import memory

log = logging.getLogger("studylens.jobs")

LOCK_POLL_SECONDS = 1.0
"""How often a runner with waiting jobs looks whether another one has let go of the machine."""
TROUBLE_SECONDS = 2.0
"""Pause after an error, so that a broken database does not fill the log."""
STOP_SECONDS = 10.0
"""How long `stop` waits for the running job to be handed back."""


class Embedded(RowsAlone):
    """Claims jobs of its own upload folder and ends them; the constructor starts and opens nothing."""

    def __init__(
        self,
        config: Config,
        database: Database,
        folder: UploadFolder,
        *,
        waiting: WaitingRoom,
        importer: Importer,
        command: Sequence[str] = process.COMMAND,
    ) -> None:
        self._config, self._database, self._folder, self._waiting = config, database, folder, waiting
        self._importer = importer
        self._lock = MachineLock(config.lock_path)
        self._process = process.AnalysisProcess(config, command)
        self._leases = LeaseKeeper(database)
        chores = (OfRows(config, database, folder).do, OfMachine(config, importer).do)
        self._housekeeper = Housekeeper(config, database, folder, chores)
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._runner_id = ""
        self._service_pid = 0
        self._last_work = time.monotonic()

    @property
    def was_started(self) -> bool:
        """Say whether `start` was called."""
        return bool(self._runner_id)

    @property
    def service_pid(self) -> int:
        """Root of the service's process tree: gunicorn's master, or this process."""
        return self._service_pid or os.getpid()

    @property
    def is_running(self) -> bool:
        """Say whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, service_pid: int | None = None) -> None:
        """Start the threads. `service_pid` is the root of the service's process tree, for its memory."""
        self._runner_id = secrets.token_hex(16)
        self._service_pid = service_pid or os.getpid()
        self._stopping.clear()
        self._housekeeper.start(self._service_pid)
        self._leases.start()
        self._thread = threading.Thread(target=self._live, name="runner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Tell that a job waits."""
        self._wake.set()

    def begin_stop(self) -> None:
        """Ask the thread to hand back its job and end; returns at once (a signal handler calls it)."""
        self._stopping.set()
        self._wake.set()
        self._waiting.close()

    def stop(self) -> None:
        """Stop everything that `start` started; the running job goes back to the queue uncounted."""
        self.begin_stop()
        self._housekeeper.stop()
        self._importer.stop()
        self._leases.stop()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
        self._process.kill()
        self._lock.release()

    def _live(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._work_once():
                    self._rest()
            except DatabaseDown:
                self._pause()
            except Exception:
                log.exception("The runner met an error and goes on")
                self._pause()
        self._process.kill()
        self._lock.release()

    def _work_once(self) -> bool:
        """Do one job if one waits and the machine is ours; say whether there may be more."""
        self._database.ensure_compatible()
        if not leases.work_waits(self._database, self._folder.folder_id):
            return False
        if not self._lock.acquire():
            self._stopping.wait(LOCK_POLL_SECONDS)
            return True
        leases.recover(self._database, self._folder.folder_id, lock_id=self._lock.identity)
        runner_id = self._lock.identity + self._runner_id[:16]  # As `recover` knows it again.
        claimed = leases.claim(self._database, self._folder.folder_id, runner_id)
        if claimed is None:
            return False
        self._attempt(claimed)
        return True

    def _attempt(self, claimed: leases.Claim) -> None:
        self._leases.keep(claimed)
        try:
            Attempt(claimed, self._config, self._database, self._folder).run(
                self._process, self._lock.fd, stopping=self._stopping, service_pid=self._service_pid
            )
        finally:
            self._leases.keep(None)
            self._last_work = time.monotonic()
            self._waiting.announce()

    def _rest(self) -> None:
        left = self._let_go_when_idle()
        self._wake.wait(min(RUNNER_POLL_SECONDS, left) if self._lock.held else RUNNER_POLL_SECONDS)
        self._wake.clear()

    def _let_go_when_idle(self) -> float:
        """End the warm process, and our hold on the machine, after its idle time; return the seconds left."""
        left = self._config.analysis_idle_seconds - (time.monotonic() - self._last_work)
        if self._lock.held and left <= 0:
            self._process.kill()
            self._lock.release()
            memory.release_memory()  # This process, too, gives back what the jobs took.
        return max(0.0, left)

    def _pause(self) -> None:
        self._let_go_when_idle()
        self._stopping.wait(TROUBLE_SECONDS)


class LeaseKeeper:
    """Renews the lease of the job that runs, every 10 s: a thread of its own, so no stage can delay it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claimed: leases.Claim | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        self._stopping.clear()
        threading.Thread(target=self._live, name="lease-keeper", daemon=True).start()

    def stop(self) -> None:
        """End the thread soon."""
        self._stopping.set()

    def keep(self, claimed: leases.Claim | None) -> None:
        """Renew this claim from now on; None: nothing."""
        self._claimed = claimed

    def _live(self) -> None:
        while not self._stopping.wait(LEASE_RENEWAL_SECONDS):
            claimed = self._claimed
            if claimed is None:
                continue
            try:
                leases.renew(self._database, claimed)
            except DatabaseDown:
                log.warning("Could not renew the lease of job %s; trying again", claimed.job_id)
            except Exception:
                log.exception("The lease keeper met an error and goes on")
