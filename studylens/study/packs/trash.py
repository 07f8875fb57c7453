"""The trash: a deleted pack can come back for 30 days, then it goes for good."""

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
