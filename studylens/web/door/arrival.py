"""How bodies arrive: so many at once, so slowly at most, so that 32 slow phones never silence /health.

This is the one place that reaches into gunicorn, and it must: WSGI's stream has no time limit, a read of it
blocks for as long as a client drips, and none of gunicorn's settings bounds the arrival of a body (`timeout`
watches only the worker's main thread). Shutting the socket for reading ends that read, and the answer can
still be sent. So two things of gunicorn are used, and tests/web/door/test_vendors.py fails when they move:
`environ["gunicorn.socket"]`, and ParseException, with which its stream refuses broken chunks (one that ends
among chunks is an OSError).
Elsewhere (tests, `flask run`) there is no such socket, and nobody is hurried.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Any, Self

from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected

from studylens.errors import SlowBody

BODIES_AT_ONCE = 12
"""Bodies that arrive or are being queued. With 8 waiting clients and 4 leftovers 24 of 32 threads are taken
at most, so pages and /health always find one."""
PLACE_SECONDS = 1.0
"""How long a body waits for its place: forty students who press the button together all get in, since a
photo that arrives at once is queued in 20 ms."""
LEFTOVERS_AT_ONCE = 4
"""Refused clients that are listened to for a moment; the others are hung up on at once."""
BLOCK_BYTES = 64 * 1024
"""How much is read at a time."""
BLOCK_SECONDS = 30.0
"""For each block: 2 kB/s, slower than any phone network that still carries a photo."""
LEFTOVER_SECONDS = 2.0
"""A client that is still sending reads its refusal only afterwards; without a moment it sees a reset."""

bodies = threading.BoundedSemaphore(BODIES_AT_ONCE)
_leftovers = threading.BoundedSemaphore(LEFTOVERS_AT_ONCE)


class Patience:
    """Ends the reading from a socket when `seconds` have passed without `renew`.

    A receive timeout would not do: it is content with one byte each time, and a block has 65,536 of them.
    """

    def __init__(self, environ: Mapping[str, Any], seconds: float) -> None:
        self.is_over = False
        self._environ = environ
        self._seconds = seconds
        self._until: float | None = None
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self.renew()
        if _socket(self._environ) is not None:
            threading.Thread(target=self._watch, name="patience", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._until = None
            self._changed.notify()

    def renew(self) -> None:
        """Start counting anew; the watcher finds out when it wakes."""
        with self._changed:
            self._until = time.monotonic() + self._seconds

    def read(self, stream: IO[bytes], size: int) -> bytes:
        """Return what has arrived, none at the end. Raises SlowBody, BadRequest, ClientDisconnected."""
        try:
            block = stream.read(size)
        except ParseException as error:  # Broken chunks.
            stop_reading(self._environ)
            raise BadRequest from error
        except OSError as error:  # The connection ended; among chunks as gunicorn's NoMoreData.
            raise ClientDisconnected from error
        finally:
            if self.is_over:
                raise SlowBody
        self.renew()
        return block

    def _watch(self) -> None:
        with self._changed:
            while self._until is not None and (left := self._until - time.monotonic()) > 0:
                self._changed.wait(left)
            if self._until is not None:
                self.is_over = True
                stop_reading(self._environ)


def stop_reading(environ: Mapping[str, Any]) -> None:
    """Let every read of this connection end at once, now and from now on; the answer can still be sent."""
    connection = _socket(environ)
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RD)


def dismiss(environ: Mapping[str, Any]) -> None:
    """Listen for a moment to what a refused client still sends, so that it reads its answer; then hang up."""
    if _socket(environ) is None:
        return
    if _leftovers.acquire(blocking=False):
        try:
            _listen(environ)
        finally:
            _leftovers.release()
    stop_reading(environ)


def _listen(environ: Mapping[str, Any]) -> None:
    with Patience(environ, LEFTOVER_SECONDS), contextlib.suppress(OSError, ParseException):
        while environ["wsgi.input"].read(BLOCK_BYTES):
            pass


def _socket(environ: Mapping[str, Any]) -> socket.socket | None:
    found: socket.socket | None = environ.get("gunicorn.socket")
    return found
