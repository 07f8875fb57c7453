"""The trash: a deleted pack can come back for 30 days, then it goes for good."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import Pack, now
from studylens.study.packs import search
from studylens.study.packs.belongings import forget_jobs

TRASH_DAYS = 30
"""How long a deleted pack can come back."""
_AT_ONCE = 50
"""Packs that one sweep ends: each is a few dozen rows, and writers wait meanwhile."""


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
    return list(session.scalars(select(Pack).where(*together).order_by(Pack.created_at, Pack.id)))


def bring_back(session: Session, pack: Pack) -> None:
    """Take the pack out of the trash, as it was."""
    if pack.deleted_at is not None:
        pack.deleted_at = None
        search.index_pack(session, pack)


def delete_for_good(session: Session, pack: Pack) -> None:
    """Delete the pack with all that belongs to it, and what its jobs still hold of the student's words."""
    search.unindex(session, pack)
    forget_jobs(session, pack)
    session.delete(pack)


def empty_old(session: Session) -> int:
    """Delete what has been in the trash for 30 days; return how many packs went, at most 50 at once."""
    old = now() - timedelta(days=TRASH_DAYS)
    packs = session.scalars(select(Pack).where(Pack.deleted_at < old).limit(_AT_ONCE)).all()
    for pack in packs:
        delete_for_good(session, pack)
    return len(packs)
