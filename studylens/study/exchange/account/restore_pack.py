"""Packs of an account file: a new one is added whole, one that is there gets the parts that it lacks."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from studylens.models import CardSchedule, Flashcard, Pack, QuizQuestion
from studylens.study.exchange.account.entries import PackEntry, Row
from studylens.study.exchange.account.writing import table_of, uid_of
from studylens.study.packs import search
from studylens.study.packs.belongings import listed

_CARDS, _QUESTIONS = table_of(Flashcard), table_of(QuizQuestion)
_SCHEDULES = table_of(CardSchedule)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class PackWriter:
    """Writes packs of one guest and remembers under which numbers their cards and questions stand here."""

    def __init__(self, session: Session, guest_id: int) -> None:
        self.new = 0
        self.new_cards = 0
        self.card_ids: dict[str, int] = {}
        self.question_ids: dict[str, int] = {}
        self._session = session
        self._guest_id = guest_id

    def write(self, pack_id: str, entry: PackEntry) -> None:
        """Add the pack, or what it lacks."""
        pack = self._session.get(Pack, pack_id)
        if pack is None:
            row = {**entry.row, "id": pack_id, "guest_id": self._guest_id}
            self._session.execute(insert(Pack).values(**row))
            self.new += 1
        elif entry.row.get("version", 1) > pack.version:
            self._session.execute(update(Pack).where(Pack.id == pack_id).values(**entry.row))
            self._session.expire(pack)
        for name, (table, belonging) in listed().items():
            self._write_parts(pack_id, table, entry.parts[name], known_by=belonging.known_by)
        self._write_schedules(pack_id, entry.schedules)
        search.index_pack(self._session, self._session.get_one(Pack, pack_id))
        self._session.expunge_all()  # Thousands of packs; each is done with.

    def _write_parts(self, pack_id: str, table: Table, rows: list[Row], *, known_by: tuple[str, ...]) -> None:
        there = {_key(known_by, row): row for row in self._rows(table, pack_id)}
        fresh: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            key = _key(known_by, row)
            mine = there.get(key)
            if mine is None:
                fresh.setdefault(key, {**row, **self._owned(table, pack_id)})
            elif "version" in row and row["version"] > mine["version"]:
                self._session.execute(update(table).where(table.c.id == mine["id"]).values(**row))
        insert_rows(self._session, table, fresh.values())
        self._remember(pack_id, table)
        self.new_cards += len(fresh) if table is _CARDS else 0

    def _owned(self, table: Table, pack_id: str) -> Row:
        return {"pack_id": pack_id} | ({"guest_id": self._guest_id} if "guest_id" in table.columns else {})

    def _remember(self, pack_id: str, table: Table) -> None:
        known = {_CARDS: self.card_ids, _QUESTIONS: self.question_ids}.get(table)
        if known is not None:
            known.update((uid_of(row), row["id"]) for row in self._rows(table, pack_id))

    def _rows(self, table: Table, pack_id: str) -> Iterator[Any]:
        return iter(self._session.execute(select(table).where(table.c.pack_id == pack_id)).mappings())

    def _write_schedules(self, pack_id: str, schedules: dict[str, Row]) -> None:
        there = {row["card_id"]: row for row in self._rows(_SCHEDULES, pack_id)}
        fresh = []
        for uid, row in schedules.items():
            card_id = self.card_ids[uid]
            if card_id not in there:
                fresh.append({**row, "card_id": card_id, "pack_id": pack_id, "guest_id": self._guest_id})
            elif _reviewed(row) > _reviewed(there[card_id]):
                same = CardSchedule.card_id == card_id
                self._session.execute(update(CardSchedule).where(same).values(**row))
        insert_rows(self._session, _SCHEDULES, fresh)


def insert_rows(session: Session, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows that may differ in which columns they have; the others get their defaults."""
    for _, group in groupby(rows, key=lambda row: tuple(sorted(row))):
        session.execute(insert(table), list(group))


def _key(known_by: tuple[str, ...], row: Any) -> tuple[Any, ...]:
    """Return what the part is known by; cards from before uids have one made from their place."""
    if known_by == ("uid",) and "id" in row:
        return (uid_of(row),)
    return tuple(row.get(column) for column in known_by)


def _reviewed(row: Any) -> datetime:
    found: datetime = row.get("last_review_at") or _LONG_AGO
    return found
