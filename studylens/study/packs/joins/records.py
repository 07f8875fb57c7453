"""What is joined and may still come apart: for as long as a deleted pack may come back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from studylens.models import JOINED, LEAVING, WAITING, Pack, PackJoin, now
from studylens.storable import is_id
from studylens.study.packs.trash import TRASH_DAYS

JOIN_DAYS = TRASH_DAYS
"""How long joined packs can come apart again."""
_AT_ONCE = 50
"""Records that one sweep removes."""


@dataclass(frozen=True)
class Undoable:
    """The latest join of a pack: when it was, until when it can be undone, and the titles of what came in."""

    joined_at: datetime
    until: datetime
    titles: tuple[str, ...]


def undoable(session: Session, pack: Pack) -> Undoable | None:
    """Return the pack's latest join that can still be undone; None for none."""
    parts = latest(session, pack)
    if not parts:
        return None
    titles = tuple(str((part.kept or {}).get("pack", {}).get("title") or "") for part in parts)
    return Undoable(parts[0].joined_at, parts[0].joined_at + timedelta(days=JOIN_DAYS), titles)


def latest(session: Session, pack: Pack) -> list[PackJoin]:
    """Return the packs of the latest join that are in, in their order; none after 30 days."""
    mine = (PackJoin.pack_id == pack.id, PackJoin.state == JOINED, PackJoin.joined_at >= _oldest())
    last = select(PackJoin.joined_at).where(*mine).order_by(PackJoin.joined_at.desc()).limit(1)
    found = select(PackJoin).where(*mine, PackJoin.joined_at == last.scalar_subquery())
    return list(session.scalars(found.order_by(PackJoin.place)))


def next_in(session: Session, pack: Pack) -> PackJoin | None:
    """Return the pack that is to come in next."""
    waiting = select(PackJoin).where(PackJoin.pack_id == pack.id, PackJoin.state == WAITING)
    return session.scalar(waiting.order_by(PackJoin.place).limit(1))


def next_home(session: Session, pack: Pack) -> PackJoin | None:
    """Return the pack that is to go home next: the one that came in last."""
    leaving = select(PackJoin).where(PackJoin.pack_id == pack.id, PackJoin.state == LEAVING)
    return session.scalar(leaving.order_by(PackJoin.place.desc()).limit(1))


def is_joined(session: Session, guest_id: int, first: str, others: list[str]) -> bool:
    """Say whether just this was asked for already by this guest, as by a double click."""
    mine = exists().where(Pack.id == PackJoin.pack_id, Pack.guest_id == guest_id)
    found = select(PackJoin.other_id).where(PackJoin.pack_id == first, PackJoin.other_id.in_(others), mine)
    return bool(others) and set(session.scalars(found)) == set(others)


def joined_into(session: Session, guest_id: int | None, pack_id: str) -> str | None:
    """Return the id of the pack that one of the guest's is part of now; None for none."""
    if not is_id(pack_id):
        return None
    into = select(PackJoin.pack_id).join(Pack, Pack.id == PackJoin.pack_id)
    mine = (Pack.guest_id == (guest_id or 0), Pack.deleted_at.is_(None), PackJoin.other_id == pack_id)
    return session.scalar(into.where(*mine).order_by(PackJoin.joined_at.desc()).limit(1))


def unfinished(session: Session) -> list[str]:
    """Return the ids of packs whose joining or parting was cut off, or is going on."""
    open_ = exists().where(PackJoin.pack_id == Pack.id, PackJoin.state.in_((WAITING, LEAVING)))
    return list(session.scalars(select(Pack.id).where(Pack.joining_at.is_not(None), open_)))


def forget_old(session: Session) -> int:
    """Remove what was kept to undo joins of more than 30 days ago; return how many packs stay joined."""
    old = (PackJoin.joined_at < _oldest(), PackJoin.state == JOINED)
    ids = session.scalars(select(PackJoin.id).where(*old).limit(_AT_ONCE)).all()
    session.execute(delete(PackJoin).where(PackJoin.id.in_(ids)))
    return len(ids)


def _oldest() -> datetime:
    return now() - timedelta(days=JOIN_DAYS)
