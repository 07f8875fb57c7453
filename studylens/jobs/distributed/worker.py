"""`flask worker`: fetches messages by Procrastinate, feeds slots, and sweeps what all machines share."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException

from database_config import Database
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.jobs import folders, process, upkeep
from studylens.jobs.attempt import Attempt
from studylens.jobs.distributed import claims
from studylens.jobs.distributed.connector import PatientConnector
from studylens.jobs.distributed.messages import TASK, try_turn
from studylens.jobs.distributed.slots import Slots
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import Housekeeper, OfRows
from studylens.queue_limits import (
    BEGIN_AGAIN_SECONDS,
    GRACE_SECONDS,
    HEARTBEAT_SECONDS,
    LOOK_SECONDS,
    POLL_SECONDS,
    STALLED_SECONDS,
)  # fmt: skip

log = logging.getLogger("studylens.jobs")
_OTHER_THREADS = 4
"""Of the loop itself, beside one for each slot: names are looked up in one."""
_PROCRASTINATE = logging.getLogger("procrastinate")


class Worker:
    """One worker, from `run` to a signal; the constructor starts and opens nothing."""

    def __init__(
        self, config: Config, database: Database, folder: UploadFolder, *,
        command: Sequence[str] = process.COMMAND,
    ) -> None:  # fmt: skip
        self._config, self._database, self._folder = config, database, folder
        self._slots = Slots(config, command)
        self._rows = OfRows(config, database, folder)
        self._housekeeper = Housekeeper(config, database, folder, (self._sweep, self._sweep_disk))
        self._stopping = threading.Event()
        self._stop_asked = asyncio.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; running jobs go back then, uncounted. Raises NoSlot, OSError."""
        _PROCRASTINATE.setLevel(logging.WARNING)  # It tells of each start and end, as our own log does.
        self._slots.open()
        self._housekeeper.start(os.getpid())
        try:
            asyncio.run(self._live())
        finally:
            self._stopping.set()
            self._housekeeper.stop()
            self._slots.close()

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._config.worker_slots + _OTHER_THREADS))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._begin_stop, loop)
        watching = asyncio.ensure_future(self._watch())
        while not self._stopping.is_set():
            try:
                await self._serve()
            except (ConnectorException, OSError) as error:
                log.warning("The worker lost its queue and begins anew: %s", error.__cause__ or error)
            await self._rest(BEGIN_AGAIN_SECONDS)
        await watching
        log.info("Worker %d has ended", os.getpid())

    def _begin_stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let running jobs go back; who does not within the grace loses its process."""
        self._stopping.set()
        self._stop_asked.set()
        loop.call_later(GRACE_SECONDS, self._slots.close)

    async def _serve(self) -> None:
        """Fetch and analyse until a stop, or until the database was away too long (ConnectorException)."""
        gave_up = asyncio.Event()
        connector = PatientConnector(self._database.address, self._stopping.is_set, gave_up.set)
        app = procrastinate.App(connector=connector)
        queue = self._folder.folder_id
        app.task(name=TASK, queue=queue, pass_context=True)(self._analyse)
        async with app.open_async():
            serving = asyncio.ensure_future(app.run_worker_async(
                queues=[queue], concurrency=self._config.worker_slots, delete_jobs="always",
                fetch_job_polling_interval=POLL_SECONDS, listen_notify=False, install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS, stalled_worker_timeout=STALLED_SECONDS,
            ))  # fmt: skip
            log.info("Worker %d waits for jobs", os.getpid())
            ends = [asyncio.ensure_future(event.wait()) for event in (self._stop_asked, gave_up)]
            await asyncio.wait([serving, *ends], return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
            serving.cancel()  # Procrastinate's way to stop gracefully: it waits for what runs.
            with contextlib.suppress(asyncio.CancelledError):
                await serving

    def _analyse(self, context: Any, job_id: str) -> None:
        """Carry one job to its end, in a thread; nothing when its message came twice or too late."""
        if self._stopping.is_set():
            return  # Another worker finds a waiting job without a message, and gives it one.
        with self._slots.one() as slot:
            claimed = claims.claim(self._database, job_id, context.job.id)
            if claimed is None:
                log.info("Nothing to do for job %s: it does not wait any more", job_id)
                return
            Attempt(claimed, slot.config, self._database, self._folder).run(
                slot.process, slot.lock.fd, stopping=self._stopping, service_pid=os.getpid(),
                shares=slot.shares,
            )  # fmt: skip

    async def _watch(self) -> None:
        """Every few seconds, beside any sweep: end idle processes, and take up what dead workers had."""
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._look)
            except DatabaseDown:
                log.warning("Could not look for jobs of dead workers; trying again")
            except Exception:
                log.exception("The worker met an error and goes on")
            await self._rest(LOOK_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until the stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop_asked.wait(), seconds)

    def _look(self) -> None:
        self._slots.end_idle()
        claims.recover(self._database, self._folder.folder_id)

    def _sweep(self, now: float) -> None:
        """Do for all machines what one of them must do; nothing while another one does."""
        with self._database.writing() as session:
            if try_turn(session, "sweep"):
                claims.tidy(self._database, self._folder.folder_id)
                self._rows.do(now)

    def _sweep_disk(self, _now: float) -> None:
        """Remove what kills left on this machine's own disk."""
        upkeep.remove_parts(self._database, self._folder)
        folders.sweep(self._config.instance_path)
