"""The analysis process outside of the service; and two at once against one after another."""

import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from benchmarks.cgroups import Cgroup
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.watch import Watch
from studylens.analysis.protocol import handing, wire
from studylens.analysis.protocol.cutting import CutWish
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT
from tests.service import clean_environment

TEN = 10


@dataclass
class Analysis:
    """One analysis process, started as its runner does; a context manager."""

    prefix: Sequence[str] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="studylens-bench-")
        environment = clean_environment(Path(self._folder.name), **self.variables)
        self._channel, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "studylens.analysis"],
            stdin=theirs,
            stdout=subprocess.PIPE,
            cwd=HOME,
            env={**environment, **ANALYSIS_ENVIRONMENT},
        )
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The process itself: a prefix ends in `exec`."""
        return self._process.pid

    def events(self, photo: Path, cut: CutWish | None = None) -> Iterator[wire.Event]:
        """Let it analyse a photo, or cut something out; yield its events, the last one its outcome."""
        yield from self.answer(wire.Request(job_id="0" * 32, path=str(photo), calls_left=1000, cut=cut))

    def answer(self, request: wire.Request) -> Iterator[wire.Event]:
        """Let it do what a request says; yield its events, the last one its outcome."""
        handing.send(self._channel, request)
        for line in _pipe(self._process.stdout):
            event = wire.decode_event(line)
            yield event
            if isinstance(event, wire.Outcome):
                return
        raise RuntimeError(f"the analysis process ended with {self._process.wait()}")


def parallel(inputs: Inputs, *, quick: bool) -> Section:
    """Ten photos by one process after another, against two processes at once; no limit, 1 CPU for both."""
    plan = inputs.pages[: 4 if quick else TEN]
    one = _carry([plan])
    two = _carry([plan[::2], plan[1::2]])
    rows = (("one after another", len(plan), *one), ("two at once", len(plan), *two))
    figures = (
        Figure("peak of one after another against two at once", 100 * (one[1] / two[1] - 1), "%", len(plan)),
        Figure("time of one after another against two at once", 100 * (one[0] / two[0] - 1), "%", len(plan)),
    )
    headers = ("way", "photos", "seconds", "peak anonymous", "highest PSS")
    return Section("One after another against two at once", "python -m benchmarks --only parallel", figures,
                   (Table(headers, rows, "MB of the analysis processes alone; 1 CPU"),))  # fmt: skip


def _carry(shares: Sequence[Sequence[Path]]) -> tuple[float, float, float]:
    """Return seconds, peak anonymous MB and highest PSS when each share has a process of its own."""
    with Cgroup.make(memory_mb=None, cpus=1.0) as group, Watch(group) as watch:
        began = time.perf_counter()
        threads = [threading.Thread(target=_carry_share, args=(group, share)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    return seconds, max(watch.unreclaimable), max(watch.pss)


def _carry_share(group: Cgroup, photos: Sequence[Path]) -> None:
    with Analysis(prefix=group.prefix) as process:
        for photo in photos:
            for _ in process.events(photo):
                pass


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe
