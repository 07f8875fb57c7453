"""Workers that are killed, stopped and cut off while 200 photos wait: each is read once, and none is lost."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import create_app
from studylens.errors import DatabaseDown
from studylens.jobs.distributed import tables
from studylens.models import DONE, FAILED, LIVE_STATES, Job, Pack
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.jobs.distributed.conftest import rows
from tests.jobs.distributed.workers import WorkerProcess
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import guest
from tests.long.test_pooler import pooled
from tests.postgres import Postgres
from tests.waiting import until

__all__ = ["pooled"]
pytestmark = pytest.mark.timeout(1_800)
STUDENTS, PHOTOS, KILLS, BETWEEN = 20, 10, 8, 16
AGAIN_SECONDS = 30.0
"""A job runs again at the latest so long after its worker has died."""
CLEAN_SECONDS = 60.0
OF_WORKER = """
    SELECT jobs.id, jobs.attempts FROM jobs JOIN procrastinate_jobs AS message
    ON jobs.runner_id = CAST(message.id AS text) WHERE jobs.state = 'running' AND message.worker_id = :worker
"""
_STATE = "SELECT state, attempts FROM jobs WHERE id = :id"


@dataclass
class Crew:
    """The workers of one service, by name, each with its id at Procrastinate."""

    wiring: Wiring
    folder: Path
    members: dict[str, tuple[WorkerProcess, int]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        before = {row[0] for row in rows(self.wiring, "SELECT id FROM procrastinate_workers")}
        url = self.wiring.config.database_url
        worker = WorkerProcess(self.folder, name, DATABASE_URL=url, WORKER_SLOTS="2")
        worker.start()
        new: set[int] = set()

        def registered() -> bool:
            new.update({row[0] for row in rows(self.wiring, "SELECT id FROM procrastinate_workers")} - before)
            return bool(new)

        until(registered, f"worker {name}")
        self.members[name] = (worker, max(new))

    def running(self, name: str) -> dict[str, int]:
        """Return the jobs that a worker works on, with their attempts."""
        return dict(rows(self.wiring, OF_WORKER, worker=self.members[name][1]))

    def kill(self, name: str) -> dict[str, int]:
        """Kill a worker in the middle of its work; return what it worked on."""
        until(lambda: self.running(name), f"work of {name}")
        had = self.running(name)
        self.members[name][0].kill()
        return had

    def seconds_until_again(self, had: dict[str, int]) -> float:
        """Wait until these jobs run again, or have ended: the answer may have come just before."""
        began = time.monotonic()
        until(lambda: all(self._went_on(job_id, attempts) for job_id, attempts in had.items()), "another run")
        return time.monotonic() - began

    def _went_on(self, job_id: str, attempts: int) -> bool:
        try:
            ((state, now_at),) = rows(self.wiring, _STATE, id=job_id)
        except DatabaseDown:
            return False  # It is being restarted.
        return state in {DONE, FAILED} or now_at > attempts


@pytest.fixture
def shared(postgres: Postgres, tmp_path: Path) -> Iterator[Wiring]:
    with ExitStack() as stack:
        app = create_app({
            "database_url": stack.enter_context(postgres.fresh(tables=True)), "queue": "postgresql",
            "instance_dir": str(tmp_path / "instance"), "analysis_lock": str(tmp_path / "analysis.lock"),
        })  # fmt: skip
        wiring: Wiring = app.extensions[EXTENSION]
        tables.bring(wiring.database)
        yield wiring
        wiring.database.engine.dispose()


@pytest.fixture
def crew(shared: Wiring, tmp_path: Path) -> Iterator[Crew]:
    made = Crew(shared, tmp_path)
    yield made
    for worker, _ in made.members.values():
        worker.kill()


def test_200_photos_are_read_once_each_while_workers_die_and_postgresql_restarts(
    shared: Wiring, crew: Crew, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tuple(upload(b"brief photo %d" % number) for number in range(PHOTOS))
    sent = [
        job_id for _ in range(STUDENTS)
        for job_id in send(shared.database, shared.folder, guest(shared), uploads=photos)
    ]  # fmt: skip
    for name in ("one", "two"):
        crew.start(name)
    with ThreadPoolExecutor(KILLS) as watching:
        waits = []
        for number in range(KILLS):
            _until_less_waits(shared, len(sent) - BETWEEN * (number + 1))
            name = ("one", "two")[number % 2]
            waits.append(watching.submit(crew.seconds_until_again, crew.kill(name)))
            crew.start(name)
            if number == KILLS // 2:
                postgres.restart()
        seconds = sorted(wait.result() for wait in waits)
    with capsys.disabled():
        sys.stdout.write(f"\nran again after seconds: {[round(each, 1) for each in seconds]}\n")
    assert seconds[-1] <= AGAIN_SECONDS
    until(lambda: _live(shared) == 0, "the end of all jobs", seconds=600)
    _each_was_read_once(shared, sent)
    until(lambda: not shared.folder.job_ids(), "the end of all files", CLEAN_SECONDS)
    assert rows(shared, "SELECT id FROM procrastinate_jobs") == []


def test_a_worker_that_comes_back_finds_its_job_taken_and_ends_nothing(shared: Wiring, crew: Crew) -> None:
    sent = send(shared.database, shared.folder, guest(shared), text="slow once")
    crew.start("paused")
    until(lambda: crew.running("paused"), "its work")
    marker = crew.folder / f"seen-{sent[0]}"
    until(marker.exists, "its analysis")
    process = crew.members["paused"][0].process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    try:
        crew.start("other")
        crew.seconds_until_again(dict.fromkeys(sent, 1))
        until(lambda: _live(shared) == 0, "the end of the job")
    finally:
        os.kill(process.pid, signal.SIGCONT)
    until(lambda: _is_idle(crew), "its return")
    _each_was_read_once(shared, sent)


def test_a_photo_that_kills_its_workers_ends_after_three_and_no_other_with_it(
    shared: Wiring, crew: Crew
) -> None:
    (poison,) = send(shared.database, shared.folder, guest(shared), uploads=(upload(b"slow poison"),))
    for number in range(3):
        crew.start(str(number))
        crew.kill(str(number))
    others = send(shared.database, shared.folder, guest(shared), uploads=(upload(b"brief other"),))
    crew.start("last")
    until(lambda: _live(shared) == 0, "the end of both")
    ((state, attempts, code),) = rows(
        shared, "SELECT state, attempts, error_code FROM jobs WHERE id = :id", id=poison
    )
    assert (state, attempts, code) == (FAILED, 3, "crashed")
    _each_was_read_once(shared, others)
    until(lambda: not shared.folder.job_ids(), "the end of all files", CLEAN_SECONDS)


def test_a_worker_behind_a_pooler_reads_what_waits(pooled: str, tmp_path: Path) -> None:
    app = create_app({
        "database_url": pooled, "queue": "postgresql", "instance_dir": str(tmp_path / "instance"),
    })  # fmt: skip
    wiring: Wiring = app.extensions[EXTENSION]
    wiring.database.ensure_compatible()
    tables.bring(wiring.database)
    photos = tuple(upload(b"brief photo %d" % number) for number in range(4))
    sent = send(wiring.database, wiring.folder, guest(wiring), uploads=photos)
    with WorkerProcess(tmp_path, DATABASE_URL=pooled, WORKER_SLOTS="2") as worker:
        until(lambda: _live(wiring) == 0, lambda: worker.log)
        assert worker.end() == 0
    _each_was_read_once(wiring, sent)
    assert rows(wiring, "SELECT id FROM procrastinate_jobs") == []
    assert "Traceback" not in worker.log
    wiring.database.engine.dispose()


def _is_idle(crew: Crew) -> bool:
    """Say whether the worker that was paused has said again that it lives, and works on nothing."""
    _, worker = crew.members["paused"]
    lives = rows(
        crew.wiring,
        "SELECT id FROM procrastinate_workers WHERE id >= :id AND last_heartbeat > now() - interval '2 s'",
        id=worker,
    )
    return bool(lives) and not crew.running("paused")


def _until_less_waits(shared: Wiring, most: int) -> None:
    until(lambda: _live(shared) <= most, "work between two kills")


def _live(shared: Wiring) -> int:
    with shared.database.reading() as session:
        return session.scalar(select(func.count()).where(Job.state.in_(LIVE_STATES))) or 0


def _each_was_read_once(shared: Wiring, sent: list[str]) -> None:
    with shared.database.reading() as session:
        states = Counter(session.scalars(select(Job.state).where(Job.id.in_(sent))))
        packs = Counter(session.scalars(select(Pack.job_id).where(Pack.job_id.in_(sent))))
    assert states == {DONE: len(sent)}
    assert packs == dict.fromkeys(sent, 1)
