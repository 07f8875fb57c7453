"""A client of `/api/v1`: what may be asked twice is, and what takes too long ends."""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from studylens.remote.answers import Answer, answer_of, read, refusal_of
from studylens.remote.faults import AskedTooFast, RemoteFault, ServiceAway, StrangeAnswer
from studylens.remote.place import Place

PREFIX = "/api/v1"
SILENCE_SECONDS = 75.0
"""Nothing is heard for so long: a free service of Render that slept needs about a minute to wake."""
WAITS = (0.5, 2.0)
"""Seconds before what may be asked twice is asked again."""
LONGEST_WAIT = 5.0
"""Seconds of a Retry-After that are waited for; who must wait longer is told."""


@dataclass(frozen=True)
class Question:
    """One request. `again`: asked twice it does no more than once, so a lost answer is asked for again."""

    method: str
    path: str
    body: Any = None
    if_match: str = ""
    again: bool = False


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it would take the token elsewhere."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """Give no new request, so that the answer is an error like any other."""


class Client:
    """Asks one service. Threads may share it; it keeps nothing between two calls."""

    def __init__(
        self,
        place: Place,
        *,
        name: str = "studylens",
        silence_seconds: float = SILENCE_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.place = place
        self._name = name
        self._seconds = silence_seconds
        self._pause = pause
        plain = place.url.startswith("http:")  # Within the house: no proxy leads there, and none may listen.
        proxies = urllib.request.ProxyHandler({} if plain else None)
        self._opener = urllib.request.build_opener(_Staying, proxies)

    def get(self, path: str, **query: object) -> Answer:
        """Return what stands at this path of the API (`/packs`). Raises RemoteFault."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return self.ask(Question("GET", path + (f"?{urlencode(asked)}" if asked else ""), again=True))

    def items(self, path: str, **query: object) -> Iterator[Any]:
        """Yield the items of all parts, one after the other. Raises RemoteFault."""
        cursor = None
        while True:
            part = self.get(path, cursor=cursor, **query).body
            if not isinstance(part, dict) or not isinstance(part.get("items"), list):
                raise StrangeAnswer("The service's answer has no items.")
            yield from part["items"]
            cursor = part.get("next")
            if not cursor:
                return

    def ask(self, question: Question) -> Answer:
        """Ask, and once or twice more where that is safe. Raises RemoteFault."""
        waits = list(WAITS)
        while True:
            try:
                return self._once(question)
            except RemoteFault as fault:
                wait = _wait_before_next(question, fault, waits)
                if wait is None:
                    raise
                self._pause(wait)

    def _once(self, question: Question) -> Answer:
        try:
            with self._opener.open(self._request(question), timeout=self._seconds) as response:
                return answer_of(response.status, response.headers, read(response, self._seconds))
        except urllib.error.HTTPError as refused:
            with refused:
                raise refusal_of(refused, self._seconds) from refused
        except (OSError, HTTPException, ValueError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> RemoteFault:
        if isinstance(getattr(error, "reason", error), ssl.SSLCertVerificationError):
            return StrangeAnswer(f"The certificate of {self.place.url} is not valid, so nothing was sent.")
        return ServiceAway(f"{self.place.url} does not answer. Is the service running?")

    def _request(self, question: Question) -> urllib.request.Request:
        headers = {"Authorization": f"Bearer {self.place.token}", "User-Agent": self._name}
        headers["Accept"] = "application/json"
        sent = None
        if question.body is not None:
            sent = json.dumps(question.body).encode()
            headers["Content-Type"] = "application/json"
        if question.if_match:
            headers["If-Match"] = question.if_match
        url = f"{self.place.url}{PREFIX}{question.path}"
        return urllib.request.Request(url, sent, headers, method=question.method)  # noqa: S310 - http(s), see place.


def part_of_path(text: str) -> str:
    """Return a text as one part of a path, whatever is in it."""
    return quote(text, safe="")


def _wait_before_next(question: Question, fault: RemoteFault, waits: list[float]) -> float | None:
    """Return the seconds until the next try, taken from what is left of them; None: there is none."""
    undone = isinstance(fault, AskedTooFast)  # It was turned away at the door, so nothing was done.
    if not waits or not (undone or (question.again and isinstance(fault, ServiceAway))):
        return None
    wait = max(waits.pop(0), fault.problem.retry_after)
    return wait if wait <= LONGEST_WAIT else None
