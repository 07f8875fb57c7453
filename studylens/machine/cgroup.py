"""Which cgroup limits this process, and what in it cannot be reclaimed.

The path in /proc/self/cgroup is joined to its mount in /proc/self/mountinfo. Hybrid machines have a v1
`memory` line before `0::`, and a limit may sit at any ancestor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024
UNLIMITED = 1 << 60
"""cgroup v1 writes "no limit" as a number just under 2^63."""
_V2_PARTS = ("anon", "shmem", "kernel_stack", "pagetables", "slab_unreclaimable", "sock")
_V1_PARTS = ("total_rss", "total_shmem")


@dataclass(frozen=True)
class Limit:
    """The memory that this service may use: MB, how it was found, and the cgroup that holds the limit."""

    mb: float
    source: str
    cgroup: Path | None = None
    version: int = 0


def smallest_limit(proc: Path) -> Limit | None:
    """Return the smallest limit of our cgroup and all its ancestors; None when there is none."""
    found = [
        Limit(value / MB, f"cgroup v{version}", folder, version)
        for version, name in ((1, "memory.limit_in_bytes"), (2, "memory.max"))
        for folder in _own_cgroups(proc, version)
        if (value := _number(folder / name)) is not None and value < UNLIMITED
    ]
    return min(found, key=lambda limit: limit.mb, default=None)


def _own_cgroups(proc: Path, version: int) -> Iterator[Path]:
    """Yield our cgroup and all its ancestors: path in /proc/self/cgroup joined to its mount."""
    path = _cgroup_path(proc, version)
    mount = _cgroup_mount(proc, version)
    if path is None or mount is None:
        return
    point, root = mount
    inside = path.removeprefix(root.rstrip("/")).strip("/")
    folder = point / inside
    yield from (level for level in (folder, *folder.parents) if level == point or point in level.parents)


def _cgroup_path(proc: Path, version: int) -> str | None:
    for line in _lines(proc / "self" / "cgroup"):
        number, controllers, path = line.split(":", 2)
        if version == 2 and number == "0" and not controllers:
            return path
        if version == 1 and "memory" in controllers.split(","):
            return path
    return None


def _cgroup_mount(proc: Path, version: int) -> tuple[Path, str] | None:
    for line in _lines(proc / "self" / "mountinfo"):
        left, _, right = line.partition(" - ")
        fields, kind = left.split(), right.split()
        v1 = kind[0] == "cgroup" and "memory" in kind[-1].split(",")
        if v1 if version == 1 else kind[0] == "cgroup2":
            return Path(fields[4]), fields[3]
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []  # No cgroups here: macOS, or a kernel without them.


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None  # No such file at the root; "max" means no limit.


def use_mb(limit: Limit) -> float:
    """Return the memory in the limited cgroup that cannot be reclaimed, in MB."""
    wanted = _V2_PARTS if limit.version == 2 else _V1_PARTS
    try:
        lines = (limit.cgroup or Path()).joinpath("memory.stat").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(value) for name, value in map(str.split, lines) if name in wanted) / MB
