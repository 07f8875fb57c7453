"""What is said where no request reached the app; as plain as the app says it."""

import json
from dataclasses import dataclass

RETRY_SECONDS = 5
_BUSY = "Studylens is busy. Please try again in a moment."


@dataclass(frozen=True)
class Refusal:
    """The same refusal for a person and for a program."""

    page: bytes
    json: bytes


def _answer(status: str, kind: str, body: str, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return f"{head}{extra}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()


def _refusal(status: str, code: str, sentence: str) -> Refusal:
    again = f"Retry-After: {RETRY_SECONDS}\r\n"
    told = json.dumps({"error": {"code": code, "message": sentence}})
    plain = "text/plain; charset=utf-8"
    return Refusal(
        _answer(status, plain, f"{sentence}\n", again), _answer(status, "application/json", told, again)
    )


BUSY = _refusal("503 Service Unavailable", "busy", _BUSY)
SLOW_HEAD = _answer("408 Request Timeout", "text/plain", "The request did not arrive in time.\n")
TOO_LARGE = _answer(
    "431 Request Header Fields Too Large", "text/plain", "The headers of this request are too large.\n"
)
