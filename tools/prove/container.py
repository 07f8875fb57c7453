"""Docker's way: the service as a container of its own image, as it is deployed."""

import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cgroups import Cgroup
from tests.service import Service, free_port
from tools.prove.held import Limits, NotHere, Run, Running, run
from tools.prove.watching import Group

IMAGE, USUAL_IMAGE = "studylens-prove", "studylens-prove-usual"
USUAL_FILE = "tools/prove/usual.Dockerfile"


class Docker:
    """Needs a daemon on this machine: one in a virtual machine (macOS) hides memory and processes from us."""

    name = "docker"
    says = "Docker"

    def __init__(self, run: Run = run) -> None:
        self._run = run

    def check(self) -> None:
        """Raise NotHere unless the daemon answers, shares this kernel, and builds the image.

        The image is built without captions: their model would be 1 GB from the hub.
        """
        code, said = self._run(["docker", "info", "--format", "{{.KernelVersion}}"])
        if code or not said:
            raise NotHere(f"Docker does not answer: {_last(said)}")
        if said != platform.release():
            raise NotHere("Docker runs in a virtual machine here, whose memory cannot be read from outside")
        code, said = self._run([
            "docker",
            "build",
            "--quiet",
            "--build-arg=ENGINES=ocr",
            f"--tag={IMAGE}",
            ".",
        ])
        if code:
            raise NotHere(f"Docker cannot build the image: {_last(said)}")

    @contextmanager
    def service(self, folder: Path, limits: Limits, variables: Mapping[str, str]) -> Iterator[Running]:
        """Start a container whose /data is a folder of this machine, as this user."""
        container = Container(folder, limits, self._run, variables)
        with container:
            yield Running(container, container.group)

    @contextmanager
    def usual(self, folder: Path, limits: Limits, port: int) -> Iterator[Group]:
        """Start the usual way in a container of the same limits. Raises NotHere."""
        del folder
        if self._run(["docker", "image", "inspect", USUAL_IMAGE])[0]:
            raise NotHere(f"its image is not there (1.5 GB): docker build -f {USUAL_FILE} -t {USUAL_IMAGE} .")
        name = f"{USUAL_IMAGE}-{os.getpid()}"
        start(self._run, name, limits, [f"--env=PORT={port}", USUAL_IMAGE])
        try:
            yield group_of(self._run, name, limits)
        finally:
            self._run(["docker", "rm", "--force", name])


class Container(Service):
    """The service in a container; its files are this machine's, so that they can be looked at and filled."""

    def __init__(self, folder: Path, limits: Limits, run: Run, variables: Mapping[str, str]) -> None:
        super().__init__(folder, **variables)
        self._limits, self._run, self._variables = limits, run, dict(variables)
        self._name = f"{IMAGE}-{os.getpid()}-{free_port()}"

    def start(self) -> None:
        """Start it and wait until /health answers."""
        data = self.folder / "instance"
        data.mkdir(exist_ok=True)
        told = {**self._variables, "HOST": "127.0.0.1", "PORT": str(self.port), "INSTANCE_DIR": "/data"}
        words = [f"--user={os.getuid()}:{os.getgid()}", f"--volume={data}:/data"]
        words += [f"--env={name}={value}" for name, value in told.items()]
        try:
            start(self._run, self._name, self._limits, [*words, IMAGE])
            self._wait_until_healthy()
        except (NotHere, TimeoutError):
            self.stop()
            raise

    def stop(self) -> None:
        """End it and forget it."""
        self._run(["docker", "stop", "-t", "40", self._name])
        self._run(["docker", "rm", "--force", self._name])

    @property
    def log(self) -> str:
        """Everything that the service has logged."""
        return self._run(["docker", "logs", self._name])[1]

    @property
    def group(self) -> Cgroup:
        """Its control group, made by Docker. Raises CgroupError."""
        return group_of(self._run, self._name, self._limits)


def start(run: Run, name: str, limits: Limits, words: list[str]) -> None:
    """Start a container in hard limits, on this machine's own network. Raises NotHere."""
    hard = [f"--memory={limits.memory_mb}m", f"--memory-swap={limits.memory_mb}m", f"--cpus={limits.cpus:g}"]
    code, said = run(["docker", "run", "--detach", f"--name={name}", "--network=host", *hard, *words])
    if code:
        raise NotHere(f"Docker cannot start a container: {_last(said)}")


def group_of(run: Run, name: str, limits: Limits) -> Cgroup:
    """Return a container's control group. Raises CgroupError, and NotHere when there is no such container."""
    code, said = run(["docker", "inspect", "--format", "{{.State.Pid}}", name])
    if code or not said.isdigit():
        raise NotHere(f"the container is gone: {_last(said)}")
    return Cgroup.of(int(said), memory_mb=limits.memory_mb, cpus=limits.cpus)


def _last(said: str) -> str:
    return said.splitlines()[-1] if said else "it said nothing"
