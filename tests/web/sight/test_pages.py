"""/metrics and /ready; a request's id on its way to the job and whoever carries it."""

import logging
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from studylens.errors import BucketDown
from studylens.jobs.housekeeper import Housekeeper
from studylens.models import Job
from studylens.sight import counts, page, trace
from studylens.web.door.wiring import EXTENSION, Wiring
from studylens.web.sight import ready
from tests.in_any_order.world import Plan, World
from tests.service import HOME
from tests.storage.conftest import bucket_name, s3, s3_server
from tests.storage.server import S3Server
from tests.web.world import PAGE

__all__ = ["bucket_name", "s3", "s3_server"]
TOKEN = "for-prometheus-alone-0123456789"
STUCK_SECONDS = 20
"""After which a test that waits for itself ends."""
FROM_AFAR = {"X-Forwarded-For": "192.0.2.1"}
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.]+')


def told(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }


def asked_for(client: FlaskClient, token: str) -> int:
    headers = {**FROM_AFAR, **({"Authorization": f"Bearer {token}"} if token else {})}
    return client.get("/metrics", headers=headers).status_code


def tell(wiring: Wiring) -> None:
    """Do what the housekeeper does every half minute."""
    Housekeeper(wiring.config, wiring.database, wiring.folder, wiring.importer)._tell()


@pytest.fixture
def carried(app: Flask, client: FlaskClient, wiring: Wiring) -> World:
    """A service that has carried one photo, and has another one waiting."""
    counts.take()
    made = World(app)
    made.browsers = [client]
    made.upload(client, 2, "", together=False)
    made.work(Plan(lambda _job_id: "w1x"))
    return made


def test_numbers_are_read_by_whoever_may(settings: dict[str, Any]) -> None:
    made = create_app({**settings, "metrics_token": TOKEN})
    wiring: Wiring = made.extensions[EXTENSION]
    client = made.test_client()
    found = [asked_for(client, token) for token in ("", "wrong", TOKEN)]
    assert (
        client.get("/operator", headers={**FROM_AFAR, "Authorization": f"Bearer {TOKEN}"}).status_code == 404
    )
    assert client.get("/metrics").status_code == 200
    wiring.database.engine.dispose()
    assert found == [404, 401, 200]


@pytest.mark.own_sql
def test_the_page_says_what_waits_and_what_became_of_what_ran(carried: World, client: FlaskClient) -> None:
    wiring = carried.wiring
    tell(wiring)
    answer = client.get("/metrics")
    assert answer.content_type == page.CONTENT_TYPE
    samples = [line for line in answer.text.splitlines() if not line.startswith("# ")]
    assert [line for line in samples if not LINE.fullmatch(line)] == []
    found = told(client)
    assert found['studylens_jobs{state="queued"}'] == 1
    assert found['studylens_jobs{state="running"}'] == 0
    assert 0 <= found["studylens_oldest_waiting_seconds"] < 60
    assert found['studylens_attempts_total{outcome="done"}'] == 1
    assert found['studylens_stage_seconds_count{stage="after_decode"}'] == 1
    machine = f"{wiring.folder.machine_id[:8]}-{os.getpid()}"
    assert found[f'studylens_memory_bytes{{kind="web",machine="{machine}"}}'] > 10 * 2**20


def test_nothing_of_a_student_is_a_label(carried: World, client: FlaskClient) -> None:
    tell(carried.wiring)
    labels = set(re.findall(r'([a-z_]+)="', client.get("/metrics").text))
    assert labels <= {"state", "outcome", "stage", "engine", "machine", "kind", "operation"}


def test_whatever_is_counted_stands_on_the_page() -> None:
    sources = "".join(path.read_text() for path in (HOME / "studylens").rglob("*.py"))
    names = set(re.findall(r'counts\.add(?:_time)?\(\s*"([a-z_]+)"', sources))
    assert names == {family.name for family in page.COUNTED}


