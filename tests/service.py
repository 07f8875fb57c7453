"""A real service for tests and benchmarks: gunicorn with its own folder, talked to over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

HOME = Path(__file__).resolve().parent.parent
START_SECONDS = 120.0
"""At a tenth of a processor a start takes most of a minute."""


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return an environment in which nothing of the developer's own settings changes the service."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ours = {
        "INSTANCE_DIR": str(folder / "instance"),
        "ANALYSIS_LOCK": str(folder / "analysis.lock"),
        "BLIP_MODEL_DIR": str(folder / "no-model"),
        "CUTOUT_MODEL_DIR": str(folder / "no-networks"),
        "SECRET_KEY": "for tests only",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "65536",
        "PYTHONOPTIMIZE": "1",
    }
    return {**kept, **ours, **variables}


class Service:
    """One running service of `app`. `prefix` goes before the command, e.g. to enter a cgroup."""

    def __init__(
        self, folder: Path, *, prefix: Sequence[str] = (), app: str = "app:app", **variables: str
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / f"service-{self.port}.log"
        self.uploads = folder / "instance" / "uploads"
        self._prefix = tuple(prefix)
        self._app = app
        self._environment = clean_environment(folder, PORT=str(self.port), **variables)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start gunicorn and wait until /health answers."""
        command = [*self._prefix, sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", self._app]
        environment = {**self._environment, "PYTHONOPTIMIZE": "2"}  # As the Procfile starts it.
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=HOME, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait_until_healthy()

    def stop(self) -> None:
        """End it as the host would, with SIGTERM."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    @property
    def log(self) -> str:
        """Everything that the service has logged."""
        return self.log_path.read_text(errors="replace")

    def pids(self) -> dict[str, int]:
        """Return the living processes by kind: master, web, analysis."""
        report = self.get_json("/memory")[1]
        return {item["kind"]: item["pid"] for item in report["processes"]}

    def get_json(self, path: str) -> tuple[int, Any]:
        """Return status and JSON body of a GET."""
        return _open(urllib.request.Request(self.url + path, headers={"Accept": "application/json"}))

    def analyze(
        self, *photos: bytes, wait: float = 60, fields: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Post photos as curl does; return status and JSON body."""
        body, kind = multipart(photos, fields or {})
        request = urllib.request.Request(
            f"{self.url}/analyze?wait={wait:g}", data=body, headers={"Content-Type": kind}
        )
        return _open(request)

    def wait_for_end(self, job_id: str, seconds: float = 120) -> Any:
        """Poll a job until it has ended; return its JSON."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status, job = self.get_json(f"/jobs/{job_id}")
            if status == 200 and job["state"] not in {"queued", "running"}:
                return job
            time.sleep(0.3)
        raise TimeoutError(f"job {job_id} has not ended; the log says:\n{self.log[-3000:]}")

    def _wait_until_healthy(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                if self.get_json("/health")[0] == 200:
                    return
            except OSError:
                if self.process and self.process.poll() is not None:
                    break
            time.sleep(0.05)
        raise TimeoutError(f"the service did not start:\n{self.log[-3000:]}")


def multipart(photos: Sequence[bytes], fields: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a multipart body and its content type."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for number, photo in enumerate(photos, start=1):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo-{number}.jpg"'
        parts.append(f"{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + photo + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _open(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
