"""Links to a pack: made, found, taken back and over. Only the hash of a link's token is kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from studylens.budget_limits import SWEPT_ROWS
from studylens.errors import BeingJoined, NotFound, QuotaReached
from studylens.language import mark, ngettext
from studylens.models import Guest, Pack, SharedLink, now
from studylens.sharing_limits import FORGOTTEN_AFTER_DAYS, LINKS_SHOWN, MOST_LINKS, TOKEN_BYTES
from studylens.study.sharing.parts import Part

OVER = mark("This link opens nothing: it has ended, was taken back, or was mistyped. Ask for a new one.")
"""Whatever the reason: who guesses must not learn it."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
"""What `token_urlsafe(16)` makes."""


@dataclass(frozen=True)
class Wish:
    """What the owner chose: for whom, what, and until when."""

    name: str
    parts: frozenset[Part]
    days: int


@dataclass(frozen=True)
class Listed:
    """A link as its owner sees it; `state`: open, ended, revoked, or joined (the pack it was for is away)."""

    link: SharedLink
    state: str


def make(session: Session, pack: Pack, wish: Wish, at: datetime) -> str:
    """Return the token of a new link; only its hash is kept. Raises QuotaReached."""
    session.execute(select(Pack.id).where(Pack.id == pack.id).with_for_update())
    open_ = select(func.count()).where(SharedLink.pack_id == pack.id, *_is_open(at))
    if (session.scalar(open_) or 0) >= MOST_LINKS:
        raise QuotaReached(
            ngettext(
                "This pack has %(num)s open link. Take one back that you do not need.",
                "This pack has %(num)s open links. Take one back that you do not need.",
                MOST_LINKS,
            )
        )
    _forget_beyond(session, pack, LINKS_SHOWN - 1, at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = SharedLink(pack_id=pack.id, made_for=pack.id, token_hash=_hash(token), name=wish.name)
    link.parts = [part.value for part in Part if part in wish.parts]
    link.made_at, link.ends_at = at, at + timedelta(days=wish.days)
    session.add(link)
    return token


def find(session: Session, token: str, at: datetime) -> tuple[SharedLink, Pack]:
    """Return the link and its pack. Raises NotFound, always in the same words; BeingJoined for a moment."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(OVER)
    wanted = select(SharedLink, Pack).join(Pack, Pack.id == SharedLink.pack_id)
    wanted = wanted.join(Guest, Guest.id == Pack.guest_id).where(SharedLink.token_hash == _hash(token))
    whole = (SharedLink.made_for == Pack.id, Pack.deleted_at.is_(None), Pack.erasing_at.is_(None))
    found = session.execute(wanted.where(*whole, Guest.erasing_at.is_(None), *_is_open(at))).one_or_none()
    if found is None:
        raise NotFound(OVER)
    if found[1].joining_at is not None:
        raise BeingJoined
    return found[0], found[1]


def leads_to(session: Session, token: str, pack: Pack, at: datetime) -> bool:
    """Say whether this is the token of an open link to just this pack."""
    try:
        return find(session, token, at)[1].id == pack.id
    except NotFound:
        return False


def links_of(session: Session, pack: Pack, at: datetime) -> list[Listed]:
    """Return the pack's links, the newest first; those that are over for a month more."""
    mine = select(SharedLink).where(SharedLink.pack_id == pack.id)
    newest = mine.order_by(SharedLink.made_at.desc(), SharedLink.id).limit(LINKS_SHOWN)
    return [Listed(link, _state(link, at)) for link in session.scalars(newest)]


def revoke(session: Session, pack: Pack, link_id: str, at: datetime) -> None:
    """Let a link of this pack open nothing from now on. Raises NotFound for one that is none of it."""
    link = session.get(SharedLink, link_id)
    if link is None or link.pack_id != pack.id:
        raise NotFound
    link.revoked_at = link.revoked_at or at


def _forget_beyond(session: Session, pack: Pack, most: int, at: datetime) -> None:
    """Delete the oldest links that are over, where the pack has more than so many: making costs nothing."""
    is_open = and_(*_is_open(at))
    first = (is_open.desc(), SharedLink.made_at.desc(), SharedLink.id)
    mine = select(SharedLink.id).where(SharedLink.pack_id == pack.id)
    beyond = list(session.scalars(mine.order_by(*first).offset(most)))
    session.execute(delete(SharedLink).where(SharedLink.id.in_(beyond), ~is_open))


def forget_old(session: Session) -> None:
    """Delete links that have been over for a month, some at each sweep."""
    old = now() - timedelta(days=FORGOTTEN_AFTER_DAYS)
    for over in (SharedLink.ends_at, SharedLink.revoked_at):  # Each by its own index.
        some = select(SharedLink.id).where(over < old).order_by(over).limit(SWEPT_ROWS)
        session.execute(delete(SharedLink).where(SharedLink.id.in_(some)))


def _is_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return SharedLink.revoked_at.is_(None), SharedLink.ends_at > at


def _state(link: SharedLink, at: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    if link.ends_at <= at:
        return "ended"
    return "open" if link.made_for == link.pack_id else "joined"


def _hash(token: str) -> str:
    return hashlib.sha256(f"share:{token}".encode()).hexdigest()
