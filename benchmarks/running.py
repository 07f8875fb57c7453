"""A service in a group of its own, photos sent to it, and everything noted meanwhile."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import cache
from benchmarks.cgroups import Cgroup
from benchmarks.watch import Watch
from studylens.places import HOME
from tests.service import Service, free_port

IDLE_SECONDS = 10
"""The warm analysis process ends after so long without work (30 in production: the wait costs only time)."""
POLL_SECONDS = 2.0
"""Between two looks at a job that takes more than a minute: as often as the student's page looks."""
JOB_SECONDS = 700.0
"""More than a photo may take at all."""
VARIABLES = {"ANALYSES_PER_HOUR": "100000", "ANALYSIS_IDLE_SECONDS": str(IDLE_SECONDS)}


@dataclass(frozen=True)
class Started:
    """A running service in its group."""

    service: Service
    group: Cgroup
    seconds: float
    """From the start of its program to the first answer of /health."""
    eviction: cache.Eviction


@dataclass(frozen=True)
class Photo:
    """One photo's way: seconds from sending it to having the pack, its job's JSON, what was watched."""

    name: str
    seconds: float
    cpu_seconds: float
    """Processor time of the whole service meanwhile: what other work on the machine does not stretch."""
    status: int
    job: dict[str, Any]
    watch: Watch

    @property
    def peak_mb(self) -> float:
        """Highest reading of what cannot be reclaimed in the whole service."""
        return max(self.watch.unreclaimable)

    @property
    def outcome(self) -> str:
        """The engine that read the text, or why there is no pack."""
        if self.job.get("pack"):
            return str(self.job["pack"]["engines"]["text"] or "no text")
        error = self.job.get("error") or {"code": self.job.get("state"), "message": ""}
        return f"{error['code']}: {error['message']}"

    @property
    def stages(self) -> dict[str, float]:
        """Use of the whole service at each stage, MB, as the job's JSON says."""
        return self.readings("service_mb")

    def readings(self, key: str) -> dict[str, float]:
        """Return what the job's JSON says at each stage: `service_mb`, or `rss_mb` of the process there."""
        return {item["stage"]: item[key] for item in self.job.get("stages", [])}

    def stage_peak_mb(self, last: str) -> float | None:
        """Highest reading from the stage before up to `last`; None if it was not reached."""
        times = [_seconds(item["at"]) for item in self.job.get("stages", [])]
        place = list(self.stages).index(last) if last in self.stages else 0
        readings = self.watch.between(times[place - 1], times[place]) if place else []
        return max([*readings, self.stages[last]]) if place else None


@contextmanager
def started(*, memory_mb: float | None, cpus: float, **variables: str) -> Iterator[Started]:
    """Start a service in a new group, with nothing of it in the page cache."""
    with (
        tempfile.TemporaryDirectory(prefix="studylens-bench-") as folder,
        Cgroup.make(memory_mb=memory_mb, cpus=cpus) as group,
    ):
        model = variables.get("BLIP_MODEL_DIR")
        eviction = cache.evict(*[Path(model)] if model else [])
        service = Service(Path(folder), prefix=group.prefix, **{**VARIABLES, **variables})
        began = time.perf_counter()
        with service:
            yield Started(service, group, time.perf_counter() - began, eviction)


@contextmanager
def gemini() -> Iterator[dict[str, str]]:
    """Start the local server that speaks Gemini's wire format; yield the variables that lead to it."""
    with _server("tests.analysis.gemini.server") as url:
        yield {"GEMINI_API_KEY": "for-benchmarks-only", "GEMINI_BASE_URL": url}


@contextmanager
def local_ai(*script: str) -> Iterator[dict[str, str]]:
    """Start the local server that speaks OpenAI's chat completions; yield the variables that lead to it."""
    with _server("tests.analysis.local.server", *script) as url:
        yield {"LOCAL_AI_URL": url, "LOCAL_AI_MODEL": "for-benchmarks-only", "LOCAL_AI_SECONDS": "60"}


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """Start the local S3 server; yield the variables that lead to its bucket."""
    with _server("tests.storage.server") as url:
        keys = {"AWS_ACCESS_KEY_ID": "benchmarks", "AWS_SECRET_ACCESS_KEY": "benchmarks"}
        yield {"UPLOAD_URL": "s3://studylens/photos", "AWS_ENDPOINT_URL": url, **keys}


@contextmanager
def _server(module: str, *script: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", module, "--port", str(port), *(["--script", *script] if script else [])]
    server = subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def send(running: Started, path: Path, *, health: bool = True) -> Photo:
    """Send one photo and wait for its job's end, watching meanwhile."""
    with Watch(running.group, running.service.url if health else "") as watch:
        began, used = time.perf_counter(), running.group.cpu_seconds
        status, answer = running.service.analyze(path.read_bytes())
        jobs = answer.get("jobs") or [{}]
        job = wait(running, jobs[0]["id"]) if "id" in jobs[0] else {"state": "refused", **answer}
        seconds, used = time.perf_counter() - began, running.group.cpu_seconds - used
    return Photo(path.name, seconds, used, status, job, watch)


def wait(running: Started, job_id: str) -> dict[str, Any]:
    """Return a job's JSON once it has ended; raises TimeoutError."""
    until = time.monotonic() + JOB_SECONDS
    while time.monotonic() < until:
        status, job = running.service.get_json(f"/jobs/{job_id}")
        if status == 200 and job["state"] not in {"queued", "running"}:
            return dict(job)
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"job {job_id} has not ended; the log says:\n{running.service.log[-3000:]}")


def wait_until_idle(running: Started) -> None:
    """Wait until the analysis process has ended by itself; raises TimeoutError."""
    until = time.monotonic() + IDLE_SECONDS + 60
    while len(running.group.pids) > 2:  # gunicorn's master and its worker
        if time.monotonic() > until:
            raise TimeoutError("the analysis process has not ended")
        time.sleep(0.2)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise TimeoutError("the local Gemini server did not start (tests/analysis/gemini/server.py)")
