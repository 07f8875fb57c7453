"""The runner with a fake analysis process that speaks the real language: every way in which a job can end."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import start_runner
from database_config import Database
from studylens import limits
from studylens.errors import DatabaseDown
from studylens.jobs import gemini_state, leases, queue
from studylens.jobs.lock import MachineLock
from studylens.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Guest, Job, JobStage, Pack, new_id, now
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.jobs.test_queue import change, send, upload
from tests.waiting import until

COMMAND = (sys.executable, "-m", "tests.jobs.fake_analysis")
MakeApp = Callable[..., Flask]


def wired(app: Flask) -> Wiring:
    found: Wiring = app.extensions[EXTENSION]
    return found


def guest(wiring: Wiring) -> int:
    with wiring.database.writing() as session:
        made = Guest(token_hash=new_id())
        session.add(made)
    return made.id


def give(wiring: Wiring, *texts: str) -> list[str]:
    """Queue one text job each, in this order."""
    someone = guest(wiring)
    ids = [send(wiring.database, wiring.folder, someone, text=text)[0] for text in texts]
    wiring.runner.wake()
    return ids


def job(wiring: Wiring, job_id: str) -> Job:
    with wiring.database.reading() as session:
        return session.get_one(Job, job_id)


def wait_for(wiring: Wiring, job_id: str, *states: str) -> Job:
    def said() -> str:
        found = job(wiring, job_id)
        return f"{' or '.join(states)} after {found.state} at {found.stage!r}"

    until(lambda: job(wiring, job_id).state in states, said)
    return job(wiring, job_id)


def wait_for_stage(wiring: Wiring, job_id: str, stage: str) -> None:
    until(lambda: job(wiring, job_id).stage == stage, stage)


def analysis_pids(app: Flask) -> list[int]:
    """Return all processes that run this test's fake analysis."""
    lock = f"ANALYSIS_LOCK={wired(app).config.analysis_lock}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (
                b"fake_analysis" in (path / "cmdline").read_bytes()
                and lock in (path / "environ").read_bytes()
            ):
                found.append(int(path.name))
        except OSError:
            continue
    return found


@pytest.mark.own_sql
def test_a_job_becomes_a_pack_and_its_stages_are_kept(running_app: MakeApp) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "pack")
    done = wait_for(wiring, job_id, DONE)
    with wiring.database.reading() as session:
        assert session.scalars(select(Pack.id).where(Pack.job_id == job_id)).one()
        stages = session.scalars(
            select(JobStage).where(JobStage.job_id == job_id).order_by(JobStage.id)
        ).all()
    assert [stage.stage for stage in stages][:2] == ["before_image_processing", "after_decode"]
    assert (stages[1].rss_mb, stages[1].service_mb) == (50.0, 120.0)
    assert done.attempts == 1


def test_the_photo_is_gone_when_its_job_has_ended(
    running_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "studylens")
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload(b"pack of a photo"),))
    wiring.runner.wake()
    wait_for(wiring, job_id, DONE)
    until(lambda: wiring.folder.job_ids() == set(), "the end of the photo")
    until(lambda: f"Cleaned up uploaded file: {job_id}" in caplog.messages, "its line in the log")
    assert f"Cleaned up uploaded file: {job_id}" in caplog.messages
    assert "Processing photo 1/1: a.jpg" in caplog.messages


@pytest.mark.parametrize(
    ("text", "code"), [("fail nothing_found", "nothing_found"), ("fail unreadable", "unreadable")]
)
def test_a_failure_that_is_the_photos_own_is_not_tried_again(
    running_app: MakeApp, text: str, code: str
) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, text)
    failed = wait_for(wiring, job_id, FAILED)
    assert (failed.error_code, failed.attempts) == (code, 1)
    assert failed.error_message


@pytest.mark.parametrize(("text", "code"), [("die", "crashed"), ("out-of-memory", "out_of_memory")])
def test_a_crash_or_lack_of_memory_is_tried_three_times(running_app: MakeApp, text: str, code: str) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    crashing, fine = give(wiring, text, "pack")
    failed = wait_for(wiring, crashing, FAILED)
    assert (failed.error_code, failed.attempts) == (code, limits.MAX_ATTEMPTS)
    assert wait_for(wiring, fine, DONE).attempts == 1


def test_a_job_survives_one_crash(running_app: MakeApp) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "die once")
    assert wait_for(wiring, job_id, DONE).attempts == 2


def test_a_failed_start_costs_no_attempt(running_app: MakeApp) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "die-early once")
    assert wait_for(wiring, job_id, DONE).attempts == 1


def test_a_program_that_never_starts_fails_the_job_in_the_end(running_app: MakeApp) -> None:
    wiring = wired(running_app(ANALYSIS_COMMAND=(sys.executable, "-c", "raise SystemExit(1)")))
    (job_id,) = give(wiring, "pack")
    assert wait_for(wiring, job_id, FAILED).error_code == "crashed"


