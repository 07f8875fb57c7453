"""A student leaves with everything: no token leads to them from the first moment on, all rows go in steps.

Nothing here knows a table by its name: what names a guest, or something of a guest, is theirs; the few tables
that hold nothing of a student's say so with `of_service(...)` (models/belonging.py). A job that is being read
is cancelled, and keeps its row until its runner has let go of it.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import (
    CANCELLED,
    QUEUED,
    RUNNING,
    Base,
    Erasure,
    Flashcard,
    Guest,
    GuestDevice,
    Job,
    Pack,
    PackSearch,
    QuizAttempt,
    ReviewLog,
    StudySettings,
    now,
)
from studylens.models.belonging import SERVICE
from studylens.models.columns import Holds
from studylens.study.budgets import everybody
from studylens.study.keeping import names
from studylens.study.keeping.arrivals import all_of
from studylens.study.packs import search
from studylens.study.packs.belongings import columns_of
from studylens.study.packs.ending.erasing import Step, delete_some, take_steps, take_steps_soon

_PACK_ROWS = 20
"""Rows that a pack counts for which leaves the search index: its words are read once more."""
_WAYS_IN = {"guest_devices", "device_codes", "accounts"}
"""Tables whose rows let somebody in as a guest: they go at once, and take along what hangs on them."""
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_PACKS: Table = Pack.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Holdings:
    """How much a student has, as the page says it before it is deleted."""

    packs: int
    cards: int
    answers: int
    quizzes: int
    devices: int
    """Beside the one that asks; programs' tokens too."""
    reading: int
    """Photos and texts that are still being read, or wait for it."""


def holdings(session: Session, guest_id: int | None) -> Holdings:
    """Return how much this guest has; packs in the trash count, and what is still moving in."""
    guest = guest_id or 0
    guests = all_of(session, guest_id)

    def count(*which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*which)) or 0

    owner = session.get(Guest, guest)
    is_first_out = owner is not None and not owner.has_first_device
    return Holdings(
        packs=count(Pack.guest_id.in_(guests), Pack.erasing_at.is_(None)),
        cards=count(Flashcard.pack_id == Pack.id, Pack.guest_id.in_(guests), Flashcard.deleted_at.is_(None)),
        answers=count(ReviewLog.guest_id.in_(guests)),
        quizzes=count(QuizAttempt.guest_id.in_(guests)),
        devices=count(GuestDevice.guest_id == guest) - is_first_out,
        reading=count(Job.guest_id == guest, Job.state.in_((QUEUED, RUNNING))),
    )


def begin(session: Session, guest_id: int) -> None:
    """Let no token, code or calendar address lead to this guest any more, and note that all of it goes.

    What is still moving in from another device goes, too.
    """
    guest = session.get_one(Guest, guest_id, with_for_update=True)
    names.leave(session, [guest_id])
    guest.token_hash, guest.erasing_at = secrets.token_hex(32), now()
    for name in _WAYS_IN & Base.metadata.tables.keys():
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.guest_id == guest_id))
    mine = StudySettings.guest_id == guest_id
    session.execute(update(StudySettings).where(mine).values(calendar_token_hash=None))
    _cancel_jobs(session, guest_id)
    coming = update(Guest).where(Guest.moved_to == guest_id).values(moved_to=None, erasing_at=now())
    for moving in session.scalars(coming.returning(Guest.id)).all():
        _cancel_jobs(session, moving)
    session.flush()


def _cancel_jobs(session: Session, guest_id: int) -> None:
    """Let nothing be read any more: a job that waits is over, one that runs is told."""
    waiting = update(Job).where(Job.guest_id == guest_id, Job.state == QUEUED)
    session.execute(waiting.values(state=CANCELLED, finished_at=now(), text="", question=""))
    running = update(Job).where(Job.guest_id == guest_id, Job.state == RUNNING)
    session.execute(running.values(cancel_requested=True))


def is_only_way_in(session: Session, guest_id: int, token_hash: str) -> bool:
    """Say whether nothing but this device's token leads to the guest."""
    for name in (_WAYS_IN - {"device_codes"}) & Base.metadata.tables.keys():
        table = Base.metadata.tables[name]
        others = [table.c.guest_id == guest_id]
        if "token_hash" in table.columns:
            others.append(table.c.token_hash != token_hash)
        if session.scalar(select(func.count()).select_from(table).where(*others)):
            return False
    return session.get_one(Guest, guest_id).token_hash == token_hash


