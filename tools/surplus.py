"""Print what is installed beside this Python and stands in no lock in use: what an older one brought.

`python tools/surplus.py VENV [LOCK ...]`: in use are the service's locks, those that VENV/.test-*,
.torch-*, .scripts-*, .bucket-*, .distributed-* and .mcp-* say were installed, and the locks that are named.
"""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

OF_THE_ENVIRONMENT = {"pip", "setuptools", "wheel"}
"""What Python's own venv module may put there."""


SERVICE = ("requirements-build.txt", "requirements.txt")
NOTED = {
    "test": ("requirements-test.txt",),
    "torch": ("requirements-blip.txt", "requirements-torch.txt"),
    "scripts": ("requirements-scripts.txt",),
    "bucket": ("requirements-bucket.txt",),
    "distributed": ("requirements-distributed.txt",),
    "mcp": ("requirements-mcp.txt",),
}
"""Which locks each of the Makefile's notes stands for."""


def in_use(environment: Path) -> list[str]:
    """Return the locks that were installed into this environment."""
    noted = (locks for name, locks in NOTED.items() if any(environment.glob(f".{name}-*")))
    return [*SERVICE, *(lock for locks in noted for lock in locks)]


def plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(texts: list[str]) -> set[str]:
    """Return the names that locks pin."""
    return {plain(name) for text in texts for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def main(environment: str, *named: str) -> None:
    """Print one name a line."""
    locks = [*in_use(Path(environment)), *named]
    wanted = locked([Path(lock).read_text(encoding="utf-8") for lock in locks]) | OF_THE_ENVIRONMENT
    installed = {plain(found.name) for found in distributions()}
    sys.stdout.writelines(f"{name}\n" for name in sorted(installed - wanted))


if __name__ == "__main__":
    main(*sys.argv[1:])
