"""Jobs that ended 30 days ago go, their numbers and packs stay."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from studylens.budget_limits import JOBS_KEPT_DAYS
from studylens.jobs import ended, leases, readings
from studylens.jobs.housekeeper import sweep
from studylens.models import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    Batch,
    Folder,
    Job,
    JobStage,
    Pack,
    StageSum,
    now,
)
from studylens.study.packs.privacy import is_private
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.web.world import add_job, add_pack

pytestmark = pytest.mark.own_sql
OLD = timedelta(days=JOBS_KEPT_DAYS, minutes=1)


def age(wiring: Wiring, job_id: str, by: timedelta = OLD, **changes: Any) -> None:
    with wiring.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(finished_at=now() - by, **changes))


def job_of(wiring: Wiring, pack_id: str) -> str:
    with wiring.database.reading() as session:
        return session.scalars(
            select(Job.id).join(Pack, Pack.job_id == Job.id).where(Pack.id == pack_id)
        ).one()


def rows(wiring: Wiring, model: type[Any]) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_old_jobs_go_with_their_batches_and_readings_and_are_counted(wiring: Wiring) -> None:
    guest = add_guest(wiring)
    pack_id = add_pack(wiring, guest)
    age(wiring, job_of(wiring, pack_id))
    for state in (FAILED, FAILED, CANCELLED):
        age(wiring, add_job(wiring, guest, state=state))
    younger = add_job(wiring, guest, state=DONE)
    age(wiring, younger, OLD - timedelta(hours=1))
    waiting = add_job(wiring, guest, state=QUEUED, text="Osmosis", kind="text")
    sweep(wiring.database, wiring.folder)
    with wiring.database.reading() as session:
        assert set(session.scalars(select(Job.id))) == {younger, waiting}
        assert ended.counted(session) == {DONE: 1, FAILED: 2, CANCELLED: 1}
        assert session.get_one(Pack, pack_id).job_id is None
    assert rows(wiring, Batch) == 2
    assert rows(wiring, JobStage) == 0


def test_folders_of_machines_that_are_gone_go_after_their_jobs(wiring: Wiring) -> None:
    guest, long_ago = add_guest(wiring), now() - OLD
    age(wiring, add_job(wiring, guest, state=DONE, folder_id="a" * 32))
    add_job(wiring, guest, state=DONE, folder_id="b" * 32, finished_at=now())
    with wiring.database.writing() as session:
        session.add_all(Folder(folder_id=each * 32, seen_at=long_ago) for each in "abc")
    sweep(wiring.database, wiring.folder)
    with wiring.database.reading() as session:
        assert set(session.scalars(select(Folder.folder_id))) == {"b" * 32, wiring.folder.folder_id}


def test_a_sweep_takes_them_in_steps(wiring: Wiring) -> None:
    guest = add_guest(wiring)
    for _ in range(5):
        age(wiring, add_job(wiring, guest, state=DONE))
    with wiring.database.writing() as session:
        assert ended.step(session, 2 * ended._JOB_ROWS)
    assert rows(wiring, Job) == 3
    with wiring.database.writing() as session:
        assert not ended.step(session, 4 * ended._JOB_ROWS)
    assert rows(wiring, Job) == 0


def test_a_lecture_that_is_not_joined_yet_keeps_its_jobs(wiring: Wiring) -> None:
    job_id = add_job(wiring, add_guest(wiring), state=DONE)
    age(wiring, job_id)
    with wiring.database.writing() as session:
        session.execute(update(Batch).values(joining=True))
    ended.forget_old(wiring.database, seconds=1)
    assert rows(wiring, Job) == 1


def test_a_pack_of_a_private_photo_stays_private(wiring: Wiring) -> None:
    pack_id = add_pack(wiring, add_guest(wiring))
    age(wiring, job_of(wiring, pack_id), private=True)
    with wiring.database.reading() as session:
        assert is_private(session, session.get_one(Pack, pack_id))
    ended.forget_old(wiring.database, seconds=1)
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, pack_id)
        assert (pack.job_id, pack.made_here, is_private(session, pack)) == (None, True, True)


def test_readings_count_on_when_their_jobs_are_gone(wiring: Wiring) -> None:
    pack_id = add_pack(wiring, add_guest(wiring))  # Its readings are of a release that kept no sums.
    readings.begin(wiring.database)
    before = readings.stage_peaks(wiring.database)
    assert before["after_gemini"] == {"count": 1, "max_rss_mb": 120.5, "max_service_mb": 181.0}
    age(wiring, job_of(wiring, pack_id))
    sweep(wiring.database, wiring.folder)
    assert readings.stage_peaks(wiring.database) == before
    add_job(wiring, add_guest(wiring), text="Osmosis", kind="text")
    claimed = leases.claim(wiring.database, wiring.folder.folder_id, "r" * 32)
    assert claimed is not None
    higher = JobStage(stage="after_gemini", rss_mb=200.0, service_mb=100.0)
    leases.record_stage(wiring.database, claimed, higher)
    readings.begin(wiring.database)  # A second time it counts nothing.
    found = readings.stage_peaks(wiring.database)
    assert found["after_gemini"] == {"count": 2, "max_rss_mb": 200.0, "max_service_mb": 181.0}
    assert list(found) == list(before)
    assert rows(wiring, StageSum) == len(before) + 1
