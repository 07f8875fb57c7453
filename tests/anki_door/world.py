"""The service in a thread of the test, the actions of a door in front of it, and a program that asks."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from studylens.anki_door.actions import Actions
from studylens.anki_door.media import Media
from studylens.anki_door.protocol import Protocol, Visitor
from studylens.anki_door.service import Service
from studylens.remote.client import Client
from studylens.remote.place import Place

NOTE: dict[str, Any] = {
    "deckName": "Japanese::Mining",
    "modelName": "Basic",
    "fields": {"Front": "<b>犬</b>", "Back": "dog<br>hound"},
    "tags": ["yomitan"],
    "options": {"allowDuplicate": False, "duplicateScope": "deck"},
}


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the app on a free port, and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def note(**changes: Any) -> dict[str, Any]:
    """Return the note that a dictionary sends, with other fields."""
    return {**NOTE, **changes}


class Door:
    """A door without its HTTP; `shown` holds the pages that it opened."""

    def __init__(self, url: str, token: str, key: str = "", folder: Path | None = None) -> None:
        self.shown: list[str] = []
        service = Service(Client(Place(url, token), pause=lambda _seconds: None))
        media = Media(service, folder=folder)
        self.protocol = Protocol(Actions(service, media, show=self.shown.append), key)

    def send(self, told: object, visitor: Visitor | None = None) -> Any:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return self.protocol.answer(body, visitor or Visitor())

    def ask(self, action: str, **params: Any) -> Any:
        """Return the result; fail with its error."""
        answer = self.send({"action": action, "version": 6, "params": params})
        assert set(answer) == {"result", "error"}
        assert answer["error"] is None, answer["error"]
        return answer["result"]

    def error(self, action: str, **params: Any) -> str:
        """Return the error of what must fail."""
        answer = self.send({"action": action, "version": 6, "params": params})
        assert answer["result"] is None
        return str(answer["error"])
