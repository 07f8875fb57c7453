"""Sums of the review log, by day, by hour and in all: kept with each row, so that no page reads the log.

`count` adds one row, `recount` builds everything anew from the log; both give the same numbers, because
both ask `gains`. A row that an `undo` row names counts for nothing, and neither does the `undo` row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Row, Table, case, delete, func, select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.models import (
    LOG_CRAM,
    LOG_ELSEWHERE,
    LOG_QUIZ,
    LOG_RESCHEDULE,
    LOG_REVIEW,
    LOG_UNDO,
    ReviewDay,
    ReviewHour,
    ReviewLog,
    ReviewTotal,
)
from studylens.study.record.gains import Gains, gains, standing

ROWS_AT_ONCE = 1_000
"""Log rows held in memory while recounting: about 2 MB."""
ANSWER_KINDS = (LOG_REVIEW, LOG_CRAM, LOG_QUIZ)
_UNCOUNTED = (LOG_UNDO, LOG_RESCHEDULE, LOG_ELSEWHERE)
ANSWERS = ("reviews", "crammed", "quiz_answers")
"""A study day is one with at least one of these."""
FIRST_ANSWERS = ("new_cards", "young_reviews", "mature_reviews")
"""First answers of a study day, by what the cards were."""
_RETURNED = (*ANSWERS, *FIRST_ANSWERS, "young_passed", "mature_passed")
_COUNTED = "day counted last"

_DAY: Table = ReviewDay.__table__  # type: ignore[assignment]
_HOUR: Table = ReviewHour.__table__  # type: ignore[assignment]
_TOTAL: Table = ReviewTotal.__table__  # type: ignore[assignment]
_TOTALS = tuple(name for name in _TOTAL.c.keys() if name != "guest_id")  # noqa: SIM118
Sums = Mapping[Any, Any]
"""Columns of sums, by name."""
_COLUMNS = (
    ReviewLog.id, ReviewLog.kind, ReviewLog.rating, ReviewLog.reviewed_at, ReviewLog.duration_ms,
    ReviewLog.state_before, ReviewLog.retrievability, ReviewLog.before, ReviewLog.after,
    ReviewLog.local_date, ReviewLog.local_hour, ReviewLog.zone,
)  # fmt: skip


def count(session: Session, row: ReviewLog) -> Sums | None:
    """Add a written log row to its student's sums; an `undo` row subtracts the row that it undoes.

    Return the sums as they are now, with `answers_today` and `recalls_today`; None when they were not asked.
    """
    counted, sign = (row, 1) if row.kind != LOG_UNDO else (_undone(session, row), -1)
    if counted is None or counted.kind in _UNCOUNTED:
        return None
    gain = {name: sign * value for name, value in gains(counted).items()}
    zone = row.zone if sign > 0 else ""  # Who takes an answer back has not moved.
    connection = session.connection()
    day = _count_day(connection, counted, gain, zone=zone)
    session.info[_COUNTED] = (counted.guest_id, counted.local_date, day)
    _count_hour(connection, counted, gain)
    after = sum(day[name] for name in ANSWERS)
    before = after - sum(gain.get(name, 0) for name in ANSWERS)
    total = {**gain, "days": int(after > 0) - int(before > 0)}
    statement = _upsert(_TOTAL, connection.dialect.name, returning=_TOTALS)
    sums = connection.execute(statement, _sums(_TOTAL, total, guest_id=counted.guest_id)).mappings().one()
    if sign > 0 and sum(sums[name] for name in ANSWERS) == 1 and _has_others(session, row):
        recount(session, row.guest_id)
        return None
    return {**sums, "answers_today": after, "recalls_today": day["young_passed"] + day["mature_passed"]}


def day_counted(session: Session, guest_id: int, local_date: str) -> Sums | None:
    """Return ANSWERS and FIRST_ANSWERS of a day if this session has just counted them, else None."""
    found: tuple[int, str, Sums] | None = session.info.get(_COUNTED)
    return found[2] if found and found[:2] == (guest_id, local_date) else None


def recount(session: Session, guest_id: int) -> None:
    """Build the student's sums anew from the log, in the caller's transaction."""
    clear(session, guest_id)
    write(session, guest_id, read_log(session, guest_id, Counted()))


def clear(session: Session, guest_id: int) -> None:
    """Delete the student's sums: who counts at this moment waits, or is seen by what is read next."""
    session.info.pop(_COUNTED, None)
    session.flush()
    for table in (_DAY, _HOUR, _TOTAL):
        session.execute(delete(table).where(table.c.guest_id == guest_id))


def write(session: Session, guest_id: int, counted: "Counted") -> None:
    """Write sums where `clear` has left none."""
    days, hours, dialect = counted.days, counted.hours, _dialect(session)
    if days:
        session.execute(_upsert(_DAY, dialect), [_day_row(guest_id, *item) for item in days.items()])
        session.execute(_upsert(_TOTAL, dialect), _total_row(guest_id, days.values()))
    if hours:
        session.execute(_upsert(_HOUR, dialect), [_hour_row(guest_id, *item) for item in hours.items()])


class _Day(Counter[str]):
    """Sums of one day, and the zone of its latest answer."""

    zone = ""


