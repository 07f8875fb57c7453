"""The door's HTTP: on this machine's own address alone, each request bounded in length, time and number."""

import json
import logging
import socket
import sys
import threading
import time
from collections import OrderedDict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from studylens.anki_door.entrance import Entrance
from studylens.anki_door.protocol import Protocol, Visitor

log = logging.getLogger("studylens.anki_door")
ADDRESS = "127.0.0.1"
PORT = 8765
"""Where programs look for AnkiConnect."""
MOST_BYTES = 16 * 2**20
"""Of a body: a photo of 12 MB as base64."""
READ_SECONDS = 15.0
"""A request that has not arrived after so long is cut off: it comes from this very machine."""
MOST_AT_ONCE = 8
"""Requests that are answered at once; a browser opens six connections to one host."""
MOST_TOLD = 50
"""Origins that were refused and told about, each once."""
GREETING = b"AnkiConnect v.6"
"""What a program reads that only looks whether somebody is there."""
_UNREAD = 2**20
"""Bytes of a body that is too long which are still taken in, so that its sender reads the answer."""


class Server(ThreadingHTTPServer):
    """Listens on `port` of this machine; 0 chooses one. `entrance` follows from it and the origins."""

    daemon_threads = True
    request_queue_size = MOST_AT_ONCE

    def __init__(
        self,
        protocol: Protocol,
        *,
        port: int = PORT,
        origins: frozenset[str] = frozenset(),
        read_seconds: float = READ_SECONDS,
    ) -> None:
        super().__init__((ADDRESS, port), Handler)
        self.protocol = protocol
        self._read_seconds = read_seconds
        self.entrance = Entrance(self.server_port, origins)
        self.arriving: dict[socket.socket, float] = {}
        """Connections whose request is still being read, and until when it may be."""
        self._told: OrderedDict[str, None] = OrderedDict()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, or hang up when all of them are busy."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self.arriving[request] = time.monotonic() + self._read_seconds
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and give the place back whatever happens."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.arriving.pop(request, None)
            self._places.release()

    def service_actions(self) -> None:
        """Cut off who sends too slowly; called twice a second."""
        for request, until in list(self.arriving.items()):
            if time.monotonic() > until:
                self.arriving.pop(request, None)
                try:
                    request.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # It has ended meanwhile.

    def tell_refused(self, origin: str) -> None:
        """Say once that an origin was refused, and how it is let in."""
        if origin in self._told or len(self._told) >= MOST_TOLD:
            return
        self._told[origin] = None
        shown = "".join(sign for sign in origin[:200] if sign.isprintable())
        log.warning("%s was not let in. To let it in, start again with: --origin %s", shown, shown)

    def handle_error(self, *_who: Any) -> None:
        """Pass over who has hung up."""
        log.debug("A request ended early: %s", sys.exception())


class Handler(BaseHTTPRequestHandler):
    """One request on one connection."""

    server: Server
    server_version, sys_version = "AnkiConnect", ""
    timeout = READ_SECONDS

    def do_OPTIONS(self) -> None:
        """Answer a browser that asks before it asks."""
        origin = self.headers.get("Origin")
        if not self._is_ours() or origin is None or not self._allows(origin):
            self._refuse(origin)
            return
        headers = {"Access-Control-Allow-Methods": "POST, GET, OPTIONS", "Access-Control-Max-Age": "600"}
        if self.headers.get("Access-Control-Request-Private-Network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
        self._send(HTTPStatus.OK, b"", origin, headers)

    def do_GET(self) -> None:
        """Greet who only looks whether somebody is there."""
        origin = self.headers.get("Origin")
        if not self._is_ours() or not self._allows(origin):
            self._refuse(origin)
            return
        self._send(HTTPStatus.OK, GREETING, origin, {"Content-Type": "text/plain; charset=utf-8"})

    def do_POST(self) -> None:
        """Answer a request."""
        origin = self.headers.get("Origin")
        if not self._is_ours():
            self._refuse(origin)
            return
        body = self._body()
        if body is None:
            return
        allowed = self._allows(origin)
        if not allowed and not self.server.protocol.asks_permission(body):
            self._refuse(origin)
            return
        if not allowed:
            self.server.tell_refused(origin or "")
        told = GREETING if not body else self._answered(body, Visitor(origin or "", allowed))
        self._send(HTTPStatus.OK, told, origin, {"Content-Type": "application/json"})

    def log_message(self, *_line: Any) -> None:
        """Keep quiet: what students look up is theirs."""

    def _answered(self, body: bytes, visitor: Visitor) -> bytes:
        return json.dumps(self.server.protocol.answer(body, visitor)).encode()

    def _allows(self, origin: str | None) -> bool:
        return self.server.entrance.allows(origin, self.headers.get("Sec-Fetch-Site"))

    def _is_ours(self) -> bool:
        return self.server.entrance.knows_host(self.headers.get("Host", ""))

    def _body(self) -> bytes | None:
        """Return what was sent; None when it was refused."""
        told = self.headers.get("Content-Length", "")
        plain = told.isascii() and told.isdigit() and len(told) < 12
        if not plain or self.headers.get("Transfer-Encoding"):
            self._send(HTTPStatus.LENGTH_REQUIRED, b"", None)
            return None
        if int(told) > MOST_BYTES:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", None)
            self.connection.shutdown(socket.SHUT_WR)
            self.rfile.read(min(int(told), _UNREAD))
            return None
        body = self.rfile.read(int(told))
        self.server.arriving.pop(self.connection, None)
        if len(body) < int(told):
            return None
        return body

    def _refuse(self, origin: str | None) -> None:
        if origin is not None:
            self.server.tell_refused(origin)
        self._send(HTTPStatus.FORBIDDEN, b"", None)

    def _send(
        self, status: HTTPStatus, body: bytes, origin: str | None, headers: dict[str, str] | None = None
    ) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if origin is not None:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Vary", "Origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
