"""The same card or question in packs that are joined: it comes once, unless the student has touched it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from studylens.models import CardPicture, CardSchedule, Flashcard, Pack, QuizItem, QuizQuestion, ReviewLog

_KINDS: tuple[type[Flashcard] | type[QuizQuestion], ...] = (Flashcard, QuizQuestion)
_TEXTS = {Flashcard: ("front", "back"), QuizQuestion: ("question", "options", "answer_index")}
Said = tuple[str, ...]
Doubles = dict[str, Any]


def set_aside(session: Session, pack: Pack, other: Pack, at: datetime) -> Doubles:
    """Put drafts of `other` away that are in `pack` already; return which, so that they can come back."""
    found: Doubles = {"at": at.isoformat()}
    for kind in _KINDS:
        known = {_said(kind, item) for item in _there(session, kind, pack)}
        doubled = _doubled(session, kind, known, _there(session, kind, other))
        found[kind.__tablename__] = doubled
        session.execute(update(kind).where(kind.id.in_(doubled)).values(deleted_at=at))
    return found


def bring_back(session: Session, doubles: Doubles) -> None:
    """Bring back what `set_aside` put away, but for what the student has brought back or deleted since."""
    at = datetime.fromisoformat(doubles["at"])
    for kind in _KINDS:
        away = (kind.id.in_(doubles[kind.__tablename__]), kind.deleted_at == at)
        session.execute(update(kind).where(*away).values(deleted_at=None))


def counted(session: Session, packs: Sequence[Pack]) -> int:
    """Return how many cards and questions would come once only, if these packs were joined in this order."""
    total = 0
    for kind in _KINDS:
        known: set[Said] = set()
        for pack in packs:
            items = _there(session, kind, pack)
            doubled = set(_doubled(session, kind, known, items))
            known |= {_said(kind, item) for item in items if item.id not in doubled}
            total += len(doubled)
    return total


def _there(session: Session, kind: Any, pack: Pack) -> Sequence[Row[Any]]:
    """Return the pack's items as far as they are compared: whole ones would be the longest part of a join."""
    names = ("id", "uid", "accepted_at", "edited_at", *_TEXTS[kind])
    mine = select(*(getattr(kind, name) for name in names)).where(kind.pack_id == pack.id)
    return session.execute(mine.where(kind.deleted_at.is_(None)).order_by(kind.id)).all()


def _doubled(session: Session, kind: Any, known: set[Said], items: Iterable[Row[Any]]) -> list[int]:
    """Return the items that are known; who edited, accepted, answered or drew one keeps it."""
    same = [item for item in items if _said(kind, item) in known]
    own = {item.id: item.uid for item in same if item.accepted_at is None and item.edited_at is None}
    kinds = (ReviewLog.card_id, CardSchedule.card_id) if kind is Flashcard else (QuizItem.question_id,)
    seen = {number for one in kinds for number in session.scalars(select(one).where(one.in_(own)))}
    drawn = select(CardPicture.card_uid).where(CardPicture.card_uid.in_([uid for uid in own.values() if uid]))
    pictured = set(session.scalars(drawn))
    return [number for number, uid in own.items() if number not in seen and uid not in pictured]


def _said(kind: Any, item: Row[Any]) -> Said:
    """Return the texts by which two items are the same, without capitals and spaces."""
    if kind is Flashcard:
        return tuple(_plain(text) for text in (item.front, item.back))
    right = item.options[item.answer_index]
    return (_plain(item.question), *sorted(map(_plain, item.options)), _plain(right))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
