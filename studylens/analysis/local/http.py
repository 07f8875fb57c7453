"""One POST to a chat server: JSON out, at most so many bytes in, one deadline for all of it.

The standard library is enough, and costs 10 MB less than an SDK. It follows no redirect and asks no
variable for a proxy: a photo goes to the address that the operator named, or nowhere.
"""

import http.client
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from studylens.analysis.llm import bodies
from studylens.analysis.llm.client import CallFailed, ModelUnavailable, WrongKey
from studylens.analysis.llm.deadline import started
from studylens.analysis.llm.hosts import host_of

CHAT = "/chat/completions"
_READ_BYTES = 65_536


@dataclass(frozen=True)
class Answer:
    """What came back: status, header names in lower case, and the whole body, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def endpoint(url: str) -> SplitResult:
    """Return where LOCAL_AI_URL means: `http://host:port`, `.../v1` or the whole address are all fine."""
    parts = urlsplit(url.rstrip("/"))
    path = parts.path
    if not path.endswith(CHAT):
        versioned = path.rpartition("/")[2]
        path += CHAT if versioned.startswith("v") and versioned[1:].isdigit() else f"/v1{CHAT}"
    return parts._replace(path=path, fragment="")


def post(address: SplitResult, body: bytes, *, key: str, seconds: float) -> Answer:
    """Send `body` (JSON) and return the answer, whatever its status is.

    Raises ModelUnavailable, BadAnswer for a body beyond MODEL_BODY_BYTES, WrongKey when it is a redirect.
    """
    connection = _connection(address, seconds)
    ends = time.monotonic() + seconds
    try:
        connection.connect()
        with _hanging_up(connection.sock, seconds):
            _send(connection, address, body, key)
            with connection.getresponse() as response:
                return _answer(response, ends)
    except TimeoutError as error:
        raise ModelUnavailable(f"no answer within {seconds:.0f} s") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= ends:
            raise ModelUnavailable(f"no answer within {seconds:.0f} s") from error
        raise ModelUnavailable("the connection failed", f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()


def _connection(address: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme != "https":
        return http.client.HTTPConnection(host, address.port, timeout=seconds)
    return http.client.HTTPSConnection(host, address.port, timeout=seconds)


@contextmanager
def _hanging_up(line: socket.socket, seconds: float) -> Iterator[None]:
    """End a call from outside: a socket's timeout counts from the last byte, and a server may drip."""

    def hang_up() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    guard = threading.Timer(seconds, hang_up)
    guard.daemon = True
    started(guard)
    try:
        yield
    finally:
        guard.cancel()


def _send(connection: http.client.HTTPConnection, address: SplitResult, body: bytes, key: str) -> None:
    json = "application/json"
    headers = {"Content-Type": json, "Accept": json, "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    target = f"{address.path}?{address.query}" if address.query else address.path
    connection.request("POST", target, body, headers)


def _answer(response: http.client.HTTPResponse, ends: float) -> Answer:
    told = {name.lower(): value for name, value in response.getheaders()}
    if 300 <= response.status < 400:
        raise _redirected(response.status, told.get("location", ""))
    return Answer(response.status, told, _body(response, told.get("content-encoding", ""), ends))


def _redirected(status: int, location: str) -> CallFailed:
    where = host_of(location) or "another address"
    return WrongKey(f"the server sends us on to {where} ({status}); the operator must check LOCAL_AI_URL")


def _body(response: http.client.HTTPResponse, encoding: str, ends: float) -> bytes:
    """Return the body, read piece by piece. Raises what bodies.whole does, and TimeoutError."""
    came, promised = 0, response.getheader("Content-Length")

    def pieces() -> Iterator[bytes]:
        nonlocal came
        while piece := response.read1(_READ_BYTES):
            came += len(piece)
            yield piece

    found = bodies.whole(pieces(), encoding, seconds=ends - time.monotonic())
    if time.monotonic() >= ends:
        raise TimeoutError  # Hung up by us, which looks like an end.
    if promised is not None and came < int(promised):
        raise http.client.IncompleteRead(b"", int(promised) - came)
    bodies.require_few_parts(found)
    return found
