"""The rows of one move, as many at a time as a step has room for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, delete, exists, select, tuple_, update
from sqlalchemy.orm import Session

from studylens.models import (
    Account,
    Base,
    DeviceCode,
    GuestDevice,
    GuestUse,
    KeptAccount,
    KeptMark,
    Pack,
    PackUse,
    ReviewDay,
    ReviewHour,
    ReviewLog,
    ReviewTotal,
    StudySettings,
    UserAchievement,
)
from studylens.study.budgets import sums
from studylens.study.keeping import marks
from studylens.study.packs import search
from studylens.study.packs.belongings import belongings, rows_of
from studylens.study.packs.ending.erasing import PICTURE_ROWS

_PACK_ROWS, _ROW_OF_PACK = 300, 3
"""For how many answers a pack and a row that hangs on it count: a pack's words are indexed, and what it holds
is measured. One of 100 cards took as long as 600 answers."""
_SUMS: tuple[type[Any], ...] = (ReviewDay, ReviewHour, ReviewTotal)
_ENDING: tuple[type[Any], ...] = (DeviceCode, KeptAccount, KeptMark)
"""What nobody needs of a guest who moves."""
_LEFT: tuple[type[Any], ...] = (*_SUMS, *_ENDING, GuestUse, PackUse, Pack, ReviewLog, StudySettings)
"""Tables that go by a rule of their own, or end with the guest."""
_LEFT_OUT = {model.__tablename__ for model in _LEFT}
_EARNED: Table = UserAchievement.__table__  # type: ignore[assignment]
_LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_PACKS: Table = Pack.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Move:
    """Who moves, and to whom."""

    session: Session
    old: int
    new: int

    def what_is_small(self) -> None:
        """Move what is few rows; of what both have and can have only once, what `new` has stays."""
        for ending in _ENDING:
            self.session.execute(delete(ending).where(ending.guest_id == self.old))
        theirs: list[type[Any]] = [GuestDevice, Account, UserAchievement]
        if self.session.get(StudySettings, self.new) is None:
            theirs.append(StudySettings)
        if self.session.get(ReviewTotal, self.new) is None:
            theirs += _SUMS  # Right from the first moment on, for whoever comes to a new account.
        self._drop_doubled_medals()
        for model in theirs:
            self.session.execute(update(model).where(model.guest_id == self.old).values(guest_id=self.new))

    def packs(self, packs: list[Pack]) -> int:
        """Move packs with all that hangs on them; return for how many rows that counts."""
        moved = _PACK_ROWS * len(packs)
        for pack in packs:
            for table, _ in belongings():
                if "guest_id" in table.columns and table.name not in _LEFT_OUT:
                    moved += _ROW_OF_PACK * self._give(table, *rows_of(table, pack))
            pack.guest_id = self.new
            search.index_pack(self.session, pack)
            marks.touch_pictures(self.session, pack.id)
        self.session.flush()
        return moved

    def some(self, rows: int) -> bool:
        """Move about so many rows: answers, then packs, then the rest. Say whether there may be more."""
        left = before = rows - self._answers(rows)
        while left > 0 and (pack := self._next_pack()) is not None:
            left -= self.packs([pack])
        self._drop_doubled_medals()  # A request that had begun before may have awarded one.
        for table in _tables():
            left -= self._rest(table, left) if left > 0 else 0
        if left < before:
            self.count_room()
        return left <= 0

    def is_done(self) -> bool:
        """Say whether nothing is left, also of what a request has written that had begun before."""
        return not any(
            self.session.execute(
                select(table.c.guest_id).where(table.c.guest_id == self.old).limit(1)
            ).first()
            for table in (_LOG, _PACKS, *_tables())
        )

    def count_room(self) -> None:
        """Let what each keeps outside packs be counted anew; nobody is refused for what moves."""
        sums.admit(self.session)
        for guest in (self.old, self.new):
            sums.touch_rest(self.session, guest)

    def _answers(self, rows: int) -> int:
        """Move answers, without those of a file that was restored in both; return how many there were."""
        mine = select(_LOG.c.id).where(_LOG.c.guest_id == self.old).limit(rows)
        ids = list(self.session.scalars(mine))
        if ids:
            other = _LOG.alias()
            doubled = exists().where(other.c.guest_id == self.new, other.c.request_key == _LOG.c.request_key)
            self.session.execute(delete(_LOG).where(_LOG.c.id.in_(ids), doubled))
            self._give(_LOG, _LOG.c.id.in_(ids))
        return len(ids)

    def _drop_doubled_medals(self) -> None:
        other = _EARNED.alias()
        same = (other.c[name] == _EARNED.c[name] for name in ("achievement_name", "tier"))
        doubled = exists().where(other.c.guest_id == self.new, *same)
        self.session.execute(delete(_EARNED).where(_EARNED.c.guest_id == self.old, doubled))

    def _next_pack(self) -> Pack | None:
        return self.session.scalar(select(Pack).where(Pack.guest_id == self.old).limit(1))

    def _rest(self, table: Table, rows: int) -> int:
        """Move at most so many rows of a table, at least one; return for how many they count."""
        keys = list(table.primary_key.columns)
        each = PICTURE_ROWS if any(isinstance(column.type, LargeBinary) for column in table.columns) else 1
        some = select(*keys).where(table.c.guest_id == self.old).limit(max(1, rows // each))
        which: ColumnElement[bool] = keys[0].in_(some) if len(keys) == 1 else tuple_(*keys).in_(some)
        return each * self._give(table, which)

    def _give(self, table: Table, *which: ColumnElement[bool]) -> int:
        theirs = update(table).where(*which).values(guest_id=self.new)
        return int(self.session.execute(theirs).rowcount)  # type: ignore[attr-defined]


def _tables() -> list[Table]:
    """Return every other table whose rows belong to a guest, so that a new one is not forgotten."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if "guest_id" in table.columns and table.name not in _LEFT_OUT]
