"""A link by mail, by a server that speaks SMTP: all names hear the same, and an outage is told."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from studylens.accounts.slots import Slots
from studylens.models import Account, StudySettings
from studylens.web.accounts import proof
from studylens.web.door.wiring import Wiring
from tests.web.accounts.world import send, sign_in, sign_up, signed_in_as
from tests.web.world import read_page

pytestmark = pytest.mark.own_sql


class Letters(socketserver.ThreadingTCPServer):
    """A mail server on this machine (RFC 5321, no extensions); `letters` are what it was handed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[str] = []
        self.arrived = threading.Semaphore(0)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                self.server.letters.append("\n".join(lines))  # type: ignore[attr-defined]
                self.server.arrived.release()  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")
            if line == b"QUIT":
                return


@pytest.fixture
def letters() -> Iterator[Letters]:
    with Letters() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mailing(wiring: Wiring, letters: Letters) -> Iterator[Letters]:
    _set(wiring, smtp_url=f"smtp://127.0.0.1:{letters.server_address[1]}", base_url="http://localhost/")
    yield letters
    _wait_for_letters()


def _wait_for_letters() -> None:
    """Letters leave after the answer: wait until the last is written, or nobody is to have one."""
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(60)


def _set(wiring: Wiring, **fields: str) -> None:
    for name, value in fields.items():
        object.__setattr__(wiring.config, name, value)


def test_a_link_by_mail_replaces_the_password_once(app: Flask, wiring: Wiring, mailing: Letters) -> None:
    owner, device = app.test_client(), app.test_client()
    codes = sign_up(owner, "anna@example.org")
    assert send(device, "/reset/mail", name="ANNA@example.org").status_code == HTTPStatus.SEE_OTHER
    assert mailing.arrived.acquire(timeout=60)
    [letter] = mailing.letters
    assert "To: anna@example.org" in letter
    assert "From: studylens@localhost" in letter
    [path] = re.findall(r"http://localhost(/reset/\S+)", letter)
    for _ in range(2):  # Mail programs open links to look at them.
        assert 'autocomplete="new-password"' in read_page(device.get(path, headers={"Accept": "text/html"}))
    assert send(device, path, password="short").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert send(device, path, password="new words today").status_code == HTTPStatus.SEE_OTHER
    assert (signed_in_as(device), signed_in_as(owner)) == ("anna@example.org", "")
    assert send(app.test_client(), path, password="new words today").status_code == 422
    fields = {"name": "anna@example.org", "code": codes[0], "password": "newer words today"}
    assert send(app.test_client(), "/reset", **fields).status_code == 422
    assert sign_in(app.test_client(), "anna@example.org", "new words today") == HTTPStatus.SEE_OTHER


def test_an_unknown_address_hears_the_same_and_gets_nothing(app: Flask, mailing: Letters) -> None:
    sign_up(app.test_client(), "anna")
    answers = [send(app.test_client(), "/reset/mail", name=name) for name in ("anna", "nobody@example.org")]
    assert [(one.status_code, one.location) for one in answers] == [(303, "/reset?sent=1")] * 2
    _wait_for_letters()
    assert mailing.letters == []


def test_a_name_that_is_a_list_or_has_words_before_its_address_gets_nothing(
    app: Flask, mailing: Letters
) -> None:
    for name in ("a@example.org, b@example.org", "Buy <a@example.org>"):
        assert sign_up(app.test_client(), name)
        assert send(app.test_client(), "/reset/mail", name=name).status_code == HTTPStatus.SEE_OTHER
    _wait_for_letters()
    assert mailing.letters == []


def test_a_link_ends_when_the_password_is_changed_and_takes_the_calendar_along(
    app: Flask, wiring: Wiring, mailing: Letters
) -> None:
    owner, thief = app.test_client(), app.test_client()
    sign_up(owner, "anna@example.org")
    with wiring.database.writing() as session:
        guest = session.scalars(select(Account.guest_id)).one()
        session.add(StudySettings(guest_id=guest, calendar_token_hash="c" * 64))
    for new in ("first new words", "second new words"):
        send(thief, "/reset/mail", name="anna@example.org")
        assert mailing.arrived.acquire(timeout=60)
        [path] = re.findall(r"http://localhost(/reset/\S+)", mailing.letters[-1])
        if new.startswith("first"):
            assert send(owner, "/account/password", password=new).status_code == HTTPStatus.SEE_OTHER
            assert send(thief, path, password="words of a thief").status_code == 422
    with wiring.database.reading() as session:
        assert session.scalars(select(StudySettings.calendar_token_hash)).one()
    assert send(owner, path, password="third new words").status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        assert session.scalars(select(StudySettings.calendar_token_hash)).one() is None


def test_who_waits_for_the_mail_server_holds_few_threads(
    app: Flask, mailing: Letters, tmp_path: Path
) -> None:
    app.extensions[proof.PLACES] = {"mail": Slots(tmp_path / "mail", 0, wait_seconds=0)}
    answer = send(app.test_client(), "/reset/mail", name="a@example.org")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["Retry-After"]) > 0


def test_a_mailbox_is_not_filled(app: Flask, mailing: Letters) -> None:
    asked = [send(app.test_client(), "/reset/mail", name="a@example.org").status_code for _ in range(5)]
    assert asked[:3] == [303] * 3
    assert asked[-1] == HTTPStatus.TOO_MANY_REQUESTS


def test_an_outage_is_told_for_every_name(app: Flask, wiring: Wiring) -> None:
    sign_up(app.test_client(), "anna@example.org")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    _set(wiring, smtp_url=f"smtp://127.0.0.1:{port}", base_url="http://localhost/")
    for name in ("anna@example.org", "nobody@example.org"):
        answer = send(app.test_client(), "/reset/mail", name=name)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "one-time codes" in answer.get_data(as_text=True)


def test_without_an_address_of_our_own_no_link_is_sent(app: Flask, wiring: Wiring) -> None:
    _set(wiring, smtp_url="smtp://127.0.0.1:1")
    assert send(app.test_client(), "/reset/mail", name="a@example.org").status_code == HTTPStatus.NOT_FOUND
    with wiring.database.reading() as session:
        assert session.query(Account).count() == 0
