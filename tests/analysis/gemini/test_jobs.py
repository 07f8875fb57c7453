"""Gemini's failures seen from a job: what the pack says, what the database remembers, what is sent."""

import base64
import io
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from studylens.config import GEMINI_MODELS
from studylens.jobs import gemini_state
from studylens.models import DONE, FAILED, GeminiModel, Job, JobStage, Pack
from tests.analysis.gemini.server import GeminiServer
from tests.jobs.test_faults import engines, give_photo, pack_of, with_gemini
from tests.jobs.test_runner import wait_for, wired
from tests.test_end_to_end import IMAGES

MakeApp = Callable[..., Flask]


def end(app: Flask, job_id: str) -> Job:
    return wait_for(wired(app), job_id, DONE, FAILED)


def stages(app: Flask, job_id: str) -> list[str]:
    with wired(app).database.reading() as session:
        found = select(JobStage.stage).where(JobStage.job_id == job_id).order_by(JobStage.id)
        return list(session.scalars(found))


@pytest.mark.own_sql
def test_a_long_rate_limit_leaves_the_page_to_ocr_and_rests_the_model(
    running_app: MakeApp, photo: bytes, gemini: GeminiServer
) -> None:
    gemini.script.extend(["limited_long", "limited_long"])
    app = running_app(**with_gemini(gemini))
    first = give_photo(app, photo)
    assert end(app, first).state == DONE
    assert pack_of(app, first).text_engine.startswith("ocr:")
    assert [report["outcome"] for report in pack_of(app, first).engines if report["engine"] == "gemini"] == [
        "failed"
    ]
    with wired(app).database.reading() as session:
        assert set(session.scalars(select(GeminiModel.model))) == set(GEMINI_MODELS)
    asked = len(gemini.requests)
    second = give_photo(app, photo)
    assert end(app, second).state == DONE
    assert len(gemini.requests) == asked
    assert "after_gemini_resize" not in stages(app, second)
    assert "after_gemini" not in stages(app, second)


def test_a_blocked_photo_says_so_and_is_not_read_unasked(
    running_app: MakeApp, photo: bytes, gemini: GeminiServer
) -> None:
    gemini.script.append("safety")
    app = running_app(**with_gemini(gemini))
    failed = end(app, give_photo(app, photo))
    assert (failed.state, failed.error_code, failed.attempts) == (FAILED, "nothing_found", 1)
    assert "private mode" in (failed.error_message or "")


def test_the_daily_budget_is_counted_for_the_whole_service(
    running_app: MakeApp, photo: bytes, gemini: GeminiServer
) -> None:
    app = running_app(gemini_calls_per_day=1, **with_gemini(gemini))
    first = give_photo(app, photo)
    assert end(app, first).state == DONE
    assert engines(pack_of(app, first))["gemini"] == ("used", "")
    assert gemini_state.calls_today(wired(app).database) == 1
    second = give_photo(app, photo)
    assert end(app, second).state == DONE
    assert len(gemini.requests) == 1
    with wired(app).database.reading() as session:
        pack = session.scalars(select(Pack).where(Pack.job_id == second)).one()
        assert {"engine": "gemini", "outcome": "skipped", "reason": "daily budget used up"} in pack.engines


def test_the_picture_that_leaves_is_small_and_without_metadata(
    running_app: MakeApp, gemini: GeminiServer
) -> None:
    app = running_app(**with_gemini(gemini))
    assert end(app, give_photo(app, (IMAGES / "gps.jpg").read_bytes())).state == DONE
    (request,) = gemini.requests
    parts = [part for content in request.body["contents"] for part in content["parts"]]
    data = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)
    with Image.open(io.BytesIO(base64.urlsafe_b64decode(data))) as sent:
        assert sent.format == "JPEG"
        assert max(sent.size) <= 800
        assert dict(sent.getexif()) == {}
