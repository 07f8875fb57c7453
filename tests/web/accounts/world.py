"""Somebody with an account, in one line."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from studylens.models import Account
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE

PASSWORD = "leaf stone river"
CODE = re.compile(r"<code>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</code>")


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post a form as a browser does."""
    return client.post(path, data=fields, headers=PAGE)


def sign_up(client: FlaskClient, name: str = "anna", **fields: Any) -> list[str]:
    """Make an account; return its one-time codes."""
    answer = send(client, "/account", name=name, **{"password": PASSWORD, **fields})
    return CODE.findall(answer.get_data(as_text=True))


def sign_in(client: FlaskClient, name: str = "anna", password: str = PASSWORD, **fields: Any) -> int:
    """Sign in; return the status: 303 when it worked."""
    return send(client, "/sign-in", name=name, password=password, **fields).status_code


def signed_in_as(client: FlaskClient) -> str:
    """Return the name that the page of the account tells; empty for a guest."""
    text = client.get("/account", headers=PAGE).get_data(as_text=True)
    found = re.search(r'signed in as <b dir="auto">(.*?)</b>', text)
    return found[1] if found else ""


def guest_of(wiring: Wiring, name: str = "anna") -> int:
    """Return the guest whose account this is."""
    with wiring.database.reading() as session:
        return session.scalars(select(Account.guest_id).where(Account.name == name)).one()
