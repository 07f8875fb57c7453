"""An old and a new release, each with a web service and a worker, for a minute under load: nobody notices."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app import create_app
from database_config import Database
from studylens.jobs.distributed import tables
from studylens.models import Job
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.jobs.distributed.workers import WorkerProcess
from tests.long.students import Student
from tests.long.test_outages import MANY, all_have_ended, taken
from tests.long.test_soak import live, send
from tests.postgres import Postgres
from tests.service import Service
from tests.waiting import until

pytestmark = [pytest.mark.timeout(1_800), pytest.mark.postgresql("workers need it")]
OLD, NEW = "app", "tests.jobs.distributed.app_of_next_release"
STUDENTS, CARDS = 4, 60
ALONE_SECONDS, TOGETHER_SECONDS, AFTER_SECONDS = 10.0, 60.0, 10.0
MOST_WAIT = 20
"""Of jobs, so that both releases have work all the time and the end is near."""
SAID = frozenset({200, 202, 415, 422})
"""What a student may hear: pages, jobs, and that a broken picture is broken."""


@dataclass(frozen=True)
class Release:
    """One release on the shared database and folder."""

    web: Service
    worker: WorkerProcess

    @classmethod
    def start(cls, stack: ExitStack, folder: Path, url: str, app: str) -> "Release":
        """Start both as a deployment does, at once: whoever is first repairs the tables."""
        worker = WorkerProcess(folder, f"worker-of-{app}", app=app, DATABASE_URL=url, **MANY)
        web = Service(folder, app=f"{app}:app", DATABASE_URL=url, QUEUE="postgresql", **MANY)
        stack.enter_context(worker)
        stack.enter_context(web)
        until(lambda: "waits for jobs" in worker.log, lambda: worker.log)
        return cls(web, worker)

    def end(self) -> None:
        """End both with SIGTERM, whatever they do."""
        assert self.worker.end() == 0
        self.web.stop()

    @property
    def read(self) -> int:
        """How many jobs its worker has carried."""
        return self.worker.log.count("Memory usage after photo")

    @property
    def log(self) -> str:
        """What both have logged."""
        return self.web.log + self.worker.log


class Crowd:
    """Students who read, answer and send, each in a thread and without a pause, until told to stop."""

    def __init__(self, students: list[Student], database: Database, photo: bytes) -> None:
        self.students, self._database, self._photo = students, database, photo
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(len(students))
        self._studying = [
            self._pool.submit(self._study, student, first) for first, student in enumerate(students)
        ]

    def ask_in_turn(self, *releases: Release) -> None:
        """Let each request meet another one of these releases."""
        for student in self.students:
            student.ask_in_turn(*(release.web for release in releases))

    def stop(self) -> None:
        """Wait for the last answers. Raises what a student met."""
        self._over.set()
        for each in self._studying:
            each.result()
        self._pool.shutdown()

    def _study(self, student: Student, number: int) -> None:
        while not self._over.is_set():
            number += STUDENTS
            if live(self._database) < MOST_WAIT:
                send(student, number, self._photo + str(number).encode())
            student.review()
            for page in ("/", "/packs", "/progress", "/settings", self._last_pack(student)):
                student.ask(page)

    def _last_pack(self, student: Student) -> str:
        with self._database.reading() as session:
            mine = select(Job.id).where(Job.guest_id == student.guest_id).order_by(Job.created_at.desc())
            return f"/jobs/{session.scalar(mine.limit(1))}"


@pytest.fixture
def shared(postgres: Postgres, tmp_path: Path) -> Iterator[Wiring]:
    """A database as this release has made it, with the queue's tables."""
    with postgres.fresh(tables=True) as url:
        app = create_app({
            "database_url": url, "queue": "postgresql", "instance_dir": str(tmp_path / "instance")
        })  # fmt: skip
        wiring: Wiring = app.extensions[EXTENSION]
        tables.bring(wiring.database)
        yield wiring
        wiring.database.engine.dispose()


def test_a_minute_of_two_releases_with_workers_ends_no_job_twice_and_is_noticed_by_nobody(
    shared: Wiring, tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    database, url = shared.database, shared.config.database_url
    with ExitStack() as stack:
        old = Release.start(stack, tmp_path, url, OLD)
        crowd = Crowd([Student(old.web, database, CARDS) for _ in range(STUDENTS)], database, photo)
        stack.callback(crowd.stop)
        _for(ALONE_SECONDS, old)
        new = Release.start(stack, tmp_path, url, NEW)
        crowd.ask_in_turn(old, new)
        _for(TOGETHER_SECONDS, old, new)
        crowd.ask_in_turn(new)
        old.end()
        _for(AFTER_SECONDS, new)
        crowd.stop()
        _nothing_was_lost(shared, crowd.students)
        read = {"old": old.read, "new": new.read}
        said = sum((student.statuses for student in crowd.students), Counter[int]())
        with capsys.disabled():
            sys.stdout.write(f"\nread by each: {read}; heard by students: {dict(said)}\n")
        assert set(said) <= SAID
        assert min(read.values()) > 0
        assert "Traceback" not in old.log + new.log


def _for(seconds: float, *releases: Release) -> None:
    """Let so much time go by; the students go on beside, and each release carries jobs meanwhile."""
    end, before = time.monotonic() + seconds, [release.read for release in releases]
    until(lambda: time.monotonic() > end and _went_on(releases, before), "work of each release")


def _went_on(releases: tuple[Release, ...], before: list[int]) -> bool:
    return all(release.read > count for release, count in zip(releases, before, strict=True))


def _nothing_was_lost(shared: Wiring, students: list[Student]) -> None:
    all_have_ended(shared.database, sum(taken(student) for student in students))
    found: Callable[[str], object] = lambda statement: _scalar(shared, statement)  # noqa: E731
    assert found("SELECT count(*) FROM jobs WHERE attempts <> 1") == 0
    assert found("SELECT count(*) FROM jobs WHERE weight <> 'light'") == 0
    assert found("SELECT count(*) FROM moods") == 0
    until(lambda: not shared.folder.job_ids(), "the end of all files")
    with shared.database.reading() as session:
        assert session.scalar(select(func.count()).where(Job.error_code == "upload_lost")) == 0


def _scalar(shared: Wiring, statement: str) -> object:
    with shared.database.reading() as session:
        return session.scalar(text(statement))
