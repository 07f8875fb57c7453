"""A student with a browser of their own: sends photos, opens pages, and notes how each was answered."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

from tests.service import Service, multipart

ASK_SECONDS = 120.0
"""A page may take that long at a tenth of a processor before we give up on it."""
NO_ANSWER = 0


@dataclass(frozen=True)
class Answer:
    """Status (0: none came), body, and the seconds that it took."""

    status: int
    body: bytes
    seconds: float

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        """The name of the error, for programs."""
        return str(self.json.get("error", {}).get("code", ""))


@dataclass
class Student:
    """Keeps the cookie that the service gives; `statuses` counts answers over all students of a run."""

    service: Service
    statuses: Counter[int]
    _jar: CookieJar = field(default_factory=CookieJar)

    def page(self, path: str) -> Answer:
        """Open a page as a browser does."""
        return self._ask(urllib.request.Request(self.service.url + path, headers={"Accept": "text/html"}))

    def data(self, path: str) -> Answer:
        """Ask for JSON."""
        headers = {"Accept": "application/json"}
        return self._ask(urllib.request.Request(self.service.url + path, headers=headers))

    def send(self, photos: Sequence[bytes]) -> Answer:
        """Send photos and do not wait for their packs."""
        body, kind = multipart(photos, {})
        headers = {"Content-Type": kind, "Accept": "application/json"}
        address = f"{self.service.url}/analyze?wait=0"
        return self._ask(urllib.request.Request(address, data=body, headers=headers))

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.monotonic()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        try:
            with opener.open(request, timeout=ASK_SECONDS) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read()
        except OSError:
            status, body = NO_ANSWER, b""
        self.statuses[status] += 1
        return Answer(status, body, time.monotonic() - began)
