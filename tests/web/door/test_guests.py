"""Guests: an identity by cookie, seen by nobody else, made by the first POST alone."""

import hashlib
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.models import Guest, Job
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_job, add_pack, become_guest

DAY = 86_400


def _guests(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Guest)) or 0


def test_looking_around_makes_no_guest(wiring: Wiring, client: FlaskClient) -> None:
    for path in ("/", "/packs", "/jobs/" + "0" * 32):
        assert "Set-Cookie" not in client.get(path, headers=PAGE).headers
    assert _guests(wiring) == 0


def test_the_first_post_makes_a_guest_and_the_second_keeps_it(wiring: Wiring, client: FlaskClient) -> None:
    first = client.post("/analyze?wait=0", data={"text": "One."})
    again = client.post("/analyze?wait=0", data={"text": "Two."})
    assert _guests(wiring) == 1
    assert "Set-Cookie" not in again.headers
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert f"Max-Age={400 * DAY}" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure(client: FlaskClient) -> None:
    answer = client.post("/analyze?wait=0", data={"text": "One."}, base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_only_the_hash_of_the_token_is_stored(wiring: Wiring, client: FlaskClient) -> None:
    become_guest(wiring, client)
    cookie = client.get_cookie(GUEST_COOKIE)
    assert cookie is not None
    with wiring.database.reading() as session:
        stored = session.scalars(select(Guest.token_hash)).one()
    assert stored == hashlib.sha256(cookie.value.encode()).hexdigest()


@pytest.mark.parametrize("value", ["", "x", "' or 1=1 --", "A" * 43, "A" * 4_000, "\x00", "ü" * 43])
def test_a_made_up_cookie_is_nobody(app: Flask, wiring: Wiring, value: str) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, app.test_client()))
    stranger = app.test_client()
    stranger.set_cookie(GUEST_COOKIE, value)
    assert stranger.get(f"/packs/{pack_id}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    fresh = stranger.post("/analyze?wait=0", data={"text": "One."})
    assert fresh.status_code == HTTPStatus.ACCEPTED
    assert GUEST_COOKIE in fresh.headers["Set-Cookie"]


@pytest.mark.own_sql
def test_nothing_of_a_guest_is_seen_or_changed_by_another(app: Flask, wiring: Wiring) -> None:
    owner, stranger = app.test_client(), app.test_client()
    owner_id = become_guest(wiring, owner)
    become_guest(wiring, stranger)
    pack_id, job_id = add_pack(wiring, owner_id), add_job(wiring, owner_id)
    with wiring.database.reading() as session:
        question_id = session.connection().exec_driver_sql("select id from questions").scalar()
        batch_id = session.get_one(Job, job_id).batch_id
    gets = [f"/packs/{pack_id}", f"/packs/{pack_id}/delete", f"/jobs/{job_id}", f"/batches/{batch_id}"]
    posts = [f"/packs/{pack_id}/quiz/{question_id}", f"/packs/{pack_id}/delete", f"/jobs/{job_id}/cancel"]
    calls: list[tuple[Any, str]] = [("get", path) for path in gets] + [("post", path) for path in posts]
    for method, path in calls:
        answer = getattr(stranger, method)(
            path, headers=PAGE, data={"choice": "0"} if method == "post" else None
        )
        assert answer.status_code == HTTPStatus.NOT_FOUND, path
        assert "Photosynthesis" not in answer.text
    assert "Photosynthesis" not in stranger.get("/packs", headers=PAGE).text
    for path in gets:
        assert owner.get(path, headers=PAGE).status_code == HTTPStatus.OK, path
    assert owner.get(f"/jobs/{job_id}").get_json()["state"] == "queued"


def test_the_json_of_a_job_is_for_whoever_has_its_id(app: Flask, wiring: Wiring) -> None:
    job_id = add_job(wiring, become_guest(wiring, app.test_client()))
    assert app.test_client().get(f"/jobs/{job_id}").get_json()["id"] == job_id
