"""As many packs as a list shows, changed in steps: no form names them, and nobody waits long for the lock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import BadText, BeingJoined
from studylens.models import Pack, PackTag
from studylens.study.packs import subjects, trash
from studylens.study.packs.ending.erasing import take_steps

ROWS_A_PACK = 20
"""Rows of a step that a pack counts for: its words leave the search index, and its bytes are counted."""
LEAST_AT_ONCE = 25
"""Packs of the smallest step: finding them takes as long as changing them, so fewer only last longer."""
SECONDS = 20.0
"""How long a request goes on; what is left then is told, and can be gone on with."""


@dataclass(frozen=True)
class Found:
    """A query of packs with its parameters: a list that a student has narrowed, or what went together."""

    packs: Select[Pack]
    known: dict[str, Any]

    def count(self, session: Session, *which: ColumnElement[bool]) -> int:
        """Return how many they are."""
        counted = self.packs.where(*which).with_only_columns(func.count()).order_by(None)
        return session.execute(counted, self.known).scalar_one()

    def some(self, session: Session, most: int, *which: ColumnElement[bool]) -> list[Pack]:
        """Return so many of them, the oldest first."""
        oldest = self.packs.where(*which).order_by(Pack.created_at, Pack.id).limit(most)
        return list(session.scalars(oldest, self.known))


@dataclass(frozen=True)
class Deed:
    """What is done with packs, and which of them still lack it; what was done twice was done once."""

    apply: Callable[[Session, list[Pack]], object]
    lacking: ColumnElement[bool] = true()  # noqa: RUF009 - an expression, never changed.


def to_trash(at: datetime) -> Deed:
    """Put packs into the trash, all in this moment."""
    return Deed(lambda session, packs: trash.throw_away_all(session, packs, at))


def from_trash() -> Deed:
    """Take packs out of the trash."""

    def apply(session: Session, packs: list[Pack]) -> None:
        for pack in packs:
            trash.bring_back(session, pack)

    return Deed(apply)


def under(subject: str) -> Deed:
    """Put packs under a subject. Raises BadText."""
    name = subjects.checked_subject(subject)

    def apply(_session: Session, packs: list[Pack]) -> None:
        for pack in packs:
            pack.subject = name

    return Deed(apply, Pack.subject != name)


def tagged(session: Session, found: Found, tag: str) -> Deed:
    """Give packs one more tag. Raises BadText, also when one of them has 20: then none gets it."""
    name = subjects.checked_tag(tag)
    lacking = Pack.id.not_in(select(PackTag.pack_id).where(PackTag.tag == name))
    number = select(func.count()).where(PackTag.pack_id == Pack.id).scalar_subquery()
    if found.count(session, lacking, number >= subjects.TAGS_A_PACK):
        raise BadText(subjects.TOO_MANY)
    return Deed(lambda session, packs: subjects.add_tag(session, packs, name), lacking)


def check_rest(session: Session, found: Found) -> None:
    """Raise BeingJoined when one of the packs takes part in a join at this moment."""
    if found.count(session, Pack.joining_at.is_not(None)):
        raise BeingJoined


def change(database: Database, found: Found, deed: Deed, *, seconds: float = SECONDS) -> int:
    """Do it with all of them, for so long at most; return how many are left. Raises DatabaseDown."""
    which = (deed.lacking, Pack.joining_at.is_(None))

    def step(session: Session, rows: int) -> bool:
        most = max(LEAST_AT_ONCE, rows // ROWS_A_PACK)
        packs = found.some(session, most, *which)
        deed.apply(session, packs)
        return len(packs) == most

    if take_steps(database, step, time.monotonic() + seconds):
        return 0
    with database.reading() as session:
        return found.count(session, *which)
