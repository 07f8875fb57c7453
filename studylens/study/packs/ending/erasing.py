"""Packs go for good, in steps that nobody waits for long: seen no more from the first one on.

Each step is a transaction of its own; what a kill cuts off, the next sweep goes on with. What is declared to
stay keeps its numbers and loses its words. `scrub.py` then takes the bytes out of SQLite's files.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, LargeBinary, Table, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.models import Erasure, Pack, now
from studylens.models.belonging import Belonging, Merging
from studylens.study.budgets import sums
from studylens.study.keeping.marks import restart
from studylens.study.packs import search
from studylens.study.packs.belongings import belongings, forget_jobs, rows_of

log = logging.getLogger("studylens.packs")

STEP_SECONDS = 0.2
"""How long a step may hold the write lock: another student's answer waits behind it."""
FIRST_ROWS, MOST_ROWS = 200, 5_000
"""Rows of the first step and of the largest; between them they follow the time that steps take."""
PICTURE_ROWS = 100
"""Rows that one with a picture counts for: each of its bytes is overwritten."""
REQUEST_SECONDS = 3.0
"""How long a request goes on with what it began; the housekeeper does the rest."""

Step = Callable[[Session, int], bool]
"""Does so many rows and says whether more is left."""


def begin(session: Session, packs: Iterable[Pack]) -> None:
    """Let nobody see these packs any more, and note that they go for good."""
    at = now()
    for pack in packs:
        search.unindex(session, pack)
        forget_jobs(session, pack)  # While its rows still name them.
        pack.erasing_at, pack.deleted_at = at, pack.deleted_at or at
    session.flush()


def finish_all(database: Database, *, seconds: float | None = None) -> None:
    """Erase what is to be erased, for so long at most (None: until it is done). Raises DatabaseDown."""
    until = None if seconds is None else time.monotonic() + seconds
    with database.reading() as session:
        waiting = session.scalars(select(Pack.id).where(Pack.erasing_at.is_not(None))).all()
    for pack_id in waiting:
        take_steps(database, _stepper(pack_id), until)


def finish_soon(database: Database, pack_id: str) -> None:
    """Erase this pack, as far as a request has time for it; the next sweep does the rest."""
    take_steps_soon(database, _stepper(pack_id))


def take_steps_soon(database: Database, step: Step) -> None:
    """Take the steps of what a request has decided, for REQUEST_SECONDS at most.

    A database that does not answer meanwhile is logged: what was decided is done all the same, later.
    """
    try:
        take_steps(database, step, time.monotonic() + REQUEST_SECONDS)
    except DatabaseDown as error:
        log.warning("What is erased goes on with the next sweep: %s", error)


def take_steps(database: Database, step: Step, until: float | None = None) -> bool:
    """Take steps of at most STEP_SECONDS until nothing is left, or until this moment of the monotonic clock.

    Returns whether nothing is left. Raises DatabaseDown.
    """
    rows, more = FIRST_ROWS, True
    while more and (until is None or time.monotonic() < until):
        with database.writing() as session:
            began = time.monotonic()
            more = step(session, rows)
        took = time.monotonic() - began
        rows = paced(rows, took)
        if more:
            time.sleep(min(took, STEP_SECONDS))  # Whoever waits for the lock gets it between two steps.
    return not more


def paced(rows: int, took: float) -> int:
    """Return how many rows the next step takes, after one of so many rows took so many seconds."""
    if took > STEP_SECONDS / 2:
        return max(1, rows // 2)
    return min(MOST_ROWS, rows * 2) if took < STEP_SECONDS / 8 else rows


def step(session: Session, pack_id: str, rows: int) -> bool:
    """Take so many rows of a pack that is being erased; say whether more is left, the pack itself at last."""
    pack = session.get(Pack, pack_id, with_for_update=True)
    if pack is None or pack.erasing_at is None:
        return False
    sums.touch(session, pack_id)  # There is room for something else with each step, not only at the end.
    left = rows
    for table, belonging in reversed(list(belongings())):
        if belonging.merging is not Merging.REMADE:
            left -= _Part(session, table, belonging, pack).take(left)
        if left <= 0:
            return True
    forget_jobs(session, pack)
    restart(session, pack.guest_id)  # Quizzes and answers outlive it, without its words.
    session.execute(delete(Pack).where(Pack.id == pack_id))
    session.expunge(pack)
    session.add(Erasure())
    return False


def delete_some(session: Session, table: Table, mine: Sequence[Any], rows: int) -> int:
    """Delete at most so many of these rows, at least one; return for how many they count (PICTURE_ROWS)."""
    keys = list(table.primary_key.columns)
    each = PICTURE_ROWS if any(isinstance(column.type, LargeBinary) for column in table.columns) else 1
    some = select(*keys).where(*mine).limit(max(1, rows // each))
    which: ColumnElement[bool] = keys[0].in_(some) if len(keys) == 1 else tuple_(*keys).in_(some)
    return each * int(session.execute(delete(table).where(which)).rowcount)  # type: ignore[attr-defined]


def _stepper(pack_id: str) -> Step:
    return lambda session, rows: step(session, pack_id, rows)


@dataclass(frozen=True)
class _Part:
    """The rows of one table that belong to a pack which goes."""

    session: Session
    table: Table
    belonging: Belonging
    pack: Pack

    def take(self, rows: int) -> int:
        """Delete at most so many, or empty their words if they stay; return how many changed."""
        mine, words = rows_of(self.table, self.pack), self.belonging.words
        if not self.belonging.stays:
            return delete_some(self.session, self.table, mine, rows)
        gone = 0
        if words.done_by:
            unfinished = [*mine, self.table.c[words.done_by].is_(None)]
            gone = delete_some(self.session, self.table, unfinished, rows)
        return gone + self._forget(mine, max(0, rows - gone)) if words.columns else gone

    def _forget(self, mine: Sequence[Any], rows: int) -> int:
        columns = [self.table.c[name] for name in self.belonging.words.columns]
        full = or_(*(column != "" for column in columns if not isinstance(column.type, JSON)))
        [key] = self.table.primary_key.columns
        ids = self.session.scalars(select(key).where(*mine, full).limit(rows)).all()
        for column in columns if ids else ():
            emptied = update(self.table).where(key.in_(ids), column.is_not(None))
            self.session.execute(emptied.values({column.name: _empty(column)}))
        return len(ids)


def _empty(column: Column[Any]) -> Any:
    return [] if isinstance(column.type, JSON) else ""
