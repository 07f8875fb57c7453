"""Rows and their messages: kept and lost together, in the order of turns, harmless when they come twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from studylens.errors import Busy
from studylens.jobs import leases, queue
from studylens.jobs.distributed import claims
from studylens.jobs.engine import line_of
from studylens.jobs.turns import order as turns
from studylens.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Batch
from studylens.web.door.wiring import Wiring
from tests.jobs.distributed.conftest import fetch, messages_of, new_worker, rows
from tests.jobs.fake_analysis import analysis
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import guest, job
from tests.waiting import until

pytestmark = pytest.mark.postgresql("Procrastinate's tables are PostgreSQL's")
_WAITING = """
    SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
SOON = 0.001
"""Seconds of silence after which a worker is dead here."""


def photos(shared: Wiring, student: int, count: int = 1) -> list[str]:
    uploads = tuple(upload(b"photo %d" % number) for number in range(count))
    return send(shared.database, shared.folder, student, uploads=uploads)


def taken(shared: Wiring, *, silent_seconds: float = 0) -> leases.Claim:
    """Take the next job by its message, as a worker does that was last heard so long ago."""
    message, job_id = fetch(shared, new_worker(shared, silent_seconds=silent_seconds))
    claimed = claims.claim(shared.database, job_id, message)
    assert claimed is not None
    return claimed


def test_a_job_and_its_message_are_kept_together_or_not_at_all(shared: Wiring, student: int) -> None:
    def refuse(session: Session, batch: Batch) -> None:
        session.flush()
        raise Busy

    submission = queue.Submission(student, "", (upload(b"photo"),))
    with pytest.raises(Busy):
        queue.submit(shared.database, shared.folder, submission, quota=queue.NO_BOUND, alongside=refuse)
    assert (messages_of(shared), rows(shared, "SELECT id FROM jobs")) == ([], [])
    (kept,) = photos(shared, student)
    assert messages_of(shared) == [(kept, "todo")]


def test_one_photo_behind_anothers_ten_waits_for_two_at_most(shared: Wiring, student: int) -> None:
    first, *_ = ten = photos(shared, student, 10)
    assert taken(shared).job_id == first
    (one,) = photos(shared, guest(shared))
    order = [job_id for job_id, state in messages_of(shared) if state == "todo"]
    assert order.index(one) <= 1
    assert sorted(order) == sorted([*ten[1:], one])


def test_a_message_that_comes_twice_does_nothing(shared: Wiring, student: int) -> None:
    photos(shared, student)
    claimed = taken(shared)
    assert claims.claim(shared.database, claimed.job_id, 4_711) is None
    assert leases.finish(shared.database, claimed, analysis("a line"))
    assert claims.claim(shared.database, claimed.job_id, 4_711) is None
    found = job(shared, claimed.job_id)
    assert (found.state, found.attempts) == (DONE, 1)


def test_a_cancelled_job_takes_its_message_with_it(shared: Wiring, student: int) -> None:
    one, two = photos(shared, student, 2)
    queue.cancel(shared.database, shared.folder, one)
    assert messages_of(shared) == [(two, "todo")]
    claimed = taken(shared)
    queue.cancel(shared.database, shared.folder, two)
    assert job(shared, claimed.job_id).cancel_requested


def test_what_is_handed_back_waits_with_a_message_of_its_own_and_uncounted(
    shared: Wiring, student: int
) -> None:
    (one,) = photos(shared, student)
    leases.hand_back(shared.database, taken(shared))
    assert sorted(messages_of(shared)) == [(one, "doing"), (one, "todo")]
    assert (job(shared, one).state, job(shared, one).attempts) == (QUEUED, 0)


def test_who_lets_a_job_wait_again_holds_the_line_before_the_row(shared: Wiring, student: int) -> None:
    photos(shared, student)
    claimed = taken(shared)
    with ThreadPoolExecutor(1) as other, shared.database.writing() as cancelling:
        line_of(cancelling).hold(cancelling)
        going = other.submit(leases.hand_back, shared.database, claimed)
        until(lambda: rows(shared, _WAITING), "its wait for the line")
        rows(shared, "SELECT id FROM jobs WHERE id = :id FOR UPDATE NOWAIT", id=claimed.job_id)
    going.result()
    assert job(shared, claimed.job_id).state == QUEUED


def test_the_job_of_a_dead_worker_runs_again_and_of_a_living_one_goes_on(
    shared: Wiring, student: int
) -> None:
    photos(shared, student, 2)
    dead, living = taken(shared, silent_seconds=60), taken(shared, silent_seconds=-60)
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert (job(shared, dead.job_id).state, job(shared, living.job_id).state) == (QUEUED, RUNNING)
    assert sorted(messages_of(shared)) == sorted([(dead.job_id, "todo"), (living.job_id, "doing")])
    assert not leases.finish(shared.database, dead, analysis("too late")), "it is not its own any more"
    again = taken(shared, silent_seconds=-60)
    assert (again.job_id, again.attempt) == (dead.job_id, 2)
    assert leases.finish(shared.database, again, analysis("a line"))


