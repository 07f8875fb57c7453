"""The routes keep to the table: nobody else reads or changes what is the owner's; no route lacks a row."""

import gc
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studylens.web.door.wiring import Wiring
from tests.web.matrix import sent
from tests.web.matrix.walk import Ask, Keeper, Row, asks, digest, kinds, owners, plain, rows
from tests.web.matrix.world import OWNERS_WORD, TRASH_WORD, World, build
from tests.work import connections_held

ADDRESS = {"REMOTE_ADDR": "203.0.113.7"}
"""Everybody comes from here: who asks from this machine itself is the operator."""
ACCEPT = {"GET": "text/html", "JSON": "application/json"}
ELSEWHERE = dict.fromkeys(("next", "back", "url", "return_to"), "https://evil.example/")
"""What every request asks to be led to afterwards."""
METHODS = {"DELETE", "GET", "PATCH", "POST", "PUT"}
REFUSED = {"403", "404"}


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """A key, so that what needs a model is not refused for the lack of one; nothing is asked of it here."""
    return {**settings, "gemini_api_key": "none"}


@pytest.fixture
def world(app: Flask, wiring: Wiring) -> Iterator[World]:
    built = build(app, wiring)
    gc.collect()
    gc.freeze()  # Exports collect, and would look through all that the other tests have left.
    yield built
    gc.unfreeze()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Whoever asks shows a cookie of the world's; none that comes is kept."""
    return app.test_client(use_cookies=False)


def send(client: FlaskClient, world: World, row: Row, ask: Ask, method: str = "") -> TestResponse:
    method = method or row.method.replace("JSON", "GET")
    cookie = {"Cookie": world.cookies[ask.person]} if world.cookies[ask.person] else {}
    return client.open(
        ask.path,
        method=method,
        headers={"Accept": ACCEPT.get(row.method, "*/*"), **cookie},
        environ_base=ADDRESS,
        query_string={"wait": "0", **ELSEWHERE},
        data=ELSEWHERE | sent.form(row.address, ask.form) if method == "POST" else None,
    )


def every(app: Flask, world: World) -> Iterator[tuple[Row, Ask]]:
    known = kinds(app)
    return ((row, ask) for row in rows() for kind in known[row.address] for ask in asks(row, kind, world))


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    routes = {
        (method, plain(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(row.method, row.address) for row in rows() if row.method != "JSON"} == routes


def test_everybody_is_answered_as_the_table_says_and_the_owner_s_rows_stay(
    app: Flask, wiring: Wiring, client: FlaskClient, world: World
) -> None:
    keeper, wrong = Keeper(wiring, world.owner), []
    for row, ask in every(app, world):
        with connections_held() as held, send(client, world, row, ask) as answer:
            told = trouble(row, ask, answer)
        if max(held, default=1) > 1:
            told.append("holds two connections, of which there are five: five such requests wait for ever")
        if keeper.has_changed():
            lost = keeper.lost() if ask.person != "owner" else []
            told += [f"changes the owner's {name}" for name in lost]
            keeper.bring_back()
        wrong += [f"{row.method} {ask.path}, {ask.column}: {one}" for one in told]
    assert not wrong, "\n".join(wrong[:20])


def trouble(row: Row, ask: Ask, answer: TestResponse) -> list[str]:
    """Return what is not as the table says."""
    meant = row.answers[ask.column]
    told = [] if str(answer.status_code) in meant.rstrip("+").split("|") else [f"{answer.status} not {meant}"]
    if not re.match(r"/(?!/)|$", answer.headers.get("Location", "")):
        told.append(f"leads to {answer.headers['Location']}")
    body = answer.get_data().lower()
    if ask.person != "owner" and not meant.endswith("+"):
        told += [f"tells {word}" for word in (OWNERS_WORD, TRASH_WORD) if word.encode() in body]
    return told


def test_every_address_leads_to_its_own_route_and_takes_no_other_method(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Where two routes share an address, one of them deletes what the other was asked about."""
    adapter, known = app.url_map.bind("localhost"), kinds(app)
    for row in {row.address: row for row in rows()}.values():
        for kind in known[row.address]:
            ask = next(asks(row, kind, world))
            rule, _values = adapter.match(
                ask.path, method=row.method.replace("JSON", "GET"), return_rule=True
            )
            assert plain(rule) == row.address, ask.path
        for method in METHODS - taken(ask.path):
            answer = send(client, world, row, ask, method)
            assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED, (method, ask.path)


def taken(path: str) -> set[str]:
    """Return the methods of all rows whose addresses this path fits."""
    return {
        row.method.replace("JSON", "GET")
        for row in rows()
        if re.fullmatch(re.sub(r"<(\w+)>", _part, re.escape(row.address)), path)
    }


def _part(found: re.Match[str]) -> str:
    return {"path": ".+", "filename": ".+", "kind": "(lines|facts|cards|questions)"}.get(found[1], "[^/]+")


@pytest.mark.own_sql
@pytest.mark.postgresql("SQLite has the whole table; here what is refused must leave the owner's rows, too")
def test_postgresql_refuses_others_and_leaves_the_owner_s_rows(
    app: Flask, wiring: Wiring, client: FlaskClient, world: World
) -> None:
    def seen() -> dict[str, str]:
        with wiring.database.reading() as session:
            return {name: digest(session.execute(asked).all()) for name, asked in owners(world.owner).items()}

    before, refused = seen(), 0
    for row, ask in every(app, world):
        if ask.column == "other" and row.answers["other"] in REFUSED:
            assert send(client, world, row, ask).status_code == int(row.answers["other"]), ask.path
            refused += 1
    assert refused > 100
    assert seen() == before
    for row, ask in every(app, world):
        if ask.column == "owner":
            with send(client, world, row, ask) as answer:
                meant = row.answers[ask.column].split("|")
                fine = answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
                assert fine or str(answer.status_code) in meant, ask.path
