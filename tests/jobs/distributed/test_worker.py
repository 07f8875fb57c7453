"""Real workers: what is killed runs again elsewhere, and who is told to end gives its job back."""

from pathlib import Path

import pytest

from studylens.models import DONE, QUEUED
from studylens.web.door.wiring import Wiring
from tests.jobs.distributed.conftest import messages_of, rows
from tests.jobs.distributed.workers import WorkerProcess
from tests.jobs.test_queue import send
from tests.jobs.test_runner import job, wait_for, wait_for_stage

pytestmark = [pytest.mark.postgresql("Procrastinate's tables are PostgreSQL's"), pytest.mark.process]


def test_a_killed_workers_job_runs_again_and_one_that_must_end_gives_its_own_back(
    shared: Wiring, student: int, tmp_path: Path, database_url: str
) -> None:
    with WorkerProcess(tmp_path, "first", DATABASE_URL=database_url) as first:
        (one,) = send(shared.database, shared.folder, student, text="slow once")
        wait_for_stage(shared, one, "after_decode")
        first.kill()
    rows(shared, "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    with WorkerProcess(tmp_path, "second", DATABASE_URL=database_url) as second:
        assert wait_for(shared, one, DONE).attempts == 2, second.log
        (two,) = send(shared.database, shared.folder, student, text="slow")
        wait_for_stage(shared, two, "after_decode")
        assert second.end() == 0, second.log
    found = job(shared, two)
    assert (found.state, found.attempts) == (QUEUED, 0), second.log
    assert messages_of(shared) == [(two, "todo")]
    assert "Traceback" not in second.log
