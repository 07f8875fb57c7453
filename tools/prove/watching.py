"""Memory of a service by kind of process, four times a second, read from the kernel's files."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, Self

from benchmarks.cgroups import CgroupError
from studylens.machine import memory
from tools.prove.scene import Board

SAMPLE_SECONDS = 0.25
"""Between two points of a curve."""
LOOK_SECONDS = 0.05
"""Between two looks at the sum; a peak that is shorter may be missed."""
PROC = Path("/proc")


class Group(Protocol):
    """What holds a service: a control group, or nothing but its processes."""

    @property
    def pids(self) -> list[int]:
        """Living processes in it."""

    @property
    def unreclaimable_mb(self) -> float:
        """Memory in it that cannot be given back, MB."""

    @property
    def oom_kills(self) -> int:
        """Processes in it that the kernel has killed for memory."""


class Watch:
    """Adds points to one side of the board while it is open."""

    def __init__(self, board: Board, side: str, group: Group) -> None:
        self._board, self._side, self._group = board, side, group
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        try:
            while not self._over.is_set():
                self._board.sample(self._side, self._highest(), by_kind(self._group.pids))
        except (OSError, CgroupError) as error:
            self._board.tell(self._side, f"Its memory cannot be looked at any more: {error}")

    def _highest(self) -> float:
        highest = 0.0
        for _ in range(round(SAMPLE_SECONDS / LOOK_SECONDS)):
            highest = max(highest, self._group.unreclaimable_mb)
            if self._over.wait(LOOK_SECONDS):
                break
        return highest


def kind_of(pid: int, group: Iterable[int]) -> str:
    """Return what a process of the service is: master, web, analysis, or other."""
    command = memory.command_line(pid)
    if "studylens.analysis" in command:
        return "analysis"
    if "gunicorn" not in command:
        return "other"
    return "web" if _status(pid, "PPid") in set(group) else "master"


def by_kind(pids: Iterable[int]) -> dict[str, float]:
    """Return anonymous and shared memory in MB, summed by kind of process."""
    group, found = list(pids), dict[str, float]()
    for pid in group:
        size = (_status(pid, "RssAnon") + _status(pid, "RssShmem")) / 1024
        kind = kind_of(pid, group)
        found[kind] = round(found.get(kind, 0.0) + size, 1)
    return found


def pid_of(kind: str, pids: Iterable[int]) -> int | None:
    """Return a process of this kind; None when there is none."""
    group = list(pids)
    return next((pid for pid in group if kind_of(pid, group) == kind), None)


def _status(pid: int, key: str) -> int:
    """Return a number of /proc/PID/status; 0 when the process has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{key}:")), 0)
