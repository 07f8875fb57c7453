"""What a real service meets in a term: disks that fill, a database cut off, two releases. `make soak`."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from database_config import Database
from studylens.jobs.patience import OUTAGE_SECONDS
from studylens.models import Job, Pack
from tests.long.students import Student
from tests.long.test_soak import live, scaled, send, states
from tests.postgres import Postgres
from tests.service import Service, multipart
from tests.waiting import until

pytestmark = pytest.mark.timeout(4 * 3_600)
SCALE = float(os.environ.get("SOAK", "1"))
CUT_SECONDS = 1.5 * OUTAGE_SECONDS
"""Longer than a finished answer waits for its database: the job is then done again."""
UPLOADS, DISK_MB = 200, 48
MANY = {"ANALYSES_PER_HOUR": "1000000", "ENGINES": "ocr", "ANALYSIS_IDLE_SECONDS": "5"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own; mounting it needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def database_of(service: Service) -> Database:
    return Database(f"sqlite:///{service.folder / 'instance' / 'studylens.sqlite3'}")


def all_have_ended(database: Database, sent: int) -> None:
    """Every job that was taken has ended, and each that is done has one pack."""
    until(lambda: live(database) == 0, "the end of all jobs", seconds=3_600)
    with database.reading() as session:
        packs = session.scalar(select(func.count()).where(Pack.job_id.is_not(None))) or 0
        several = (
            select(Pack.job_id).where(Pack.job_id.is_not(None)).group_by(Pack.job_id).having(func.count() > 1)
        )
        assert session.scalars(several).all() == []
    assert sum(states(database).values()) == sent
    assert packs == states(database).get("done", 0)


def taken(student: Student) -> int:
    return student.statuses[202]


def test_a_full_disk_refuses_by_name_and_goes_on_when_there_is_room(disk: Path, photo: bytes) -> None:
    with Service(disk, **MANY, DISK_RESERVE_MB="4") as service:
        service.get_json(f"/jobs/{'0' * 32}")
        database = database_of(service)
        student = Student(service, database, cards=5)
        send(student, 0, photo)
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 5 * 2**20))
        for _ in range(5):
            assert "disk_full" in student.ask("/analyze?wait=0", *_large(photo), "application/json")
        assert student.review()
        assert service.get_json("/health")[0] == 200
        ballast.unlink()
        send(student, 0, photo)
        assert set(student.statuses) <= {200, 202, 507}
        all_have_ended(database, taken(student))
        database.engine.dispose()
        assert "Traceback" not in service.log


def _large(photo: bytes) -> tuple[bytes, str]:
    return multipart([photo + bytes(2 * 2**20)], {})


def test_a_service_on_a_disk_that_may_not_be_written_says_so_and_comes_back(disk: Path, photo: bytes) -> None:
    with Service(disk, **MANY, DISK_RESERVE_MB="0") as service:
        service.get_json(f"/jobs/{'0' * 32}")
        database = database_of(service)
        student = Student(service, database, cards=5)
        send(student, 0, photo)
        all_have_ended(database, 1)
    database.engine.dispose()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    again = Service(disk, **MANY, DISK_RESERVE_MB="0")
    again.log_path = disk.parent / "again.log"
    with again:
        student.move_to(again)
        assert "Nothing was lost" in student.ask("/packs")
        student.ask("/analyze?wait=0", *_large(photo), "application/json")
        assert set(student.statuses) == {503}
        assert again.get_json("/health")[0] == 200
        assert "mounted read-only" in again.log
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        student.statuses.clear()
        assert student.review()
        send(student, 0, photo)
        assert set(student.statuses) == {200, 202}
        all_have_ended(database, 2)
        assert "Traceback" not in again.log
    database.engine.dispose()


def test_a_database_that_is_cut_off_for_minutes_loses_nothing(
    tmp_path: Path, photo: bytes, postgres: Postgres
) -> None:
    with postgres.fresh(tables=True) as url, Service(tmp_path, DATABASE_URL=url, **MANY) as service:
        database = Database(url)
        student = Student(service, database)
        for number in range(4):
            send(student, 5 * number, photo)
        until(lambda: states(database).get("running"), "a job that runs")
        database.engine.dispose()
        with postgres.away():
            _ask_while_it_is_away(service, student, CUT_SECONDS * max(SCALE, 0.1))
        until(lambda: service.get_json("/get_progress_stats")[0] == 200, "the database again")
        send(student, 0, photo)
        all_have_ended(database, taken(student))
        assert "Traceback" not in service.log
        database.engine.dispose()


def _ask_while_it_is_away(service: Service, student: Student, seconds: float) -> None:
    before, end = dict(student.statuses), time.monotonic() + seconds
    while time.monotonic() < end:
        assert service.get_json("/health")[0] == 200
        assert "Nothing was lost" in student.ask("/packs")
        student.ask(
            "/analyze?wait=0", b"text=Osmosis", "application/x-www-form-urlencoded", "application/json"
        )
    assert {status for status in student.statuses if student.statuses[status] > before.get(status, 0)} == {
        503
    }


@pytest.mark.parametrize("apart", [False, True], ids=["on one disk", "each on a disk of its own"])
def test_two_releases_that_run_at_once_end_no_job_of_the_other(
    tmp_path: Path, photo: bytes, postgres: Postgres, *, apart: bool
) -> None:
    """As in a deployment: the new one starts, both are asked, the old one is told to end, with work to do."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.fresh(tables=True))
        folders = [tmp_path / "old", tmp_path / ("new" if apart else "old")]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        old, new = (Service(folder, DATABASE_URL=url, **MANY) for folder in folders)
        stack.enter_context(old)
        stack.enter_context(new)
        database = Database(url)
        students = [Student(service, database) for service in (old, new)]
        for number in range(scaled(UPLOADS)):
            send(students[number % 2], number, photo)
            until(lambda: live(database) < 20, "a shorter queue", seconds=600)
        until(lambda: live(database) == 0 or not apart, "what the old one has taken", seconds=3_600)
        old.stop()
        send(students[1], 1, photo)
        all_have_ended(database, sum(taken(student) for student in students))
        with database.reading() as session:
            assert session.scalar(select(func.count()).where(Job.error_code == "upload_lost")) == 0
        database.engine.dispose()
