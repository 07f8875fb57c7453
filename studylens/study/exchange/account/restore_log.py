"""The review log of an account file: added in chunks, each answer once."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from studylens.models import ReviewLog
from studylens.study.exchange.account.entries import ReviewEntry, Row
from studylens.study.exchange.account.writing import table_of

AT_ONCE = 500
"""Answers written together."""
_LOG = table_of(ReviewLog)
_KNOWN_BY = ("id", "request_key", "kind", "reviewed_at", "card_id", "card_uid", "rating")


class LogWriter:
    """Writes answers of one guest; `undone` are numbers in the file of those that are taken back later."""

    def __init__(self, session: Session, guest_id: int, undone: frozenset[int]) -> None:
        self.new = 0
        self._session = session
        self._guest_id = guest_id
        self._undone = undone
        self._ids: dict[int, int] = {}
        self._waiting: dict[tuple[Any, ...], tuple[int, Row]] = {}

    def take(self, entry: ReviewEntry, *, card_id: int | None, pack_id: str | None) -> None:
        """Add an answer; one that takes back another follows after that is written."""
        if entry.undoes is not None or len(self._waiting) >= AT_ONCE:
            self.flush()
        row = {
            **{column.name: None for column in _LOG.columns if column.name != "id"},
            "duration_ms": 0,
            **entry.row,
            "guest_id": self._guest_id,
            "card_id": card_id,
            "pack_id": pack_id,
            "undoes_id": None if entry.undoes is None else self._ids.get(entry.undoes),
        }
        self._waiting.setdefault(_key(row), (entry.n, row))

    def flush(self) -> None:
        """Write what waits and is not there yet."""
        there = self._there()
        fresh = {key: found for key, found in self._waiting.items() if key not in there}
        rows = [row for _, row in fresh.values()]
        returned: list[int] = []
        if rows:
            added = insert(_LOG).returning(_LOG.c.id, sort_by_parameter_order=True)
            returned = list(self._session.scalars(added, rows))
        there.update(zip(fresh, returned, strict=True))
        for key, (number, _) in self._waiting.items():
            if number in self._undone:
                self._ids[number] = there[key]
        self.new += len(rows)
        self._waiting.clear()

    def _there(self) -> dict[tuple[Any, ...], int]:
        """Return the answers of the same days that the account has, by what they are known by."""
        days = {row["local_date"] for _, row in self._waiting.values()}
        mine = (_LOG.c.guest_id == self._guest_id, _LOG.c.local_date.in_(days))
        found = self._session.execute(select(*(_LOG.c[name] for name in _KNOWN_BY)).where(*mine)).mappings()
        return {_key(row): row["id"] for row in found}


def _key(row: Any) -> tuple[Any, ...]:
    """An answer is known by its form's random key, else by its moment, card and rating."""
    if row["request_key"]:
        return (row["request_key"],)
    return (row["kind"], row["reviewed_at"], row["card_id"] or row["card_uid"], row["rating"])
