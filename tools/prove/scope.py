"""Without root: a scope of the user's own systemd, which may limit memory and processor time."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cgroups import CPU_PERIOD_US, Cgroup, CgroupError
from studylens.machine.cgroup import MB
from tests.service import Service
from tools.prove.held import Limits, NotHere, Run, Running, process, run, usual_words
from tools.prove.watching import Group

ENTER_SECONDS = 10.0
"""How long systemd may take to put a process into its scope."""
_TOLD = 'read -r path < /proc/self/cgroup; cd "/sys/fs/cgroup${path#0::}" && cat memory.max cpu.max'
_TRIED = Limits(64, 0.5)


class Scope:
    """Needs systemd with a manager for this user, and control groups of version 2 that it may use."""

    name = "systemd"
    says = "a scope of systemd, without root"

    def __init__(self, python: str, run: Run = run) -> None:
        self._python, self._run = python, run

    def check(self) -> None:
        """Raise NotHere unless a scope holds its limits: some managers take and ignore them."""
        code, said = self._run([*_words(_TRIED), "sh", "-c", _TOLD])
        if code:
            raise NotHere(f"systemd-run --user --scope: {_last(said)}")
        wanted = [str(_TRIED.memory_mb * MB), f"{int(_TRIED.cpus * CPU_PERIOD_US)} {CPU_PERIOD_US}"]
        if said.split("\n")[-2:] != wanted:
            raise NotHere("the user's systemd may not limit memory and processor time (Delegate=memory cpu)")

    @contextmanager
    def service(self, folder: Path, limits: Limits, variables: Mapping[str, str]) -> Iterator[Running]:
        """Start the service in a scope."""
        with Service(folder, prefix=_words(limits), **variables) as service:
            if service.process is None:
                raise NotHere("the service has not started")
            yield Running(service, _group(service.process.pid, limits))

    @contextmanager
    def usual(self, folder: Path, limits: Limits, port: int) -> Iterator[Group]:
        """Start the usual way in a scope of the same limits. Raises NotHere."""
        words = usual_words(port, self._python)
        with process([*_words(limits), *words], folder / "usual.log") as started:
            yield _group(started.pid, limits)


def _words(limits: Limits) -> list[str]:
    bounds = {
        "MemoryMax": f"{limits.memory_mb}M",
        "MemorySwapMax": "0",
        "CPUQuota": f"{100 * limits.cpus:g}%",
    }
    options = [f"--property={name}={value}" for name, value in bounds.items()]
    return ["systemd-run", "--user", "--scope", "--quiet", "--collect", *options, "--"]


def _group(pid: int, limits: Limits) -> Cgroup:
    """Return the scope's group, as soon as the process is in it. Raises CgroupError."""
    until = time.monotonic() + ENTER_SECONDS
    own = Cgroup.of(os.getpid(), memory_mb=None, cpus=0).memory
    while (group := Cgroup.of(pid, memory_mb=limits.memory_mb, cpus=limits.cpus)).memory == own:
        if time.monotonic() > until:
            raise CgroupError("systemd did not put the process into a scope of its own")
        time.sleep(0.05)
    return group


def _last(said: str) -> str:
    return said.splitlines()[-1] if said else "it said nothing"
