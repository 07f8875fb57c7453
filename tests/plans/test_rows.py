"""No page, poll, claim or sweep reads more because others have more: counted, on both databases.

SQLite's plan of a statement is always the same, so one look at a student with little shows it. PostgreSQL's
follows what it knows about the tables, so a student with much is looked at, too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from studylens.models import Base
from studylens.study import leaving
from studylens.web.door.wiring import Wiring
from tests.plans import crowd, visits
from tests.plans.meter import Meter, metered
from tests.plans.student import beside
from tests.web.matrix.world import World

OTHERS, OWN_COPIES = 1_000, 5
STEPS = 4_000
"""SQLite: what a statement may take for a student with little. One look at each of the others takes more."""
ROWS, TIMES_OWN = 500, 140
"""PostgreSQL: rows of a table that a request may read, and how many more for each of the student's own: a
look by index costs as much as four pages in a row, each of which has some 35 rows."""
TINY_PAGES = 24
"""PostgreSQL: pages of a table; reading so many in a row costs what three looks by an index do."""
BOUNDED = {
    "rounds": "looks at 200 guests, recounts 5 and adds up 5,000 sums each time, however many there are",
    "POST /my-data/delete": "asks for the student's own packs again in each of some hundred statements",
}
"""What reads more rows by its nature, always as many at most."""
EVERYBODYS = {
    "use_sums": "a row for each thousand guests",
    "stage_sums": "a row for each stage of the analysis",
    "upload_folders": "a row for each disk that served within a month",
    "achievements": "the rules",
}
"""Tables that are read from one end to the other, and why they stay small."""
_SCAN = re.compile(r"SCAN (?!\(|CONSTANT|\d+ CONSTANT|anon_|pack_search VIRTUAL TABLE INDEX 0:=)(\w+)")
_NO_STATEMENT = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """A key, so that what needs a model is not refused for the lack of one; nothing is asked of it here."""
    return {**settings, "gemini_api_key": "none"}


@pytest.fixture
def world(app: Flask, wiring: Wiring) -> World:
    """A student with one thing of every kind, among a thousand others who have the same."""
    return beside(app, wiring, OTHERS)


@pytest.mark.sqlite("its steps can be counted; what PostgreSQL reads is counted below")
def test_sqlite_takes_no_more_steps_for_a_student_among_many(
    app: Flask, wiring: Wiring, world: World
) -> None:
    everything = chain(visits.pages(app, world, ("GET", "JSON", "POST")), visits.unasked(wiring))
    with metered(wiring.database) as (meter, take_back):
        wrong = [
            f"{name}: {steps} steps: {statement}"
            for name, visit in everything
            for statement, steps in meter.measure(visit, take_back).items()
            if steps > STEPS and name not in BOUNDED
        ]
        assert len(meter.statements) > 500
        wrong += list(_scans(meter))
    assert not wrong, "\n".join(wrong[:20])


def _scans(meter: Meter) -> Iterator[str]:
    """Yield statements that SQLite answers by going through a whole table."""
    for statement in meter.statements:
        if not statement.startswith(_NO_STATEMENT):
            plan = meter.plan(statement)
            for table in _SCAN.findall(" / ".join(plan)):
                if table not in EVERYBODYS:
                    yield f"goes through {table}: {statement}"


@pytest.mark.own_sql
@pytest.mark.process
@pytest.mark.postgresql("it chooses its plans by what it knows about the tables")
def test_postgresql_reads_no_rows_of_others_for_little_and_for_much(
    app: Flask, wiring: Wiring, world: World
) -> None:
    little = chain(visits.pages(app, world, ("POST",)), visits.unasked(wiring))
    wrong = _too_many(wiring, little, _own(wiring, world))
    crowd.add_own(wiring.database, world.owner, OWN_COPIES)
    wrong += _too_many(wiring, visits.pages(app, world, ("GET", "JSON")), _own(wiring, world))
    assert not wrong, "\n".join(wrong[:20])


def _too_many(wiring: Wiring, everything: Any, own: Counter[str]) -> list[str]:
    tiny = _tiny(wiring)
    with metered(wiring.database) as (meter, take_back):
        return [
            f"{name}: {rows} rows of {table}, {own[table]} are the student's own"
            for name, visit in everything
            for table, rows in meter.measure(visit, take_back).items()
            if rows > ROWS + TIMES_OWN * own[table] and name not in BOUNDED and table not in tiny
        ]


def _tiny(wiring: Wiring) -> set[str]:
    """Return the tables of so few pages that PostgreSQL may read all of them (SQLite shows the index)."""
    pages = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpages <= :most")
    with wiring.database.reading() as session:
        return set(session.scalars(pages, {"most": TINY_PAGES}))


def _own(wiring: Wiring, world: World) -> Counter[str]:
    """Return how many rows of each table are the student's."""
    tables = [table for table in Base.metadata.sorted_tables if leaving.is_of_somebody(table)]
    with wiring.database.reading() as session:
        counts = {
            table.name: session.scalar(
                select(func.count()).select_from(table).where(leaving.whose(table, world.owner))
            )
            for table in tables
        }
    return Counter({name: count or 0 for name, count in counts.items()})