def test_what_was_cut_off_goes_before_all_that_wait(shared: Wiring, student: int) -> None:
    photos(shared, guest(shared), 3)
    photos(shared, student)
    dead = taken(shared, silent_seconds=60)
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert messages_of(shared)[0] == (dead.job_id, "todo")
    rows(shared, "DELETE FROM procrastinate_jobs")  # Its next worker dies between message and row.
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    photos(shared, student)  # All of this student's are dealt anew.
    assert messages_of(shared)[0] == (dead.job_id, "todo")


def test_a_job_that_kills_its_workers_ends_after_three(shared: Wiring, student: int) -> None:
    (poison,) = photos(shared, student)
    for _ in range(3):
        taken(shared, silent_seconds=60)
        claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    found = job(shared, poison)
    assert (found.state, found.attempts, found.error_code) == (FAILED, 3, "crashed")
    assert messages_of(shared) == []


def test_what_was_to_be_cancelled_ends_with_its_worker(shared: Wiring, student: int) -> None:
    (one,) = photos(shared, student)
    taken(shared, silent_seconds=60)
    queue.cancel(shared.database, shared.folder, one)
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert job(shared, one).state == CANCELLED


def test_right_after_a_start_of_the_server_nobody_is_dead(shared: Wiring, student: int) -> None:
    photos(shared, student)
    claimed = taken(shared, silent_seconds=60)
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=1e8)
    assert job(shared, claimed.job_id).state == RUNNING


def test_a_job_without_a_message_gets_one(shared: Wiring, student: int) -> None:
    (one,) = photos(shared, student)
    rows(shared, "DELETE FROM procrastinate_jobs")
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert messages_of(shared) == [(one, "todo")]


def test_a_job_whose_message_was_fetched_just_now_gets_no_other(shared: Wiring, student: int) -> None:
    (one,) = photos(shared, student)
    fetch(shared, new_worker(shared, silent_seconds=-60))
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    with shared.database.writing() as session:
        turns.deal_all(session, shared.folder.folder_id)  # As whoever takes another job of this student.
    assert messages_of(shared) == [(one, "doing")]
    rows(shared, "UPDATE procrastinate_events SET at = at - interval '1 minute'")  # Its answer was lost.
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert sorted(messages_of(shared)) == [(one, "doing"), (one, "todo")]


def test_a_message_goes_with_its_job_into_another_folder(shared: Wiring, student: int) -> None:
    (one,) = photos(shared, student)
    rows(shared, "UPDATE jobs SET folder_id = :to", to="b" * 32)  # As when a bucket is named.
    with shared.database.writing() as session:
        turns.deal_all(session, "b" * 32)
    assert rows(shared, "SELECT queueing_lock, queue_name FROM procrastinate_jobs") == [(one, "b" * 32)]


def test_a_job_that_is_held_back_has_a_message_that_is(shared: Wiring, student: int) -> None:
    photos(shared, student)
    rows(shared, "UPDATE jobs SET not_before = now() + interval '1 hour'")
    rows(shared, "DELETE FROM procrastinate_jobs")
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert rows(shared, "SELECT id FROM procrastinate_jobs WHERE scheduled_at > now()")
    assert rows(shared, "SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)",
                worker=new_worker(shared)) == [(None,)]  # fmt: skip


def test_jobs_whose_uploads_a_worker_cannot_see_are_not_its_own_and_are_named(
    shared: Wiring, student: int, caplog: pytest.LogCaptureFixture
) -> None:
    (one,) = photos(shared, student)
    rows(shared, "UPDATE procrastinate_jobs SET queue_name = 'another folder'")
    rows(shared, "UPDATE procrastinate_events SET at = at - interval '2 minutes'")
    claims.tidy(shared.database, shared.folder.folder_id)
    assert "1 jobs have waited for a minute whose uploads this worker cannot see" in caplog.text
    assert messages_of(shared) == [(one, "todo")]


def test_a_runner_of_the_embedded_form_is_believed_until_its_lease_is_over(
    shared: Wiring, student: int
) -> None:
    (one,) = photos(shared, student)
    assert leases.claim(shared.database, shared.folder.folder_id, "e" * 32) is not None
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert job(shared, one).state == RUNNING
    rows(shared, "UPDATE jobs SET lease_until = now() - interval '1 s'")
    claims.recover(shared.database, shared.folder.folder_id, stalled=SOON, young=0)
    assert (job(shared, one).state, messages_of(shared)) == (QUEUED, [(one, "todo")])
