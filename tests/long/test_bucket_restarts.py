"""A bucket that is killed and comes back, three times, while students send photos and two workers read."""

import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import create_app
from database_config import Database
from studylens.bucket_variables import BucketAddress
from studylens.errors import BucketDown
from studylens.jobs.distributed import tables
from studylens.storage.bucket import Bucket
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.jobs.distributed.workers import WorkerProcess
from tests.long.students import Student
from tests.long.test_bucket import LEFT_SECONDS, jobs, names
from tests.long.test_outages import MANY, all_have_ended
from tests.postgres import Postgres
from tests.service import HOME, Service, free_port, multipart
from tests.storage.server import BUCKET, CREDENTIALS
from tests.waiting import until

pytestmark = [pytest.mark.timeout(1_800), pytest.mark.postgresql("workers need it")]
STUDENTS, PHOTOS, RESTARTS = 2, 12, 3
REFUSED = "Photos cannot be taken right now. Nothing was kept"
RETRY_SECONDS = 1.0
"""Of a student, who is less patient than the 30 s that the answer asks for."""


@dataclass
class Server:
    """An S3 server as a process that can be killed; its objects wait in files for the next one."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers, each time it is started."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; return when it answers."""
        command = [sys.executable, "-m", "tests.storage.kept", "--port", str(self.port)]
        self._process = subprocess.Popen([*command, "--folder", str(self.folder)], cwd=HOME)
        until(self._answers, "the S3 server")

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{self.url}/{BUCKET}").close()
            return True
        return False


class Sender:
    """A student who sends photos, each until it is taken."""

    def __init__(self, student: Student, photos: list[bytes]) -> None:
        self.student, self._photos = student, photos
        self.taken = 0
        self.refusals: list[str] = []

    def send_all(self) -> None:
        """Send them one after the other."""
        for photo in self._photos:
            while not self._send(photo):
                threading.Event().wait(RETRY_SECONDS)
            self.taken += 1

    def _send(self, photo: bytes) -> bool:
        before = self.student.statuses[503]
        page = self.student.ask("/analyze", *multipart([photo], {}))
        if self.student.statuses[503] == before:
            return True
        self.refusals.append(page)
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "objects")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def variables(
    server: Server, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """What service and workers are told, on a database with the queue's tables."""
    with postgres.fresh(tables=True) as url:
        wiring: Wiring = create_app({"database_url": url}).extensions[EXTENSION]
        tables.bring(wiring.database)
        wiring.database.engine.dispose()
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        yield {
            "DATABASE_URL": url, "UPLOAD_URL": f"s3://{BUCKET}/uploads", "AWS_ENDPOINT_URL": server.url,
            **CREDENTIALS, **MANY,
        }  # fmt: skip


def _folder(parent: Path, name: str) -> Path:
    """Return the folder of a machine of its own."""
    made = parent / name
    made.mkdir()
    return made


def test_a_bucket_that_is_killed_three_times_loses_no_photo_and_none_is_read_twice(
    server: Server, variables: dict[str, str], photo: bytes, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        web = Service(_folder(tmp_path, "web"), QUEUE="postgresql", **variables)
        workers = [WorkerProcess(_folder(tmp_path, name), app="app", **variables) for name in ("one", "two")]
        for started in (web, *workers):
            stack.enter_context(started)
        database = Database(variables["DATABASE_URL"])
        senders = [
            Sender(Student(web, database), [photo + bytes([who, n]) for n in range(PHOTOS)])
            for who in range(STUDENTS)
        ]
        with ThreadPoolExecutor(STUDENTS) as pool:
            sending = [pool.submit(sender.send_all) for sender in senders]
            for number in range(RESTARTS):
                _restart(server, workers, senders, after=STUDENTS * PHOTOS * number // RESTARTS)
            for each in sending:
                each.result()
        all_have_ended(database, STUDENTS * PHOTOS)
        _each_was_read_once(database)
        for sender in senders:
            assert set(sender.student.statuses) == {200, 503}
            assert all(REFUSED in page for page in sender.refusals)
        _nothing_stays(database, Bucket(BucketAddress("s3", BUCKET, "uploads", server.url)), tmp_path)
        assert all("Traceback" not in process.log for process in (web, *workers))
        database.engine.dispose()


def _restart(server: Server, workers: list[WorkerProcess], senders: list[Sender], *, after: int) -> None:
    """Kill the bucket once so many photos were taken; start it when a student and a worker have met it."""
    until(lambda: sum(sender.taken for sender in senders) > after, "photos that were taken")
    refused = [len(sender.refusals) for sender in senders]
    failed = _failures(workers)
    server.kill()
    until(
        lambda: any(len(sender.refusals) > count for sender, count in zip(senders, refused, strict=True)),
        "a student who is refused",
    )
    until(lambda: _failures(workers) > failed, "a worker that cannot reach its bucket")
    server.start()


def _failures(workers: list[WorkerProcess]) -> int:
    return sum(worker.log.count("The bucket failed at") for worker in workers)


def _each_was_read_once(database: Database) -> None:
    assert {(job.attempts, job.error_code) for job in jobs(database)} == {(1, None)}


def _nothing_stays(database: Database, bucket: Bucket, machines: Path) -> None:
    """No object of an ended job, and no copy on any machine."""
    known = {job.id for job in jobs(database)}

    def is_empty() -> bool:
        with suppress(BucketDown):
            return not known & names(bucket)
        return False

    until(is_empty, "an empty bucket", seconds=LEFT_SECONDS)
    assert list(machines.glob("*/instance/uploads/*.fetched")) == []
