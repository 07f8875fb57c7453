"""Packs of an account file: a new one is added whole, one that is there gets the parts that it lacks."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from studylens.models import CardSchedule, Flashcard, Pack
from studylens.study.exchange.account.entries import PackEntry, Row
from studylens.study.exchange.account.writing import PARTS, table_of, uid_of
from studylens.study.packs import search

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_BY: dict[str, tuple[str, ...]] = {
    "lines": ("n",),
    "terms": ("term", "source_line"),
    "cards": ("uid",),
    "questions": ("uid",),
    "tags": ("tag",),
    "pages": ("n",),
    "follow_ups": ("question", "created_at"),
    "proposals": (),
}
"""What makes two parts of a pack the same one."""


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
        for name, model in PARTS.items():
            self._write_parts(pack_id, name, model, entry.parts[name])
        self._write_schedules(pack_id, entry.schedules)
        search.index_pack(self._session, self._session.get_one(Pack, pack_id))
        self._session.expunge_all()  # Thousands of packs; each is done with.

    def _write_parts(self, pack_id: str, name: str, model: type[Any], rows: list[Row]) -> None:
        table = table_of(model)
        there = {_key(name, row): row for row in self._rows(model, pack_id)}
        fresh: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            key = _key(name, row)
            mine = there.get(key)
            if mine is None:
                fresh.setdefault(key, {**row, **self._owned(table, pack_id)})
            elif "version" in row and row["version"] > mine["version"]:
                self._session.execute(update(table).where(table.c.id == mine["id"]).values(**row))
        insert_rows(self._session, model, fresh.values())
        self._remember(pack_id, name, model)
        self.new_cards += len(fresh) if model is Flashcard else 0

    def _owned(self, table: Any, pack_id: str) -> Row:
        return {"pack_id": pack_id} | ({"guest_id": self._guest_id} if "guest_id" in table.columns else {})

    def _remember(self, pack_id: str, name: str, model: type[Any]) -> None:
        known = {"cards": self.card_ids, "questions": self.question_ids}.get(name)
        if known is not None:
            known.update((uid_of(row), row["id"]) for row in self._rows(model, pack_id))

    def _rows(self, model: type[Any], pack_id: str) -> Iterator[Any]:
        table = table_of(model)
        return iter(self._session.execute(select(table).where(table.c.pack_id == pack_id)).mappings())

    def _write_schedules(self, pack_id: str, schedules: dict[str, Row]) -> None:
        there = {row["card_id"]: row for row in self._rows(CardSchedule, pack_id)}
        fresh = []
        for uid, row in schedules.items():
            card_id = self.card_ids[uid]
            if card_id not in there:
                fresh.append({**row, "card_id": card_id, "pack_id": pack_id, "guest_id": self._guest_id})
            elif _reviewed(row) > _reviewed(there[card_id]):
                same = CardSchedule.card_id == card_id
                self._session.execute(update(CardSchedule).where(same).values(**row))
        insert_rows(self._session, CardSchedule, fresh)


def insert_rows(session: Session, model: type[Any], rows: Iterable[Row]) -> None:
    """Insert rows that may differ in which columns they have; the others get their defaults."""
    for _, group in groupby(rows, key=lambda row: tuple(sorted(row))):
        session.execute(insert(table_of(model)), list(group))


def _key(name: str, row: Any) -> tuple[Any, ...]:
    """Return what the part is known by; cards from before uids have one made from their place."""
    if _KNOWN_BY[name] == ("uid",) and "id" in row:
        return (uid_of(row),)
    return tuple(row.get(column) for column in _KNOWN_BY[name])


def _reviewed(row: Any) -> datetime:
    found: datetime = row.get("last_review_at") or _LONG_AGO
    return found
