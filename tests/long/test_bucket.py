"""A bucket that hangs under a real service, and a worker that is killed: no photo is lost, none stays."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from database_config import Database
from studylens.bucket_variables import BucketAddress
from studylens.models import DONE, Job
from studylens.storage.bucket import Bucket
from tests.service import HOME, Service, free_port
from tests.storage.server import BUCKET, CREDENTIALS
from tests.waiting import until

pytestmark = pytest.mark.timeout(900)
PHOTOS = 6
LEFT_SECONDS = 60
"""How long an object may outlive its job."""


@pytest.fixture
def server() -> Iterator[tuple[int, str]]:
    """An S3 server as a process of its own: its id and its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.storage.server", "--port", str(port)]
    with subprocess.Popen(command, cwd=HOME) as process:
        url = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            try:
                urllib.request.urlopen(f"{url}/{BUCKET}").close()
            except (urllib.error.URLError, ConnectionError):
                return False
            return True

        until(answers, "the S3 server")
        yield process.pid, url
        os.kill(process.pid, signal.SIGCONT)
        process.kill()


def jobs(database: Database) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job)))


def names(bucket: Bucket) -> set[str]:
    return {kept.name for kept in bucket.objects()}


def test_a_bucket_that_hangs_costs_no_photo_and_no_attempt(
    server: tuple[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, url = server
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    photo = (HOME / "tests" / "images" / "page.png").read_bytes()
    variables = {"UPLOAD_URL": f"s3://{BUCKET}/uploads", "AWS_ENDPOINT_URL": url, **CREDENTIALS}
    kept = Bucket(BucketAddress("s3", BUCKET, "uploads", url))
    with Service(tmp_path, ENGINES="ocr", **variables) as service:
        database = Database(f"sqlite:///{tmp_path / 'instance' / 'studylens.sqlite3'}")
        assert service.analyze(*[photo] * PHOTOS, wait=0)[0] == 202
        os.kill(pid, signal.SIGSTOP)
        status, told = service.analyze(photo, wait=0)
        assert (status, told["error"]["code"]) == (503, "bucket")
        until(lambda: "The bucket failed at get" in service.log, "a photo that could not be fetched")
        os.kill(pid, signal.SIGCONT)
        until(lambda: {job.state for job in jobs(database)} == {DONE}, "the end of all", seconds=300)
        assert [(job.attempts, job.error_code) for job in jobs(database)] == [(1, None)] * PHOTOS

        assert service.analyze(*[photo] * PHOTOS, wait=0)[0] == 202
        until(
            lambda: any(job.stage == "after_decode" for job in jobs(database)), "a photo that is being read"
        )
        os.kill(service.pids()["web"], signal.SIGKILL)
        until(lambda: {job.state for job in jobs(database)} == {DONE}, "the end of all", seconds=300)
        known = {job.id for job in jobs(database)}
        until(
            lambda: not known & {one.name for one in kept.objects()}, "an empty bucket", seconds=LEFT_SECONDS
        )
        assert len(known) == 2 * PHOTOS
        database.engine.dispose()
