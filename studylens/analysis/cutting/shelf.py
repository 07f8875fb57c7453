"""The networks that were fetched for cutting out (`make cutout`), and whether their files can be believed.

Standard library only: the web process tells the operator what is there.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from studylens.analysis.protocol.cutting import ALIASES, MODELS
from studylens.config import Config
from studylens.places import HOME

MANIFEST = "manifest.json"
NOT_FETCHED = "it was not fetched here (`make cutout` does)"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A network's file; `path` None: it cannot be used, for this reason."""

    name: str
    path: Path | None
    reason: str = ""


def folder_of(config: Config) -> Path:
    """Return where the networks are."""
    return Path(config.cutout_model_dir) if config.cutout_model_dir else HOME / "models" / "cutout"


def known_name(asked: str) -> str:
    """Return the name of the network that is meant: `u2net_lite` is u2netp."""
    return ALIASES.get(asked, asked)


def in_order(asked: str) -> list[str]:
    """Return the networks in the order in which they are tried: what was asked for, then the smallest."""
    first = [known_name(asked)] if asked else []
    return [*first, *(name for name in MODELS if name not in first)]


def find(folder: Path, name: str) -> Shelved:
    """Return a network's file, once proven to be what was fetched."""
    try:
        entry = read_manifest(folder)[name]
        path, digest = folder / Path(entry["file"]).name, str(entry["sha256"])
        whole = sha256(path, path.stat().st_mtime_ns) == digest
    except KeyError:
        return Shelved(name, None, NOT_FETCHED)
    except (ValueError, TypeError):
        return Shelved(name, None, "the list of fetched models is damaged")
    except OSError:
        return Shelved(name, None, "its file is missing")
    return Shelved(name, path) if whole else Shelved(name, None, "its file is damaged")


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return file and SHA-256 of each network that was fetched. Raises ValueError and TypeError."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise TypeError("not a list of models")
    return found


def describe(folder: Path) -> str:
    """Return one line for the operator: which networks are there, and what is wrong with others."""
    found = [find(folder, name) for name in MODELS]
    there = ", ".join(item.name for item in found if item.path) or "no model"
    broken = [item for item in found if not item.path and item.reason != NOT_FETCHED]
    return "; ".join([
        f"clean page, box and brush; {there}",
        *(f"{item.name}: {item.reason}" for item in broken),
    ])


@cache
def sha256(path: Path, _changed_ns: int) -> str:
    """Return the file's SHA-256, once for each change of it. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            digest.update(piece)
    return digest.hexdigest()
