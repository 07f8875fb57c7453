"""The packs of a list: their names, and how far their cards are. Nothing else of them is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, Table, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from studylens.models import NEW, PackTag, QuizQuestion
from studylens.study.packs.pictures import FirstPhoto, first_photos
from studylens.study.record.known import LEAST_CARDS, known
from studylens.study.schedule.live import CARDS, PACKS, SCHEDULES

_TAGS: Table = PackTag.__table__  # type: ignore[assignment]
_QUESTIONS: Table = QuizQuestion.__table__  # type: ignore[assignment]
_IDS: BindParameter[Sequence[str]] = bindparam("ids", expanding=True)


@dataclass(frozen=True)
class Head:
    """What a list says of a pack itself."""

    id: str
    title: str
    subject: str
    created_at: datetime
    deleted_at: datetime | None
    receipt: dict[str, Any]


HEAD = tuple(PACKS.c[name] for name in Head.__dataclass_fields__)
"""The columns of a Head, in its order."""


@dataclass(frozen=True)
class Listed:
    """One pack in the list, with what it holds and what of it is due."""

    pack: Head
    cards: int
    questions: int
    due: int
    tags: tuple[str, ...]
    known: int = 0
    """Cards whose memory holds 21 days or longer."""
    learning: int = 0
    """Cards that were answered, and are not known yet; all others are new."""
    photo: FirstPhoto | None = None

    @property
    def new(self) -> int:
        """Cards that were never answered, drafts too."""
        return self.cards - self.known - self.learning

    @property
    def all_known(self) -> bool:
        """Say whether all of its cards are known, and there are enough to speak of."""
        return self.known == self.cards >= LEAST_CARDS


def counted(session: Session, rows: Sequence[Any], due: Mapping[str, int]) -> tuple[Listed, ...]:
    """Return packs (rows of HEAD) with what they hold; `due`: their cards that may come up now."""
    packs = [Head(*row) for row in rows]
    if not packs:
        return ()
    which = {"ids": [pack.id for pack in packs]}
    connection = session.connection()
    cards = {row.pack_id: row for row in connection.execute(_cards(), which)}
    questions = {row.pack_id: row.questions for row in connection.execute(_ASKED, which)}
    photos, tags = first_photos(session, packs), _tags(session, which)
    return tuple(
        Listed(
            pack,
            cards[pack.id].cards if pack.id in cards else 0,
            questions.get(pack.id, 0),
            due.get(pack.id, 0),
            tuple(tags.get(pack.id, ())),
            known=cards[pack.id].known if pack.id in cards else 0,
            learning=cards[pack.id].learning if pack.id in cards else 0,
            photo=photos.get(pack.id),
        )
        for pack in packs
    )


def _tags(session: Session, which: Mapping[str, Any]) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for pack_id, tag in session.connection().execute(_TAGGED, which):
        tags.setdefault(pack_id, []).append(tag)
    return tags


@lru_cache
def _cards() -> Select[*tuple[Any, ...]]:
    """Return how many cards of each pack there are, are known, and are being learned."""
    seen = and_(SCHEDULES.c.state.is_not(None), SCHEDULES.c.state != NEW)
    stage = case((known(), "known"), (seen, "learning"), else_="new")
    names = ("known", "learning")
    sums = (func.sum(case((stage == name, 1), else_=0)).label(name) for name in names)
    both = CARDS.outerjoin(SCHEDULES, SCHEDULES.c.card_id == CARDS.c.id)
    found = select(CARDS.c.pack_id, func.count().label("cards"), *sums).select_from(both)
    return found.where(CARDS.c.pack_id.in_(_IDS), CARDS.c.deleted_at.is_(None)).group_by(CARDS.c.pack_id)


_ASKED = (
    select(_QUESTIONS.c.pack_id, func.count().label("questions"))
    .where(_QUESTIONS.c.pack_id.in_(_IDS), _QUESTIONS.c.deleted_at.is_(None))
    .group_by(_QUESTIONS.c.pack_id)
)
_TAGGED = select(_TAGS.c.pack_id, _TAGS.c.tag).where(_TAGS.c.pack_id.in_(_IDS)).order_by(_TAGS.c.tag)
