"""Nothing erased stays in SQLite's files: old words leave the search index, and the log beside the file ends.

`PRAGMA secure_delete` overwrites what is deleted in the file itself. Two places are left: the segments of
the search index, which keep a deleted pack's words until they are merged, and the write-ahead log.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from database_config import Database
from studylens.models import Erasure
from studylens.study.packs import search
from studylens.study.packs.ending.erasing import Step, take_steps

log = logging.getLogger("studylens.packs")

RESTS = 9
"""So many times as long as a round took nobody begins another: each writes the whole search index anew."""


class Scrub:
    """Takes the bytes of what was erased out of SQLite's files, in as many sweeps as a large index needs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._round: _Round | None = None
        self._rests_until = 0.0

    def go_on(self, database: Database, *, seconds: float | None = None) -> bool:
        """Go on for so long at most (None: until it is done); say whether nothing is left to take out.

        On PostgreSQL there is nothing to do here: its own vacuum does it, in its own time. Raises
        DatabaseDown; the next call begins a round anew then.
        """
        began, until = self._clock(), None if seconds is None else time.monotonic() + seconds
        if (last := _last(database)) is None:
            return True
        if self._round is None and began < self._rests_until:
            return False
        this = self._round or _Round(last, search.WholeMerge() if database.is_sqlite else None)
        self._round = None  # What a database that fails has not written is no step to go on from.
        is_done = this.go_on(database, until)
        ended = self._clock()
        this.took += ended - began
        if is_done:
            self._rests_until = ended + RESTS * this.took
        else:
            self._round = this
        return is_done


@dataclass
class _Round:
    """One time through the index and the log, after which all erasures up to `last` have left no byte."""

    last: int
    merge: Step | None
    took: float = 0.0
    """Seconds."""

    def go_on(self, database: Database, until: float | None) -> bool:
        """Go on until this moment of the monotonic clock; say whether it is done."""
        if self.merge is not None:
            if not take_steps(database, self.merge, until):
                return False
            self.merge = None
        if database.is_sqlite and not database.empty_log():
            log.info("What was erased still stands in the database's log; the next sweep empties it")
            return False
        with database.writing() as session:
            session.execute(delete(Erasure).where(Erasure.id <= self.last))
        return True


def _last(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(select(func.max(Erasure.id)))
