"""The trash: a deleted pack can come back for 30 days, then it goes for good."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
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


def throw_away_all(session: Session, packs: Iterable[Pack]) -> None:
    """Put packs into the trash in one moment, by which they are known as thrown away together."""
    at = now()
    for pack in packs:
        throw_away(session, pack)
        pack.deleted_at = at


def thrown_with(session: Session, pack: Pack) -> list[Pack]:
    """Return the packs that went into the trash in the same moment as this one, itself among them."""
    together = (Pack.guest_id == pack.guest_id, Pack.deleted_at == pack.deleted_at)
    kept = select(Pack).where(*together, Pack.erasing_at.is_(None))
    return list(session.scalars(kept.order_by(Pack.created_at, Pack.id)))


def bring_back(session: Session, pack: Pack) -> None:
    """Take the pack out of the trash, as it was."""
    if pack.deleted_at is not None:
        pack.deleted_at = None
        search.index_pack(session, pack)


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
