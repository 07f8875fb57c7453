"""Cookies: bound to this host on https, whatever they were called before; and headers of https."""

from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.http import parse_cookie

from app import create_app
from studylens.web.door.cookies import GUEST_COOKIE, LOOK_COOKIE, PRIVATE_COOKIE, ZONE_COOKIE
from studylens.web.door.wiring import Wiring
from tests.web.world import add_pack, become_guest

HTTPS = "https://localhost"
HOST = "__Host-"
MAKERS = (
    ("/calendar", {}, GUEST_COOKIE),
    ("/settings/zone", {"zone": "Asia/Tokyo"}, ZONE_COOKIE),
    ("/settings/look", {"theme": "dark"}, LOOK_COOKIE),
    ("/settings/private", {"private": "1"}, PRIVATE_COOKIE),
    ("/settings/language", {"language": "en"}, "studylens_language"),
)


def kept(answer: Any) -> dict[str, str]:
    """Return the cookies that an answer sets: name and attributes."""
    lines = answer.headers.getlist("Set-Cookie")
    return {line.partition("=")[0]: line.partition(";")[2] for line in lines}


def test_flask_s_own_cookie_is_neither_read_nor_kept(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "session=anything"}):
        assert dict(session) == {}
        with pytest.raises(RuntimeError):
            session["name"] = "value"


@pytest.mark.parametrize(("path", "form", "name"), MAKERS)
def test_on_https_each_cookie_belongs_to_this_host_alone(
    client: FlaskClient, path: str, form: dict[str, str], name: str
) -> None:
    told = kept(client.post(path, data=form, base_url=HTTPS))
    assert list(told) == [HOST + name]
    assert {"Secure", "Path=/", "SameSite=Lax"} <= set(
        told[HOST + name].replace("; ", ";").strip().split(";")
    )
    assert "Domain" not in told[HOST + name]
    assert ("HttpOnly" in told[HOST + name]) is (name != ZONE_COOKIE)


@pytest.mark.parametrize(("path", "form", "name"), MAKERS)
def test_on_http_they_keep_their_names(
    client: FlaskClient, path: str, form: dict[str, str], name: str
) -> None:
    told = kept(client.post(path, data=form))
    assert list(told) == [name]
    assert "Secure" not in told[name]


def test_below_a_prefix_the_prefix_is_the_path(client: FlaskClient) -> None:
    told = kept(client.post("/calendar", base_url=HTTPS, environ_overrides={"SCRIPT_NAME": "/study"}))
    assert list(told) == [f"__Secure-{GUEST_COOKIE}"]
    assert "Path=/study" in told[f"__Secure-{GUEST_COOKIE}"]


def test_a_cookie_of_an_earlier_release_is_read_and_gets_its_new_name_once(
    app: Flask, wiring: Wiring
) -> None:
    browser = app.test_client()
    pack_id = add_pack(wiring, become_guest(wiring, browser))
    old = browser.get_cookie(GUEST_COOKIE)
    assert old is not None
    first = browser.get(f"/packs/{pack_id}", base_url=HTTPS)
    assert first.status_code == 200
    told = kept(first)
    assert set(told) == {GUEST_COOKIE, HOST + GUEST_COOKIE}
    assert f"Max-Age={7 * 86_400}" in told[GUEST_COOKIE]
    assert parse_cookie(first.headers.getlist("Set-Cookie")[0])[HOST + GUEST_COOKIE] == old.value
    again = browser.get(f"/packs/{pack_id}", base_url=HTTPS)
    assert again.status_code == 200
    assert kept(again) == {}


def test_a_planted_cookie_does_not_win_over_this_host_s_own(app: Flask, wiring: Wiring) -> None:
    stranger, browser = app.test_client(), app.test_client()
    become_guest(wiring, stranger)
    planted = stranger.get_cookie(GUEST_COOKIE)
    assert planted is not None
    browser.post("/calendar", base_url=HTTPS)
    own = browser.get("/devices", base_url=HTTPS).text
    browser.set_cookie(GUEST_COOKIE, planted.value)
    assert browser.get("/devices", base_url=HTTPS).text == own


def test_a_static_file_which_others_may_keep_sets_no_cookie(client: FlaskClient) -> None:
    client.set_cookie(GUEST_COOKIE, "A" * 43)
    with client.get("/static/icon.svg", base_url=HTTPS) as answer:
        assert kept(answer) == {}


def test_forgetting_a_cookie_forgets_each_of_its_names(client: FlaskClient) -> None:
    client.set_cookie(PRIVATE_COOKIE, "1")
    told = kept(client.post("/settings/private", base_url=HTTPS))
    assert set(told) == {PRIVATE_COOKIE, HOST + PRIVATE_COOKIE}
    assert all("Max-Age=0" in attributes for attributes in told.values())


@pytest.mark.parametrize(
    ("hops", "proto", "is_https"), [(1, "https", True), (1, "http", False), (0, "https", False)]
)
def test_https_is_what_a_trusted_proxy_says(
    settings: dict[str, Any], hops: int, proto: str, is_https: bool
) -> None:
    client = create_app({**settings, "trusted_proxies": hops}).test_client()
    answer = client.post("/settings/look", data={"theme": "dark"}, headers={"X-Forwarded-Proto": proto})
    assert (HOST + LOOK_COOKIE in kept(answer)) is is_https
    assert ("Strict-Transport-Security" in answer.headers) is is_https


def test_every_answer_keeps_other_windows_and_the_device_s_senses_out(client: FlaskClient) -> None:
    for path in ("/", "/health", "/nothing-here"):
        headers = client.get(path).headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