def finish_all(database: Database, *, seconds: float | None = None) -> None:
    """Delete what is to be deleted, for so long at most (None: until it is done). Raises DatabaseDown."""
    until = None if seconds is None else time.monotonic() + seconds
    with database.reading() as session:
        waiting = session.scalars(select(Guest.id).where(Guest.erasing_at.is_not(None))).all()
    for guest_id in waiting:
        take_steps(database, _stepper(guest_id), until)


def finish_soon(database: Database, guest_id: int) -> None:
    """Delete what this guest has, as far as a request has time for it; the next sweep does the rest."""
    take_steps_soon(database, _stepper(guest_id))


def step(session: Session, guest_id: int, rows: int) -> bool:
    """Delete so many rows of a guest who leaves; False when nothing is left, or a job still runs."""
    guest = session.get(Guest, guest_id, with_for_update=True)
    if guest is None or guest.erasing_at is None:
        return False
    if _leave_search(session, guest_id, rows):
        return True
    left = rows
    for table in _tables():
        for mine in ways_to(table, guest_id):
            left -= delete_some(session, table, [mine, ~_is_read(table)], left)
            if left <= 0:
                return True
    if session.scalar(select(Job.id).where(Job.guest_id == guest_id).limit(1)) is None:
        session.execute(delete(Guest).where(Guest.id == guest_id))
        session.expunge(guest)
        everybody.count_again(session, guest_id)
        session.add(Erasure())
    return False


def whose(table: Table, guest_id: int) -> ColumnElement[bool]:
    """Return the condition for rows that are this guest's, directly or through what they belong to."""
    return or_(false(), *ways_to(table, guest_id))


def ways_to(table: Table, guest_id: int) -> list[ColumnElement[bool]]:
    """Return a condition for each way by which rows are this guest's.

    One by one each has an index; of two joined by OR PostgreSQL reads the rows of everybody.
    """
    if table is _GUESTS:
        return [table.c.id == guest_id]
    if "guest_id" in table.columns:
        return [table.c.guest_id == guest_id]
    return [
        column.in_(select(parent.c[name]).where(way))
        for column, parent, name in _parents(table)
        for way in ways_to(parent, guest_id)
    ]


def is_of_somebody(table: Table) -> bool:
    """Say whether a way leads from this table's rows to a guest."""
    if table is _GUESTS or "guest_id" in table.columns:
        return True
    return any(is_of_somebody(parent) for _, parent, _ in _parents(table))


def _parents(table: Table) -> Iterator[tuple[ColumnElement[object], Table, str]]:
    """Yield what a table's rows belong to: the column, the other table, and the column there."""
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table is not table:
                yield column, key.column.table, key.column.name
    if not any(column.foreign_keys for column in table.columns):
        for column in columns_of(table, Holds.PACK):
            yield column, _PACKS, "id"


def _tables() -> list[Table]:
    """Return all tables of students, those that name others before those that they name."""
    left_out = {_GUESTS.name, PackSearch.__tablename__}
    tables = reversed(Base.metadata.sorted_tables)
    return [table for table in tables if table.name not in left_out and SERVICE not in table.info]


def _is_read(table: Table) -> ColumnElement[bool]:
    """Return the condition for rows that a running job still needs: its own, and its batch's."""
    running = (Job.state == RUNNING) & (Job.lease_until > now())
    if table.name == "jobs":
        return table.c.id.in_(select(Job.id).where(running))
    if table.name == "batches":
        return table.c.id.in_(select(Job.batch_id).where(running))
    return false()


def _leave_search(session: Session, guest_id: int, rows: int) -> int:
    """Take some packs out of the search index, which only their own moment finds there; return how many."""
    mine = select(Pack).where(Pack.guest_id == guest_id, Pack.erasing_at.is_(None))
    packs = session.scalars(mine.limit(max(1, rows // _PACK_ROWS))).all()
    for pack in packs:
        search.unindex(session, pack)
        pack.erasing_at = now()
    session.flush()
    return len(packs)


def _stepper(guest_id: int) -> Step:
    return lambda session, rows: step(session, guest_id, rows)
