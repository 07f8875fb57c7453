"""Two releases on one database, as long as a deployment takes: each keeps what the other needs."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, event, insert, select, text

from database_config import Database
from studylens.database.schema.guard import SchemaGuard
from studylens.models import Base, Guest, Pack, new_id
from tests.database.test_tables import execute

pytestmark = pytest.mark.own_sql


@pytest.fixture
def database(empty_database: Database) -> Database:
    """As this release has made it."""
    empty_database.ensure_compatible()
    return empty_database


@pytest.fixture
def newer() -> MetaData:
    """What the next release knows: all of ours, a column that must not be NULL, a column, and a table."""
    made = MetaData()
    for table in Base.metadata.sorted_tables:
        if table.name != "pack_search":  # A copy of it would be no virtual table.
            table.to_metadata(made)
    made.tables["packs"].append_column(Column("mood", String(10), server_default="calm", nullable=False))
    made.tables["guests"].append_column(Column("nickname", String(10)))
    Table("moods", made, Column("name", String(10), primary_key=True))
    return made


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The next release's own connections."""
    made = create_engine(database.url, isolation_level="AUTOCOMMIT")
    yield made
    made.dispose()


def test_both_releases_keep_their_tables_and_neither_repairs_after_the_other(
    database: Database, newer: MetaData, engine: Engine
) -> None:
    theirs = SchemaGuard(database.engine, newer)
    theirs.check(wait_ms=500)
    changes: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: changes.append(told[2]))
    for _ in range(3):
        database.ensure_compatible()
        theirs.check(wait_ms=500)
    assert [one for one in changes if one.startswith(("CREATE", "ALTER", "DROP"))] == []
    assert not theirs.is_unfit
    assert not database.is_unfit


def test_what_this_release_writes_the_next_one_reads_and_the_other_way_round(
    database: Database, newer: MetaData, engine: Engine
) -> None:
    SchemaGuard(database.engine, newer).check(wait_ms=500)
    with database.writing() as session:
        guest = Guest(token_hash=new_id())
        session.add(guest)
        session.flush()
        session.add(Pack(id="a" * 32, guest_id=guest.id, title="Ours"))
    packs = newer.tables["packs"]
    with engine.connect() as connection:
        assert connection.execute(select(packs.c.title, packs.c.mood)).all() == [("Ours", "calm")]
        row = dict(connection.execute(select(packs)).mappings().one())
        connection.execute(insert(packs).values({**row, "id": "b" * 32, "title": "Theirs", "mood": "wild"}))
    with database.writing() as session:
        theirs = session.get_one(Pack, "b" * 32)
        assert theirs.title == "Theirs"
        theirs.title = "Edited"
    with engine.connect() as connection:
        kept = select(packs.c.title, packs.c.mood).where(packs.c.id == "b" * 32)
        assert connection.execute(kept).one() == ("Edited", "wild")


def test_what_an_older_release_takes_away_is_there_again_for_the_newer_one(
    database: Database, newer: MetaData
) -> None:
    """As a backup does that was made before the update, and restored after it."""
    theirs = SchemaGuard(database.engine, newer)
    theirs.check(wait_ms=500)
    for statement in ("DROP TABLE moods", "ALTER TABLE guests DROP COLUMN nickname"):
        execute(database, statement)
    database.ensure_compatible()
    theirs.check(wait_ms=500)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT nickname FROM guests")).all() == []
        assert connection.execute(text("SELECT name FROM moods")).all() == []
