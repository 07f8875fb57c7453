"""A local server that speaks OpenAI's chat completions as llama.cpp, Ollama, LM Studio and vLLM do.

`python -m tests.analysis.local.server --port N` runs it alone. As a context manager it listens on a free
port; `script` says by name how it behaves in the next calls, then `always`; `requests` holds what was sent.
"""

import argparse
import json
import socket
import struct
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.analysis.local.behaviours import BEHAVIOURS, Behaviour, Reply, Sent


class ChatServer:
    """Listens on 127.0.0.1; `delay` seconds of thinking before each answer; `holding`: until it is set."""

    def __init__(self, *script: str | Behaviour, always: str | Behaviour = "answer", port: int = 0) -> None:
        self.script: deque[str | Behaviour] = deque(script)
        self.always = always
        self.requests: list[Sent] = []
        self.delay = 0.0
        self.holding: threading.Event | None = None
        self.arrived = threading.Event()
        self.closing = threading.Event()
        self._server = _Listener(port, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        if self.holding:
            self.holding.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_behaviour(self) -> str | Behaviour:
        """Take the next one of the script; after its end the server behaves as `always` says."""
        return self.script.popleft() if self.script else self.always


class _Listener(ThreadingHTTPServer):
    """Knows the ChatServer that it serves for."""

    def __init__(self, port: int, chat: ChatServer) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.chat = chat


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_POST(self) -> None:
        chat = self.server.chat
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat.requests.append(Sent(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        chat.arrived.set()
        chat.closing.wait(chat.delay)
        if chat.holding:
            chat.holding.wait(60)
        behaviour = chat.next_behaviour()
        if behaviour == "silence":
            chat.closing.wait(60)
            self.close_connection = True
        elif behaviour == "drip":
            self._drip(chat.closing)
        else:
            make = BEHAVIOURS[behaviour] if isinstance(behaviour, str) else behaviour
            self._reply(make(chat.requests[-1]))

    def _reply(self, reply: Reply | None) -> None:
        if reply is None:
            return self._reset()
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        if reply.repeat:
            self.send_header("Content-Length", str(len(body) * reply.repeat))
        self.close_connection = not reply.repeat
        self.end_headers()
        return self._write(body, reply.repeat)

    def _write(self, body: bytes, times: int) -> None:
        try:
            while not self.server.chat.closing.is_set():
                self.wfile.write(body)
                times -= 1
                if times == 0:
                    return
        except OSError:
            self.close_connection = True  # The client has hung up, as it should.

    def _reset(self) -> None:
        """Close so that the peer gets RST, not FIN: lingering switched on, for no time."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.close_connection = True
        self.connection.close()

    def _drip(self, closing: threading.Event) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.close_connection = True
        try:
            while not closing.wait(0.05):
                self.wfile.write(b" ")
        except OSError:
            return  # The client has hung up, as it should.

    def log_message(self, *_: object) -> None:
        """Keep quiet: tests read `requests`."""


def main() -> None:
    """Serve until interrupted; after `--script` every call is answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8766)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--script", nargs="*", default=[], help=f"{', '.join(BEHAVIOURS)}, silence, drip")
    options = parser.parse_args()
    with ChatServer(*options.script, port=options.port) as server:
        server.delay = options.delay
        print(f"LOCAL_AI_URL={server.url} LOCAL_AI_MODEL=any", flush=True)  # noqa: T201 - a command.
        server.closing.wait()


if __name__ == "__main__":
    main()
