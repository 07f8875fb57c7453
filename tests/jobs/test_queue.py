"""The queue's rows: submit, order, leases, attempts, recovery, and what two machines do to each other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from database_config import Database
from studylens import limits
from studylens.errors import AnalysisCrashed, Busy, Cancelled, DiskFull, OutOfMemory, QuotaReached
from studylens.jobs import leases, queue
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import sweep
from studylens.jobs.turns import place
from studylens.models import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Folder,
    Guest,
    Job,
    Pack,
    new_id,
    now,
)
from studylens.uploads.upload import Upload
from studylens.web.door.wiring import Wiring
from tests.jobs.fake_analysis import analysis

pytestmark = pytest.mark.own_sql

RUNNER = "r" * 32


@pytest.fixture
def folder(wiring: Wiring) -> UploadFolder:
    return wiring.folder


@pytest.fixture
def guest(database: Database) -> int:
    with database.writing() as session:
        made = Guest(token_hash=new_id())
        session.add(made)
    return made.id


def upload(data: bytes = b"photo") -> Upload:
    return Upload(
        data=data, name="a.jpg", kind="jpeg", width=10, height=10, progressive=False, sha256="0" * 64
    )


def send(
    database: Database, folder: UploadFolder, guest: int, *, per_hour: int = 1000, **fields: Any
) -> list[str]:
    """Submit and return the job ids in their order."""
    submission = queue.Submission(guest_id=guest, address_hash="address", **fields)
    batch_id = queue.submit(database, folder, submission, quota=queue.Quota(per_hour, per_hour))
    with database.reading() as session:
        return list(session.scalars(select(Job.id).where(Job.batch_id == batch_id).order_by(Job.number)))


def job(database: Database, job_id: str) -> Job:
    with database.reading() as session:
        found = session.get(Job, job_id)
        assert found is not None
        return found


def change(database: Database, job_id: str, **values: Any) -> None:
    with database.writing() as session:
        row = session.get(Job, job_id)
        for name, value in values.items():
            setattr(row, name, value)


def claim(database: Database, folder: UploadFolder) -> leases.Claim:
    claimed = leases.claim(database, folder.folder_id, RUNNER)
    assert claimed is not None
    return claimed


def test_submit_writes_one_file_and_one_row_for_each_photo(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    ids = send(database, folder, guest, uploads=(upload(b"one"), upload(b"two")))
    assert [folder.path(job_id).read_bytes() for job_id in ids] == [b"one", b"two"]
    assert [job(database, job_id).state for job_id in ids] == [QUEUED, QUEUED]


def test_the_same_sent_twice_at_once_leaves_one_file(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (kept,) = send(database, folder, guest, uploads=(upload(),), batch_id="b" * 32)
    with pytest.raises(IntegrityError):
        send(database, folder, guest, uploads=(upload(),), batch_id="b" * 32)
    assert folder.job_ids() == {kept}


def test_full_disk_keeps_neither_file_nor_row(
    database: Database, folder: UploadFolder, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = folder.write

    def write(job_id: str, data: bytes) -> None:
        if data == b"two":
            raise DiskFull
        written(job_id, data)

    monkeypatch.setattr(folder, "write", write)
    with pytest.raises(DiskFull):
        send(database, folder, guest, uploads=(upload(b"one"), upload(b"two")))
    assert folder.job_ids() == set()
    with database.reading() as session:
        assert session.scalar(select(func.count(Job.id))) == 0


def test_quota_counts_guest_and_address_and_keeps_nothing(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    send(database, folder, guest, per_hour=3, uploads=(upload(), upload()))
    with pytest.raises(QuotaReached):
        send(database, folder, guest, per_hour=3, uploads=(upload(), upload()))
    with pytest.raises(QuotaReached):  # Another guest, but the same address.
        send(database, folder, guest + 1, per_hour=2, text="notes")
    assert len(folder.job_ids()) == 2


def test_full_queue_is_busy(
    database: Database, folder: UploadFolder, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_QUEUED_JOBS", 2)
    monkeypatch.setattr(limits, "MOST_QUEUED_JOBS", 2)
    with pytest.raises(Busy):
        send(database, folder, guest, uploads=(upload(), upload(), upload()))


def test_texts_go_before_the_same_students_photos_and_photos_keep_their_order(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    photos = send(database, folder, guest, uploads=(upload(), upload()))
    (text,) = send(database, folder, guest, text="notes")
    with database.reading() as session:
        places = [place.place_in_queue(session, session.get_one(Job, job_id)) for job_id in (text, *photos)]
    assert places == [1, 2, 3]
    assert [claim(database, folder).job_id for _ in range(3)] == [text, *photos]


def test_claim_counts_the_attempt_before_the_work(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claim(database, folder)
    row = job(database, job_id)
    assert (row.state, row.attempts, row.runner_id) == (RUNNING, 1, RUNNER)
    assert row.lease_until is not None
    assert timedelta(0) < row.lease_until - now() <= timedelta(seconds=limits.LEASE_SECONDS)


def test_renewal_extends_only_the_own_lease(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    past = now() - timedelta(minutes=5)
    change(database, job_id, lease_until=past, runner_id="other")
    leases.renew(database, claimed)
    assert job(database, job_id).lease_until == past
    change(database, job_id, runner_id=RUNNER)
    leases.renew(database, claimed)
    assert job(database, job_id).lease_until > now()  # type: ignore[operator]


def test_finish_keeps_the_pack_and_the_state_together(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    assert leases.finish(database, claim(database, folder), analysis("text"))
    assert job(database, job_id).state == DONE
    with database.reading() as session:
        assert session.scalar(select(Pack.job_id)) == job_id


def test_a_job_is_never_finished_twice(database: Database, folder: UploadFolder, guest: int) -> None:
    send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    leases.recover(database, folder.folder_id)
    second = claim(database, folder)
    assert not leases.finish(database, claimed, analysis("late"))
    assert leases.finish(database, second, analysis("in time"))
    assert not leases.finish(database, second, analysis("again"))
    with database.reading() as session:
        assert session.scalar(select(func.count(Pack.id))) == 1


def test_attempts_are_bounded(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    again = [leases.retry_or_fail(database, claim(database, folder), OutOfMemory()) for _ in range(3)]
    assert again == [True, True, False]
    row = job(database, job_id)
    assert (row.state, row.error_code, row.attempts) == (FAILED, "out_of_memory", 3)


def test_hand_back_does_not_count(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    for _ in range(5):
        leases.hand_back(database, claim(database, folder))
    assert (job(database, job_id).state, job(database, job_id).attempts) == (QUEUED, 0)


@pytest.mark.parametrize("let_go", [
    leases.hand_back,
    lambda database, claimed: leases.retry_or_fail(database, claimed, OutOfMemory()),
    lambda database, claimed: leases.fail(database, claimed, OutOfMemory()),
    lambda database, claimed: leases.finish(database, claimed, analysis("text")),
], ids=["hand back", "retry", "fail", "finish"])  # fmt: skip
def test_whoever_lets_go_of_a_job_lets_go_of_no_other(
    database: Database, folder: UploadFolder, guest: int, let_go: Callable[[Database, leases.Claim], object]
) -> None:
    done, failed, elsewhere, waiting, mine = send(database, folder, guest, uploads=(upload(),) * 5)
    leases.finish(database, claim(database, folder), analysis("text"))
    leases.fail(database, claim(database, folder), OutOfMemory())
    claim(database, folder)
    change(database, elsewhere, folder_id="f" * 32, runner_id="other")
    change(database, waiting, not_before=now() + timedelta(hours=1))
    others = (done, failed, elsewhere, waiting)
    before = [_row(database, each) for each in others]
    claimed = claim(database, folder)
    assert claimed.job_id == mine
    let_go(database, claimed)
    assert [_row(database, each) for each in others] == before


def _row(database: Database, job_id: str) -> dict[str, Any]:
    """Return all columns but the turn, which follows from those of others."""
    row = job(database, job_id)
    return {
        column.name: getattr(row, column.name) for column in Job.__table__.columns if column.name != "turn"
    }


def test_a_runner_goes_on_while_its_job_is_wanted_and_its_own(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    assert leases.still_wanted(database, claimed)
    queue.cancel(database, folder, job_id)
    with pytest.raises(Cancelled):
        leases.still_wanted(database, claimed)


def test_recover_leaves_what_another_machine_works_on(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    theirs, unwanted, spent, waiting = send(database, folder, guest, uploads=(upload(),) * 4)
    for _ in range(3):
        claim(database, folder)
    for each in (theirs, unwanted, spent):
        change(database, each, folder_id="f" * 32)
    queue.cancel(database, folder, unwanted)
    change(database, spent, attempts=limits.MAX_ATTEMPTS)
    change(database, waiting, attempts=limits.MAX_ATTEMPTS, cancel_requested=True)  # It runs nowhere.
    leases.recover(database, folder.folder_id)
    assert [job(database, each).state for each in (theirs, unwanted, spent)] == [RUNNING] * 3
    assert job(database, waiting).state == QUEUED


def test_recover_requeues_ends_the_spent_and_honours_cancels(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    fresh, spent, unwanted = send(database, folder, guest, uploads=(upload(), upload(), upload()))
    for _ in range(3):
        claim(database, folder)
    change(database, spent, attempts=limits.MAX_ATTEMPTS)
    queue.cancel(database, folder, unwanted)
    leases.recover(database, folder.folder_id)
    assert [job(database, job_id).state for job_id in (fresh, spent, unwanted)] == [QUEUED, FAILED, CANCELLED]
    assert job(database, spent).error_code == AnalysisCrashed.code


def test_cancel_ends_a_waiting_job_and_removes_its_photo(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    queue.cancel(database, folder, job_id)
    assert job(database, job_id).state == CANCELLED
    assert folder.job_ids() == set()


def test_cancel_leaves_an_ended_job_alone(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    leases.finish(database, claim(database, folder), analysis("text"))
    queue.cancel(database, folder, job_id)
    assert job(database, job_id).state == DONE


def test_a_cancel_just_before_the_answer_counts(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    queue.cancel(database, folder, job_id)
    assert leases.finish(database, claimed, analysis("too late"))
    assert job(database, job_id).state == CANCELLED
    with database.reading() as session:
        assert session.scalar(select(func.count(Pack.id))) == 0


def test_only_the_runner_that_has_the_job_may_fail_it(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claimed = claim(database, folder)
    leases.recover(database, folder.folder_id)
    assert not leases.still_wanted(database, claimed)
    assert not leases.fail(database, claimed, OutOfMemory())
    assert job(database, job_id).state == QUEUED


def test_sweep_removes_files_without_a_live_job_and_keeps_the_others(
    database: Database, folder: UploadFolder, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (live,) = send(database, folder, guest, uploads=(upload(),))
    orphan = new_id()
    folder.write(orphan, b"left by a killed request")
    sweep(database, folder)
    assert folder.job_ids() == {live, orphan}  # Its row may be on its way.
    monkeypatch.setattr("studylens.limits.ORPHAN_FILE_SECONDS", 0)
    sweep(database, folder)
    assert folder.job_ids() == {live}


def test_sweep_ends_a_waiting_job_whose_photo_is_gone(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    folder.remove(job_id)
    sweep(database, folder)
    assert job(database, job_id).error_code == "upload_lost"


def test_jobs_of_a_folder_that_nobody_serves_end_after_ten_minutes(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    long_ago = now() - timedelta(seconds=limits.FOREIGN_QUEUE_SECONDS + 1)
    change(database, job_id, folder_id="f" * 32)
    sweep(database, folder)
    assert job(database, job_id).state == QUEUED
    change(database, job_id, created_at=long_ago)
    sweep(database, folder)
    assert (job(database, job_id).state, job(database, job_id).error_code) == (FAILED, "upload_lost")


def test_a_living_machine_keeps_its_long_queue(database: Database, folder: UploadFolder, guest: int) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    change(database, job_id, folder_id="f" * 32, created_at=now() - timedelta(hours=1))
    with database.writing() as session:
        session.add(Folder(folder_id="f" * 32, seen_at=now()))
    sweep(database, folder)
    assert job(database, job_id).state == QUEUED


def test_a_foreign_running_job_ends_only_when_its_lease_is_over(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    claim(database, folder)
    change(database, job_id, folder_id="f" * 32)
    sweep(database, folder)
    assert job(database, job_id).state == RUNNING
    change(database, job_id, lease_until=now() - timedelta(seconds=1))
    sweep(database, folder)
    assert job(database, job_id).error_code == "upload_lost"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_by_a_day_ends_no_job_of_ours(
    database: Database, folder: UploadFolder, guest: int, days: int
) -> None:
    running, waiting = send(database, folder, guest, uploads=(upload(), upload()))
    claim(database, folder)
    jump = timedelta(days=days)
    change(database, running, created_at=now() - jump, started_at=now() - jump, lease_until=now() - jump)
    change(database, waiting, created_at=now() - jump)
    sweep(database, folder)
    assert [job(database, each).state for each in (running, waiting)] == [RUNNING, QUEUED]
    assert folder.job_ids() == {running, waiting}


def test_a_runner_claims_only_jobs_of_its_own_folder(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    (job_id,) = send(database, folder, guest, uploads=(upload(),))
    assert leases.claim(database, "f" * 32, RUNNER) is None
    assert claim(database, folder).job_id == job_id


def test_the_estimate_comes_from_past_jobs_or_not_at_all(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    past, waiting = send(database, folder, guest, uploads=(upload(), upload()))
    with database.reading() as session:
        assert place.estimate_seconds(session, session.get_one(Job, waiting)) is None
    change(database, past, state=DONE, started_at=now() - timedelta(seconds=40), finished_at=now())
    with database.reading() as session:
        assert place.estimate_seconds(session, session.get_one(Job, waiting)) == pytest.approx(40, abs=1)
        assert place.estimate_seconds(session, session.get_one(Job, past)) is None
