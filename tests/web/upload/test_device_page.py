"""POST /analyze with `lines`: what a device has read comes from a stranger, and its photo does not come."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol.device import load
from studylens.errors import BadLines
from studylens.models import Job
from studylens.web.door.wiring import Wiring
from studylens.web.upload.device_page import parse_page
from tests.web.world import PAGE, photo, read_page

BOX = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.15], [0.1, 0.15]]


def told(**changes: Any) -> dict[str, Any]:
    """Return a page of one line; `changes` replace its fields."""
    line = {"text": "Osmosis: water passes a membrane.", "score": 0.98, "box": BOX}
    return {"width": 1200, "height": 1600, "reader": "studylens-1", "lines": [line], **changes}


def of_line(**changes: Any) -> dict[str, Any]:
    """Return a page whose only line has these fields."""
    return told(lines=[{"text": "x", "score": 0.9, "box": BOX, **changes}])


def post(client: FlaskClient, *pages: Any, **data: Any) -> Any:
    """Send pages as a form does, beside other fields."""
    sent = [page if isinstance(page, str) else json.dumps(page) for page in pages]
    return client.post("/analyze?wait=0", data={"lines": sent, **data})


def jobs(wiring: Wiring) -> list[Job]:
    """Return all jobs in their order."""
    with wiring.database.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.created_at, Job.number)))


def test_lines_become_a_job_without_a_file(wiring: Wiring, client: FlaskClient) -> None:
    answer = post(client, told(name="page.jpg", sha256="ab" * 32), question=" Why? ", private="1")
    assert answer.status_code == HTTPStatus.ACCEPTED
    [job] = jobs(wiring)
    assert (job.kind, job.name, job.sha256) == ("lines", "page.jpg", "ab" * 32)
    assert (job.question, job.private) == ("Why?", True)
    assert load(job.text).boxes[0].text == "Osmosis: water passes a membrane."
    assert not wiring.folder.job_ids()
    page = read_page(client.get(f"/batches/{answer.get_json()['batch']}", headers=PAGE))
    assert "Text opened" in page or "Waiting for its turn" in page


def test_pages_of_both_kinds_keep_the_order_of_the_form(wiring: Wiring, client: FlaskClient) -> None:
    pages = [told(name="third", place=3), told(name="first", place=1), told(name="last")]
    post(client, *pages, image=photo("second.png"), text="Notes.", together="1")
    found = sorted((job.number, job.name) for job in jobs(wiring))
    assert found == [(1, "first"), (2, "second.png"), (3, "third"), (4, "last"), (5, "pasted text")]
    assert [job.id for job in jobs(wiring) if job.kind == "photo"] == list(wiring.folder.job_ids())


def test_lines_and_photos_share_the_limit_of_a_request(wiring: Wiring, client: FlaskClient) -> None:
    answer = post(client, *[told()] * 10, image=photo())
    assert answer.get_json()["error"]["code"] == "too_many_files"
    assert jobs(wiring) == []


def test_the_same_lines_sent_twice_are_queued_once(wiring: Wiring, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "0123456789abcdef"}
    client.get("/", headers=PAGE)
    sent = {"lines": json.dumps(told())}
    answers = [client.post("/analyze?wait=0", data=sent, headers=key).get_json()["batch"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(jobs(wiring)) == 1


def test_nobody_adds_lines_to_a_strangers_pack(wiring: Wiring, client: FlaskClient) -> None:
    assert post(client, told(), into="ab" * 16).status_code == HTTPStatus.NOT_FOUND
    assert jobs(wiring) == []


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ("{", "JSON"),
        ("[" * 60_000, "JSON"),
        ('{"width": ' + "9" * 5_000 + "}", "JSON"),
        ("[]", "lines"),
        (told(width=0), "width"),
        (told(height=True), "height"),
        (told(width=10**9), "width"),
        (told(reader="r" * 41), "reader"),
        (told(sha256="AB" * 32), "sha256"),
        (told(place=-1), "place"),
        (told(turned=45), "turned"),
        (told(turned=True), "turned"),
        (told(vertical=1), "vertical"),
        (told(lines=None), "lines"),
        (told(lines=[[]]), "lines[0]"),
        (told(lines=[{"text": "", "score": 1, "box": BOX}] * 1_001), "lines"),
        (told(grids=[{"xs": [0.1], "ys": [0.1, 0.2]}]), "grids[0].xs"),
        (told(grids=[{"xs": [0.1, 0.2], "ys": [0.2, 0.1]}]), "grids[0].ys"),
        (told(grids=[{"xs": [0, 1], "ys": [0, 1]}] * 21), "grids"),
        (of_line(text=None), "lines[0].text"),
        (of_line(text="a\x00b"), "lines[0].text"),
        (of_line(text="\ud800"), "lines[0].text"),
        (of_line(text="x" * 2_001), "lines[0].text"),
        (of_line(score="1"), "lines[0].score"),
        (of_line(score=10**400), "lines[0].score"),
        (of_line(score=float("nan")), "NaN"),
        (of_line(score=float("-inf")), "-Infinity"),
        (of_line(box=BOX[:3]), "lines[0].box"),
        (of_line(box=BOX[::-1]), "lines[0].box"),
        (of_line(box=[[0.5, 0.5]] * 4), "lines[0].box"),
        (of_line(box=[[5, 0], [6, 0], [6, 1], [5, 1]]), "lines[0].box"),
        (of_line(box=[[1.5, 0], [1.9, 0], [1.9, 1], [1.5, 1]]), "lines[0].box"),
        (of_line(middle=[0.1] * 15), "lines[0].middle"),
        (json.dumps(told()).replace("0.98", "1e999"), "lines[0].score"),
    ],
)
def test_what_cannot_be_is_refused_by_name(page: Any, named: str) -> None:
    raw = page if isinstance(page, str) else json.dumps(page)
    with pytest.raises(BadLines) as refused:
        parse_page(raw)
    assert named in refused.value.sentence


def test_a_refused_page_keeps_nothing_of_the_request(wiring: Wiring, client: FlaskClient) -> None:
    answer = post(client, told(), told(width=-1), image=photo())
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_lines")
    assert jobs(wiring) == []
    assert not wiring.folder.job_ids()


@pytest.mark.parametrize(
    "page",
    [
        told(lines=[{"text": "a", "score": 1, "box": BOX}] * 100_000),
        of_line(text="x" * 1_048_576),
        told(lines=[{"text": "y" * 1_900, "score": 1, "box": BOX}] * 11),
    ],
)
def test_too_much_is_refused(wiring: Wiring, client: FlaskClient, page: Any) -> None:
    assert post(client, page).status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    assert jobs(wiring) == []


def test_numbers_are_clamped_and_text_stays_text() -> None:
    box = [[-0.2, 0.1], [1.3, 0.1], [1.3, 0.2], [-0.2, 0.2]]
    [line] = parse_page(json.dumps(of_line(text=" <b>a</b>\n\t&amp; \x1b", score=7, box=box))).page.boxes
    assert line.text == "<b>a</b> &amp;"
    assert line.score == 1.0
    assert line.corners == ((0.0, 0.1), (1.0, 0.1), (1.0, 0.2), (0.0, 0.2))
