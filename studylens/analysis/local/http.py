"""One POST to a chat server: JSON out, at most so many bytes in, one deadline for all of it.

The standard library is enough, and costs 10 MB less than an SDK. It follows no redirect and asks no
variable for a proxy: a photo goes to the address that the operator named, or nowhere.
"""

import http.client
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from studylens import config as limits
from studylens.analysis.llm.client import BadAnswer, CallFailed, ModelUnavailable, WrongKey

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

    Raises ModelUnavailable, BadAnswer for a body beyond LOCAL_AI_MAX_BYTES, WrongKey when it is a redirect.
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
    try:
        guard.start()
    except RuntimeError as error:  # "can't start new thread": there is no room for its stack.
        raise MemoryError from error
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
    packed = told.get("content-encoding", "identity").strip().lower()
    return Answer(response.status, told, _body(response, _unpacker(packed), ends))


def _redirected(status: int, location: str) -> CallFailed:
    where = urlsplit(location).hostname or "another address"
    return WrongKey(f"the server sends us on to {where} ({status}); the operator must check LOCAL_AI_URL")


class _Plain:
    """The body as it comes."""

    def decompress(self, data: bytes, _: int) -> bytes:
        return data


def _unpacker(name: str) -> "_Plain | zlib._Decompress":
    """Return what unpacks a body; some proxies pack although they were asked not to. Raises BadAnswer."""
    if name in {"", "identity"}:
        return _Plain()
    if name in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    raise BadAnswer(f"the server packed its answer as {name[:20]}, which was not asked for")


def _body(response: http.client.HTTPResponse, unpacker: "_Plain | zlib._Decompress", ends: float) -> bytes:
    """Return the body, read and unpacked piece by piece: neither may be larger than is ever useful."""
    found, came, promised = bytearray(), 0, response.getheader("Content-Length")
    while piece := response.read1(_READ_BYTES):
        came += len(piece)
        left = limits.LOCAL_AI_MAX_BYTES - len(found)
        found += _unpacked(unpacker, piece, left + 1)
        if len(found) > limits.LOCAL_AI_MAX_BYTES:
            raise BadAnswer(f"its answer is larger than {limits.LOCAL_AI_MAX_BYTES // 1_000_000} MB")
    if time.monotonic() >= ends:
        raise TimeoutError  # Hung up by us, which looks like an end.
    if promised is not None and came < int(promised):
        raise http.client.IncompleteRead(b"", int(promised) - came)
    return bytes(found)


def _unpacked(unpacker: "_Plain | zlib._Decompress", piece: bytes, most: int) -> bytes:
    try:
        return unpacker.decompress(piece, most)
    except zlib.error as error:
        raise BadAnswer("its answer cannot be unpacked") from error
