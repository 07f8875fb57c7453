"""Somebody's program, which asks the API with a token and no cookie."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from studylens.web.door.guests import make_token
from studylens.web.door.wiring import Wiring

ALL = "read study write"
WHERE = {"REMOTE_ADDR": "203.0.113.7"}


class Program:
    """One of a guest."""

    def __init__(self, app: Flask, wiring: Wiring, guest_id: int, scopes: str = ALL) -> None:
        with wiring.database.writing() as session:
            self.token = make_token(session, guest_id, "a program", scopes)
        self.client = app.test_client(use_cookies=False)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        shown = {
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): v for name, v in headers.items()},
        }
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=shown, environ_base=WHERE)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def items(self, path: str) -> list[Any]:
        """Follow the cursors to the end."""
        found: list[Any] = []
        cursor = ""
        while True:
            part = self.get(f"{path}?limit=2{f'&cursor={cursor}' if cursor else ''}").get_json()
            found += part["items"]
            if part["next"] is None:
                return found
            cursor = part["next"]


def code(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == answer.status_code
    assert told["detail"]
    return answer.status_code, told["code"]
