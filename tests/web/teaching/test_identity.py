"""Who programs are: a token's guest, the guest of this machine, or a newcomer; never somebody else."""

from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from studylens.config import Config
from studylens.models import Guest, GuestDevice
from studylens.web.door.local import LOCAL
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.web.teaching import world
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql


@pytest.fixture
def local(settings: dict[str, Any], app: Flask) -> Flask:
    """An app as `make run` starts it, on the tables of the test."""
    return create_app({**settings, "local_mode": True})


def token_of(client: FlaskClient, name: str = "curl") -> str:
    page = read_page(client.post("/devices/tokens", data={"name": name}, headers=PAGE))
    return page.partition('class="token"><code>')[2].partition("<")[0]


def bearer(token: str) -> dict[str, str]:
    return {**world.JSON, "Authorization": f"Bearer {token}"}


def test_programs_on_this_machine_share_one_guest(local: Flask) -> None:
    first, second = local.test_client(), local.test_client()
    made = first.post("/colors", json={"name": "Red"}, headers=world.JSON)
    assert made.status_code == HTTPStatus.CREATED
    assert "Set-Cookie" not in made.headers
    assert second.get("/sets", headers=world.JSON).get_json()["sets"][0]["classes"][0]["name"] == "Red"
    database = local.extensions[EXTENSION].database
    with database.reading() as session:
        assert session.scalars(select(Guest.token_hash)).all() == [LOCAL]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "study.example"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"CF-Connecting-IP": "203.0.113.9"},
        {"True-Client-IP": "203.0.113.9"},
        {"Host": "192.168.1.20"},
        {"Host": "[2001:db8::1]:10000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Referer": "https://elsewhere.example/page"},
    ],
)
def test_no_request_that_came_another_way_is_the_guest_of_this_machine(
    local: Flask, headers: dict[str, str]
) -> None:
    local.test_client().post("/colors", json={"name": "Red"}, headers=world.JSON)
    found = local.test_client().get("/sets", headers={**world.JSON, **headers})
    assert found.get_json()["sets"] == []


@pytest.mark.parametrize(
    "environ", [{"REMOTE_ADDR": "192.168.1.7"}, {"REMOTE_ADDR": ""}, {"SERVER_PROTOCOL": "HTTP/1.0"}]
)
def test_no_other_machine_and_no_bare_proxy_is_it_either(local: Flask, environ: dict[str, str]) -> None:
    local.test_client().post("/colors", json={"name": "Red"}, headers=world.JSON)
    found = local.test_client().get("/sets", headers=world.JSON, environ_overrides=environ)
    assert found.get_json()["sets"] == []


def test_whoever_shows_a_cookie_is_not_it_either(local: Flask) -> None:
    local.test_client().post("/colors", json={"name": "Red"}, headers=world.JSON)
    browser = local.test_client()
    browser.set_cookie("studylens_guest", "made-up")
    assert browser.get("/sets", headers=world.JSON).get_json()["sets"] == []


@pytest.mark.parametrize(
    "public",
    [
        {"local_mode": False},
        {"host": "0.0.0.0"},
        {"trusted_proxies": 1},
        {"base_url": "https://study.example"},
        {"on_render": True},
    ],
)
def test_a_service_that_others_may_reach_has_no_such_guest(public: dict[str, Any]) -> None:
    assert Config(local_mode=True).is_local
    assert not Config(**{"local_mode": True, **public}).is_local


def test_a_refused_program_leaves_the_guest_of_this_machine_as_it_is(local: Flask) -> None:
    program = local.test_client()
    assert program.post("/colors", json={"name": ""}, headers=world.JSON).status_code == 400
    program.post("/colors", json={"name": "Red"}, headers=world.JSON)
    assert program.post("/colors", json={"name": "red"}, headers=world.JSON).status_code == 400
    assert len(program.get("/sets", headers=world.JSON).get_json()["sets"]) == 1


def test_a_token_acts_as_its_guest_and_is_kept_as_a_hash(app: Flask, wiring: Wiring) -> None:
    browser, program = app.test_client(), app.test_client()
    set_id = world.add_taught(wiring, become_guest(wiring, browser))
    token = token_of(browser)
    answer = program.get(f"/sets/{set_id}", headers=bearer(token))
    assert answer.get_json()["name"] == "Leaves"
    assert "Set-Cookie" not in answer.headers
    with wiring.database.reading() as session:
        row = session.scalars(select(GuestDevice).where(GuestDevice.is_token)).one()
        assert token not in {row.token_hash, row.name}
    assert token not in read_page(browser.get("/devices", headers=PAGE))


@pytest.mark.parametrize("shown", ["Bearer", "Bearer x", f"Bearer {'A' * 43}", f"bearer {'A' * 43}"])
def test_a_token_that_is_not_known_is_refused_and_makes_no_newcomer(
    client: FlaskClient, wiring: Wiring, shown: str
) -> None:
    for method, address in (("GET", "/sets"), ("POST", "/colors")):
        answer = client.open(
            address, method=method, json={"name": "Red"}, headers={**world.JSON, "Authorization": shown}
        )
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "unknown_token")
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Guest)) == 0


def test_a_token_taken_back_is_refused(app: Flask, wiring: Wiring) -> None:
    browser = app.test_client()
    become_guest(wiring, browser)
    token = token_of(browser, "my script")
    page = read_page(browser.get("/devices", headers=PAGE))
    assert "my script" in page.partition("For programs")[2]
    assert "my script" not in page.partition("For programs")[0]
    hashed = page.partition('name="token" value="')[2].partition('"')[0]
    stranger = app.test_client()
    become_guest(wiring, stranger)
    stranger.post("/devices/tokens/delete", data={"token": hashed})
    assert app.test_client().get("/sets", headers=bearer(token)).status_code == HTTPStatus.OK
    browser.post("/devices/tokens/delete", data={"token": hashed})
    assert app.test_client().get("/sets", headers=bearer(token)).status_code == HTTPStatus.UNAUTHORIZED
