"""A network that set-up made, if it can be believed, else why not. Standard library only."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MANIFEST = "manifest.json"
"""Written last: a folder without it holds no network."""


@dataclass(frozen=True, slots=True)
class Made:
    """The file that can be used; None: there is none, for this reason."""

    path: Path | None
    reason: str = ""


def find(folder: Path, *, method: str, source: str) -> Made:
    """Return the network in `folder`, once proven whole, made this way and from this source."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        path, digest = folder / manifest["file"], manifest["sha256"]
        made_from, made_by = manifest["source"], manifest["method"]
    except FileNotFoundError:
        return Made(None, "it was not made here (`make setup` makes it)")
    except (OSError, ValueError, KeyError, TypeError):
        return Made(None, "its manifest is damaged")
    if made_by != method or made_from != source:
        return Made(None, "it was made from another version")
    try:
        whole = _sha256(path, path.stat().st_mtime_ns) == digest
    except OSError:
        return Made(None, "its file is missing")
    return Made(path) if whole else Made(None, "its file is damaged")


@cache
def _sha256(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
