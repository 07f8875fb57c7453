"""How often something is asked for: counted in the database, so over all workers and restarts.

A window is an hour or a day of the clock; whoever has used one up is told when the next one begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from studylens.budget_limits import (
    COUNTS_KEPT_SECONDS,
    EXPORTS,
    IMPORTS,
    SWEPT_ROWS,
    InstanceBudgets,
    Rate,
)
from studylens.database.upsert import insert_on
from studylens.errors import QuotaReached
from studylens.language import _, mark
from studylens.models import BudgetCount, now
from studylens.sharing_limits import COPIES, QUIZZES

OF_GUEST = {
    IMPORTS.what: mark("You may import %(most)s files an hour. Please come back later; nothing was lost."),
    EXPORTS.what: mark("You may export %(most)s files an hour. Please come back later; nothing was lost."),
    COPIES.what: mark(
        "You may copy %(most)s shared packs an hour. Please come back later; nothing was lost."
    ),
    QUIZZES.what: mark("You may begin %(most)s live quizzes an hour. Please come back later."),
}
OF_ADDRESS = mark(
    "All people behind your network's address together have done this as often as it may. Please come back "
    "later; nothing was lost."
)
OF_ALL = mark("Too many people are doing this right now. Please come back later; nothing was lost.")
ALL = "all"


@dataclass(frozen=True)
class Spender:
    """Who is counted: a guest (0: a newcomer), an address's hash ("": not counted), and everybody."""

    guest_id: int = 0
    address: str = ""
    instance: InstanceBudgets = InstanceBudgets()  # noqa: RUF009 - frozen, and nothing but numbers.


@dataclass(frozen=True)
class _Bound:
    key: str
    most: int
    sentence: str


def spend(session: Session, rate: Rate, who: Spender, count: int = 1) -> None:
    """Count so many more, in the caller's transaction. Raises QuotaReached, and then nothing was counted."""
    ends_at = window_end(rate)
    insert = insert_on(session.get_bind().dialect.name, BudgetCount)
    for bound in _bounds(rate, who):
        row = insert.values(key=bound.key, what=rate.what, ends_at=ends_at, count=count)
        total = row.on_conflict_do_update(
            index_elements=[BudgetCount.key, BudgetCount.what, BudgetCount.ends_at],
            set_={"count": BudgetCount.count + count},
        )
        _refuse(bound, session.execute(total.returning(BudgetCount.count)).scalar_one(), ends_at)


def check(session: Session, rate: Rate, who: Spender, count: int = 1) -> None:
    """Raise QuotaReached when so many more are too many; only reads, so a flood takes no lock."""
    ends_at = window_end(rate)
    for bound in _bounds(rate, who):
        _refuse(bound, _spent(session, bound.key, rate.what, ends_at) + count, ends_at)


def spent_by_guest(session: Session, rate: Rate, guest_id: int) -> int:
    """Return how often this guest has asked in the window that goes on."""
    return _spent(session, _of_guest(guest_id), rate.what, window_end(rate))


def window_end(rate: Rate) -> datetime:
    """Return when the window that goes on is over."""
    whole = int(now().timestamp()) // rate.seconds + 1
    return datetime.fromtimestamp(whole * rate.seconds, UTC)


def begin_anew(session: Session, guest_id: int) -> None:
    """Forget what was counted under a newcomer's number: SQLite gives it out again when its guest is gone."""
    session.execute(delete(BudgetCount).where(BudgetCount.key == _of_guest(guest_id)))


def forget_old(session: Session) -> None:
    """Delete the counts of windows that are long over, some at each sweep."""
    key = (BudgetCount.key, BudgetCount.what, BudgetCount.ends_at)
    old = select(*key).where(BudgetCount.ends_at < now() - timedelta(seconds=COUNTS_KEPT_SECONDS))
    some = old.order_by(BudgetCount.ends_at).limit(SWEPT_ROWS)
    session.execute(delete(BudgetCount).where(tuple_(*key).in_(some)))


def _bounds(rate: Rate, who: Spender) -> Iterator[_Bound]:
    if rate.guest and who.guest_id:
        yield _Bound(_of_guest(who.guest_id), rate.guest, OF_GUEST.get(rate.what, OF_ALL))
    if rate.address and who.address:
        yield _Bound(f"address:{who.address}", rate.address, OF_ADDRESS)
    if most := who.instance.most_of_all(rate):
        yield _Bound(ALL, most, OF_ALL)


def _of_guest(guest_id: int) -> str:
    return f"guest:{guest_id}"


def _spent(session: Session, key: str, what: str, ends_at: datetime) -> int:
    row = (BudgetCount.key == key, BudgetCount.what == what, BudgetCount.ends_at == ends_at)
    return session.scalar(select(BudgetCount.count).where(*row)) or 0


def _refuse(bound: _Bound, total: int, ends_at: datetime) -> None:
    if total > bound.most:
        left = max(1, int((ends_at - now()).total_seconds()))
        raise QuotaReached(_(bound.sentence, most=bound.most), retry_after=left)
