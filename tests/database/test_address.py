"""DATABASE_URL as other tools write it: what we understand is applied, the rest is left out and said."""

import pytest
from sqlalchemy import text

from database_config import Database
from studylens.database.address import read_address
from studylens.database.engines import POOL_SIZE

SERVER = "postgresql://u:p%40@h:5433/d"


@pytest.mark.parametrize(
    ("url", "kept", "said"),
    [
        (f"{SERVER}?sslmode=require&options=-c%20a%3Db", {"sslmode", "options"}, ()),
        (f"{SERVER}?pgbouncer=maybe&sslmode=require", {"sslmode"}, ("pgbouncer",)),
        (f"{SERVER}?statement_cache_size=0&supa=base-pooler.x", set(), ("statement_cache_size", "supa")),
        (f"{SERVER}?schema=study&connection_limit=3&pool_timeout=4", set(), ()),
        (f"{SERVER}?schema=a%20b&connection_limit=no", set(), ("connection_limit", "schema")),
        ("postgres://u:p@h/d?pgbouncer=true", set(), ()),
        ("postgresql+asyncpg://u:p@h/d", set(), ()),
    ],
)
def test_words_for_other_clients_are_left_out_and_named(
    url: str, kept: set[str], said: tuple[str, ...]
) -> None:
    found = read_address(url)
    assert (found.url.drivername, set(found.url.query)) == ("postgresql+psycopg2", kept)
    assert [note.split()[1] for note in found.notes] == list(said)
    assert found.url.password == ("p@" if "%40" in url else "p")


def test_what_can_be_applied_is_applied() -> None:
    found = read_address(f"{SERVER}?schema=study&connection_limit=3&pool_timeout=4")
    assert (found.schema, found.connections, found.wait_seconds) == ("study", 3, 4)
    for url, size in ((SERVER, POOL_SIZE), (f"{SERVER}?connection_limit=3", 3)):
        pool = Database(url).engine.pool
        assert (pool.size(), pool._max_overflow) == (size, 0)  # type: ignore[attr-defined]


def test_the_connection_to_sqlite_that_was_used_last_is_used_next(tmp_path: object) -> None:
    """Its pages are the ones in memory, and what others write would empty theirs."""
    pool = Database(f"sqlite:///{tmp_path}/x.sqlite3").engine.pool
    first, last = pool.connect(), pool.connect()
    was = last.driver_connection
    first.close()
    last.close()
    again = pool.connect()
    assert again.driver_connection is was
    again.close()
    pool.dispose()


def test_sqlite_is_as_it_was(tmp_path: object) -> None:
    assert read_address(f"sqlite:///{tmp_path}/x.sqlite3").notes == ()


@pytest.mark.postgresql
def test_the_tables_are_made_in_the_schema_that_was_named(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE SCHEMA study"))
    url = database.url.update_query_dict({"schema": "study", "pgbouncer": "true"})
    other = Database(url.render_as_string(hide_password=False))
    other.ensure_compatible()
    count = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'study' AND tablename = 'packs'")
    with other.reading() as session:
        assert session.scalar(count) == 1
        assert session.scalar(text("SELECT count(*) FROM packs")) == 0
    assert not other.missing().tables
    other.engine.dispose()
