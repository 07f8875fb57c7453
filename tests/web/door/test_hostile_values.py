"""No address and no value makes a 500: not on SQLite, which holds nearly anything, and not on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from database_config import Database
from studylens.errors import BadText
from studylens.models import Guest, Pack
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.web.door.test_content_types import NOT_READY
from tests.web.world import add_pack, become_guest

pytestmark = pytest.mark.own_sql

TEXTS = ("\x00", "a\x00b", "x" * 5_000, "../../etc/passwd", "' OR 1=1 --")
NUMBERS = (2**31, 2**63, 10**40)
PAGE = {"Accept": "text/html"}


def addresses(app: Flask, text: str, number: int) -> list[tuple[str, str]]:
    """Every method and address with hostile values in its place-holders."""
    builder = app.create_url_adapter(None)
    assert builder is not None
    return [
        (
            method,
            builder.build(rule.endpoint, _values(rule, text, number), method=method, append_unknown=False),
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static" and rule.arguments
    ]


def _values(rule: Rule, text: str, number: int) -> dict[str, Any]:
    kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
    hostile = {"IntegerConverter": number, "UnicodeConverter": text.replace("/", ""), "PathConverter": text}
    return {name: hostile.get(kind) or _first(rule, name) for name, kind in kinds.items()}


def _first(rule: Rule, name: str) -> str:
    """The first of the words that `<any(...):name>` allows."""
    return str(next(iter(sorted(rule._converters[name].items))))


def status(client: FlaskClient, path: str, method: str = "GET", **query: Any) -> int:
    with client.open(path, method=method, headers=PAGE, **query) as answer:
        return int(answer.status_code)


@pytest.fixture
def app(settings: dict[str, Any], app: Flask) -> Flask:
    app.config["SERVER_NAME"] = "localhost"
    return app


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_address_is_not_there(app: Flask, client: FlaskClient, text: str) -> None:
    asked = addresses(app, text, NUMBERS[0])
    answers = {(method, path[:60]): status(client, path, method) for method, path in asked}
    assert len(asked) > 30
    assert {key: found for key, found in answers.items() if found >= 500} == {}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_id_can_be_is_not_there(app: Flask, client: FlaskClient, number: int) -> None:
    asked = [pair for pair in addresses(app, "0" * 32, number) if str(number) in pair[1]]
    answers = {pair: status(client, pair[1], pair[0]) for pair in asked}
    assert len(asked) > 3
    assert set(answers.values()) <= {404}, answers


@pytest.mark.parametrize("text", ["\x00", "9" * 40])
def test_a_hostile_question_mark_makes_no_500(app: Flask, client: FlaskClient, text: str) -> None:
    names = (
        "q",
        "page",
        "wait",
        "tag",
        "subject",
        "sort",
        "before",
        "after",
        "pack",
        "deleted",
        "id",
        "days",
    )
    paths = [
        rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())
    ]
    answers = {path: status(client, path, query_string=dict.fromkeys(names, text)) for path in paths}
    assert {path for path, found in answers.items() if found >= 500} <= {NOT_READY}


@pytest.mark.parametrize("path", ["/", "/packs", "/health", "/static/app.css", "/nothing"])
def test_a_raw_byte_after_the_question_mark_is_bad_text(client: FlaskClient, path: str) -> None:
    assert status(client, path, environ_overrides={"QUERY_STRING": "pack=\xff"}) == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("text", ["a\x00b", "\udfff"])
def test_what_comes_past_the_door_is_refused_by_name(database: Database, text: str) -> None:
    with pytest.raises(BadText):
        keep(database, text)


def keep(database: Database, text: str) -> None:
    with database.writing() as session:
        session.add(Guest(token_hash=text))
        session.flush()
        raise BadText  # SQLite holds a NUL.


@pytest.mark.sqlite("PostgreSQL compares numbers of any size")
def test_a_number_past_the_door_is_refused_by_name(database: Database) -> None:
    with pytest.raises(BadText), database.reading() as session:
        session.scalars(select(Pack).where(Pack.guest_id == 2**70)).all()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/packs/bulk", {"action": "tag", "tag": "exam"}),
        ("/packs/{pack_id}/rebuild", {}),
        ("/packs/{pack_id}/accept", {"all": "1"}),
        ("/packs/{pack_id}/quiz/start", {"count": "5"}),
    ],
)
def test_the_same_form_four_times_at_once_makes_no_500(
    app: Flask, wiring: Wiring, client: FlaskClient, path: str, form: dict[str, str]
) -> None:
    guest_id = become_guest(wiring, client)
    cookie = client.get_cookie(GUEST_COOKIE)
    assert cookie is not None

    def send(address: str, sent: dict[str, str], together: threading.Barrier) -> int:
        tab = app.test_client()
        tab.set_cookie(GUEST_COOKIE, cookie.value)
        together.wait()
        return tab.post(address, data=sent, headers=PAGE).status_code

    for _ in range(4):
        pack_id, together = add_pack(wiring, guest_id), threading.Barrier(4)
        sent = (path.format(pack_id=pack_id), {**form, "pack": pack_id}, together)
        with ThreadPoolExecutor(4) as tabs:
            waiting = [tabs.submit(send, *sent) for _ in range(4)]
        assert [tab.result() for tab in waiting] == [303] * 4
