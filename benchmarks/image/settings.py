"""This machine's settings of pip and npm, for the time of a build: mounted, so no layer holds them."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.image.podman import said

NPM_PLACES = {"globalconfig": "/usr/local/etc/npmrc", "userconfig": "/root/.npmrc"}


def volumes(folder: Path) -> list[str]:
    """Return the words that mount pip's and npm's settings, and the places on this disk that they name."""
    found = _pip_settings()
    (folder / "pip.conf").write_text(
        "\n".join(["[global]", *(f"{key} = {found[key]}" for key in found)]) + "\n"
    )
    (folder / "pip.conf").chmod(0o600)
    mounts = {str(folder / "pip.conf"): "/etc/pip.conf", **_npm_files()}
    mounts |= {str(place): str(place) for value in found.values() for place in _places(value)}
    return [f"--volume={here}:{there}:ro" for here, there in mounts.items()]


def _pip_settings() -> dict[str, str]:
    """Return pip's settings as it would use them: those of the environment win."""
    lines = said(sys.executable, "-m", "pip", "config", "list").splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line]
    ordered = sorted(pairs, key=lambda pair: pair[0].startswith(":env:"))
    return {name.rpartition(".")[2]: str(ast.literal_eval(value)) for name, _, value in ordered}


def _places(value: str) -> Iterator[Path]:
    """Yield the files and folders that a setting names; an index' pages lead to files beside it."""
    for word in value.split():
        path = Path(word.removeprefix("file://"))
        if path.is_absolute() and path.exists():
            yield path.parent if word.startswith("file://") and path.parent != Path("/") else path


def _npm_files() -> dict[str, str]:
    files = {said("npm", "config", "get", name).strip(): there for name, there in NPM_PLACES.items()}
    certificates = said("npm", "config", "get", "cafile").strip()
    return {
        here: there for here, there in {**files, certificates: certificates}.items() if Path(here).is_file()
    }