class Counted:
    """Sums of the log up to the row `last`."""

    def __init__(self) -> None:
        self.days: dict[str, _Day] = {}
        self.hours: dict[tuple[int, int], dict[str, int]] = {}
        self.undone: set[int] = set()
        self.last = 0

    def add(self, row: Row[Any], sign: int = 1) -> None:
        """Count a row, or take it back."""
        gain = {name: sign * value for name, value in gains(row).items()} if row.id not in self.undone else {}
        day = self.days.setdefault(row.local_date, _Day())
        day.update(gain)
        day.zone = row.zone or day.zone
        if row.kind == LOG_REVIEW:
            key = (row.local_hour, standing(row))
            hour = self.hours.setdefault(key, dict.fromkeys(("reviews", "passed"), 0))
            for name in hour:
                hour[name] += gain.get(name, 0)


def read_log(session: Session, guest_id: int, counted: Counted) -> Counted:
    """Count what stands in the log behind `counted.last`; return `counted`."""
    mine = (ReviewLog.guest_id == guest_id,)
    newest = session.scalar(select(func.max(ReviewLog.id)).where(*mine)) or 0
    behind = (*mine, ReviewLog.id > counted.last, ReviewLog.id <= newest)
    undo = select(ReviewLog.undoes_id).where(*behind, ReviewLog.kind == LOG_UNDO)
    for row in _answers(session, *mine, ReviewLog.id <= counted.last, ReviewLog.id.in_(undo)):
        counted.add(row, -1)  # Nothing, of what was taken back before already.
    counted.undone |= {found for found in session.scalars(undo) if found is not None}
    for row in _answers(session, *behind):
        counted.add(row)
    counted.last = newest
    return counted


def _answers(session: Session, *which: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Yield the columns of the rows that may count, oldest first, few at a time."""
    rows = select(*_COLUMNS).where(*which, ReviewLog.kind.not_in(_UNCOUNTED))
    yield from session.execute(rows.order_by(ReviewLog.id), execution_options={"yield_per": ROWS_AT_ONCE})


def _undone(session: Session, undo: ReviewLog) -> ReviewLog | None:
    """Return the student's own row that is undone, unless an earlier `undo` row has named it already."""
    row = session.get(ReviewLog, undo.undoes_id) if undo.undoes_id is not None else None
    if row is None or row.guest_id != undo.guest_id:
        return None
    same = select(ReviewLog.id).where(ReviewLog.guest_id == undo.guest_id, ReviewLog.kind == LOG_UNDO)
    # The date is for the index: nothing is undone before it was answered.
    same = same.where(ReviewLog.local_date >= min(row.local_date, undo.local_date))
    same = same.where(ReviewLog.undoes_id == row.id, ReviewLog.id != undo.id).limit(1)
    return row if session.scalar(same) is None else None


def _count_day(connection: Connection, row: ReviewLog, gain: Gains, *, zone: str) -> Sums:
    """Add to the row's day; return what of its sums is asked for, as it is now."""
    values = _sums(_DAY, gain, guest_id=row.guest_id, local_date=row.local_date, zone=zone)
    statement = _upsert(_DAY, connection.dialect.name, returning=_RETURNED)
    return connection.execute(statement, values).mappings().one()


def _count_hour(connection: Connection, row: ReviewLog, gain: Gains) -> None:
    if row.kind == LOG_REVIEW:
        key = {"guest_id": row.guest_id, "local_hour": row.local_hour, "state": standing(row)}
        connection.execute(_upsert(_HOUR, connection.dialect.name), _sums(_HOUR, gain, **key))


def _has_others(session: Session, row: ReviewLog) -> bool:
    """Say whether the log of a student whose sums begin with this row is older than they are.

    An older backup, restored under running workers, brings its log along but not the sums.
    """
    others = select(ReviewLog.id).where(ReviewLog.guest_id == row.guest_id, ReviewLog.id != row.id)
    return session.scalar(others.where(ReviewLog.kind.in_(ANSWER_KINDS)).limit(1)) is not None


def _day_row(guest_id: int, local_date: str, day: _Day) -> dict[str, Any]:
    return _sums(_DAY, day, guest_id=guest_id, local_date=local_date, zone=day.zone)


def _hour_row(guest_id: int, key: tuple[int, int], hour: Gains) -> dict[str, Any]:
    return _sums(_HOUR, hour, guest_id=guest_id, local_hour=key[0], state=key[1])


def _total_row(guest_id: int, days: Iterable[_Day]) -> dict[str, Any]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
        total["days"] += any(day[name] for name in ANSWERS)
    return _sums(_TOTAL, total, guest_id=guest_id)


def _sums(table: Table, gain: Gains, **key: Any) -> dict[str, Any]:
    """Return a row of `table`: its key, and all its sums, 0 where nothing was gained."""
    return {**_zeros(table), **{name: gain[name] for name in gain if name in table.c}, **key}


@lru_cache
def _zeros(table: Table) -> Gains:
    return dict.fromkeys(table.c.keys(), 0)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


@lru_cache
def _upsert(table: Table, dialect: str, *, returning: tuple[str, ...] = ()) -> Insert:
    """Return an INSERT that adds to the row that is there: two answers at once both count."""
    statement = insert_on(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = {column.name: statement.excluded[column.name] for column in table.columns}
    sums = {name: table.c[name] + value for name, value in new.items() if name not in {*keys, "zone"}}
    if "zone" in new:
        sums["zone"] = case((new["zone"] == "", table.c.zone), else_=new["zone"])
    added = statement.on_conflict_do_update(index_elements=keys, set_=sums)
    return added.returning(*(table.c[name] for name in returning)) if returning else added
