"""Serves the page on this machine alone, outside the limit."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from studylens.places import HOME
from tools.prove.page import html
from tools.prove.scene import Scene

STYLES = {
    "tokens.css": HOME / "static" / "tokens.css",
    "style.css": Path(__file__).with_name("style.css"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@contextmanager
def screen(scene: Callable[[], Scene], port: int = 0) -> Iterator[str]:
    """Serve the scene of each moment; yields the page's address. A port that is taken is not waited for."""

    class Handler(_Handler):
        now = staticmethod(scene)

    with _server(port, Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()


def _server(port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def keep(scene: Scene, folder: Path) -> Path:
    """Write the page and its styles into a folder; return the page, which opens without a server."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in STYLES.items():
        (folder / name).write_bytes(path.read_bytes())
    page = folder / "page.html"
    page.write_text(html(scene))
    return page


class _Handler(BaseHTTPRequestHandler):
    now: Callable[[], Scene]

    def do_GET(self) -> None:
        """Send the page, or one of its two styles."""
        name = self.path.partition("?")[0].lstrip("/")
        if not name:
            self._send("text/html; charset=utf-8", html(self.now()).encode())
        elif name in STYLES:
            self._send("text/css; charset=utf-8", STYLES[name].read_bytes())
        else:
            self._send("text/plain", b"There is only one page here: /\n", HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the name that the base has.
        """Say nothing: the terminal tells the run."""

    def _send(self, kind: str, body: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
