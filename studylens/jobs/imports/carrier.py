"""Carries one import from state to state; each may be begun again, by any process, after any death."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import CARDS_ADDED, InstanceBudgets
from studylens.database.pace import Pace, in_steps
from studylens.errors import Busy, DatabaseDown, StudylensError, UploadLost
from studylens.jobs.imports.apart import Reader, Stopped, read_apart
from studylens.jobs.imports.files import ImportFiles, opened_pictures
from studylens.jobs.imports.queue import LOST
from studylens.language import mark
from studylens.models import (
    ARRIVED,
    READING,
    REFUSED,
    SHOWING,
    STOPPED,
    STORING,
    UNDOING,
    Import,
    now,
)
from studylens.study.budgets import rates, room
from studylens.study.budgets.rates import Spender
from studylens.study.budgets.room import Use
from studylens.study.exchange.arriving import showing, storing, undoing
from studylens.study.exchange.arriving.pictures import BYTES
from studylens.study.exchange.tables.choice import from_json
from studylens.study.packs.ending import erasing

log = logging.getLogger("studylens.imports")
_NOT_STORED = mark("This file could not be stored. Nothing of it was kept; please try again later.")


@dataclass(frozen=True)
class Terms:
    """On what terms files come in: what the instance may keep, and who reads a stranger's file."""

    instance: InstanceBudgets
    read: Reader = read_apart


class Carrier:
    """Does what the state of an import asks for, to its end or until the service stops."""

    def __init__(
        self, database: Database, files: ImportFiles, terms: Terms, is_stopping: Callable[[], bool]
    ) -> None:
        self._database, self._files = database, files
        self._read, self._instance = terms.read, terms.instance
        self._is_stopping = is_stopping

    def carry(self, import_id: str, pace: Pace) -> None:
        """Carry one import. Raises DatabaseDown: it goes on later where it is now."""
        while (found := self._found(import_id)) is not None and not self._is_stopping():
            if found.state in {ARRIVED, READING}:
                self._read_all(found)
            elif found.state == STORING:
                self._store_all(found, pace)
            elif found.state == SHOWING:
                showing.settle(self._database, found, pace)
            elif found.state == UNDOING:
                undoing.undo(self._database, found, pace)
            else:
                self._files.remove(import_id)
                return

    def _found(self, import_id: str) -> Import | None:
        with self._database.reading() as session:
            return session.get(Import, import_id)

    def _set(self, import_id: str, **values: object) -> None:
        with self._database.writing() as session:
            session.execute(update(Import).where(Import.id == import_id).values(**values))

    def _read_all(self, found: Import) -> None:
        if self._begins(found.id):
            self._read_begun(found)

    def _read_begun(self, found: Import) -> None:
        paths = self._files.paths(found.id)
        paths.unpacked.unlink(missing_ok=True)
        try:
            read = self._read(paths, found.name, lambda: self._is_over(found.id), **_wishes(found))
        except Stopped:
            if not self._is_stopping():
                self._set(found.id, state=STOPPED, finished_at=now())
        except FileNotFoundError:
            self._refuse(found.id, UploadLost(LOST), REFUSED)
        except DatabaseDown:  # Whether to stop could not be asked; the file is as good as before.
            raise
        except StudylensError as error:
            self._refuse(found.id, error, REFUSED)
        except Exception:
            log.exception("A file could not be read; it is refused")
            self._refuse(found.id, Busy(_NOT_STORED), REFUSED)
        else:
            self._set(found.id, state=STORING, size=read.size, place=0, counts=read.counts, notes=None)

    def _begins(self, import_id: str) -> bool:
        """Note that it is read from now on; False when the student has stopped it in this moment."""
        waits = (Import.id == import_id, Import.state.in_((ARRIVED, READING)))
        begun = update(Import).where(*waits).values(state=READING, started_at=now()).returning(Import.id)
        with self._database.writing() as session:
            return session.execute(begun).first() is not None

    def _is_over(self, import_id: str) -> bool:
        """Say whether the reading is to stop: the student, or the service's end, wants it."""
        found = None if self._is_stopping() else self._found(import_id)
        return found is None or found.cancel_requested

    def _refuse(self, import_id: str, error: StudylensError, state: str) -> None:
        told = {"error_code": error.code, "error_message": error.sentence}
        self._set(import_id, state=state, finished_at=now() if state == REFUSED else None, **told)

    def _store_all(self, found: Import, pace: Pace) -> None:
        if found.place == 0:  # A pack that is just being erased would take along what comes into it.
            erasing.finish_all(self._database)
        try:
            paths = self._files.paths(found.id)
            with paths.lines.open("rb") as lines, opened_pictures(paths) as pictures:
                step = partial(self._step, import_id=found.id, sources=(lines, pictures))
                in_steps(self._database, step, pace)
        except FileNotFoundError:
            self._refuse(found.id, UploadLost(LOST), UNDOING)
        except DatabaseDown:
            raise
        except StudylensError as error:
            self._refuse(found.id, error, UNDOING)
        except Exception:
            log.exception("What was read of a file could not be stored; it is taken back")
            self._refuse(found.id, Busy(_NOT_STORED), UNDOING)

    def _step(
        self, session: Session, pace: Pace, import_id: str, sources: tuple[IO[bytes], IO[bytes]]
    ) -> bool:
        """Store for a tenth of a second, in the session's transaction; say whether more is left."""
        found = session.get(Import, import_id, with_for_update=True)
        if found is None or found.state != STORING:
            return False
        if found.cancel_requested:
            found.state = UNDOING
            return False
        lines, pictures = sources
        drawn = storing.Pictures(pictures, self._room_for_pictures(session, found))
        more = storing.store_some(session, pace, found, lines, drawn=drawn)
        self._check_room(session, found, is_whole=not more)
        if more:
            return not self._is_stopping()
        showing.show(session, found)
        found.state = SHOWING
        return False

    def _room_for_pictures(self, session: Session, found: Import) -> int:
        """Return the bytes that are left for pictures when all lines have come in."""
        kept = int((found.counts or {}).get(BYTES, 0))
        return room.bytes_left(session, found.guest_id, self._instance) - found.size - kept

    def _check_room(self, session: Session, found: Import, *, is_whole: bool) -> None:
        """Refuse what came in so far, when it is beyond a budget. Raises NoRoom, QuotaReached.

        Hidden packs are in no sum yet; when all is in, its cards count for the address.
        """
        counts = found.counts or {}
        cards = int(counts.get("cards", 0))
        size = found.place + int(counts.get(BYTES, 0))
        more = Use(int(counts.get("packs", 0)), cards, size)
        room.check(session, found.guest_id, more, self._instance)
        if is_whole and cards:
            rates.spend(session, CARDS_ADDED, Spender(0, found.address_hash, self._instance), cards)


def _wishes(found: Import) -> dict[str, Any]:
    """Return what the student wants of the file, as readers take it. Raises BadText for what is no choice."""
    choice = {"choice": from_json(found.choice)} if found.choice else {}
    return {**choice, "keeps_schedule": True} if found.keeps_schedule else choice
