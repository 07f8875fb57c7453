"""The real pipeline under kills and starvation: every job ends once, and nothing stays behind."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from studylens.analysis.protocol.wire import Wishes
from studylens.models import DONE, FAILED, Job, Pack
from studylens.uploads.upload import accept
from tests.analysis.gemini.server import GeminiServer
from tests.documents import plain
from tests.jobs.test_queue import send
from tests.jobs.test_runner import guest, wait_for, wired
from tests.service import Service

MakeApp = Callable[..., Flask]


def with_gemini(server: GeminiServer) -> dict[str, Any]:
    return {"gemini_api_key": "AQ.test", "gemini_base_url": server.url}


def give_photo(app: Flask, photo: bytes) -> str:
    wiring = wired(app)
    upload = accept(photo, "page.png", max_bytes=10**7)
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload,))
    wiring.runner.wake()
    return job_id


def pack_of(app: Flask, job_id: str) -> Pack:
    with wired(app).database.reading() as session:
        assert session.scalar(select(func.count(Pack.id))) == 1
        pack = session.scalar(select(Pack).where(Pack.job_id == job_id))
        assert pack is not None
        _ = pack.transcript, pack.cards, pack.quiz, pack.key_terms
        return pack


def engines(pack: Pack) -> dict[str, tuple[str, str]]:
    return {report["engine"]: (report["outcome"], report["reason"]) for report in pack.engines}


@pytest.mark.parametrize("stage", ["after_decode", "after_ocr", "after_ocr_cleanup"])
def test_a_kill_at_a_stage_costs_one_attempt_and_nothing_else(
    running_app: MakeApp, tmp_path: Path, photo: bytes, stage: str
) -> None:
    marker = tmp_path / "died"
    killing = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(marker))
    app = running_app(ANALYSIS_COMMAND=killing)
    job_id = give_photo(app, photo)
    assert wait_for(wired(app), job_id, DONE, FAILED).attempts == 2
    assert marker.read_text() == "died"
    assert "Osmosis" in pack_of(app, job_id).transcript[0].text
    with wired(app).database.reading() as session:
        stages = [item.stage for item in session.get_one(Job, job_id).stages]
    assert len(stages) == len(set(stages))  # The dead attempt's readings are gone.


@pytest.mark.parametrize("stage", ["after_gemini_resize", "after_gemini", "after_gemini_cleanup"])
def test_a_kill_around_gemini_costs_one_attempt_and_nothing_else(
    running_app: MakeApp, tmp_path: Path, photo: bytes, stage: str, gemini: GeminiServer
) -> None:
    command = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(tmp_path / "died"))
    app = running_app(ANALYSIS_COMMAND=command, **with_gemini(gemini))
    job_id = give_photo(app, photo)
    assert wait_for(wired(app), job_id, DONE, FAILED).attempts == 2
    assert pack_of(app, job_id).text_engine.startswith("gemini:")


def give_document(app: Flask, pages: str) -> list[str]:
    """Send a PDF of three pages of which some are wanted; return its job and theirs, once all have ended."""
    wiring = wired(app)
    upload = accept(plain(3), "slides.pdf", max_bytes=1, max_document_bytes=10**7)
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload,), pages=pages)
    wiring.runner.wake()
    wait_for(wiring, job_id, DONE, FAILED)
    with wiring.database.reading() as session:
        found = session.scalars(select(Job.id).where(Job.document_id == job_id).order_by(Job.number))
        return [job_id, *found]


@pytest.mark.own_sql
@pytest.mark.parametrize("stage", ["after_listing", "after_decode"])
def test_a_kill_at_a_document_costs_one_attempt_and_leaves_no_file(
    running_app: MakeApp, tmp_path: Path, stage: str
) -> None:
    killing = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(tmp_path / "died"))
    app = running_app(ANALYSIS_COMMAND=killing, engines=("ocr",))
    jobs = [wait_for(wired(app), job_id, DONE, FAILED) for job_id in give_document(app, "1,3")]
    assert [(job.state, job.page) for job in jobs] == [(DONE, 0), (DONE, 1), (DONE, 3)]
    assert sum(job.attempts for job in jobs) == 4
    wired(app).runner.stop()
    assert wired(app).folder.job_ids() == set()


@pytest.mark.own_sql
def test_a_page_that_cannot_be_drawn_in_memory_fails_and_leaves_no_file(running_app: MakeApp) -> None:
    """Thumbnails need so little that the list is made all the same."""
    app = running_app(**starving("ROOM_DOCUMENT_MB", 3), engines=("ocr",))
    _, page_id = give_document(app, "2")
    failed = wait_for(wired(app), page_id, DONE, FAILED)
    assert (failed.state, failed.error_code, failed.attempts) == (FAILED, "out_of_memory", 3)
    wired(app).runner.stop()
    assert wired(app).folder.job_ids() == set()


def starving(room: str, mb: float = 0.5) -> dict[str, Any]:
    return {"ANALYSIS_COMMAND": (sys.executable, "-m", "tests.jobs.starving_analysis", room, str(mb))}


def test_a_photo_that_cannot_be_decoded_in_memory_fails_after_three_attempts(
    running_app: MakeApp, photo: bytes
) -> None:
    app = running_app(**starving("ROOM_DECODE_MB"))
    failed = wait_for(wired(app), give_photo(app, photo), DONE, FAILED)
    assert (failed.state, failed.error_code, failed.attempts) == (FAILED, "out_of_memory", 3)


def test_ocr_out_of_memory_says_so(running_app: MakeApp, photo: bytes) -> None:
    app = running_app(**starving("ROOM_OCR_MB"))
    failed = wait_for(wired(app), give_photo(app, photo), DONE, FAILED)
    assert (failed.state, failed.error_code, failed.attempts) == (FAILED, "out_of_memory", 3)


def test_gemini_out_of_memory_leaves_the_page_to_ocr(
    running_app: MakeApp, photo: bytes, gemini: GeminiServer
) -> None:
    app = running_app(**starving("ROOM_GEMINI_MB"), **with_gemini(gemini))
    job_id = give_photo(app, photo)
    assert wait_for(wired(app), job_id, DONE, FAILED).state == DONE
    pack = pack_of(app, job_id)
    assert engines(pack)["gemini"] == ("failed", "out of memory")
    assert pack.text_engine.startswith("ocr:")


HUNGRY = {"ANALYSIS_COMMAND": (sys.executable, "-m", "tests.jobs.hungry_analysis")}


def test_material_out_of_memory_keeps_the_transcript(running_app: MakeApp, photo: bytes) -> None:
    app = running_app(**HUNGRY)
    job_id = give_photo(app, photo)
    assert wait_for(wired(app), job_id, DONE, FAILED).state == DONE
    pack = pack_of(app, job_id)
    assert engines(pack)["material"] == ("failed", "out of memory")
    assert pack.transcript


def test_after_running_out_the_next_photo_meets_a_fresh_process(running_app: MakeApp, photo: bytes) -> None:
    app = running_app(**HUNGRY)
    first, second = give_photo(app, photo), give_photo(app, photo)
    states = [wait_for(wired(app), job_id, DONE, FAILED).state for job_id in (first, second)]
    assert states == [DONE, DONE]


def test_private_mode_never_asks_gemini(running_app: MakeApp, photo: bytes, gemini: GeminiServer) -> None:
    app = running_app(**with_gemini(gemini))
    wiring = wired(app)
    upload = accept(photo, "page.png", max_bytes=10**7)
    (job_id,) = send(
        wiring.database, wiring.folder, guest(wiring), uploads=(upload,), wishes=Wishes(private=True)
    )
    wiring.runner.wake()
    assert wait_for(wiring, job_id, DONE, FAILED).state == DONE
    pack = pack_of(app, job_id)
    assert gemini.requests == []
    assert engines(pack)["gemini"] == ("skipped", "private")
    assert pack.receipt["sent_to"] == []


def test_an_engine_that_is_switched_off_is_not_used(running_app: MakeApp, photo: bytes) -> None:
    app = running_app(engines=("gemini", "blip"))
    failed = wait_for(wired(app), give_photo(app, photo), DONE, FAILED)
    assert failed.error_code == "nothing_found"
    assert "ocr: switched off" in (failed.error_message or "")


def test_too_little_memory_is_a_named_skip_never_a_kill(serve: Callable[..., Service], photo: bytes) -> None:
    service = serve()
    idle = service.get_json("/memory")[1]["memory_usage_mb"]
    service.stop()
    tight = serve(MEMORY_LIMIT_MB=f"{idle + 105:.0f}")
    _, answer = tight.analyze(photo)
    (job,) = answer["jobs"]
    assert job["error"]["code"] == "nothing_found"
    assert "ocr: memory pressure" in job["error"]["message"]
    assert "Attempt" not in tight.log


def test_a_picture_without_room_to_decode_fails_by_name(serve: Callable[..., Service], photo: bytes) -> None:
    tight = serve(MEMORY_LIMIT_MB="100")
    _, answer = tight.analyze(photo)
    assert answer["jobs"][0]["error"]["code"] == "out_of_memory"
