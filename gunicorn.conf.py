"""gunicorn's numbers, each with its reason; tests/deploy/test_deployment.py pins them."""

import errno
import os
import secrets
import signal
import socket
import sys
from types import FrameType
from typing import Any

from studylens.config import Config
from studylens.sight import lines
from studylens.variables import ConfigError

if not os.environ.get("SECRET_KEY"):
    os.environ["SECRET_KEY"] = secrets.token_hex(32)  # One for all workers, until the next start.
try:
    _config = Config.from_environment()
except ConfigError as problem:
    sys.exit(f"Studylens cannot start: {problem}")  # One sentence, not gunicorn's twenty lines.

_host = _config.host.strip("[]")
_is_ipv6 = ":" in _host
bind = f"[{_host}]:{_config.port}" if _is_ipv6 else f"{_host}:{_config.port}"
workers = _config.web_concurrency
"""One: a second worker costs 25 MB and a tenth of a processor has nothing to share."""
worker_class = "studylens.serving.worker.PatientWorker"
"""gthread, but a request takes a thread when its head has come, and /health has its own (see there)."""
threads = 32
"""Waiting clients (at most 8) and slow phones hold a thread each; a page needs one for milliseconds."""
worker_connections = 500
"""Open at once, most of them silent; beyond, the one that has kept us waiting longest is let go. Many
machines allow 1,024 open files, and the database, photos and libraries need some too."""
preload_app = False
"""Shared pages do not stay shared: after 15 requests reference counts had copied 22 MB of them, so master
and worker took 80 MB with preload and 65 MB without (docs/decisions.md). A new worker imports for 1 s."""
timeout = 120
"""The worker's main thread beats every second even while photos wait; a start took 25 s at 0.1 CPU."""
graceful_timeout = 25
"""Render kills 30 s after SIGTERM; waits end at once and the running job is handed back in that time."""
keepalive = 15
"""Longer than the 2 s between two polls of a job page, so that they share a connection."""
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
"""The heartbeat file: on a busy disk a beat may be late, and the worker killed for it."""
control_socket_disable = True
"""Nobody talks to it here, and it costs a thread in the master."""
errorlog = "-"
if _config.log_format == "json":
    logconfig_dict = lines.for_gunicorn()
accesslog = None
"""Job pages poll; their lines would bury the memory log."""


def on_starting(_server: Any) -> None:
    """End with one sentence when somebody has the port: gunicorn alone tries for 5 s and prints six lines."""
    with socket.socket(socket.AF_INET6 if _is_ipv6 else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host, _config.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(
                    f"Port {_config.port} is in use: end what uses it (Studylens in another window?), "
                    f"or choose another one: make run PORT={_config.port + 1}"
                )


def when_ready(server: Any) -> None:
    """Say where the service is, so that `make run` ends with an address to open."""
    server.log.info("Studylens is at http://%s", bind)


def post_worker_init(worker: Any) -> None:
    """Start the runner in the worker, never in the master, and tell it at once about SIGTERM."""
    from app import start_runner  # noqa: PLC0415 - the master stays at 14 MB without the app.

    worker.under = os.environ.get("SCRIPT_NAME", "")
    runner = start_runner(worker.app.callable, service_pid=os.getppid())
    graceful = signal.getsignal(signal.SIGTERM)

    def end_waits(number: int, frame: FrameType | None) -> None:
        runner.begin_stop()
        if callable(graceful):
            graceful(number, frame)

    signal.signal(signal.SIGTERM, end_waits)


def worker_exit(_server: Any, worker: Any) -> None:
    """Hand back the running job and end the analysis process."""
    callable_ = getattr(worker.app, "callable", None)
    if callable_ is not None:
        callable_.extensions["studylens"].runner.stop()
