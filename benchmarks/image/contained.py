"""The built image as a running service in a hard limit, talked to as any other."""

import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cgroups import Cgroup, folders_of
from benchmarks.image.building import TAG
from benchmarks.image.podman import Podman
from tests.service import Service

NAME = VOLUME = "studylens"
STOP_SECONDS = 40
"""More than gunicorn's graceful_timeout; podman and docker would kill after 10."""
STRICT = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges")
"""What a careful host adds. Only /data and /tmp can then be written to, and no right is left."""


@dataclass(frozen=True)
class End:
    """How a container ended: its exit code, seconds from SIGTERM, processes left on the machine."""

    code: int
    seconds: float
    left: int


class Contained(Service):
    """A container of the image with a volume for /data; the network is this machine's."""

    def __init__(self, folder: Path, podman: Podman, *, memory_mb: int = 512, cpus: float = 1.0) -> None:
        super().__init__(folder)
        self.podman, self._memory_mb, self._cpus = podman, memory_mb, cpus

    def start(self) -> None:
        """Start it and wait until /health answers; what a broken run left is removed first."""
        self.stop()
        hard = (f"--memory={self._memory_mb}m", f"--memory-swap={self._memory_mb}m", f"--cpus={self._cpus}")
        words = (*hard, *STRICT, *self.podman.limits, "--network=host", f"--volume={VOLUME}:/data")
        self.podman.text("run", "--detach", f"--name={NAME}", f"--env=PORT={self.port}", *words, TAG)
        try:
            self._wait_until_healthy()
        except TimeoutError:
            self.stop()
            raise

    def stop(self) -> None:
        """End it if it still runs, and forget it; its volume stays."""
        self.podman.succeeds("rm", "--force", f"--time={STOP_SECONDS}", NAME)

    @property
    def log(self) -> str:
        """Everything that the service has logged."""
        return self.podman.text("logs", NAME)

    @property
    def group(self) -> Cgroup:
        """Its control group, made by podman."""
        return Cgroup.of(self._pid, memory_mb=self._memory_mb, cpus=self._cpus)

    @property
    def owners(self) -> set[int]:
        """The users that its processes run as, by number on this machine."""
        return {(Path("/proc") / str(pid)).stat().st_uid for pid in self.group.pids}

    def used_cpu_seconds(self) -> float:
        """Processor time used in it so far, by processes that have ended, too."""
        if self.group.version == 1:
            return int((folders_of(self._pid)["cpuacct"] / "cpuacct.usage").read_text()) / 1e9
        rows = dict(row.split() for row in (self.group.cpu / "cpu.stat").read_text().splitlines())
        return int(rows["usage_usec"]) / 1e6

    @property
    def interval_seconds(self) -> float:
        """How often the image asks to be checked."""
        wanted = self.podman.value("image", TAG, "{{.HealthCheck.Interval.Seconds}}")
        return float(wanted)

    def run(self, *command: str) -> bool:
        """Run a command inside, as its user; say whether it ended with 0."""
        return self.podman.succeeds("exec", NAME, *command)

    def is_healthy(self) -> bool:
        """Run the image's own health check once, as its host would; say whether it passed."""
        return self.podman.succeeds("healthcheck", "run", NAME)

    def end(self) -> End:
        """Send SIGTERM, wait for the end, and look for what is left."""
        pids, began = self.group.pids, time.monotonic()
        self.podman.text("stop", f"--time={STOP_SECONDS}", NAME)
        seconds = time.monotonic() - began
        left = sum((Path("/proc") / str(pid)).exists() for pid in pids)
        return End(int(self.podman.value("container", NAME, "{{.State.ExitCode}}")), seconds, left)

    @property
    def _pid(self) -> int:
        """The container's first process, by its number on this machine."""
        return int(self.podman.value("container", NAME, "{{.State.Pid}}"))
