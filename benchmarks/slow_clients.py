"""How soon /health answers beside slow clients: with our worker, and with gunicorn's own in the same run."""

import socket
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section
from tests.service import Service
from tests.serving import slow
from tests.serving.test_slow_clients import STALLED_BODY

HEALTH_S = 0.5
ASKED, ASKED_QUICKLY = 200, 100
PEER = {"GUNICORN_CMD_ARGS": "--worker-class gthread"}
PEER_WAITS_S = 5.0
"""gunicorn's own worker does not answer at all beside 40 half heads: so long we ask it, once."""
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
KINDS = (
    ("nobody", 0, b""),
    ("40 half heads", 40, slow.HALF_HEAD),
    ("200 silent connections", 200, b""),
    ("200 stalled bodies", 200, STALLED_BODY),
)


def slow_clients(_inputs: Inputs | None, *, quick: bool) -> Section:
    """Ask /health again and again beside each kind of slow client."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        with Service(Path(folder), ENGINES="ocr") as service:
            figures += [_beside(service, *kind, times=ASKED_QUICKLY if quick else ASKED) for kind in KINDS]
        with Service(Path(folder), ENGINES="ocr", **PEER) as peer:
            figures += [_peer(peer, *kind) for kind in KINDS]
    return Section("Slow clients", "python -m benchmarks --only slow_clients", tuple(figures))


def _beside(service: Service, name: str, number: int, sent: bytes, *, times: int) -> Figure:
    with slow.slow_clients(service.port, number, sent):
        waits = sorted(_ask(service, timeout=60) for _ in range(times))
    p99 = waits[min(len(waits) - 1, int(0.99 * len(waits)))]
    how = f"p50 {1000 * statistics.median(waits):.1f} ms, longest {1000 * waits[-1]:.1f} ms"
    return Figure(f"/health p99 beside {name}", p99, "s", times, HEALTH_S, how)


def _peer(service: Service, name: str, number: int, sent: bytes) -> Figure:
    with slow.slow_clients(service.port, number, sent):
        wait = _ask(service, timeout=PEER_WAITS_S)
    how = "no answer in that time" if wait >= PEER_WAITS_S else ""
    return Figure(f"gunicorn's gthread: /health beside {name}", wait, "s", 1, None, how)


def _ask(service: Service, *, timeout: float) -> float:
    """Return the seconds until the first byte of the answer, or `timeout`."""
    began = time.perf_counter()
    with (
        suppress(TimeoutError),
        socket.create_connection(("127.0.0.1", service.port), timeout=timeout) as client,
    ):
        client.sendall(HEALTH)
        if client.recv(12) != b"HTTP/1.1 200":
            raise RuntimeError("/health did not answer 200")
        return time.perf_counter() - began
    return timeout
