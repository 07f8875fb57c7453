"""The thread that carries files in, one after the other: it lives while there is one.

Who holds the lock of the folder carries its imports; the kernel frees it at any death. Everything that must
be known to go on stands in the row: its state, and the place in what was read.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from sqlalchemy import Update, delete, select, update

from database_config import Database
from studylens import limits
from studylens.database.pace import Pace
from studylens.errors import DatabaseDown, UploadLost
from studylens.import_limits import IMPORT_WAIT_SECONDS, IMPORT_WAITING_REQUESTS
from studylens.jobs.folder import UploadFolder
from studylens.jobs.imports import queue
from studylens.jobs.imports.files import ImportFiles
from studylens.jobs.imports.queue import LOST
from studylens.jobs.lock import MachineLock
from studylens.machine.memory import release_memory
from studylens.models import NEEDS_FILE, ON_ITS_WAY, UNDOING, WITHOUT_FILE, Folder, Import, now

if TYPE_CHECKING:
    from studylens.jobs.imports.carrier import Carrier, Terms

log = logging.getLogger("studylens.imports")
STOP_SECONDS = 5.0
"""How long `stop` waits for the step to end; a reading process notices within half a second."""
LOOK_SECONDS = 0.5
"""How often a waiting request looks by itself: another worker may carry its file."""


class Importer:
    """Takes files and carries them. The constructor does no I/O and starts nothing.

    What reads files and stores them is imported with the first one: a service that waits does not hold it.
    """

    def __init__(
        self,
        database: Database,
        folder: UploadFolder,
        files: ImportFiles,
        *,
        terms: "Callable[[], Terms]",
        pace: Callable[[], Pace] = Pace,
        wait_seconds: float = IMPORT_WAIT_SECONDS,
    ) -> None:
        self._database, self._folder, self._files = database, folder, files
        self._pace, self._wait_seconds = pace, wait_seconds
        self._terms = terms
        self._lock = MachineLock(files.lock_path)
        self._seats = threading.BoundedSemaphore(IMPORT_WAITING_REQUESTS)
        self._starting = threading.Lock()
        self._news, self._announced = threading.Condition(), 0
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._set_aside: set[str] = set()
        """Imports that met an error here: the next sweep tries again, and no other import waits for that."""

    def take(self, made: Import, file: IO[bytes]) -> None:
        """Keep a file and put it in line. Raises DiskFull, QuotaReached, Busy, NotFound, DatabaseDown."""
        with self._database.reading() as session:
            queue.check_room(session, made.guest_id, made.address_hash)
        made.folder_id = self._folder.machine_id
        made.bytes = self._files.keep(made.id, file)
        try:
            with self._database.writing() as session:
                queue.put(session, made)
        except BaseException:
            self._files.remove(made.id)
            raise
        self.wake()

    def opened(self, found: Import) -> IO[bytes]:
        """Open a file that lies here. Raises UploadLost when it is gone, or lies on another machine."""
        try:
            return self._files.paths(found.id).sent.open("rb")
        except FileNotFoundError as error:
            raise UploadLost(LOST) from error

    def has(self, found: Import) -> bool:
        """Say whether its file is this machine's."""
        return found.folder_id == self._folder.machine_id

    def let_go(self, import_id: str) -> None:
        """Remove the file of an import that nobody carries, and never will."""
        self._files.remove(import_id)

    def wait(self, import_id: str) -> None:
        """Return when the import has ended, after some seconds, or at once when too many wait."""
        if not self._seats.acquire(blocking=False):
            return
        try:
            until = time.monotonic() + self._wait_seconds
            while not self._stopping and time.monotonic() < until:
                heard = self._announced
                if not self._is_on_its_way(import_id):
                    return
                with self._news:  # Never held while a database is asked: who carries would wait with us.
                    self._news.wait_for(lambda: self._announced != heard, LOOK_SECONDS)  # noqa: B023
        finally:
            self._seats.release()

    def wake(self) -> None:
        """Let the thread live while there is something to carry."""
        with self._starting:
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._live, name="importer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Let the thread end after its step; the next start goes on."""
        self._stopping = True
        self._announce()
        if (thread := self._thread) is not None:
            thread.join(STOP_SECONDS)

    def sweep(self) -> None:
        """Go on with what a kill cut off; remove rows and files that nobody needs. Raises DatabaseDown."""
        own = self._folder.machine_id
        self._set_aside.clear()
        with self._database.writing() as session:
            for statement in self._adopted(own):
                session.execute(statement)
            session.execute(delete(Import).where(Import.id.in_(queue.old_ids(session, now()))))
            queue.forget_unanswered(session, now())
            live = queue.live_ids(session, own)
        for import_id in self._files.ids(older_than_seconds=limits.ORPHAN_FILE_SECONDS) - live:
            self._files.remove(import_id)
        if self._next() is not None:
            self.wake()

    def _live(self) -> None:
        try:
            while not self._stopping and self._carry_next():
                self._announce()
        except DatabaseDown as error:
            log.warning("Imports wait, and go on with the next sweep: %s", type(error).__name__)
        except Exception:
            log.exception("The imports met an error; the next sweep goes on with them")
        finally:
            release_memory()
            with self._starting:
                if self._thread is threading.current_thread():
                    self._thread = None
            self._announce()

    def _carry_next(self) -> bool:
        """Carry whose turn it is; say whether there was one that is ours to carry."""
        with self._starting:
            import_id = self._next()
            if import_id is None or not self._lock.acquire():
                self._thread = None  # Whoever takes a file from now on starts another thread.
                return False
        try:
            self._carrier().carry(import_id, self._pace())
        except DatabaseDown as error:
            log.warning("An import waits, and goes on with the next sweep: %s", type(error).__name__)
            self._set_aside.add(import_id)
        except Exception:
            log.exception("An import met an error; the next sweep goes on with it")
            self._set_aside.add(import_id)
        finally:
            self._lock.release()
        return True

    def _carrier(self) -> "Carrier":
        from studylens.jobs.imports.carrier import Carrier  # noqa: PLC0415 - see this class.

        return Carrier(self._database, self._files, self._terms(), lambda: self._stopping)

    def _next(self) -> str | None:
        with self._database.reading() as session:
            return queue.next_import(session, self._folder.machine_id, self._set_aside)

    def _is_on_its_way(self, import_id: str) -> bool:
        with self._database.reading() as session:
            found = session.scalar(select(Import.state).where(Import.id == import_id))
        return found in ON_ITS_WAY

    def _announce(self) -> None:
        with self._news:
            self._announced += 1
            self._news.notify_all()

    @staticmethod
    def _adopted(own: str) -> tuple[Update, Update]:
        """Return the statements that take over what machines that are gone were at.

        What is shown, or goes out again already, needs no file and goes on as it is; the rest is taken back.
        """
        silent = now() - timedelta(seconds=limits.FOREIGN_QUEUE_SECONDS)
        alive = select(Folder.folder_id).where(Folder.seen_at >= silent)
        theirs = update(Import).where(Import.folder_id != own, Import.folder_id.not_in(alive))
        lost = UploadLost()
        told = {"error_code": lost.code, "error_message": lost.sentence}
        return (
            theirs.where(Import.state.in_(WITHOUT_FILE)).values(folder_id=own),
            theirs.where(Import.state.in_(NEEDS_FILE)).values(folder_id=own, state=UNDOING, **told),
        )
