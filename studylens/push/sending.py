"""One message to one push service: to a known host at a public address, and what its answer means.

Outcomes: `sent`; `gone`, the browser has ended it; `wait`, in so many seconds; `failed`, perhaps not next
time; `refused`, an address or a key that nothing is sent to.
"""

import http.client
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from studylens.push import vapid
from studylens.push.hosts import host_of, is_public, service_of
from studylens.push.sealing import from_base64, seal

log = logging.getLogger("studylens.push")

SECONDS = 8.0
"""For each step of the talk with a push service."""
ALL_SECONDS = 40.0
"""For all messages of a round; those that are left wait for the next."""
LIVES_SECONDS = 4 * 3600
"""How long a push service keeps a message for a phone that is off: later it would be no reminder."""
WAIT_SECONDS, MOST_WAIT_SECONDS = 900, 4 * 3600
"""After 429 and 503 without Retry-After; and at most."""

Connect = Callable[[str], http.client.HTTPSConnection]
"""Opens a connection to a host. Raises OSError; PermissionError for one that may not be sent to."""


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a question; the shapes stand in `__main__`."""
    if question["ask"] == "public":
        return {"public": vapid.public_of(question["key"])}
    if question["ask"] == "new":
        key = vapid.new_key()
        return {"key": key, "public": vapid.public_of(key)}
    return {"outcomes": list(send_all(question))}


def send_all(question: dict[str, Any], connect: Connect | None = None) -> Iterator[dict[str, Any]]:
    """Yield an outcome for each message; `connect` is that of a test."""
    until = time.monotonic() + ALL_SECONDS
    for message in question["messages"]:
        if time.monotonic() > until:
            yield {"id": message["id"], "outcome": "wait", "wait": WAIT_SECONDS, "status": 0}
        else:
            yield {"id": message["id"], **_send(message, question, connect or connect_public)}


def _send(message: dict[str, Any], question: dict[str, Any], connect: Connect) -> dict[str, Any]:
    endpoint = message["endpoint"]
    if service_of(endpoint, question["hosts"]) is None:
        return _outcome("refused")
    try:
        body = seal(message["text"].encode(), from_base64(message["p256dh"]), from_base64(message["auth"]))
    except ValueError:
        return _outcome("refused")
    told = vapid.authorization(question["key"], question["subject"], endpoint, time.time())
    try:
        return _post(endpoint, body, told, connect)
    except PermissionError:
        return _outcome("refused")
    except (OSError, http.client.HTTPException, ValueError):  # One message never takes the others with it.
        return _outcome("failed")


def _post(endpoint: str, body: bytes, told: str, connect: Connect) -> dict[str, Any]:
    """Send the body; a redirection is followed nowhere. Raises OSError, HTTPException."""
    parts = urlsplit(endpoint)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {
        "Authorization": told,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIVES_SECONDS),
        "Topic": "due",  # A newer reminder takes the place of one that was not delivered.
        "Urgency": "normal",
    }
    connection = connect(host_of(endpoint) or "")
    try:
        connection.request("POST", path, body, headers)
        answered = connection.getresponse()
        return meaning(answered.status, answered.getheader("Retry-After"))
    finally:
        connection.close()


def meaning(status: int, retry_after: str | None) -> dict[str, Any]:
    """Return what a push service's answer means (RFC 8030, sections 5 and 7.3)."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _outcome("sent", status)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return _outcome("gone", status)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        asked = retry_after or ""
        wait = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else WAIT_SECONDS
        return _outcome("wait", status, min(max(wait, 60), MOST_WAIT_SECONDS))
    return _outcome("failed", status)


def _outcome(outcome: str, status: int = 0, wait: int = 0) -> dict[str, Any]:
    return {"outcome": outcome, "wait": wait, "status": int(status)}


def connect_public(
    host: str, resolve: Callable[..., Any] = socket.getaddrinfo
) -> http.client.HTTPSConnection:
    """Connect to a host at an address that was looked at, so that no name can lead to a private one.

    Raises OSError; PermissionError where one of its addresses is private.
    """
    found = [row[4][0] for row in resolve(host, 443, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(address) for address in found):
        raise PermissionError(f"{host} is at no public address")
    connection = http.client.HTTPSConnection(host, timeout=SECONDS)
    plain = socket.create_connection((found[0], 443), timeout=SECONDS)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    return connection
