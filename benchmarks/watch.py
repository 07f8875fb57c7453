"""Watch a service from outside its group while it works: memory, processes, and how fast /health answers.

The watcher reads files of the kernel and costs the service nothing; only /health is asked of it.
"""

import mmap
import threading
import time
import urllib.request
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.cgroups import Cgroup, CgroupError
from studylens.machine import memory
from studylens.machine.cgroup import MB

SAMPLE_SECONDS = 0.02
"""Between two readings of what cannot be reclaimed; a peak that is shorter may be missed."""
PSS_SECONDS = 1.0
"""The kernel walks every page of a process for its PSS, so this is read more slowly."""
HEALTH_SECONDS = 0.5
"""Between two calls of /health: a connection of its own each time, as a host's health check does."""
HEALTH_TIMEOUT = 30.0


@dataclass
class Watch:
    """Readings of one span of time; use as a context manager around it. MB and milliseconds."""

    group: Cgroup
    url: str = ""
    unreclaimable: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    """When each of them was read: seconds since 1970."""
    pss: list[float] = field(default_factory=list)
    health_ms: list[float] = field(default_factory=list)
    health_failures: int = 0

    def __enter__(self) -> Self:
        self._done = threading.Event()
        work = [(self._sample, SAMPLE_SECONDS), (self._sum_pss, PSS_SECONDS)]
        work += [(self._ask_health, HEALTH_SECONDS)] if self.url else []
        self._threads = [threading.Thread(target=self._repeat, args=item, daemon=True) for item in work]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def between(self, begin: float, end: float) -> list[float]:
        """Return the readings of `unreclaimable` from `begin` to `end`, seconds since 1970."""
        both = zip(self.clock, self.unreclaimable, strict=False)
        return [reading for at, reading in both if begin <= at <= end]

    def _repeat(self, read: Callable[[], None], seconds: float) -> None:
        while True:
            read()
            if self._done.wait(seconds):
                return

    def _sample(self) -> None:
        self.clock.append(time.time())
        self.unreclaimable.append(self.group.unreclaimable_mb)

    def _sum_pss(self) -> None:
        self.pss.append(pss_mb(self.group.pids))

    def _ask_health(self) -> None:
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=HEALTH_TIMEOUT) as answer:
                self.health_failures += answer.status != 200
        except OSError:
            self.health_failures += 1
        self.health_ms.append(1000 * (time.perf_counter() - began))


def pss_mb(pids: Iterable[int]) -> float:
    """Sum of the proportional set sizes of these processes."""
    return sum(memory.pss_mb(pid) for pid in pids)


def resident_once_mb(pids: Iterable[int]) -> float:
    """Resident memory of these processes, each page counted once however many other programs share it.

    PSS gives a part of a shared library's pages to whoever else has it open, such as this benchmark; on a
    host of its own the service pays for them alone. Raises CgroupError where page frames are not shown.
    """
    frames = set[int]()
    for pid in pids:
        frames.update(_page_frames(pid))
    frames.discard(0)
    if not frames:
        raise CgroupError("page frames are not shown to this user")
    return len(frames) * mmap.PAGESIZE / MB


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def _page_frames(pid: int) -> Iterable[int]:
    """Yield the page frame of every present page of a process (/proc/PID/pagemap, bits 0-54)."""
    folder = Path("/proc") / str(pid)
    with (folder / "pagemap").open("rb") as file:
        for row in (folder / "maps").read_text().splitlines():
            low, high = (int(part, 16) for part in row.split()[0].split("-"))
            if low >> 63:
                continue  # The kernel's own page, [vsyscall], has no entry.
            file.seek(low // mmap.PAGESIZE * 8)
            entries = array("Q", file.read((high - low) // mmap.PAGESIZE * 8))
            yield from (entry & (1 << 55) - 1 for entry in entries if entry >> 63)
