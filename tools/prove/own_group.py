"""As root: a control group of our own, made for this run and removed after it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cgroups import Cgroup, CgroupError, require
from tests.service import Service
from tools.prove.held import Limits, NotHere, Running, process, usual_words
from tools.prove.watching import Group


class OwnGroup:
    """Needs root, and control groups under /sys/fs/cgroup."""

    name = "cgroup"
    says = "a control group, made as root"

    def __init__(self, python: str) -> None:
        self._python = python

    def check(self) -> None:
        """Raise NotHere unless a group with a hard limit can be made."""
        try:
            require()
        except CgroupError as error:
            raise NotHere(str(error)) from error

    @contextmanager
    def service(self, folder: Path, limits: Limits, variables: Mapping[str, str]) -> Iterator[Running]:
        """Start the service in the group."""
        with (
            Cgroup.make(memory_mb=limits.memory_mb, cpus=limits.cpus) as group,
            Service(folder, prefix=group.prefix, **variables) as service,
        ):
            yield Running(service, group)

    @contextmanager
    def usual(self, folder: Path, limits: Limits, port: int) -> Iterator[Group]:
        """Start the usual way in a group of the same limits. Raises NotHere."""
        words = usual_words(port, self._python)
        with (
            Cgroup.make(memory_mb=limits.memory_mb, cpus=limits.cpus) as group,
            process([*group.prefix, *words], folder / "usual.log"),
        ):
            yield group
