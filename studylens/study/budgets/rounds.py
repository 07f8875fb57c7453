"""Rounds of the housekeeper: guests of whom nothing is kept go after a day, and sums are looked at.

An empty guest's cookie leads to nothing. Whoever has anything stays: a pack, a set, an answer, a job, a
device or token, a code that can still be typed in, a setting that is not the default. A new table with a
`guest_id` counts from the day it is there.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from database_config import Database
from studylens.budget_limits import (
    EMPTY_GUEST_SECONDS,
    GUESTS_AT_ONCE,
    RECOUNT_REST_SECONDS,
    RECOUNTED_AT_ONCE,
)
from studylens.models import (
    Base,
    DeviceCode,
    Guest,
    GuestUse,
    KeptAccount,
    KeptMark,
    KeptName,
    PackUse,
    StudySettings,
    now,
)
from studylens.study.budgets import everybody, sums
from studylens.study.keeping import names

_SAYS_NOTHING = {model.__tablename__ for model in (GuestUse, PackUse, KeptAccount, KeptMark, KeptName)}
"""Sums of what other tables have, and what browsers that keep it must be told."""
_OF_THE_BROWSER = {"guest_id", "time_zone"}
"""Settings that nobody chose: `zone_chosen` says whether the zone was."""
_LOCAL = "local"
"""The guest of programs on this machine (web/door/local.py)."""


class Rounds:
    """Where the housekeeper is on its way through all guests, a few at each sweep."""

    def __init__(self) -> None:
        self._seen = self._counted = self._added = 0
        self._count_at = 0.0

    def go_on(self, database: Database, at: float) -> None:
        """Do the next few at a time in seconds; sums are looked at from start to end, then after hours."""
        self._seen = forget_empty(database, self._seen)
        self._added = everybody.look_at_some(database, self._added)
        if at >= self._count_at:
            self._counted = recount_some(database, self._counted)
            self._count_at = at if self._counted else at + RECOUNT_REST_SECONDS


def forget_empty(database: Database, after: int) -> int:
    """Delete empty guests among the next few after the one with this number.

    Returns the number to go on after, 0 at the end. Looks first without a lock, since there is seldom one.
    """
    with database.reading() as session:
        next_few = select(Guest.id).where(Guest.id > after).order_by(Guest.id).limit(GUESTS_AT_ONCE)
        ids = list(session.scalars(next_few))
        empty = list(session.scalars(_old(ids).where(*_is_empty()))) if ids else []
    if empty:
        with database.writing() as session:
            _delete(session, empty)
    return ids[-1] if len(ids) == GUESTS_AT_ONCE else 0


def recount_some(database: Database, after: int) -> int:
    """Count what the next few guests keep; write it where the sum is wrong.

    Returns the number to go on after, 0 at the end. It fills the sums of packs that are older than they are.
    """
    with database.reading() as session:
        some = select(Guest.id).where(Guest.id > after, Guest.moved_to.is_(None)).order_by(Guest.id)
        ids = list(session.scalars(some.limit(RECOUNTED_AT_ONCE)))
        wrong = [guest_id for guest_id in ids if not sums.is_right(session, guest_id)]
    for guest_id in wrong:
        with database.writing() as session:
            sums.recount(session, guest_id)
    return ids[-1] if len(ids) == RECOUNTED_AT_ONCE else 0


def _delete(session: Session, ids: list[int]) -> None:
    """Delete those that are still empty. The first query waits for nobody who is just storing something."""
    rows = select(Guest.id).where(Guest.id.in_(ids)).with_for_update(skip_locked=True)
    free = list(session.scalars(rows))
    still = (Guest.id.in_(free), Guest.id.not_in(_awaited()), *_is_empty())
    empty = list(session.scalars(select(Guest.id).where(*still)))
    names.leave(session, empty)  # What they once had, and browsers still keep, is not offered again.
    session.execute(delete(Guest).where(Guest.id.in_(empty)))


def _awaited() -> Select[int | None]:
    """Return the query of the guests into whom others are just moving: they will not be empty."""
    others = aliased(Guest)
    return select(others.moved_to).where(others.moved_to.is_not(None))


def _old(ids: list[int]) -> Select[int]:
    """Return the query of those among these guests who may go: looked for among all, the young are many."""
    before = now() - timedelta(seconds=EMPTY_GUEST_SECONDS)
    some = select(Guest.id).where(Guest.id.in_(ids), Guest.created_at < before, Guest.token_hash != _LOCAL)
    return some.where(Guest.moved_to.is_(None), Guest.id.not_in(_awaited())).order_by(Guest.id)


def _is_empty() -> list[ColumnElement[bool]]:
    return [~exists().where(*_says(table)) for table in Base.metadata.sorted_tables if _counts(table)]


def _counts(table: Table) -> bool:
    return "guest_id" in table.columns and table.name not in _SAYS_NOTHING


def _says(table: Table) -> list[ColumnElement[bool]]:
    """Return the condition for a row of this table that keeps its guest."""
    mine = [table.c.guest_id == Guest.id]
    if table.name == DeviceCode.__tablename__:
        return [*mine, table.c.expires_at > now()]
    if table.name == StudySettings.__tablename__:
        return [*mine, not_(_is_default(table))]
    return mine


def _is_default(table: Table) -> ColumnElement[bool]:
    same = []
    for column in table.columns:
        if column.name in _OF_THE_BROWSER:
            continue
        usual = getattr(column.default, "arg", None)
        same.append(column.is_(None) if usual is None else or_(column == usual, column.is_(None)))
    return and_(*same)
