"""Waiting: the place in the queue, the estimate, the stages, the chart, and when polling stops."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studylens.errors import NothingFound
from studylens.models import CANCELLED, DONE, FAILED, PHOTO, RUNNING, TEXT, Job, JobStage, now
from studylens.web.door.wiring import Wiring
from studylens.web.text.words import duration_words, origin_words, stage_share
from studylens.web.upload.chart import draw
from tests.analysis.gemini.server import GeminiServer
from tests.web.world import PAGE, STAGES, add_job, add_pack, become_guest, photo, read_page

POLL = {"HX-Request": "true"}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    """A guest whose first job has ended, so that the queue is empty."""
    found = become_guest(wiring, client)
    with wiring.database.writing() as session:
        for job in session.query(Job):
            job.state, job.started_at, job.finished_at = FAILED, None, None
    return found


def _running(wiring: Wiring, guest_id: int, **fields: Any) -> str:
    job_id = add_job(wiring, guest_id, state=RUNNING, started_at=now(), stage="after_decode", **fields)
    with wiring.database.writing() as session:
        stages = [JobStage(stage=stage, rss_mb=rss, service_mb=use) for stage, rss, use in STAGES[:2]]
        session.get_one(Job, job_id).stages = stages
    return job_id


def test_the_json_of_a_job_has_the_promised_fields(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    found = client.get(f"/jobs/{_running(wiring, guest_id)}").get_json()
    assert set(found) == {"id", "state", "stage", "position", "stages", "error", "pack_url", "pack"}
    assert (found["state"], found["stage"], found["position"]) == ("running", "after_decode", 0)
    assert set(found["stages"][0]) == {"stage", "rss_mb", "service_mb", "at"}
    assert (found["error"], found["pack_url"], found["pack"]) == (None, None, None)


def test_the_page_says_the_place_in_line(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    first = add_job(wiring, guest_id, created_at=now() - timedelta(seconds=9))
    second = add_job(wiring, guest_id)
    assert client.get(f"/jobs/{second}").get_json()["position"] == 2
    assert "Next in line" in read_page(client.get(f"/jobs/{first}", headers=PAGE))
    assert "Number 2 in line" in read_page(client.get(f"/jobs/{second}", headers=PAGE))


def test_without_past_jobs_the_page_says_that_there_is_no_estimate(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    page = read_page(client.get(f"/jobs/{add_job(wiring, guest_id)}", headers=PAGE))
    assert "usually under a minute" in page


def test_the_estimate_comes_from_past_jobs(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    start = now() - timedelta(hours=1)
    add_job(wiring, guest_id, state=DONE, started_at=start, finished_at=start + timedelta(seconds=20))
    page = read_page(client.get(f"/jobs/{add_job(wiring, guest_id)}", headers=PAGE))
    assert "20 s left" in page


def test_the_estimate_is_of_the_first_card_not_of_the_caption(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    start = now() - timedelta(hours=1)
    past = {"started_at": start, "finished_at": start + timedelta(seconds=50)}
    add_job(wiring, guest_id, state=DONE, stored_at=start + timedelta(seconds=20), **past)
    page = read_page(client.get(f"/jobs/{add_job(wiring, guest_id)}", headers=PAGE))
    assert "20 s left" in page


def test_a_running_job_shows_its_stages_its_chart_and_its_numbers(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    page = read_page(client.get(f"/jobs/{_running(wiring, guest_id)}", headers=PAGE))
    assert "Reading the page…" in page
    outside, _, fold = page.partition("<details")
    assert "Photo opened and turned upright" in fold
    assert "MB" not in outside
    assert page.partition("<figure")[2].count("<rect") == 2
    assert "<td>132.0</td>" in page
    assert '<progress max="100" value="17"' in page
    assert "You can leave." in page


def test_while_a_page_is_read_its_lines_are_counted(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    page = read_page(client.get(f"/jobs/{_running(wiring, guest_id, progress='35/70')}", headers=PAGE))
    assert "Reading line 35 of 70" in page
    assert '<progress max="100" value="33"' in page


def test_live_pages_refresh_with_and_without_scripts(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    path = f"/jobs/{_running(wiring, guest_id)}"
    page = read_page(client.get(path, headers=PAGE))
    assert f'hx-get="{path}" hx-trigger="every 2s"' in page
    assert 'http-equiv="refresh"' in page


def test_polling_gets_the_part_and_stops_when_all_have_ended(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    job_id = _running(wiring, guest_id)
    part = client.get(f"/jobs/{job_id}", headers=POLL)
    assert part.status_code == HTTPStatus.OK
    assert "<html" not in part.text
    with wiring.database.writing() as session:
        job = session.get_one(Job, job_id)
        job.state, job.error_code = FAILED, NothingFound.code
    ended = client.get(f"/jobs/{job_id}", headers=POLL)
    assert ended.status_code == 286
    assert NothingFound.sentence in ended.text
    assert "hx-trigger" not in read_page(client.get(f"/jobs/{job_id}", headers=PAGE))


@pytest.mark.own_sql
def test_a_single_photo_that_is_done_leads_to_its_pack(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.reading() as session:
        batch_id = session.connection().exec_driver_sql(
            "select batch_id from jobs join packs on packs.job_id = jobs.id"
        ).scalar()  # fmt: skip
    polled = client.get(f"/batches/{batch_id}", headers=POLL)
    first_card = f"/packs/{pack_id}/review?new=1"
    assert polled.headers["HX-Redirect"] == first_card
    assert client.get(f"/batches/{batch_id}", headers=PAGE).headers["Location"] == first_card
    client.post(f"/packs/{pack_id}/accept", data={"all": "1"})
    assert client.get(f"/batches/{batch_id}", headers=PAGE).headers["Location"] == f"/packs/{pack_id}"


@pytest.mark.own_sql
def test_the_page_becomes_the_first_card_while_the_job_still_runs(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        job = session.query(Job).filter_by(state=DONE).one()
        job.state, job.stage, job.stored_at = RUNNING, "after_blip_load", now()
        batch_id = job.batch_id
    polled = client.get(f"/batches/{batch_id}", headers=POLL)
    assert polled.headers["HX-Redirect"] == f"/packs/{pack_id}/review?new=1"
    page = read_page(client.get(polled.headers["HX-Redirect"], headers=PAGE))
    assert "3 cards from your page." in page


def test_a_cancelled_rest_still_leads_to_the_pack(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        job = session.query(Job).filter_by(state=DONE).one()
        job.state, job.error_code, job.stored_at = CANCELLED, "cancelled", now()
        batch_id = job.batch_id
    found = client.get(f"/batches/{batch_id}", headers=PAGE)
    assert found.headers["Location"] == f"/packs/{pack_id}/review?new=1"


@pytest.mark.own_sql
def test_a_batch_shows_every_photo_and_ends_with_the_last(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        done = session.query(Job).filter_by(state=DONE).one()
        folder_id = wiring.folder.folder_id
        later = Job(
            guest_id=guest_id,
            batch_id=done.batch_id,
            kind="photo",
            number=2,
            name="two.jpg",
            folder_id=folder_id,
        )
        session.add(later)
        session.flush()
        batch_id, later_id = done.batch_id, later.id
    page = read_page(client.get(f"/batches/{batch_id}", headers=PAGE))
    assert "page.jpg" in page
    assert "two.jpg" in page
    assert "Begin with 3" in page
    client.post(f"/batches/{batch_id}/cancel")
    assert client.get(f"/jobs/{later_id}").get_json()["state"] == CANCELLED
    ended = client.get(f"/batches/{batch_id}", headers=POLL)
    assert (ended.status_code, "HX-Redirect" in ended.headers) == (286, False)
    assert "You cancelled this photo." in ended.text
    assert "Open the pack<span" in ended.text


def test_a_photo_that_gave_nothing_says_what_helps_and_folds_the_engines_away(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    message = (
        "Nothing to study was found in this photo. Retake it, because the picture is too dark: "
        "find more light, or switch on the flash. (gemini: no key; blip: no model)"
    )
    job_id = add_job(wiring, guest_id, state=FAILED, error_code=NothingFound.code, error_message=message)
    page = read_page(client.get(f"/jobs/{job_id}", headers=PAGE))
    outside, _, fold = page.partition("<details")
    assert "Nothing to study in this photo</h1>" in outside
    assert "This one was too dark." in outside
    assert "Let the page fill the picture." in outside
    assert "Retake" not in outside
    assert "no model" not in outside
    assert "Picture describer: no model" in fold


def test_a_running_job_that_is_cancelled_says_that_it_stops(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    job_id = _running(wiring, guest_id)
    client.post(f"/jobs/{job_id}/cancel")
    assert "Stopping" in read_page(client.get(f"/jobs/{job_id}", headers=PAGE))


def test_the_chart_scales_to_its_peak_and_is_left_out_when_empty() -> None:
    chart = draw([JobStage(stage="after_decode", rss_mb=1, service_mb=use) for use in (50.0, 100.0)])
    assert chart is not None
    assert [bar.height for bar in chart.bars] == [32.0, 64.0]
    assert chart.peak_mb == 100.0
    assert draw([]) is None


def test_words_are_never_more_exact_than_what_is_known() -> None:
    spoken = [duration_words(seconds) for seconds in (0.2, 7, 43, 120, 200)]
    assert spoken == ["1 s", "7 s", "45 s", "2 minutes", "3 minutes"]
    assert stage_share("after_file_cleanup") == 100
    assert stage_share("an unknown stage") == 0
    assert origin_words("gemini:gemini-3.5-flash-lite") == "Gemini gemini-3.5-flash-lite"
    assert origin_words("server") == origin_words("ocr:rapidocr 3.10") == "read on this server"


def test_a_photo_that_gemini_refused_can_be_sent_again_in_private(
    running_app: Callable[..., Flask],
) -> None:
    with GeminiServer() as gemini:
        gemini.script.append("safety")
        client = running_app(gemini_api_key="AQ.test", gemini_base_url=gemini.url).test_client()
        answer = client.post("/analyze?wait=30", data={"image": photo()})
    [job] = answer.get_json()["jobs"]
    assert job["error"]["code"] == NothingFound.code
    page = read_page(client.get(job["status_url"], headers=PAGE))
    assert 'href="/new?private=1"' in page


def test_only_what_gemini_refused_is_offered_private_mode(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    fields: dict[str, Any] = {"state": FAILED, "error_code": NothingFound.code}
    for more in (
        {"error_message": NothingFound.sentence},
        {"error_message": "Send it again in private mode.", "private": True},
        {},
    ):
        page = read_page(client.get(f"/jobs/{add_job(wiring, guest_id, **fields, **more)}", headers=PAGE))
        assert "/new?private=1" not in page


@pytest.mark.parametrize(("kind", "last"), [(PHOTO, "Photo deleted from this server"), (TEXT, "Finished")])
def test_only_what_had_a_photo_says_that_it_was_deleted(
    wiring: Wiring, client: FlaskClient, guest_id: int, kind: str, last: str
) -> None:
    job_id = add_job(wiring, guest_id, kind=kind, state=FAILED, error_code="nothing_found")
    with wiring.database.writing() as session:
        stage = JobStage(stage="after_file_cleanup", rss_mb=1.0, service_mb=2.0)
        session.get_one(Job, job_id).stages = [stage]
    page = read_page(client.get(f"/jobs/{job_id}", headers=PAGE))
    assert page.count(last) >= 2, "among the steps and beside the chart"
    assert ("Photo deleted" in page) is (kind == PHOTO)
