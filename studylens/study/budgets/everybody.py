"""What all guests keep together, in a sum for every thousand of them: nobody who asks reads all guests.

The sums move with each guest's own (sums.py), and whoever ends a guest counts its thousand again. Rounds of
the housekeeper look at every thousand in turn, so that what an older release changed is noticed, too.
"""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import GUESTS_A_SUM, SUMS_AT_ONCE
from studylens.database.upsert import insert_on
from studylens.models import GuestUse
from studylens.models.costs import UseSum
from studylens.study.budgets.room import Use

_NAMES = ("packs", "cards", "pack_bytes", "rest_bytes")
_NUMBERS = tuple(getattr(UseSum, name) for name in _NAMES)


def add(session: Session, grown: Mapping[int, Use]) -> None:
    """Note by how much guests grew; last in a transaction, since others wait for these rows until its end."""
    by_span: dict[int, Use] = defaultdict(Use)
    for guest_id, by in grown.items():
        by_span[_span(guest_id)] = by_span[_span(guest_id)].plus(by)
    for span, by in sorted(by_span.items()):
        _add(session, span, by)


def count_again(session: Session, guest_id: int) -> None:
    """Count the thousand of this guest again, in the caller's transaction."""
    _count_again(session, _span(guest_id))


def look_at_some(database: Database, after: int) -> int:
    """Count the next thousands after this guest's number again where they are wrong.

    Returns the number to go on after, 0 at the end.
    """
    for _ in range(SUMS_AT_ONCE):
        with database.reading() as session:
            span = _next_span(session, after)
            if span is None:
                return 0
            stored = session.get(UseSum, span)
            is_right = stored is not None and _use(stored) == _counted(session, span)
        if not is_right:
            with database.writing() as session:
                _count_again(session, span)
        after = (span + 1) * GUESTS_A_SUM - 1
    return after


def _next_span(session: Session, after: int) -> int | None:
    """Return the next thousand that has guests or a sum: the last of its guests may have left one behind."""
    guest_id = session.scalar(select(func.min(GuestUse.guest_id)).where(GuestUse.guest_id > after))
    summed = session.scalar(select(func.min(UseSum.span)).where(UseSum.span >= _span(after + 1)))
    spans = [span for span in (summed, None if guest_id is None else _span(guest_id)) if span is not None]
    return min(spans, default=None)


def _count_again(session: Session, span: int) -> None:
    """First its row is ours: what others have added to it is then in their guests' rows, too."""
    _add(session, span, Use())
    counted = _counted(session, span)
    session.execute(update(UseSum).where(UseSum.span == span).values(vars(counted)))


def _add(session: Session, span: int, by: Use) -> None:
    made = insert_on(session.get_bind().dialect.name, UseSum).values(span=span, **vars(by))
    more = {name: number + getattr(by, name) for name, number in zip(_NAMES, _NUMBERS, strict=True)}
    session.execute(made.on_conflict_do_update(index_elements=[UseSum.span], set_=more))


def _counted(session: Session, span: int) -> Use:
    first = span * GUESTS_A_SUM
    sums = (func.coalesce(func.sum(getattr(GuestUse, name)), 0) for name in _NAMES)
    mine = GuestUse.guest_id.between(first, first + GUESTS_A_SUM - 1)
    return Use(*(int(value) for value in session.execute(select(*sums).where(mine)).one()))


def _use(row: UseSum) -> Use:
    return Use(row.packs, row.cards, row.pack_bytes, row.rest_bytes)


def _span(guest_id: int) -> int:
    return guest_id // GUESTS_A_SUM
