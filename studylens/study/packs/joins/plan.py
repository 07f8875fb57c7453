"""What packs become when they are joined, for the page that asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from studylens.models import Pack
from studylens.study.packs.joins.doubles import counted
from studylens.study.packs.joins.records import JOIN_DAYS
from studylens.study.packs.privacy import is_private
from studylens.study.packs.subjects import tags_of


@dataclass(frozen=True)
class Plan:
    """What the joined pack has; `doubled` cards and questions come once instead of twice."""

    cards: tuple[int, ...]
    """Of each pack, in their order."""
    pages: int
    questions: int
    doubled: int
    tags: tuple[str, ...]
    subject: str
    exam_date: str
    private: bool
    """One of them is private, so all are."""
    days: int = JOIN_DAYS

    @property
    def total(self) -> int:
        """Return how many cards there are together, the doubled ones too."""
        return sum(self.cards)


def plan_of(session: Session, packs: Sequence[Pack]) -> Plan:
    """Return what these packs become in this order; nothing is changed."""
    tags = (tag for pack in packs for tag in tags_of(session, pack))
    private = [is_private(session, pack) for pack in packs]
    return Plan(
        cards=tuple(len(pack.cards) for pack in packs),
        pages=sum(len(pack.pages) or 1 for pack in packs),
        questions=sum(len(pack.quiz) for pack in packs),
        doubled=counted(session, packs),
        tags=tuple(dict.fromkeys(tags)),
        subject=next((pack.subject for pack in packs if pack.subject), ""),
        exam_date=next((pack.exam_date for pack in packs if pack.exam_date), None) or "",
        private=any(private) and not all(private),
    )
