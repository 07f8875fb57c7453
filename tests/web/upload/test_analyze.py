"""POST /analyze: what is taken, what is refused, and what JSON clients are told."""

import io
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.pool import QueuePool

from studylens.errors import TookTooLong
from studylens.jobs.queue import cancel
from studylens.models import CANCELLED, DONE, FAILED, Job
from studylens.study.packs.store import keep
from studylens.web.door.wiring import Wiring
from tests.service import multipart
from tests.waiting import until
from tests.web.world import PAGE, analysis, photo, read_page

IMAGES = Path(__file__).parents[2] / "images"


def _post(client: FlaskClient, *, wait: str = "0", **data: Any) -> Any:
    return client.post(f"/analyze?wait={wait}", data=data)


def _jobs(wiring: Wiring) -> list[Job]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.created_at, Job.number)))


def test_each_photo_becomes_a_job_of_one_batch(wiring: Wiring, client: FlaskClient) -> None:
    answer = _post(client, image=[photo("a.png"), photo("b.png")], images=photo("c.png"), question=" Why? ")
    body = answer.get_json()
    assert answer.status_code == HTTPStatus.ACCEPTED
    assert set(body) == {"batch", "jobs"}
    assert [set(job) for job in body["jobs"]] == [{"id", "state", "status_url"}] * 3
    jobs = _jobs(wiring)
    assert [job.name for job in jobs] == ["a.png", "b.png", "c.png"]
    assert {job.batch_id for job in jobs} == {body["batch"]}
    assert {job.question for job in jobs} == {"Why?"}
    assert {path.name for path in wiring.folder.root.iterdir()} >= {job.id for job in jobs}


def test_pasted_text_becomes_a_job(wiring: Wiring, client: FlaskClient) -> None:
    _post(client, text="  One.\r\nTwo.  ")
    assert [(job.kind, job.text) for job in _jobs(wiring)] == [("text", "One.\nTwo.")]


@pytest.mark.parametrize(
    ("value", "private"), [("1", True), ("on", True), ("yes please", True), ("0", False), ("", False)]
)
def test_a_doubt_about_privacy_is_the_students(
    wiring: Wiring,
    client: FlaskClient,
    value: str,
    private: bool,
) -> None:
    _post(client, text="Some text.", private=value)
    assert [job.private for job in _jobs(wiring)] == [private]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("empty.jpg", 400, "no_file"),
        ("renamed_text.jpg", 415, "unsupported_type"),
        ("cut_in_header.jpg", 422, "unreadable"),
        ("bomb_178mp.png", 422, "too_many_pixels"),
        ("strip_1x20000000.png", 422, "too_many_pixels"),
    ],
)
def test_one_bad_photo_refuses_the_request_and_is_named(
    wiring: Wiring, client: FlaskClient, name: str, status: int, code: str
) -> None:
    bad = photo(name, (IMAGES / name).read_bytes())
    answer = _post(client, image=[photo("good.png"), bad])
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert name in answer.get_json()["error"]["message"]
    assert _jobs(wiring) == []
    assert not wiring.folder.job_ids()


def test_a_photo_over_its_limit_is_413_and_named(client: FlaskClient) -> None:
    body, kind = multipart([bytes(5 * 1024 * 1024 + 1)], {})
    answer = client.post("/analyze", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_large")
    assert "photo-1.jpg" in answer.get_json()["error"]["message"]


def test_eleven_photos_are_too_many(wiring: Wiring, client: FlaskClient) -> None:
    answer = _post(client, image=[photo(f"{number}.png") for number in range(11)])
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "too_many_files")
    assert _jobs(wiring) == []


@pytest.mark.parametrize(
    "data", [{}, {"text": " \n "}, {"image": "not a file"}, {"image": (io.BytesIO(b""), "")}]
)
def test_nothing_to_read_is_no_file(client: FlaskClient, data: dict[str, Any]) -> None:
    answer = _post(client, **data)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "no_file")


@pytest.mark.parametrize(
    "data", [{"text": "a\x00b"}, {"text": "x" * 20_001}, {"text": "t", "question": "x" * 501}]
)
def test_text_that_no_database_keeps_is_refused(client: FlaskClient, data: dict[str, str]) -> None:
    answer = _post(client, **data)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_text")


