"""A pack is there as soon as its text is: whatever becomes of the job then, it stays whole and single."""

import os
import signal
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import start_runner
from studylens.jobs import queue
from studylens.models import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    Flashcard,
    Pack,
    ReviewLog,
    TranscriptLine,
    now,
)
from studylens.study.reviews import answers, cards
from studylens.web.door.wiring import Wiring
from tests.jobs.fake_analysis import CAPTION, CAPTIONER
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import COMMAND, analysis_pids, guest, job, wait_for, wired
from tests.waiting import until

MakeApp = Callable[..., Flask]


def give(app: Flask, words: str) -> str:
    """Send a photo at which the process does what `words` say, and wait until its pack is stored."""
    wiring = wired(app)
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload(words.encode()),))
    wiring.runner.wake()
    until(lambda: job(wiring, job_id).stored_at is not None, "the pack")
    return job_id


def rate_first_card(wiring: Wiring, job_id: str) -> None:
    """Answer the pack's first card, as a student does while the picture is described."""
    with wiring.database.writing() as session:
        pack = session.scalars(select(Pack).where(Pack.job_id == job_id)).one()
        cards.accept(session, pack, pack.cards, now())
        answers.answer(session, pack.guest_id, answers.Answer(pack.cards[0].id, 3, "k" * 12), now())


def counted(wiring: Wiring) -> tuple[int, int, int]:
    """Return how many packs, transcript lines and ratings there are."""
    with wiring.database.reading() as session:
        packs, lines, ratings = (
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Pack, TranscriptLine, ReviewLog)
        )
    return packs, lines, ratings


def backs(wiring: Wiring) -> list[str]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(Flashcard.back).order_by(Flashcard.id)))


def pack_of(wiring: Wiring, job_id: str) -> Pack:
    with wiring.database.reading() as session:
        return session.scalars(select(Pack).where(Pack.job_id == job_id)).one()


def test_the_pack_can_be_studied_while_the_job_still_runs(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, "made slow")
    rate_first_card(wired(app), job_id)
    assert job(wired(app), job_id).state == "running"
    assert counted(wired(app)) == (1, 1, 1)


def test_the_end_of_the_job_only_adds(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, "made described")
    wait_for(wired(app), job_id, DONE)
    pack = pack_of(wired(app), job_id)
    assert (pack.caption, pack.caption_engine) == (CAPTION, CAPTIONER)
    assert [report["engine"] for report in pack.engines] == ["gemini", "blip"]
    assert pack.notes == ["Compare it with your photo."]
    assert backs(wired(app)) == ["back", "A chart"]
    assert counted(wired(app))[:2] == (1, 1)


@pytest.mark.parametrize("fate", ["die", "out-of-memory"])
def test_after_a_fault_the_photo_is_not_read_again_and_ratings_stay(running_app: MakeApp, fate: str) -> None:
    """The fake describes the picture only for a request that says that the pack is stored."""
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, f"made {fate} once")
    rate_first_card(wired(app), job_id)
    done = wait_for(wired(app), job_id, DONE, FAILED)
    assert (done.state, done.attempts) == (DONE, 2)
    assert pack_of(wired(app), job_id).caption == CAPTION
    assert backs(wired(app)) == ["back", "A chart"]
    assert counted(wired(app)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("made die", "crashed"),
        ("made out-of-memory", "out of memory"),
        ("made fail took_too_long", "took too long"),
    ],
)
def test_a_job_that_fails_with_its_pack_stored_is_done_and_the_pack_says_what_is_missing(
    running_app: MakeApp, words: str, reason: str
) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, words)
    done = wait_for(wired(app), job_id, DONE, FAILED)
    assert (done.state, done.error_code) == (DONE, None)
    assert {"engine": "blip", "outcome": "failed", "reason": reason} in pack_of(wired(app), job_id).engines
    assert backs(wired(app)) == ["back"]
    until(lambda: wired(app).folder.job_ids() == set(), "the end of the photo")


def test_a_kill_of_the_process_keeps_pack_and_rating(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, "made slow once")
    rate_first_card(wired(app), job_id)
    (pid,) = analysis_pids(app)
    os.kill(pid, signal.SIGKILL)
    assert wait_for(wired(app), job_id, DONE, FAILED).attempts == 2
    assert backs(wired(app)) == ["back", "A chart"]
    assert counted(wired(app)) == (1, 1, 1)


def test_a_stop_of_the_service_hands_only_the_rest_back(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, "made slow once")
    wired(app).runner.stop()
    assert (job(wired(app), job_id).state, job(wired(app), job_id).attempts) == (QUEUED, 0)
    start_runner(app)
    assert wait_for(wired(app), job_id, DONE).attempts == 1
    assert backs(wired(app)) == ["back", "A chart"]
    assert counted(wired(app))[:2] == (1, 1)


def test_a_cancelled_rest_leaves_the_pack(running_app: MakeApp) -> None:
    app = running_app(ANALYSIS_COMMAND=COMMAND)
    job_id = give(app, "made slow")
    rate_first_card(wired(app), job_id)
    queue.cancel(wired(app).database, wired(app).folder, job_id)
    wait_for(wired(app), job_id, CANCELLED)
    assert backs(wired(app)) == ["back"]
    assert counted(wired(app)) == (1, 1, 1)