def test_a_running_job_can_be_cancelled(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    slow, next_one = give(wiring, "slow", "pack")
    wait_for(wiring, slow, RUNNING)
    queue.cancel(wiring.database, wiring.folder, slow)
    cancelled = wait_for(wiring, slow, CANCELLED)
    assert cancelled.error_code == "cancelled"
    wait_for(wiring, next_one, DONE)


def test_silence_is_taken_for_a_hang_and_ends_the_job(
    running_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.jobs.process.ANALYSIS_SILENCE_SECONDS", 1.0)
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    (job_id,) = give(wired(app), "slow")
    assert wait_for(wired(app), job_id, FAILED).error_code == "took_too_long"
    assert analysis_pids(app) == []


def test_a_photo_longer_than_the_wall_limit_is_ended(
    running_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.jobs.process.ANALYSIS_WALL_SECONDS", 1.0)
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "slow")
    assert wait_for(wiring, job_id, FAILED).error_code == "took_too_long"


def test_killing_the_analysis_process_costs_one_attempt(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    (job_id,) = give(wiring, "slow once")
    wait_for_stage(wiring, job_id, "after_decode")
    (pid,) = analysis_pids(app)
    os.kill(pid, signal.SIGKILL)
    assert wait_for(wiring, job_id, DONE).attempts == 2


def test_stopping_hands_the_job_back_uncounted(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    (job_id,) = give(wiring, "slow once")
    wait_for(wiring, job_id, RUNNING)
    wiring.runner.stop()
    assert (job(wiring, job_id).state, job(wiring, job_id).attempts) == (QUEUED, 0)
    assert analysis_pids(app) == []
    start_runner(app)
    assert wait_for(wiring, job_id, DONE).attempts == 1


def test_the_warm_process_is_used_again_and_ends_when_idle(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND, analysis_idle_seconds=6.0)
    wiring = wired(app)
    (first,) = give(wiring, "pack")
    wait_for(wiring, first, DONE)
    warm = analysis_pids(app)
    (second,) = give(wiring, "pack")
    wait_for(wiring, second, DONE)
    assert len(warm) == 1
    assert analysis_pids(app) == warm
    until(lambda: not analysis_pids(app), "the end of the idle process")
    lock = MachineLock(wiring.config.lock_path)
    until(lock.acquire, "the free lock")  # The runner lets go a moment after its process has ended.
    lock.release()


COUNTED = """
import os, runpy, sys
with open(sys.argv.pop(1), "a") as starts:
    print(os.getpid(), file=starts)
runpy.run_module("tests.jobs.fake_analysis", run_name="__main__", alter_sys=True)
"""


def test_one_process_serves_a_whole_batch_however_short_its_idle_time(
    running_app: MakeApp, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    command = (sys.executable, "-c", COUNTED, str(starts))
    wiring = wired(running_app(ANALYSIS_COMMAND=command, analysis_idle_seconds=0.0))
    jobs = give(wiring, *["pack"] * 5)
    for job_id in jobs:
        wait_for(wiring, job_id, DONE)
    assert len(starts.read_text().splitlines()) == 1


def test_nobody_works_while_another_holds_the_machine(
    running_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquire, tries = MachineLock.acquire, []
    lock = MachineLock(tmp_path / "analysis.lock")
    assert lock.acquire()
    monkeypatch.setattr(MachineLock, "acquire", lambda it: tries.append(it) or acquire(it))
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "pack")
    tried = len(tries)
    until(lambda: len(tries) >= tried + 2, "two tries to get the machine")
    assert job(wiring, job_id).state == QUEUED
    lock.release()
    wait_for(wiring, job_id, DONE)


def test_a_second_runner_on_the_same_folder_ends_nothing_twice(running_app: MakeApp) -> None:
    first, second = (running_app(ANALYSIS_COMMAND=COMMAND, analysis_idle_seconds=0.5) for _ in range(2))
    ids = give(wired(first), *["pack"] * 6)
    wired(second).runner.wake()
    for job_id in ids:
        assert wait_for(wired(first), job_id, DONE).attempts == 1


def test_a_runner_on_another_folder_of_the_same_database_leaves_our_jobs_alone(
    running_app: MakeApp, tmp_path: Path
) -> None:
    ours = running_app(ANALYSIS_COMMAND=COMMAND)
    running_app(
        ANALYSIS_COMMAND=(sys.executable, "-c", "raise SystemExit(1)"),
        instance_dir=str(tmp_path / "elsewhere"),
        analysis_lock=str(tmp_path / "elsewhere.lock"),
    )
    ids = give(wired(ours), "pack", "pack")
    assert [wait_for(wired(ours), job_id, DONE).attempts for job_id in ids] == [1, 1]


def test_what_a_dead_runner_left_running_is_done_at_once(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    wiring.runner.stop()
    (job_id,) = give(wiring, "pack")
    lock = MachineLock(Path(wiring.config.analysis_lock))  # That of whoever ran here before.
    assert lock.acquire()
    dead = lock.identity + "dead" * 4
    lock.release()
    assert leases.claim(wiring.database, wiring.folder.folder_id, dead) is not None
    start_runner(app)
    assert wait_for(wiring, job_id, DONE).attempts == 2


def test_what_ran_under_another_lock_is_done_when_its_lease_is_over(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND, analysis_idle_seconds=600)  # The lock stays ours meanwhile.
    wiring = wired(app)
    wiring.runner.stop()
    theirs, mine = give(wiring, "pack", "pack")
    claimed = leases.claim(wiring.database, wiring.folder.folder_id, "e" * 32)  # As before a restart.
    assert claimed is not None
    assert claimed.job_id == theirs
    start_runner(app)
    assert wait_for(wiring, mine, DONE).attempts == 1
    assert job(wiring, theirs).state == RUNNING
    change(wiring.database, theirs, lease_until=now() - timedelta(seconds=1))
    wiring.runner.wake()
    assert wait_for(wiring, theirs, DONE).attempts == 2


def test_an_answer_waits_for_the_database_to_come_back(
    running_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finish, failures = leases.finish, iter([DatabaseDown(), DatabaseDown()])

    def finish_later(*arguments: object) -> bool:
        for failure in failures:
            raise failure
        return finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(leases, "finish", finish_later)
    monkeypatch.setattr("studylens.jobs.patience.OUTAGE_POLL_SECONDS", 0.1)
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "pack")
    assert wait_for(wiring, job_id, DONE).attempts == 1


def test_a_database_that_is_away_before_the_work_costs_no_attempt(
    running_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, failures = gemini_state.calls_today, iter([DatabaseDown(), DatabaseDown(), DatabaseDown()])

    def ask_later(database: Database) -> int:
        for failure in failures:
            raise failure
        return ask(database)

    monkeypatch.setattr(gemini_state, "calls_today", ask_later)
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "pack")
    assert wait_for(wiring, job_id, DONE).attempts == 1


def test_a_signal_meant_for_the_whole_service_costs_no_attempt(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    (job_id,) = give(wiring, "slow")
    wait_for_stage(wiring, job_id, "after_decode")
    os.kill(analysis_pids(app)[0], signal.SIGTERM)
    wiring.runner.stop()
    assert (job(wiring, job_id).state, job(wiring, job_id).attempts) == (QUEUED, 0)


def test_the_photo_stays_when_the_job_is_not_ours_any_more(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload(b"slow photo"),))
    wiring.runner.wake()
    wait_for_stage(wiring, job_id, "after_decode")
    assert len(analysis_pids(app)) == 1
    with wiring.database.writing() as session:
        row = session.get_one(Job, job_id)
        row.state, row.runner_id, row.folder_id = QUEUED, None, "f" * 32  # Another machine has it now.
    until(lambda: not analysis_pids(app), "the end of the process")
    assert wiring.folder.path(job_id).exists()
    assert job(wiring, job_id).state == QUEUED


def test_the_lease_keeper_survives_an_error(
    running_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    renewed: list[str] = []

    def renew(_: Database, claimed: leases.Claim) -> None:
        renewed.append(claimed.job_id)
        if len(renewed) == 1:
            raise RuntimeError("unforeseen")

    monkeypatch.setattr("studylens.jobs.embedded.LEASE_RENEWAL_SECONDS", 0.1)
    monkeypatch.setattr(leases, "renew", renew)
    wiring = wired(running_app(ANALYSIS_COMMAND=COMMAND))
    (job_id,) = give(wiring, "slow")
    wait_for(wiring, job_id, RUNNING)
    until(lambda: len(renewed) >= 3, "the third renewal")
    assert renewed[:3] == [job_id] * 3


def test_the_analysis_process_is_not_told_what_opens_the_database(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    wiring = wired(app)
    (job_id,) = give(wiring, "pack")
    wait_for(wiring, job_id, DONE)
    environment = (Path("/proc") / str(analysis_pids(app)[0]) / "environ").read_bytes()
    assert b"ANALYSIS_LOCK=" in environment
    assert b"SECRET_KEY=" not in environment
    assert b"DATABASE_URL=" not in environment


def test_a_lock_that_two_let_go_of_at_once_is_closed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, closed = MachineLock(tmp_path / "analysis.lock"), list[int]()
    assert lock.acquire()
    close = os.close

    def close_beside_another(fd: int) -> None:
        closed.append(fd)
        if len(closed) == 1:
            lock.release()  # The one who stops the runner, while its thread is here.
        close(fd)

    monkeypatch.setattr("studylens.jobs.lock.os.close", close_beside_another)
    lock.release()
    assert len(closed) == 1
    assert not lock.held
