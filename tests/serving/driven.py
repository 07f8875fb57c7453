"""A real worker on a real socket, its loop driven by the test and its clock set by it."""

import logging
import os
import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Self

from gunicorn.config import Config

from studylens.serving.worker import PatientWorker

Environ = dict[str, Any]


class DrivenWorker(AbstractContextManager["DrivenWorker"]):
    """Serves `answer` at `address`; nothing happens but in `turn`."""

    def __init__(self, answer: Callable[[Environ], bytes], *, connections: int = 500) -> None:
        self.now = 1_000.0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self.listener.getsockname()[:2]
        self._clients: list[socket.socket] = []
        cfg = Config()
        for name, value in {"threads": 32, "worker_connections": connections, "keepalive": 15}.items():
            cfg.set(name, value)
        self.worker = PatientWorker(
            1, os.getppid(), [self.listener], None, 30, cfg, _Log(), clock=lambda: self.now, settle=int
        )
        self.worker.wsgi = lambda environ, start: _served(answer, environ, start)

    def __enter__(self) -> Self:
        worker = self.worker
        worker.tpool = worker.get_thread_pool()
        worker.poller = selectors.DefaultSelector()
        worker.method_queue.init()
        wake = worker.method_queue
        worker.poller.register(wake.fileno(), selectors.EVENT_READ, wake.run_callbacks)
        worker.set_accept_enabled(True)
        return self

    def __exit__(self, *_: object) -> None:
        worker = self.worker
        for client in self._clients:
            client.close()
        worker.alive = False
        self.now += 1_000
        self.until(self._all_gone)
        worker.tpool.shutdown()
        worker.health_threads.shutdown()
        worker.poller.close()
        worker.method_queue.close()
        worker.tmp.close()
        self.listener.close()

    def _all_gone(self) -> bool:
        self.worker.murder_keepalived(force=True)
        self.worker.murder_pending()
        self.now += 1
        return self.worker.nr_conns == 0 and not self.worker.leaving

    def connect(self, sent: bytes = b"") -> socket.socket:
        """Return a client that has sent this much, taken in by the worker."""
        client = socket.create_connection(self.address, timeout=60)
        self._clients.append(client)
        if sent:
            client.sendall(sent)
        self.turn()
        return client

    def turn(self, seconds_later: float = 0.0) -> None:
        """Let the time pass, then let the worker do all that it can do now."""
        self.now += seconds_later
        while self.worker.poller.select(0):
            self.worker.wait_for_and_dispatch_events(0)
        self.worker.murder_keepalived()
        self.worker.murder_pending()

    def until(self, condition: Callable[[], object]) -> None:
        """Take turns until the condition holds; pytest's own limit ends what never happens."""
        while not condition():
            self.worker.wait_for_and_dispatch_events(0.01)


class _Log(logging.Logger):
    def __init__(self) -> None:
        super().__init__("driven", logging.CRITICAL)

    def access(self, *_: object) -> None:
        """What gunicorn's own logger has, and a plain one has not."""


def _served(answer: Callable[[Environ], bytes], environ: Environ, start: Any) -> Iterable[bytes]:
    body = answer(environ)
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
