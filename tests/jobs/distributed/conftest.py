"""A service whose jobs are carried by workers, with the queue's tables on a real PostgreSQL."""

from typing import Any

import pytest
from sqlalchemy import text

from studylens.jobs.distributed import tables
from studylens.web.door.wiring import Wiring
from tests.jobs.test_runner import guest


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "queue": "postgresql"}


@pytest.fixture
def shared(wiring: Wiring) -> Wiring:
    """The parts of such a service."""
    tables.bring(wiring.database)
    return wiring


@pytest.fixture
def student(shared: Wiring) -> int:
    return guest(shared)


def rows(wiring: Wiring, statement: str, **values: object) -> list[Any]:
    """Run a statement and return its rows."""
    with wiring.database.writing() as session:
        found = session.execute(text(statement), values)
        return [tuple(row) for row in found] if found.returns_rows else []


def messages_of(wiring: Wiring) -> list[tuple[str, str]]:
    """Return job and state of each message, in the order in which they are fetched."""
    return rows(
        wiring, "SELECT args->>'job_id', status::text FROM procrastinate_jobs ORDER BY priority DESC, id"
    )


def new_worker(wiring: Wiring, *, silent_seconds: float = 0) -> int:
    """Register a worker that was last heard so many seconds ago, and return its id."""
    ((worker,),) = rows(
        wiring,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :ago))"
        " RETURNING id",
        ago=silent_seconds,
    )
    return int(worker)


def fetch(wiring: Wiring, worker: int) -> tuple[int, str]:
    """Take the next message as Procrastinate does; return its id and its job's."""
    ((message, job_id),) = rows(
        wiring,
        "SELECT id, args->>'job_id' FROM procrastinate_fetch_job_v2(ARRAY[CAST(:queue AS varchar)], :worker)",
        worker=worker,
        queue=wiring.folder.folder_id,
    )
    return int(message), str(job_id)
