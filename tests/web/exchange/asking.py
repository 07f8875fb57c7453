"""A table comes in by the pages: it is sent, looked at, and let in."""

import io
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.world import PAGE


def ask(client: FlaskClient, data: bytes, name: str = "words.csv") -> str:
    """Send a table as a page does and return the address of the import that waits for a word."""
    answer = client.post("/import", data={"file": (io.BytesIO(data), name)}, headers=PAGE)
    address, _, end = answer.location.rpartition("/")
    assert end == "preview", answer.location
    return address


def bring(client: FlaskClient, data: bytes, name: str = "words.csv", **chosen: Any) -> TestResponse:
    """Send a table and let it come in; return what the student sees at the end."""
    address = ask(client, data, name)
    return client.post(f"{address}/start", data=chosen, headers=PAGE, follow_redirects=True)
