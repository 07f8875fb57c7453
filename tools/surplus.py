"""Print what is installed beside this Python and stands in none of the locks: what an older lock brought."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

OF_THE_ENVIRONMENT = {"pip", "setuptools", "wheel"}
"""What Python's own venv module may put there."""


def plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(texts: list[str]) -> set[str]:
    """Return the names that locks pin."""
    return {plain(name) for text in texts for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def main(locks: list[str]) -> None:
    """Print one name a line."""
    wanted = locked([Path(lock).read_text(encoding="utf-8") for lock in locks]) | OF_THE_ENVIRONMENT
    installed = {plain(found.name) for found in distributions()}
    sys.stdout.writelines(f"{name}\n" for name in sorted(installed - wanted))


if __name__ == "__main__":
    main(sys.argv[1:])
