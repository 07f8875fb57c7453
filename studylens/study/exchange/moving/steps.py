"""A move is begun by whoever signs in, and taken in steps which nobody waits for long.

`begin` is in the request's own transaction: devices, account and what is being read are the other guest's
from then on, and `Guest.moved_to` says where the rest goes. Answers go first, so that one which a browser
sends twice is known; then packs, each whole; then what belongs to no pack. The sums are counted beside
others, and the former guest ends. A kill leaves a guest with `moved_to`: the next sweep goes on there.
"""

import logging
import time
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import DatabaseDown, HasAccount, WrongCode
from studylens.models import Account, Guest, GuestDevice, nobodys_hash, now
from studylens.study.achievements.award import award
from studylens.study.budgets import everybody, sums
from studylens.study.exchange.moving import at_once
from studylens.study.exchange.moving.rows import Move
from studylens.study.keeping import marks, names
from studylens.study.packs.ending.erasing import Step, take_steps
from studylens.study.record.recounting import recount_beside_others

log = logging.getLogger("studylens.packs")

REQUEST_SECONDS = 2.0
"""How long a request goes on with it: somebody waits for its page. The housekeeper does the rest."""


def begin(session: Session, old: int, new: int) -> None:
    """Let everything of guest `old` be on its way to `new`; devices of `old` are signed in as `new` at once.

    An account of `old` comes along, and so does who was moving into `old`. `finish_soon` goes on once this is
    committed. Raises HasAccount when both have an account: neither may end; WrongCode when `new` has moved.
    """
    both = select(Guest).where(Guest.id.in_([old, new])).order_by(Guest.id).with_for_update()
    found = {guest.id: guest for guest in session.scalars(both.execution_options(populate_existing=True))}
    if session.scalar(select(func.count()).where(Account.guest_id.in_([old, new]))) == 2:
        raise HasAccount
    if new not in found or found[new].moved_to is not None:
        raise WrongCode
    if old not in found or found[old].moved_to is not None:
        return  # Another request was first.
    _hand_over_devices(session, found[old], new)
    move = Move(session, old, new)
    names.move(session, old, new)
    move.what_is_small()
    move.packs(at_once.packs(session, old))
    at_once.move_work(session, old, new)
    move.count_room()
    session.flush()
    session.expire_all()


def finish_soon(database: Database, guest_id: int) -> None:
    """Let what is on its way to this guest arrive, for REQUEST_SECONDS at most; the next sweep does the rest.

    A database that does not answer meanwhile is logged: what was begun goes on all the same, later.
    """
    until = time.monotonic() + REQUEST_SECONDS
    try:
        _finish(database, until, Guest.moved_to == guest_id)
    except DatabaseDown as error:
        log.warning("What moves in goes on with the next sweep: %s", error)


def finish_all(database: Database, *, seconds: float | None = None) -> None:
    """Let all arrive that is on its way, for so long at most (None: until done). Raises DatabaseDown."""
    until = None if seconds is None else time.monotonic() + seconds
    _finish(database, until, Guest.moved_to.is_not(None))


def step(session: Session, old: int, rows: int) -> bool:
    """Move about so many rows of a guest who moves; False when none is left."""
    new = _destination(session, old)
    if new is None:
        return False
    sums.admit(session)
    return Move(session, old, new).some(rows)


def end(session: Session, old: int, at: datetime) -> bool:
    """End a guest of whom all has moved and been counted; False when something is left after all."""
    new = _destination(session, old)
    if new is None:
        return True
    if not Move(session, old, new).is_done():
        return False
    session.delete(session.get_one(Guest, old))
    session.flush()
    everybody.count_again(session, old)
    award(session, new, at)
    marks.restart(session, new)
    return True


def _finish(database: Database, until: float | None, which: ColumnElement[bool]) -> None:
    with database.reading() as session:
        waiting = session.scalars(select(Guest.id).where(which)).all()
    for old in sorted(waiting):  # Sorted by the database, all guests would be read in their order.
        try:
            while take_steps(database, _stepper(old), until) and not _count_and_end(database, old):
                continue
        except IntegrityError as error:  # Another device just wrote the same; no other move waits for it.
            log.warning("A move goes on with the next sweep: %s", error.orig)


def _count_and_end(database: Database, old: int) -> bool:
    """Count anew what has arrived, and end the guest who moved; False when something is left after all."""
    with database.reading() as session:
        new = session.scalar(select(Guest.moved_to).where(Guest.id == old))
    if new is None:
        return True  # Ended by another process, or leaves with whom they were moving to.
    recount_beside_others(database, new)
    with database.writing() as session:
        return end(session, old, now())


def _hand_over_devices(session: Session, former: Guest, new: int) -> None:
    """Let the first device of `former` be one of `new`, and let who was moving to `former` go on to it."""
    if former.has_first_device:
        device = {"token_hash": former.token_hash, "created_at": former.created_at}
        session.add(GuestDevice(**device, guest_id=new))
    former.token_hash, former.moved_to = nobodys_hash(), new
    session.execute(update(Guest).where(Guest.moved_to == former.id).values(moved_to=new))
    session.flush()


def _destination(session: Session, old: int) -> int | None:
    """Return the guest into whom this one moves, and keep others from moving it; None when all is done."""
    former = session.get(Guest, old, with_for_update=True, populate_existing=True)
    return former.moved_to if former is not None else None


def _stepper(old: int) -> Step:
    return lambda session, rows: step(session, old, rows)
