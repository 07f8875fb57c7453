"""A local server that speaks Gemini's wire format, for both SDKs.

`python -m tests.analysis.gemini.server --port N` runs it alone.

As a context manager it listens on a free port; `script` says by name how it behaves in the next calls (then:
`answer`), `requests` holds what was sent. Point GEMINI_BASE_URL at its `url`.
"""

import argparse
import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.analysis.gemini.behaviours import BEHAVIOURS, Behaviour, Reply, Sent, numbered


class GeminiServer:
    """Listens on 127.0.0.1; `delay` seconds of thinking before each answer."""

    def __init__(self, *script: str | Behaviour, port: int = 0, delay: float = 0.0) -> None:
        self.script: deque[str | Behaviour] = deque(script)
        self.requests: list[Sent] = []
        self.gets: list[str] = []
        self.delay = delay
        self.closing = threading.Event()
        self._server = _Listener(port, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_behaviour(self) -> str | Behaviour:
        """Take the next one of the script; after its end the server answers."""
        return self.script.popleft() if self.script else "answer"


class _Listener(ThreadingHTTPServer):
    """Knows the GeminiServer that it serves for."""

    def __init__(self, port: int, gemini: GeminiServer) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.gemini = gemini

    def handle_error(self, *_: object) -> None:
        """Keep quiet: a client that hangs up is what tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # Head and body leave apart, and a client's late ACK would cost 40 ms.
    server: _Listener

    def do_POST(self) -> None:
        gemini = self.server.gemini
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = Sent(self.path, headers, json.loads(raw), raw)
        gemini.requests.append(sent)
        gemini.closing.wait(gemini.delay)
        behaviour = gemini.next_behaviour()
        if behaviour == "silence":
            gemini.closing.wait(60)
            self.close_connection = True
        elif behaviour == "drip":
            self._stream(b" ", 0.05)
        elif behaviour == "endless":
            self._stream(b" " * 65_536, 0.0)
        else:
            make = BEHAVIOURS[behaviour] if isinstance(behaviour, str) else behaviour
            self._reply(make(sent), sent)

    def _reply(self, reply: Reply | None, sent: Sent) -> None:
        if reply is None:
            return self._reset()
        shown = numbered(reply.body) if sent.wants_numbers else reply.body
        body = shown if isinstance(shown, bytes) else json.dumps(shown).encode()
        headers = {"Content-Type": "application/json; charset=UTF-8", **(reply.headers or {})}
        self._head(reply.status, headers, len(body))
        with contextlib.suppress(OSError):  # The client may have read enough.
            self.wfile.write(body)
        return None

    def do_GET(self) -> None:
        """Note what never should come: the SDKs send a POST, and follow no redirect."""
        self.server.gemini.gets.append(self.path)
        self._head(404, {}, 0)

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _reset(self) -> None:
        """Close so that the peer gets RST, not FIN: lingering switched on, for no time."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.close_connection = True
        self.connection.close()

    def _stream(self, piece: bytes, pause: float) -> None:
        self._head(200, {"Content-Type": "application/json"}, 1_000_000_000)
        self.close_connection = True
        with contextlib.suppress(OSError):  # The client hangs up, as it should.
            while not self.server.gemini.closing.wait(pause):
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        """Keep quiet: tests read `requests`."""


def main() -> None:
    """Serve until interrupted; after `--script` every call is answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--script", nargs="*", default=[], help=f"{', '.join(BEHAVIOURS)}, silence, drip")
    options = parser.parse_args()
    with GeminiServer(*options.script, port=options.port, delay=options.delay) as server:
        print(f"GEMINI_BASE_URL={server.url} GEMINI_API_KEY=any", flush=True)  # noqa: T201 - a command.
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
