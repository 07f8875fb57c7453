"""What it means to hold a service in a limit, however that is done."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from studylens.places import HOME
from tests.service import Service
from tools.prove.watching import Group

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command; returns its exit code and what it said."""
STOP_SECONDS = 10.0


class NotHere(RuntimeError):
    """Something is not to be had on this machine; the message says why, and what helps."""


@dataclass(frozen=True)
class Limits:
    """What a service may use."""

    memory_mb: int
    cpus: float


@dataclass(frozen=True)
class Running:
    """A started service, and what holds it."""

    service: Service
    group: Group


class Way(Protocol):
    """One way of holding a limit."""

    name: str
    says: str
    """Who holds it, within a sentence."""

    def check(self) -> None:
        """Raise NotHere unless this way is to be had."""

    def service(
        self, folder: Path, limits: Limits, variables: Mapping[str, str]
    ) -> AbstractContextManager[Running]:
        """Start the service with its files below `folder`; it is ended at the end."""

    def usual(self, folder: Path, limits: Limits, port: int) -> AbstractContextManager[Group]:
        """Start the usual way on this port, which need not ever answer. Raises NotHere."""


def run(words: Sequence[str]) -> tuple[int, str]:
    """Run a command of this machine; one that is not here has ended with 127."""
    if shutil.which(words[0]) is None:
        return 127, f"{words[0]} is not installed"
    done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace", cwd=HOME)
    return done.returncode, (done.stdout + done.stderr).strip()


def _is_there(name: str) -> bool:
    return find_spec(name) is not None


def usual_words(port: int, python: str, has: Callable[[str], bool] = _is_there) -> list[str]:
    """Return the command of the usual way. Raises NotHere without torch.

    It gets all the time that it wants to start: gunicorn's own 30 s would end it earlier still.
    """
    if python == sys.executable and not (has("torch") and has("transformers")):
        raise NotHere("torch is not installed: `make torch` (1 GB), then `make prove` shows it here")
    serve = ["-m", "gunicorn", "--config", "python:tools.prove.plain", "--timeout", "0"]
    return [python, *serve, "--bind", f"127.0.0.1:{port}", "tools.prove.usual:app"]


@contextmanager
def process(words: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command while the block lasts; its group of processes is ended afterwards."""
    with log.open("ab") as file:
        started = subprocess.Popen(words, cwd=HOME, stdout=file, stderr=file, start_new_session=True)
    try:
        yield started
    finally:
        _end(started)


def _end(started: subprocess.Popen[bytes]) -> None:
    started.send_signal(signal.SIGTERM)
    try:
        started.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
