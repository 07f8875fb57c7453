"""podman with a store of its own: nothing is left among your images, and nothing of yours is used."""

import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("podman", "debootstrap", "npm")
INSTALL = "apt-get install podman runc debootstrap"

MOST_PROCESSES = 32_768
"""What podman gives a container where nothing else is said."""


class CannotBuild(RuntimeError):
    """Images cannot be built here, or a build failed; the message says why."""


@dataclass(frozen=True)
class Podman:
    """All calls of podman; `folder` holds images, layers and caches, and may be thrown away."""

    folder: Path

    def build(self, context: Path, *words: str) -> tuple[str, float]:
        """Build `context`; return what was said and the seconds it took. Raises CannotBuild.

        Isolation by chroot: it needs fewer rights than a container for every step. Base images come from the
        store alone. What is said can be followed in `build.log` of the folder.
        """
        isolation = ("--isolation=chroot", "--network=host", "--pull=never", "--format=docker")
        line, log = [*self._words, "build", *isolation, *words, str(context)], self.folder / "build.log"
        began = time.monotonic()
        with log.open("wb") as file:
            done = subprocess.run(line, stdout=file, stderr=subprocess.STDOUT, check=False)
        told = log.read_text(errors="replace")
        if done.returncode:
            raise CannotBuild(f"podman build failed:\n{told[-3000:]}")
        return told, time.monotonic() - began

    def text(self, *words: str) -> str:
        """Return what podman says, both streams; raises CannotBuild with the last of it."""
        done = self._run(words)
        if done.returncode:
            raise CannotBuild(f"podman {words[0]} failed:\n{done.stdout[-3000:]}")
        return done.stdout

    def value(self, kind: str, name: str, template: str) -> str:
        """Return a field of an image or a container (podman's --format)."""
        return said(*self._words, kind, "inspect", name, "--format", template).strip()

    def succeeds(self, *words: str) -> bool:
        """Say whether a call ends with 0."""
        return self._run(words).returncode == 0

    def forget(self, name: str) -> None:
        """Remove an image and every layer without a name, so that a build finds nothing of earlier ones."""
        self._run(("rmi", "--force", name))
        while self.text("image", "prune", "--force").strip():
            pass

    def remove(self) -> None:
        """Unmount and forget everything in the store."""
        self._run(("system", "reset", "--force"))

    @property
    def limits(self) -> tuple[str, ...]:
        """The words that keep podman from raising limits, for which a build machine may lack the right."""
        files, processes = (
            resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)
        )
        return (f"--ulimit=nofile={files}:{files}", f"--ulimit=nproc={_most(processes)}:{_most(processes)}")

    @property
    def _words(self) -> Sequence[str]:
        # crun refuses machines whose control groups are of both versions; runc takes them.
        runtime = ["--runtime=runc"] if shutil.which("runc") else []
        places = [f"--root={self.folder / 'store'}", f"--runroot={self.folder / 'run'}"]
        return ["podman", *runtime, *places, "--storage-driver=overlay"]

    def _run(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        line = [*self._words, *words]
        return subprocess.run(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, errors="replace"
        )


def _most(limit: int) -> int:
    """Return the limit, or podman's own default where there is more room than that or no limit."""
    return MOST_PROCESSES if limit == resource.RLIM_INFINITY else min(limit, MOST_PROCESSES)


def said(*words: str) -> str:
    """Run a command and return what it writes; raises CannotBuild with its last complaints."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")
    if done.returncode:
        raise CannotBuild(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def require() -> None:
    """Raise CannotBuild, naming what is missing, unless images can be built here."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise CannotBuild(f"{', '.join(missing)} not found; {INSTALL}, and node with npm")
