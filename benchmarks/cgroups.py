"""A control group of our own: a hard memory limit, a share of processor time, and what happened in it.

    with Cgroup.make(memory_mb=512, cpus=0.1) as group:
        subprocess.Popen([*group.prefix, "python", ...])

Version 1 (a folder for each controller) and version 2 (one folder); both need root. Processes that are still
in the group when it is removed are ended: nothing but what we started is ever in it.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from studylens.machine.cgroup import MB, Limit, use_mb

MOUNT = Path("/sys/fs/cgroup")
PROC = Path("/proc")
CPU_PERIOD_US = 100_000
"""The kernel's default, which hosts keep: at 0.1 CPU a process runs 10 ms and then waits 90 ms."""
REMOVE_SECONDS = 10.0
"""How long ended processes may take to leave the group."""
_numbers = count(1)


class CgroupError(RuntimeError):
    """Control groups cannot be made here; the message says why."""


@dataclass(frozen=True)
class Cgroup:
    """One group; MB are 1,048,576 bytes. Figures start at zero when it is made."""

    version: int
    memory: Path
    cpu: Path
    memory_mb: float | None
    cpus: float

    @classmethod
    @contextmanager
    def make(cls, *, memory_mb: float | None, cpus: float) -> Iterator[Self]:
        """Make a group with a hard limit (None: it only counts) and remove it at the end.

        Raises CgroupError when this is not possible, e.g. without root.
        """
        version, roots = _version()
        name = f"studylens-bench-{os.getpid()}-{next(_numbers)}"
        group = cls(version, roots[0] / name, roots[-1] / name, memory_mb, cpus)
        try:
            group._create()
            yield group
        finally:
            group._remove()

    @classmethod
    def of(cls, pid: int, *, memory_mb: float | None, cpus: float) -> Self:
        """Return the group that somebody else has put this process in, with the limits it was given.

        Raises CgroupError when it cannot be seen from here.
        """
        places = folders_of(pid)
        folders = (places.get("memory", places.get("", MOUNT)), places.get("cpu", places.get("", MOUNT)))
        if not (folders[0] / "memory.stat").exists():
            raise CgroupError(f"the control group {folders[0]} cannot be seen from here")
        return cls(1 if "memory" in places else 2, *folders, memory_mb, cpus)

    @property
    def prefix(self) -> tuple[str, ...]:
        """The words before a command that let it run inside, with the process id that it was started with."""
        enter = "; ".join(f"echo $$ > {folder}/cgroup.procs" for folder in self._folders)
        return ("/bin/sh", "-c", f'set -e; {enter}; exec "$@"', "sh")

    @property
    def unreclaimable_mb(self) -> float:
        """Memory use as the service itself defines it: v1 rss + shmem, v2 anon + shmem + kernel's own."""
        return use_mb(Limit(self.memory_mb or 0, "", self.memory, self.version))

    @property
    def peak_mb(self) -> float:
        """Highest use so far with the page cache in it, as the kernel counts it against the limit."""
        return self._number("memory.max_usage_in_bytes", "memory.peak") / MB

    @property
    def cache_mb(self) -> float:
        """Page cache that is charged to the group now (v1 counts shared memory in, v2 as well)."""
        return self._field("memory.stat", "total_cache" if self.version == 1 else "file") / MB

    @property
    def oom_kills(self) -> int:
        """Processes that the kernel has killed because the limit was reached."""
        return self._field("memory.oom_control" if self.version == 1 else "memory.events", "oom_kill")

    @property
    def pids(self) -> list[int]:
        """Living processes in the group."""
        return [int(line) for line in (self.memory / "cgroup.procs").read_text().split()]

    @property
    def cpu_seconds(self) -> float:
        """Processor time that the processes now in the group have used since their start."""
        return sum(map(_cpu_seconds, self.pids))

    @property
    def _folders(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((self.memory, self.cpu)))

    def _create(self) -> None:
        try:
            for folder in self._folders:
                folder.mkdir()
            self._set_memory()
            quota = int(self.cpus * CPU_PERIOD_US)
            if self.version == 1:
                (self.cpu / "cpu.cfs_period_us").write_text(str(CPU_PERIOD_US))
                (self.cpu / "cpu.cfs_quota_us").write_text(str(quota))
            else:
                (self.cpu / "cpu.max").write_text(f"{quota} {CPU_PERIOD_US}")
        except OSError as error:
            raise CgroupError(f"cannot make a control group ({error}); hard limits need root") from error

    def _set_memory(self) -> None:
        """Limit memory, and swap to nothing: with swap a hard limit is a soft one."""
        if self.memory_mb is None:
            return
        size = str(int(self.memory_mb * MB))
        if self.version == 2:
            (self.memory / "memory.max").write_text(size)
            _write_if_there(self.memory / "memory.swap.max", "0")
            return
        (self.memory / "memory.limit_in_bytes").write_text(size)
        _write_if_there(self.memory / "memory.memsw.limit_in_bytes", size)
        _write_if_there(self.memory / "memory.swappiness", "0")

    def _remove(self) -> None:
        until = time.monotonic() + REMOVE_SECONDS
        for folder in self._folders:
            while folder.exists():
                for pid in map(int, (folder / "cgroup.procs").read_text().split()):
                    _end(pid)
                try:
                    folder.rmdir()
                except OSError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)

    def _number(self, v1: str, v2: str) -> int:
        return int((self.memory / (v1 if self.version == 1 else v2)).read_text())

    def _field(self, file: str, key: str) -> int:
        rows = map(str.split, (self.memory / file).read_text().splitlines())
        return next(int(row[1]) for row in rows if row[0] == key)


def folders_of(pid: int) -> dict[str, Path]:
    """Return the folder of a process's group in each hierarchy, by controller; of version 2 under ''.

    Raises CgroupError when the process is gone.
    """
    try:
        rows = [row.split(":", 2) for row in (PROC / str(pid) / "cgroup").read_text().splitlines()]
    except OSError as error:
        raise CgroupError(f"the control group of process {pid} cannot be read ({error})") from error
    return {part: MOUNT / part / path.lstrip("/") for _, parts, path in rows for part in parts.split(",")}


def require() -> None:
    """Raise CgroupError unless groups with a hard limit can be made here."""
    with Cgroup.make(memory_mb=64, cpus=1.0):
        pass


def _version() -> tuple[int, tuple[Path, ...]]:
    """Return 1 with the memory and cpu hierarchies, or 2 with the one; raises CgroupError."""
    if os.geteuid() != 0:
        raise CgroupError("hard limits need root: run this as root (sudo make bench)")
    v1 = (MOUNT / "memory", MOUNT / "cpu")
    if all((root / "cgroup.procs").exists() for root in v1):
        return 1, v1
    if (MOUNT / "cgroup.controllers").exists():
        return 2, (_v2_root(),)
    raise CgroupError(f"no control groups with memory and cpu under {MOUNT}")


def _v2_root() -> Path:
    """Let groups under the root limit memory and processor time."""
    for controller in ("memory", "cpu"):
        try:
            (MOUNT / "cgroup.subtree_control").write_text(f"+{controller}")
        except OSError as error:
            raise CgroupError(f"the {controller} controller is not to be had here ({error})") from error
    return MOUNT


def _cpu_seconds(pid: int) -> float:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _write_if_there(path: Path, text: str) -> None:
    if path.exists():
        path.write_text(text)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
