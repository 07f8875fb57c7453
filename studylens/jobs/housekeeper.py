"""The housekeeper: a thread that compares files with rows, reminds, and watches the service's memory."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence

from database_config import Database
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.jobs import documents, ended, folders, readings, upkeep
from studylens.jobs.fits.turns import Fits
from studylens.jobs.folder import UploadFolder
from studylens.jobs.imports.importer import Importer
from studylens.jobs.reminders.minutes import Reminders
from studylens.limits import ALERT_AFTER_SECONDS, SWEEP_SECONDS
from studylens.machine import kinds, memory
from studylens.sight import sums
from studylens.study import leaving
from studylens.study.budgets import rates, rounds
from studylens.study.cutouts import results
from studylens.study.exchange.moving import steps as moving
from studylens.study.live import quizzes
from studylens.study.packs import trash
from studylens.study.packs.ending import erasing
from studylens.study.packs.ending.scrub import Scrub
from studylens.study.record import rules
from studylens.study.sharing import links
from studylens.study.sheets import made

log = logging.getLogger("studylens.jobs")

LOOK_SECONDS = 5.0
"""How often memory is looked at; the alarm itself waits for a minute above the line."""
RULES_SECONDS = 3_600.0
"""How often it is counted what students think of the rules that make cards: it reads 50,000 of them."""
BUILD_AGAIN_SECONDS = 3_600.0
"""How long no index is built after one could not be: each try may read a large table in vain."""
ERASING_SECONDS = 10.0
"""How long one sweep goes on with what goes or moves, each kind: memory is looked at in between."""


def sweep(database: Database, folder: UploadFolder, scrub: Scrub | None = None) -> None:
    """Remove files without a live job, end jobs without a file, empty the trash. Raises DatabaseDown.

    `scrub` goes on where the sweep before had no more time.
    """
    upkeep.end_lost_uploads(database, folder)
    upkeep.join_ended(database)
    documents.close_ended(database)
    with database.writing() as session:
        trash.empty_old(session)
        results.forget_old(session)
        made.forget_old(session)
        rates.forget_old(session)
        links.forget_old(session)
        quizzes.forget_old(session)
    upkeep.forget_joins(database)
    readings.begin(database)
    ended.forget_old(database, seconds=ERASING_SECONDS)
    erasing.finish_all(database, seconds=ERASING_SECONDS)
    leaving.finish_all(database, seconds=ERASING_SECONDS)
    moving.finish_all(database, seconds=ERASING_SECONDS)
    (scrub or Scrub()).go_on(database, seconds=ERASING_SECONDS)
    upkeep.remove_orphans(database, folder)


class OfRows:
    """What the whole service's rows need, whoever does it: sweeping, sums of guests, reminders, fits."""

    def __init__(self, config: Config, database: Database, folder: UploadFolder) -> None:
        self._database, self._folder = database, folder
        self._rounds, self._scrub = rounds.Rounds(), Scrub()
        self._reminders = Reminders(config, database)
        self._fits = Fits(database)
        self._judge_at = 0.0

    def do(self, now: float) -> None:
        """Do it at a time in seconds. Raises DatabaseDown."""
        sweep(self._database, self._folder, self._scrub)
        self._rounds.go_on(self._database, now)
        if now >= self._judge_at:
            self._judge_at = now + RULES_SECONDS
            rules.judge(self._database)
        self._reminders.go_on(now)
        self._fits.go_on(now)


class OfMachine:
    """What this machine's own disk needs: scratch goes, and imports go on."""

    def __init__(self, config: Config, importer: Importer) -> None:
        self._config, self._importer = config, importer

    def do(self, _now: float) -> None:
        """Do it. Raises DatabaseDown."""
        folders.sweep(self._config.instance_path)
        self._importer.sweep()


class Housekeeper:
    """Does chores every 30 s and looks at memory every 5 s, beside the work itself.

    `chores` take the time in seconds.
    """

    def __init__(
        self, config: Config, database: Database, folder: UploadFolder,
        chores: Sequence[Callable[[float], None]],
    ) -> None:  # fmt: skip
        self._config, self._database, self._folder, self._chores = config, database, folder, chores
        self._stopping = threading.Event()
        self._service_pid = 0
        self._next_sweep = self._next_build = 0.0
        self._thread: threading.Thread | None = None

    def start(self, service_pid: int) -> None:
        """Start the thread."""
        self._service_pid = service_pid
        self._stopping.clear()
        self._thread = threading.Thread(target=self._live, name="housekeeper", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Say whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End the thread soon."""
        self._stopping.set()

    def _tell(self) -> None:
        """Add what this process has counted to the sums of all, and what this machine uses."""
        root = self._service_pid or os.getpid()
        used = kinds.shares(kinds.processes(root))
        sums.keep(self._database, f"{self._folder.machine_id[:8]}-{root}", used)

    def _live(self) -> None:
        alarm = MemoryAlarm(memory.thresholds(self._config).warning_mb)
        limit = memory.find_limit(self._config)
        while not self._stopping.wait(LOOK_SECONDS if self._next_sweep else 0.0):
            now = time.monotonic()
            try:
                if line := alarm.observe(memory.service_mb(limit, self._service_pid), now):
                    log.warning(line)
                self._sweep_when_due(now)
            except DatabaseDown:
                log.warning("Could not sweep the upload folder; trying again")
            except Exception:
                log.exception("The housekeeper met an error and goes on")

    def _sweep_when_due(self, now: float) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + SWEEP_SECONDS
        self._database.ensure_compatible()
        self._tell()
        for chore in self._chores:
            chore(now)
        if now >= self._next_build:
            self._build_indexes(now)

    def _build_indexes(self, now: float) -> None:
        """Add what pages only get slower without, last: it may take long, be refused, or wait for others."""
        try:
            self._database.build_indexes()
        except DatabaseDown:
            self._next_build = now + BUILD_AGAIN_SECONDS
            log.warning("An index cannot be built now, next try in %.0f s", BUILD_AGAIN_SECONDS)


class MemoryAlarm:
    """Turns a row of readings into at most one alert line and one recovery line for each episode."""

    def __init__(self, warning_mb: float) -> None:
        self._warning_mb = warning_mb
        self._above_since: float | None = None
        self._raised = False

    def observe(self, used_mb: float, at: float) -> str | None:
        """Take a reading in MB at a time in seconds; return a line for the log when there is news."""
        if used_mb < self._warning_mb:
            return self._calm(used_mb)
        if self._above_since is None:
            self._above_since = at
        if self._raised or at - self._above_since < ALERT_AFTER_SECONDS:
            return None
        self._raised = True
        seconds = at - self._above_since
        return f"ALERT memory use above {self._warning_mb:.0f} MB for {seconds:.0f} s: {used_mb:.1f} MB"

    def _calm(self, used_mb: float) -> str | None:
        self._above_since = None
        if not self._raised:
            return None
        self._raised = False
        return f"RECOVERED memory use is below {self._warning_mb:.0f} MB again: {used_mb:.1f} MB"
