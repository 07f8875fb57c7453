"""Whether a browser lacks anything of an account, by one look at two rows; and whether it has more."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import KeptAccount, ReviewLog, ReviewTotal
from studylens.study.exchange.keeping.cursor import Cursor


@dataclass(frozen=True)
class Standing:
    """A kept account: its name, the mark of its latest change, since when parts are told, sums of answers."""

    name: str
    mark: int
    began: int
    sums: int

    def is_all(self, known: str, cursor: Cursor | None) -> bool:
        """Say whether a browser that knows the account by `known` lacks nothing."""
        if cursor is None or not cursor.is_whole or known != self.name:
            return False
        return (cursor.mark, cursor.began, cursor.sums) == (self.mark, self.began, self.sums)

    def first(self, session: Session, guest_id: int, *, retries: int = 0) -> Cursor:
        """Return where a browser begins that has nothing."""
        seen = session.scalar(select(func.max(ReviewLog.id)).where(ReviewLog.guest_id == guest_id)) or 0
        return Cursor(is_first=True, began=self.began, mark=self.mark, seen=seen, retries=retries)

    def is_behind(self, session: Session, guest_id: int, cursor: Cursor) -> bool:
        """Say whether the browser has seen changes that this database does not know: it is an older copy."""
        if cursor.began < self.began:
            return False
        newest = select(ReviewLog.id).where(ReviewLog.id == cursor.last, ReviewLog.guest_id == guest_id)
        is_short = cursor.last > 0 and session.scalar(newest) is None
        return is_short or max(cursor.mark, cursor.began) > self.mark


def standing_of(session: Session, guest_id: int) -> Standing | None:
    """Return how the guest's account stands; None when no browser keeps it."""
    answers = ReviewTotal.reviews + ReviewTotal.crammed + ReviewTotal.quiz_answers + ReviewTotal.duration_ms
    columns = (KeptAccount.name, KeptAccount.mark, KeptAccount.began, func.coalesce(answers, 0))
    wanted = select(*columns).outerjoin(ReviewTotal, ReviewTotal.guest_id == KeptAccount.guest_id)
    row = session.execute(wanted.where(KeptAccount.guest_id == guest_id)).first()
    return Standing(row[0], row[1], row[2], max(0, row[3])) if row else None
