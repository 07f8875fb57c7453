"""By which name we are asked: ours, or an address; never a name that somebody pointed here."""

from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from studylens.config import Config
from studylens.variables import ConfigError
from studylens.web.door.sender import hosts
from studylens.web.door.sender.hosts import is_ours
from tests.web.world import PAGE

OURS = {"base_url": "https://Study.example:8443/", "trusted_hosts": ("www.example", ".school.example")}


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True), ("localhost:10000", True), ("LOCALHOST", True), ("127.0.0.1:10000", True),
        ("192.168.1.20", True), ("[::1]:10000", True), ("[2001:db8::1]", True), ("study.example", True),
        ("study.example:8443", True), ("www.example", True), ("school.example", True),
        ("a.b.school.example", True), ("abc.onrender.com", True), ("evil", False), ("evil.test:1", False),
        ("localhost.evil.example", False), ("127.0.0.1.evil.example", False), ("study.example.evil", False),
        ("notschool.example", False), ("other.onrender.com", False), ("127.0.0.1:99999999", False),
        ("0x7f.1", False), ("2130706433", False), ("", False), ("a b", False), ("[::1", False),
        ("user@localhost", False), ("localhost,evil", False),
    ],
)  # fmt: skip
def test_names_of_ours_and_addresses_are_let_in(host: str, ours: bool) -> None:
    config = Config(**OURS, render_hostname="abc.onrender.com")
    assert is_ours(host, config.names) is ours


def test_a_foreign_name_is_refused_plainly_and_makes_no_guest(client: FlaskClient) -> None:
    for path in ("/", "/packs", "/memory", "/static/icon.svg", "/nothing-here"):
        answer = client.get(path, headers={**PAGE, "Host": "evil.example"})
        assert (answer.status_code, answer.mimetype) == (HTTPStatus.BAD_REQUEST, "text/plain")
        assert "TRUSTED_HOSTS" in answer.text
        assert "evil" not in answer.text
    posted = client.post("/analyze?wait=0", data={"text": "One."}, headers={"Host": "evil.example"})
    assert posted.status_code == HTTPStatus.BAD_REQUEST
    assert posted.get_json()["error"]["code"] == "unknown_host"
    assert "Set-Cookie" not in posted.headers


def test_a_flood_of_names_fills_no_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hosts, "_warned", set())
    for number in [*range(50), *range(50)]:
        client.get("/", headers={"Host": f"evil-{number}.example"})
    told = [line for line in caplog.messages if line.startswith("Refused the name")]
    assert len(told) == len(set(told)) == hosts._MOST_WARNINGS


def test_the_host_may_ask_for_health_by_any_name(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Host": "10-0-0-7.pod"}).status_code == HTTPStatus.OK


def test_a_forwarded_name_is_not_believed(client: FlaskClient) -> None:
    told = client.post("/calendar", headers={"X-Forwarded-Host": "evil.example"})
    assert "http://localhost/calendar/" in told.text
    assert "evil" not in told.text


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        ({"base_url": "https://study.example/"}, "https://study.example/calendar/"),
        ({"render_hostname": "abc.onrender.com"}, "https://abc.onrender.com/calendar/"),
    ],
)
def test_the_calendars_address_is_the_public_one(
    settings: dict[str, Any], known: dict[str, Any], begins: str
) -> None:
    told = create_app({**settings, **known}).test_client().post("/calendar", headers={"Host": "10.0.0.7"})
    assert begins in told.text
    assert "10.0.0.7" not in told.text


@pytest.mark.parametrize(
    "variables",
    [
        {"TRUSTED_HOSTS": "https://study.example"}, {"TRUSTED_HOSTS": "study.example:80"},
        {"TRUSTED_HOSTS": "*"}, {"TRUSTED_HOSTS": "a..b"}, {"BASE_URL": "study.example"},
        {"OPERATOR_TOKEN": "short"}, {"OPERATOR_TOKEN": "x" * 30 + " y"},
    ],
)  # fmt: skip
def test_what_is_no_name_or_token_is_refused_by_its_variable(variables: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(variables))) as caught:
        Config.from_environment(variables)
    assert "short" not in str(caught.value)