@pytest.mark.parametrize("name", ["n\x00ul.png", "x" * 5_000 + ".png", "../../etc/passwd", "ü\u202e.png"])
def test_hostile_names_are_made_safe(wiring: Wiring, client: FlaskClient, name: str) -> None:
    assert _post(client, image=photo(name)).status_code == HTTPStatus.ACCEPTED
    [job] = _jobs(wiring)
    assert len(job.name) <= 100
    assert "/" not in job.name
    assert job.name.isprintable()
    assert {path.name for path in wiring.folder.root.iterdir()} == {job.id, "folder_id"}


@pytest.mark.parametrize("wait", ["61", "-1", "soon", "1.5", "", "٣", "9" * 400])
def test_a_made_up_wait_is_refused(wiring: Wiring, client: FlaskClient, wait: str) -> None:
    assert _post(client, wait=wait, text="Some text.").status_code == HTTPStatus.BAD_REQUEST
    assert _jobs(wiring) == []


def test_a_broken_multipart_body_is_a_bad_request_not_a_crash(client: FlaskClient) -> None:
    for body in (b"", b"--b", b'--b\r\nContent-Disposition: form-data; name="image"; filename="a'):
        answer = client.post("/analyze", data=body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_browser_goes_to_its_batch(client: FlaskClient) -> None:
    answer = client.post("/analyze", data={"image": photo()}, headers=PAGE)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "Reading your page" in read_page(client.get(answer.headers["Location"], headers=PAGE))


def test_a_browser_reads_its_error_as_a_page(client: FlaskClient) -> None:
    answer = client.post("/analyze", data={}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Choose a photo" in read_page(answer)


def _end_soon(wiring: Wiring) -> threading.Thread:
    """Do what the runner does: end the first waiting job with a pack, and tell who waits."""

    def work() -> None:
        until(lambda: _jobs(wiring), "the job")
        with wiring.database.writing() as session:
            job = session.get_one(Job, _jobs(wiring)[0].id)
            job.state = DONE
            keep(session, job, analysis())
        wiring.waiting.announce()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.own_sql
def test_a_client_that_waits_gets_its_pack(wiring: Wiring, client: FlaskClient) -> None:
    worker = _end_soon(wiring)
    answer = _post(client, wait="20", image=photo())
    worker.join()
    assert answer.status_code == HTTPStatus.OK
    [job] = answer.get_json()["jobs"]
    assert job["state"] == "done"
    assert job["pack"]["title"] == "Photosynthesis"
    assert client.get(job["status_url"]).get_json()["pack"] == job["pack"]


def test_a_client_that_waits_holds_no_database_connection(wiring: Wiring, client: FlaskClient) -> None:
    answers = []
    thread = threading.Thread(target=lambda: answers.append(_post(client, wait="20", text="Some text.")))
    thread.start()
    pool, waiters = wiring.database.engine.pool, wiring.waiting._news._waiters
    assert isinstance(pool, QueuePool)
    until(lambda: waiters and pool.checkedout() == 0, "a client that waits without a connection")
    assert answers == []
    cancel(wiring.database, wiring.folder, _jobs(wiring)[0].id)
    wiring.waiting.announce()
    thread.join()
    assert answers[0].get_json()["jobs"][0]["error"]["code"] == "cancelled"


def test_a_failed_job_carries_its_error(app: Flask, wiring: Wiring, client: FlaskClient) -> None:
    batch = _post(client, image=photo()).get_json()["batch"]
    with wiring.database.writing() as session:
        job = session.scalars(select(Job)).one()
        job.state, job.error_code, job.error_message = FAILED, TookTooLong.code, TookTooLong.sentence
    [found] = app.test_client().get(f"/batches/{batch}").get_json()["jobs"]
    assert found["error"] == {"code": "took_too_long", "message": TookTooLong.sentence}


def test_quotas_count_for_a_guest_and_for_an_address(settings: dict[str, Any]) -> None:
    from app import create_app

    app = create_app({**settings, "analyses_per_hour": 3, "analyses_per_hour_address": 3})
    guest, stranger, elsewhere = (app.test_client() for _ in range(3))
    assert _post(guest, image=[photo("a.png"), photo("b.png")]).status_code == HTTPStatus.ACCEPTED
    assert _post(guest, image=[photo("c.png"), photo("d.png")]).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert _post(guest, image=photo("c.png")).status_code == HTTPStatus.ACCEPTED
    refused = _post(stranger, text="From the same address.")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "quota")
    assert int(refused.headers["Retry-After"]) > 0
    far = {"REMOTE_ADDR": "203.0.113.9"}
    data = {"text": "From another address."}
    assert elsewhere.post("/analyze?wait=0", data=data, environ_overrides=far).status_code == 202


def test_a_guest_cannot_outrun_the_quota_by_changing_addresses(settings: dict[str, Any]) -> None:
    from app import create_app

    client = create_app({**settings, "analyses_per_hour": 2}).test_client()
    statuses = [
        client.post(
            "/analyze?wait=0", data={"text": "t"}, environ_overrides={"REMOTE_ADDR": f"192.0.2.{n}"}
        ).status_code
        for n in range(3)
    ]
    assert statuses == [202, 202, 429]


def test_a_home_with_ipv6_counts_as_one_address(settings: dict[str, Any]) -> None:
    from app import create_app

    app = create_app({**settings, "analyses_per_hour": 1, "analyses_per_hour_address": 1})
    statuses = [
        app
        .test_client()
        .post("/analyze?wait=0", data={"text": "t"}, environ_overrides={"REMOTE_ADDR": address})
        .status_code
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    ]
    assert statuses == [202, 429, 202]


def test_no_address_is_stored(wiring: Wiring, client: FlaskClient) -> None:
    _post(client, text="Some text.")
    [job] = _jobs(wiring)
    assert len(job.address_hash) == 64
    assert "127.0.0.1" not in str(vars(job))


def test_cancelling_a_waiting_job_ends_it_and_removes_its_file(wiring: Wiring, client: FlaskClient) -> None:
    job_id = _post(client, image=photo()).get_json()["jobs"][0]["id"]
    answer = client.post(f"/jobs/{job_id}/cancel")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    found = client.get(f"/jobs/{job_id}").get_json()
    assert (found["state"], found["error"]["code"]) == (CANCELLED, "cancelled")
    assert not wiring.folder.job_ids()


def test_the_form_says_who_will_see_the_photo(settings: dict[str, Any], client: FlaskClient) -> None:
    from app import create_app

    assert "sent to nobody" in read_page(client.get("/new", headers=PAGE))
    for change, expected in (({}, "Google"), ({"engines": ("ocr",)}, "sent to nobody")):
        app = create_app({**settings, "gemini_api_key": "AQ.test", **change})
        assert expected in read_page(app.test_client().get("/new", headers=PAGE))


def test_with_gemini_one_sentence_says_who_may_use_it_and_who_may_read(settings: dict[str, Any]) -> None:
    from app import create_app

    app = create_app({**settings, "gemini_api_key": "AQ.test"})
    page = read_page(app.test_client().get("/new", headers=PAGE))
    [sentence] = [line for line in page.splitlines() if "goes to Google’s Gemini" in line]
    sentence = sentence.removeprefix("  <p>").removesuffix("</p>")
    for fact in ("adults only", "EEA, Switzerland and the UK", "paid tier", "people may read it", "Private"):
        assert fact in sentence
    assert sentence.count(".") == 1


def test_private_mode_is_ticked_only_when_the_link_asks(settings: dict[str, Any]) -> None:
    from app import create_app

    client = create_app({**settings, "gemini_api_key": "AQ.test"}).test_client()
    assert 'value="1" checked' in read_page(client.get("/new?private=1", headers=PAGE))
    for path in ("/new", "/new?private=0", "/new?private=%00"):
        assert 'value="1" checked' not in read_page(client.get(path, headers=PAGE))


def test_the_form_says_loudly_that_this_host_forgets(app: Flask, client: FlaskClient) -> None:
    assert "This server loses its data" not in read_page(client.get("/new", headers=PAGE))
    app.config["STORAGE_IS_LASTING"] = False
    assert "This server loses its data" in read_page(client.get("/new", headers=PAGE))
