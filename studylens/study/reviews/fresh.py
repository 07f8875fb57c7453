"""New cards at first sight: the drafts of one pack, in their order. Answering one is what keeps it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack
from studylens.study.reviews.cards import accept
from studylens.study.reviews.statements import OF_PACK
from studylens.study.schedule.live import CARDS, PACKS

_drafts = CARDS.join(PACKS, PACKS.c.id == CARDS.c.pack_id)
_is_draft = (
    PACKS.c.guest_id == bindparam("guest"),
    PACKS.c.deleted_at.is_(None),
    CARDS.c.deleted_at.is_(None),
    CARDS.c.accepted_at.is_(None),
)
_FIRST = select(func.min(CARDS.c.id), func.count()).select_from(_drafts)
_FIRST = _FIRST.where(*_is_draft, CARDS.c.pack_id == bindparam("pack"))
_FACE = select(CARDS, *OF_PACK).select_from(_drafts)
_FACE = _FACE.where(*_is_draft, CARDS.c.id == bindparam("card"))


def first_draft(session: Session, guest_id: int, pack_id: str | None) -> tuple[int | None, int]:
    """Return the pack's first draft, None without one, and how many there are."""
    found = session.connection().execute(_FIRST, {"guest": guest_id, "pack": pack_id}).one()
    return found[0], found[1]


def find_draft(session: Session, guest_id: int, card_id: int) -> Row[*tuple[Any, ...]] | None:
    """Return the columns of the guest's own draft, with its pack's title and exam; None when it is none."""
    return session.connection().execute(_FACE, {"guest": guest_id, "card": card_id}).one_or_none()


def keep_draft(session: Session, guest_id: int, card_id: int, at: datetime) -> bool:
    """Accept the guest's own draft; say whether it was one."""
    if find_draft(session, guest_id, card_id) is None:
        return False
    card = session.get_one(Flashcard, card_id)
    accept(session, session.get_one(Pack, card.pack_id), [card], at)
    return True
