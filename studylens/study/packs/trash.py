"""The trash: a deleted pack can come back for 30 days, then it goes for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from studylens.models import Pack, now
from studylens.study.packs import search
from studylens.study.packs.ending import erasing

TRASH_DAYS = 30
"""How long a deleted pack can come back."""
_AT_ONCE = 10
"""Packs that one sweep begins to erase: each holds the write lock for 8 ms of a processor (50: 0.4 s)."""


def throw_away(session: Session, pack: Pack) -> None:
    """Put the pack into the trash; its reviews rest until it comes back."""
    if pack.deleted_at is None:
        pack.deleted_at = now()
        search.unindex(session, pack)


def throw_away_all(session: Session, packs: Sequence[Pack], at: datetime | None = None) -> None:
    """Put packs into the trash in one moment, by which they are known as thrown away together."""
    at = at or now()
    search.set_aside(session, packs)  # All that they hold stays, and goes on counting.
    for pack in packs:
        pack.deleted_at = at


def thrown_with(pack: Pack) -> Select[Pack]:
    """Return the query of what went into the trash in the same moment as this pack, itself among it."""
    together = (Pack.guest_id == pack.guest_id, Pack.deleted_at == pack.deleted_at)
    return select(Pack).where(*together, Pack.erasing_at.is_(None))


def bring_back(session: Session, pack: Pack) -> None:
    """Take the pack out of the trash, as it was."""
    if pack.deleted_at is not None:
        pack.deleted_at = None
        search.index_pack(session, pack, is_as_before=True)


def delete_for_good(session: Session, pack: Pack) -> None:
    """Delete the pack with all that belongs to it, here and now; a request does so step by step instead."""
    erasing.begin(session, [pack])
    while erasing.step(session, pack.id, erasing.MOST_ROWS):
        pass


def empty_old(session: Session) -> int:
    """Begin to erase what has been in the trash for 30 days; return how many packs, at most 10 at once."""
    old = now() - timedelta(days=TRASH_DAYS)
    waiting = select(Pack).where(Pack.deleted_at < old, Pack.erasing_at.is_(None), Pack.joining_at.is_(None))
    packs = session.scalars(waiting.limit(_AT_ONCE)).all()
    if packs:
        erasing.begin(session, packs)
    return len(packs)
