"""Who leaves takes everything along: no row of theirs is left in any table, nobody else's is touched."""

from collections import Counter

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from studylens.jobs import leases
from studylens.jobs.housekeeper import sweep
from studylens.models import QUEUED, RUNNING, Base, Guest, Job, Pack, now
from studylens.models.belonging import SERVICE
from studylens.study import leaving
from studylens.study.packs import search
from studylens.web.door.wiring import Wiring
from tests.jobs.test_queue import send, upload
from tests.study.exchange.world import add_guest, add_history
from tests.study.packs import world
from tests.study.packs.test_erasing import filled, words_in_files
from tests.web.world import add_job

pytestmark = pytest.mark.own_sql


def rows_of(session: Session, guest_id: int) -> Counter[str]:
    """Return how many rows of each table are the guest's."""
    counts = {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(leaving.whose(table, guest_id))
        )
        for table in Base.metadata.sorted_tables
        if SERVICE not in table.info
    }
    return Counter({name: count or 0 for name, count in counts.items() if count})


def test_every_table_is_of_somebody_or_says_why_it_is_not() -> None:
    tables = Base.metadata.sorted_tables
    wrong = [table.name for table in tables if (SERVICE in table.info) == leaving.is_of_somebody(table)]
    assert wrong == []


@pytest.mark.sqlite("PostgreSQL reads small tables without an index")
def test_what_is_somebody_s_is_found_by_an_index(wiring: Wiring) -> None:
    """A step holds the write lock: it may not read through what everybody else has."""
    read_through = set()
    with wiring.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if SERVICE in table.info or table.name == "pack_search":
                continue
            mine = select(func.count()).select_from(table).where(leaving.whose(table, 1))
            asked = mine.compile(session.connection(), compile_kwargs={"literal_binds": True})
            plan = session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
            read_through |= {table.name for row in plan if row.detail.startswith("SCAN")}
    assert read_through == set()


def test_nothing_of_who_leaves_is_left_and_nothing_of_others_is_missing(wiring: Wiring) -> None:
    leaver, other = add_guest(wiring), add_guest(wiring)
    filled(wiring, leaver, 0)
    add_history(wiring, leaver)
    filled(wiring, other, 1)
    with wiring.database.writing() as session:
        before, search_before = rows_of(session, other), session.scalars(select(Pack.id)).all()
        assert len(rows_of(session, leaver)) >= 25, "the worlds of the tests have become poorer"
        leaving.begin(session, leaver)
    leaving.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert rows_of(session, leaver) == Counter()
        assert session.get(Guest, leaver) is None
        assert rows_of(session, other) == before
        assert search.find(session, other, "quizzaciously1x", limit=9).total == 1
        assert world.where_it_stands(session, "quizzaciously0x") == set()
        assert len(search_before) > len(session.scalars(select(Pack.id)).all())
    if wiring.database.is_sqlite:
        sweep(wiring.database, wiring.folder)
        assert words_in_files(wiring, 2) == {1}


def test_a_kill_half_way_is_gone_on_with_by_the_next_sweep(wiring: Wiring) -> None:
    leaver = add_guest(wiring)
    world.add_full_pack(wiring, leaver, "Anna")
    with wiring.database.writing() as session:
        leaving.begin(session, leaver)
        assert leaving.step(session, leaver, 1)
        assert leaving.step(session, leaver, 1)
    sweep(wiring.database, wiring.folder)
    with wiring.database.reading() as session:
        assert rows_of(session, leaver) == Counter()
        assert session.get(Guest, leaver) is None


def test_a_page_that_waits_goes_with_its_file_and_one_that_is_read_when_its_runner_has_let_go(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.limits.ORPHAN_FILE_SECONDS", 0)
    leaver = add_guest(wiring)
    waiting, running = (add_job(wiring, leaver) for _ in range(2))
    with wiring.database.writing() as session:
        session.get_one(Job, waiting).state = QUEUED
        job = session.get_one(Job, running)
        job.state, job.lease_until = RUNNING, now().replace(year=now().year + 1)
        job.folder_id = wiring.folder.folder_id
        leaving.begin(session, leaver)
    wiring.folder.write(waiting, b"a photo")
    sweep(wiring.database, wiring.folder)
    assert not wiring.folder.path(waiting).exists()
    with wiring.database.writing() as session:
        [left] = session.scalars(select(Job)).all()
        assert (left.id, left.cancel_requested) == (running, True)
        left.lease_until = now().replace(year=now().year - 1)
    sweep(wiring.database, wiring.folder)
    with wiring.database.reading() as session:
        assert session.get(Guest, leaver) is None


def test_a_page_that_waits_is_not_read_any_more(wiring: Wiring) -> None:
    leaver = add_guest(wiring)
    send(wiring.database, wiring.folder, leaver, uploads=(upload(),))
    with wiring.database.writing() as session:
        leaving.begin(session, leaver)
    assert leases.claim(wiring.database, wiring.folder.folder_id, "runner") is None


def test_steps_take_no_more_rows_than_they_are_told(wiring: Wiring) -> None:
    leaver = add_guest(wiring)
    world.add_full_pack(wiring, leaver, "Anna")
    with wiring.database.writing() as session:
        before = sum(rows_of(session, leaver).values())
        leaving.begin(session, leaver)
        leaving.step(session, leaver, 3)  # The search index first, which is no row to count.
        leaving.step(session, leaver, 3)
        left = sum(rows_of(session, leaver).values())
    assert before - 10 <= left < before
