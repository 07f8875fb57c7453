"""A fresh clone on a fresh machine, as far as make sees it: our own Makefile, and locks of fake packages."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.install.index import Index, Pin, offer, read_lock
from tests.service import HOME

LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-test.txt", "requirements-blip.txt")
TORCH_NEEDS: list[str] = tomllib.loads((HOME / "pyproject.toml").read_text())["tool"]["uv"][
    "dependency-metadata"
][0]["requires-dist"]
PYTHON = os.path.realpath(
    Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
)
"""The Python that this environment was made with: its venv brings the pip that a newcomer has."""


@dataclass(frozen=True)
class Clone:
    """The folder of the clone, and the index that its machine reaches."""

    folder: Path
    index: Index
    index_of_torch: Index

    @property
    def python(self) -> Path:
        return self.folder / ".venv" / "bin" / "python"

    def make(
        self, *arguments: str, path: str = os.defpath, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run make as a newcomer would, with none of this machine's settings for pip."""
        environment = {
            "PATH": path,
            "HOME": str(self.folder.parent / "home"),
            "LANG": "C.UTF-8",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PIP_NO_CACHE_DIR": "1",
            **variables,
        }
        command = ["make", f"PYTHON={PYTHON}", "READER=no", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def pip(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the environment's pip with the same settings as `make`."""
        environment = {
            "PATH": os.defpath,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PIP_NO_CACHE_DIR": "1",
        }
        command = [str(self.python), "-m", "pip", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def installed(self) -> set[tuple[str, str]]:
        """Return name and version of all that is installed, but for pip itself."""
        found = [
            path.name.removesuffix(".dist-info").split("-")
            for path in self.folder.glob(".venv/lib/*/site-packages/*.dist-info")
        ]
        return {(re.sub(r"[_.]+", "-", name).lower(), version) for name, version in found} - {
            ("pip", self.pip_version)
        }

    @property
    def pip_version(self) -> str:
        (found,) = self.folder.glob(".venv/lib/*/site-packages/pip-*.dist-info")
        return found.name.removesuffix(".dist-info").partition("-")[2]


SMALL = {
    "setuptools", "pyvips", "cffi", "pycparser", "nh3", "latex2mathml",
    "flask", "blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug",
    "filelock", "typing-extensions", "sympy", "mpmath", "networkx", "fsspec",
}  # fmt: skip
"""Enough of the locks to see pip at work: what comes as source, and what flask and torch need."""


def fresh(folder: Path) -> Clone:
    """Return a clone whose locks have our lines with the hashes of what its index offers."""
    index = Index(folder / "index")
    clone = Clone(folder / "clone", index, Index(folder / "torch"))
    shutil.copytree(HOME / "tools", clone.folder / "tools")
    for name in ("Makefile", "package.json", "package-lock.json", "requirements-scripts.txt"):
        shutil.copy2(HOME / name, clone.folder / name)
    locks = {name: read_lock(HOME / name) for name in LOCKS}
    hashes = offer(index, list(dict.fromkeys(pin for pins in locks.values() for pin in pins)))
    for name, pins in locks.items():
        write_lock(clone.folder / name, {pin: hashes[pin] for pin in pins})
    offer_torch(clone)
    return clone


def offer_torch(clone: Clone) -> None:
    """Offer two builds of torch: CUDA's on the index of all packages, the CPU's on one of its own."""
    (pin,) = read_lock(HOME / "requirements-torch.txt")
    needs = [f"Requires-Dist: {need}" for need in TORCH_NEEDS]
    clone.index.wheel(
        "torch", pin.version, [*needs, "Requires-Dist: nvidia-cublas==13.1.0; sys_platform != 'nowhere'"]
    )
    clone.index.wheel("nvidia-cublas", "13.1.0")
    clone.index.write()
    own = clone.index_of_torch
    found = own.wheel("torch", f"{pin.version}+cpu", needs)
    own.wheel("setuptools", "70.0.0")
    own.write()
    write_lock(clone.folder / "requirements-torch.txt", {pin: found})


def write_lock(path: Path, hashes: dict[Pin, str]) -> None:
    """Write a lock of these lines."""
    path.write_text("".join(pin.line(value) for pin, value in hashes.items()))
