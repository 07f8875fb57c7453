"""How far the photos are, read from SQLite's file: it costs the service nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "studylens.sqlite3"
WAIT_SECONDS = 10.0
"""For a writer of the service, which holds the file for milliseconds."""
TABLE, COLUMN = "packs", "question"
"""What is dropped: every page about packs reads it, and nobody has asked anything here."""


@dataclass(frozen=True)
class Job:
    """One photo's job."""

    id: str
    state: str
    attempts: int

    @property
    def has_ended(self) -> bool:
        """Say whether nothing more will happen to it."""
        return self.state not in {"queued", "running"}


class Stages:
    """Reads the database of a running service."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / NAME

    def jobs(self) -> dict[str, Job]:
        """Return every job by its id."""
        with self._opened() as connection:
            rows = connection.execute("SELECT id, state, attempts FROM jobs").fetchall()
        return {row[0]: Job(*row) for row in rows}

    def packs(self) -> list[str]:
        """Return the job of every pack."""
        with self._opened() as connection:
            return [row[0] for row in connection.execute("SELECT job_id FROM packs").fetchall()]

    def drop_column(self) -> None:
        """Take a column away under the running service."""
        with self._opened() as connection:
            connection.execute(f"ALTER TABLE {TABLE} DROP COLUMN {COLUMN}")

    def has_column(self) -> bool:
        """Say whether that column is there."""
        with self._opened() as connection:
            rows = connection.execute(f"PRAGMA table_info({TABLE})").fetchall()
        return COLUMN in {row[1] for row in rows}

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as made:
            yield made
