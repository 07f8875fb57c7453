"""What a running job tells is kept with it alone, and whether a folder has work is known."""

from dataclasses import asdict

import pytest

from database_config import Database
from studylens.analysis.protocol.taught import Answer, Seen
from studylens.jobs import leases, readings
from studylens.jobs.folder import UploadFolder
from studylens.models import Job, JobStage
from studylens.web.door.wiring import Wiring
from tests.jobs.fake_analysis import analysis
from tests.jobs.test_queue import change, claim, job, send, upload
from tests.study.exchange.world import add_guest

pytestmark = pytest.mark.own_sql


@pytest.fixture
def folder(wiring: Wiring) -> UploadFolder:
    return wiring.folder


@pytest.fixture
def guest(wiring: Wiring) -> int:
    return add_guest(wiring)


def stage(service_mb: float) -> JobStage:
    return JobStage(stage="after_decode", rss_mb=50.0, service_mb=service_mb)


def test_a_folder_has_work_while_a_job_of_it_waits_or_runs(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    own = folder.folder_id
    assert not leases.work_waits(database, own)
    send(database, folder, guest, uploads=(upload(),))
    assert leases.work_waits(database, own)
    assert not leases.work_waits(database, "f" * 32)
    claimed = claim(database, folder)
    assert leases.work_waits(database, own)  # A dead runner may have left it.
    leases.finish(database, claimed, analysis("text"))
    assert not leases.work_waits(database, own)


def test_progress_is_kept_with_the_job_that_runs_and_begins_anew_with_each_stage(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    mine, other = send(database, folder, guest, uploads=(upload(), upload()))
    claimed = claim(database, folder)
    leases.record_progress(database, claimed, "3/7")
    assert [job(database, each).progress for each in (mine, other)] == ["3/7", ""]
    leases.record_stage(database, claimed, stage(100.0))
    assert [(row.stage, row.progress) for row in (job(database, mine), job(database, other))] == [
        ("after_decode", ""), ("", ""),
    ]  # fmt: skip
    change(database, mine, runner_id="another")
    leases.record_progress(database, claimed, "4/7")
    assert job(database, mine).progress == ""


def test_what_sets_say_of_a_photo_is_kept_with_it_alone(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    mine, other = send(database, folder, guest, uploads=(upload(), upload()))
    answer = Answer(1, "sure", 2, 0.9, 3)
    leases.note_seen(database, claim(database, folder), Seen((answer,)))
    assert job(database, mine).identified == [asdict(answer)]
    assert not job(database, other).identified


def test_the_peak_is_that_of_the_own_batch_once_all_of_it_has_ended(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (alone,) = send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    leases.record_stage(database, claimed, stage(900.0))
    leases.finish(database, claimed, analysis("text"))
    assert readings.batch_peak(database, claimed.job_id) == 900.0
    first, _ = send(database, folder, guest, uploads=(upload(), upload()))
    claims = []
    for service_mb in (120.0, 110.0):
        claims.append(claim(database, folder))
        leases.record_stage(database, claims[-1], stage(service_mb))
        assert readings.batch_peak(database, claims[0].job_id) is None
        leases.finish(database, claims[-1], analysis("text"))
    assert claims[0].job_id == first != alone
    assert [readings.batch_peak(database, each.job_id) for each in claims] == [120.0, 120.0]


def test_a_later_attempt_forgets_the_readings_of_an_earlier_one(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    first = claim(database, folder)
    leases.record_stage(database, first, stage(100.0))
    leases.hand_back(database, first)
    second = claim(database, folder)
    leases.record_stage(database, second, stage(110.0))
    with database.reading() as session:
        assert [row.service_mb for row in session.get_one(Job, job_id).stages] == [110.0]
