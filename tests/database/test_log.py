"""SQLite's log is emptied beside readers and writers; a disk that refuses is an error in words."""

import resource
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.models import Erasure

pytestmark = pytest.mark.sqlite("PostgreSQL has a log of its own kind")


def write(database: Database) -> None:
    with database.writing() as session:
        session.add(Erasure())


@contextmanager
def smallest_files() -> Iterator[None]:
    """Let nothing be written into a file beyond its first byte, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_who_writes_does_not_wait_until_a_reader_lets_the_log_be_emptied(database: Database) -> None:
    write(database)
    file = str(database.url.database)
    with closing(sqlite3.connect(file)) as reader, closing(sqlite3.connect(file, timeout=5)) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM erasures").fetchone()
        write(database)
        with ThreadPoolExecutor(1) as pool:
            emptying = pool.submit(database.empty_log)
            while not emptying.done():  # Held for as long as others wait for the lock, one of these fails.
                with writer:
                    writer.execute("DELETE FROM erasures WHERE id = 0")
            assert not emptying.result()
    assert database.empty_log()


def test_a_disk_that_refuses_the_log_is_a_database_that_does_not_answer(database: Database) -> None:
    write(database)
    with smallest_files(), pytest.raises(DatabaseDown):
        database.empty_log()
    assert database.empty_log()
