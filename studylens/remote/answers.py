"""What a service answered: read within bounds, and not believed blindly."""

import json
import time
import urllib.error
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from studylens.remote.faults import Problem, RemoteFault, ServiceAway, StrangeAnswer, fault_of

MOST_BYTES = 4 * 2**20
"""Of one answer: 100 cards of full length are 200 kB."""
_READS = 64 * 2**10
_TOO_FAST = 429


@dataclass(frozen=True)
class Answer:
    """What the service answered: plain JSON types (None for no body), and what `If-Match` needs later."""

    status: int
    body: Any
    etag: str = ""


def read(response: IO[bytes], seconds: float) -> bytes:
    """Return a body of bounded length, in bounded time however slowly it drips."""
    ends = time.monotonic() + seconds
    parts: list[bytes] = []
    left = MOST_BYTES
    while part := response.read(min(_READS, left + 1)):
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise StrangeAnswer("The service's answer is too long.")
        if time.monotonic() > ends:
            raise ServiceAway("The service answers too slowly.")
    return b"".join(parts)


def answer_of(status: int, headers: HTTPMessage, body: bytes) -> Answer:
    """Return an answer of success. Raises StrangeAnswer for what is no JSON."""
    if not body:
        return Answer(status, None, headers.get("ETag", ""))
    try:
        return Answer(status, json.loads(body), headers.get("ETag", ""))
    except (ValueError, RecursionError) as error:
        raise StrangeAnswer("What answers at this address is no Studylens: it sent no JSON.") from error


def refusal_of(refused: urllib.error.HTTPError, seconds: float) -> RemoteFault:
    """Return what an answer that is none of success means."""
    if 300 <= refused.code < 400:
        return StrangeAnswer("This address leads elsewhere. Set the one that the browser shows in the end.")
    try:
        told = json.loads(read(refused, seconds))
    except (OSError, HTTPException, ValueError, RecursionError, RemoteFault):
        told = None
    said = {name: str(value) for name, value in told.items()} if isinstance(told, dict) else {}
    after = _seconds_of(refused.headers.get("Retry-After", ""))
    problem = Problem(
        refused.code, said.get("code", ""), said.get("title", ""), said.get("detail", ""), after
    )
    if not problem.code and refused.code < 500 and refused.code != _TOO_FAST:
        return StrangeAnswer(
            f"What answers at this address is no Studylens: it said {refused.code}.", problem
        )
    return fault_of(problem)


def _seconds_of(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
