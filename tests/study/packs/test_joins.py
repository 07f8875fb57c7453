"""Packs that were joined come apart as they were, with what the student did to them meanwhile."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from studylens.errors import BadText, BeingJoined, NotFound, Stale
from studylens.models import (
    JOINED,
    WAITING,
    Base,
    Flashcard,
    Pack,
    PackJoin,
    PackPage,
    PackTag,
    TranscriptLine,
    now,
)
from studylens.models.belonging import Merging
from studylens.study.packs import editing, merging, search, trash
from studylens.study.packs.belongings import belongings, pack_column
from studylens.study.packs.joins import records
from studylens.study.packs.merging import begin, begin_parting, finish_all, merge, step
from studylens.study.packs.pages import move_page, told_of
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.store import find_pack
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.study.packs import world

pytestmark = pytest.mark.own_sql

COUNTED = {"packs.version", "pack_pages.id", "pack_joins.id"}
"""Columns that say how often something was done."""


@pytest.fixture
def guest_id(wiring: Wiring) -> int:
    return add_guest(wiring)


@pytest.fixture
def ids(wiring: Wiring, guest_id: int) -> list[str]:
    """Three packs with a row in every table."""
    return [world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert", "Carl")]


def packs(session: Session, ids: list[str]) -> list[Pack]:
    return [session.get_one(Pack, pack_id) for pack_id in ids]


def undo(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        begin_parting(session, session.get_one(Pack, pack_id))
    merging.finish(wiring.database, pack_id)


def rows(session: Session, ids: list[str]) -> Counter[str]:
    """Return every row of these packs but what is counted."""
    found: Counter[str] = Counter()
    tables = [(table, pack_column(table)) for table, one in belongings() if one.merging is not Merging.REMADE]
    for table, column in [*tables, (Pack.__table__, Pack.__table__.c.id)]:
        for row in session.execute(select(table).where(column.in_(ids))).mappings():
            which = row.get("uid") or row.get("id") or row[column.name]
            for name, value in row.items():
                if f"{table.name}.{name}" not in COUNTED:
                    found[f"{table.name} {which} {name}: {json.dumps(value, default=str, sort_keys=True)}"] += 1
    return found


def test_packs_come_apart_as_they_were(wiring: Wiring, guest_id: int, ids: list[str]) -> None:
    with wiring.database.writing() as session:
        session.execute(delete(PackPage))  # As a pack that was never joined: it is of one page.
        session.execute(delete(PackJoin))
        for pack in packs(session, ids):
            count_copies(session, pack)
        session.flush()
        before = rows(session, ids)
        merge(session, packs(session, ids))
    undo(wiring, ids[0])
    with wiring.database.reading() as session:
        after = rows(session, ids)
        assert (after - before, before - after) == (Counter(), Counter())
        for pack_id, name in zip(ids, ("Anna", "Bert", "Carl"), strict=True):
            assert search.find(session, guest_id, name, limit=9).ids == (pack_id,)
            find_pack(session, guest_id, pack_id)
