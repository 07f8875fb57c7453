"""Forms: each carries this device's token, and a browser's change without it is refused."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.sender.form_tokens import token_of
from studylens.web.door.wiring import Wiring
from tests.service import HOME, multipart
from tests.web.world import PAGE, add_pack, become_guest, read_page

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
FORM = re.compile(r"<form\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>{]|\{)*?>", re.DOTALL)
ASKS = re.compile(r'method="(?:get|dialog)"')
"""What a form says that changes nothing; without a method it must say so, too."""
POSTS = re.compile(r"\bhx-(?:post|put|patch|delete)=|\bformmethod=")
FIELD = re.compile(r'name="form_token" value="([0-9a-f]*)"')


def test_every_form_that_changes_something_begins_with_the_token() -> None:
    without, found = [], 0
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        forms = [form for form in FORM.finditer(text) if not ASKS.search(form.group())]
        found += len(forms)
        without += [
            (path.name, form.group())
            for form in forms
            if not text[form.end() :].lstrip().startswith("{{ form_token() }}")
        ]
    assert found >= 110
    assert without == []


def test_every_form_is_looked_at_and_nothing_posts_outside_of_one() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert len(FORM.findall(text)) == len(re.findall(r"<form\b", text, re.IGNORECASE)), path.name
        for post in POSTS.finditer(text):
            assert text.rfind("<form", 0, post.start()) > text.rfind("</form", 0, post.start()), path.name
    elsewhere = [path for path in HOME.glob("studylens/**/*.html") if path not in TEMPLATES]
    assert elsewhere == []


def test_no_script_posts_without_the_token() -> None:
    scripts = [path for path in (HOME / "static").rglob("*.js") if "vendor" not in path.parts]
    texts = {path.name: path.read_text(encoding="utf-8") for path in scripts}
    posting = {name for name, text in texts.items() if re.search(r"\b(POST|PUT|PATCH|DELETE)\b", text)}
    assert posting == {"dom.js", "upload.js", "send.js", "worker.js"}
    assert texts["send.js"].count('method: "POST"') == texts["send.js"].count("[TOKEN]: hello.token") == 1
    assert "method:" not in texts["worker.js"]  # It only asks what a page has sent.
    assert texts["dom.js"].count('method: "POST"') == texts["dom.js"].count("[TOKEN]: ") == 2
    assert "setRequestHeader(TOKEN, formToken())" in texts["upload.js"]
    others = re.compile(r"sendBeacon|createElement\(\"form\"|\.submit\(")
    assert [name for name, text in texts.items() if others.search(text)] == []


@pytest.fixture
def token(wiring: Wiring, client: FlaskClient) -> str:
    become_guest(wiring, client)
    found = client.get_cookie(GUEST_COOKIE)
    assert found is not None
    return token_of(found.value)


def _post(client: FlaskClient, data: dict[str, str], **headers: str) -> Any:
    return client.post("/calendar", data=data, headers={**PAGE, **headers})


@pytest.mark.parametrize(
    "told",
    [BROWSER, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {"Referer": "http://x/"}],
)
def test_a_browser_shows_the_token_of_its_cookie(
    client: FlaskClient, token: str, told: dict[str, str]
) -> None:
    for wrong in ({}, {"form_token": ""}, {"form_token": token_of("other")}, {"form_token": "\xff"}):
        answer = _post(client, wrong, **told)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "Load it again" in read_page(answer)
    assert _post(client, {"form_token": token}, **told).status_code == HTTPStatus.OK
    assert _post(client, {}, **told, **{"X-Form-Token": token}).status_code == HTTPStatus.OK


def test_the_token_of_one_device_is_none_of_another(app: Flask, wiring: Wiring, token: str) -> None:
    other = app.test_client()
    become_guest(wiring, other)
    assert _post(other, {"form_token": token}, **BROWSER).status_code == HTTPStatus.FORBIDDEN


def test_whoever_has_no_cookie_and_every_program_needs_none(
    app: Flask, client: FlaskClient, token: str
) -> None:
    assert _post(app.test_client(), {}, **BROWSER).status_code == HTTPStatus.OK
    assert _post(client, {}).status_code == HTTPStatus.OK
    shown = re.search(r"[A-Za-z0-9_-]{43}", client.post("/devices/tokens", data={"name": "p"}).text)
    assert shown is not None
    with_token = _post(client, {}, **BROWSER, Authorization=f"Bearer {shown.group()}")
    assert with_token.status_code != HTTPStatus.FORBIDDEN


def test_text_that_another_site_may_send_is_no_way_around_it(client: FlaskClient, token: str) -> None:
    for kind in ("text/plain", None):
        answer = client.post("/calendar/end", content_type=kind, headers=BROWSER)
        assert answer.get_json()["error"]["code"] == "stale_form"
    login = client.post("/calendar/end", headers={**BROWSER, "Authorization": "Basic eDp5"})
    assert login.get_json()["error"]["code"] == "stale_form"
    json = client.post("/colors", json={"name": "Red"}, headers=BROWSER)
    assert json.status_code == HTTPStatus.CREATED  # A browser would have asked first.


def test_a_form_with_photos_is_looked_at_too(client: FlaskClient, token: str) -> None:
    for fields, status in (({}, HTTPStatus.FORBIDDEN), ({"form_token": token}, HTTPStatus.ACCEPTED)):
        body, kind = multipart([], {"text": "Osmosis: water passes a membrane.", **fields})
        sent = client.post("/analyze?wait=0", data=body, content_type=kind, headers=BROWSER)
        assert sent.status_code == status


def test_pages_carry_the_token_also_with_the_answer_that_brings_the_cookie(
    app: Flask, wiring: Wiring, client: FlaskClient
) -> None:
    newcomer = app.test_client()
    assert set(FIELD.findall(read_page(newcomer.get("/devices", headers=PAGE)))) == {""}
    page = newcomer.post("/devices/code", headers={**PAGE, **BROWSER})
    given = newcomer.get_cookie(GUEST_COOKIE)
    assert given is not None
    assert set(FIELD.findall(read_page(page))) == {token_of(given.value)}
    assert newcomer.get("/form-token").get_json() == {"form_token": token_of(given.value)}
    assert client.get("/form-token").get_json() == {"form_token": ""}
    pack_id = add_pack(wiring, become_guest(wiring, client))
    for path in ("/", f"/packs/{pack_id}", "/packs", "/settings", "/export", f"/packs/{pack_id}?tab=cards"):
        read_page(client.get(path, headers=PAGE))