# --- /ready ---
@pytest.fixture(autouse=True)
def nothing_looked_at() -> Iterator[None]:
    ready._looked.clear()
    yield
    ready._looked.clear()


def parts(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/ready")
    assert answer.json is not None
    return answer.status_code, answer.json["parts"]


@pytest.fixture
def at_work(app: Flask, wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """Somebody carries jobs."""
    monkeypatch.setattr(type(wiring.runner), "is_running", property(lambda _: True))
    return wiring


@pytest.mark.own_sql
def test_a_service_is_ready_when_all_its_parts_are(at_work: Wiring, client: FlaskClient) -> None:
    assert parts(client) == (200, {"database": "ok", "bucket": "ok", "queue": "ok"})


def test_a_service_that_carries_nothing_is_not_ready(client: FlaskClient) -> None:
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["parts"]["queue"]) == (503, "stopped")  # type: ignore[index]
    assert answer.headers["Retry-After"]
    assert client.get("/health").status_code == 200


def test_a_database_that_is_away_is_named(settings: dict[str, Any]) -> None:
    made = create_app({**settings, "database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    assert parts(made.test_client())[1]["database"] == "away"


@pytest.mark.xdist_group("s3")
def test_a_bucket_that_is_away_is_named_and_asked_now_and_then(
    settings: dict[str, Any], s3: S3Server, bucket_name: str
) -> None:
    made = create_app({**settings, "upload_url": f"s3://{bucket_name}", "upload_endpoint": s3.url})
    client = made.test_client()
    assert parts(client)[1]["bucket"] == "ok"
    s3.fault = s3.away
    asked = len(s3.asked)
    assert parts(client)[1]["bucket"] == "ok"
    assert len(s3.asked) == asked
    ready._looked.clear()
    assert parts(client)[1]["bucket"] == "away"
    made.extensions[EXTENSION].database.engine.dispose()


def test_who_asks_while_the_bucket_is_asked_does_not_wait_for_it(
    app: Flask, client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts(client)[1]["bucket"] == "ok"
    meanwhile: list[str] = []

    def look(_folder: object) -> None:
        if not meanwhile:
            other = threads.submit(parts, app.test_client())
            meanwhile.append(other.result(STUCK_SECONDS)[1]["bucket"])
        raise BucketDown

    monkeypatch.setattr(type(wiring.folder), "look", look)
    monkeypatch.setattr(ready, "BUCKET_SECONDS", 0.0)
    with ThreadPoolExecutor(1) as threads:
        assert parts(client)[1]["bucket"] == "away"
    assert meanwhile == ["ok"]


# --- The id of a request ---
def test_every_answer_names_its_request(client: FlaskClient) -> None:
    own, taken = client.get("/"), client.get("/", headers={"X-Request-ID": "from-the-proxy"})
    assert re.fullmatch("[0-9a-f]{16}", own.headers["X-Request-ID"])
    assert taken.headers["X-Request-ID"] == "from-the-proxy"
    assert client.get("/nowhere", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"].isalnum()
    assert trace.request_id() == ""


def test_a_job_and_the_lines_of_whoever_carries_it_bear_the_request(
    app: Flask, client: FlaskClient, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world, seen = World(app), set[tuple[str, str]]()

    class Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith(("Queued batch", "Memory usage at after_decode")):
                seen.add((trace.request_id(), trace.job_id()))

    note, ours = Note(), logging.getLogger("studylens")
    ours.addHandler(note)
    try:
        data = {"text": "Osmosis is the movement of water."}
        client.post("/analyze", data=data, headers={**PAGE, "X-Request-ID": "request-of-mine"})
        job_id = world.work(Plan(lambda _job_id: "w1x"))
    finally:
        ours.removeHandler(note)
    with database.reading() as session:
        assert session.get_one(Job, job_id).request_id == "request-of-mine"
    assert seen == {("request-of-mine", ""), ("request-of-mine", job_id)}
    assert trace.job_id() == ""
