"""What belongs into the instance folder, said once; what a kill left there goes with the next sweep.

Uploads and what stands beside them follow their jobs (folder.py, upkeep.py), imports their rows; scratch is
held by the process that needs it (machine/held.py). What is in no line below is nobody's: it is never
removed, and named in the log once.
"""

import contextlib
import logging
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from studylens.database.began import SUFFIX
from studylens.jobs.imports.files import Paths
from studylens.machine.held import remove_unheld

log = logging.getLogger("studylens.uploads.folders")

EXCHANGE = "exchange"
"""Scratch of exports."""
PART = ".part"
LEFT_SECONDS = 3_600
"""A scratch file of an earlier release, which holds none, was left by a kill: no exchange takes an hour."""
_ID = "[0-9a-f]{32}"
_OF_IMPORT = "|".join(item.name for item in fields(Paths))


@dataclass(frozen=True)
class Place:
    """A folder below the instance folder, what its files are called, and who removes them."""

    folder: str
    files: str
    removed_by: str


PLACES = (
    Place(".", r"[^/]+\.sqlite3(-wal|-shm|-journal|\.began)?", "the operator"),
    Place("uploads", "folder_id", "nobody: it names the folder"),
    Place("uploads", r"folder_id\.[0-9a-f]+", "UploadFolder.remove_parts, when it is old"),
    Place("uploads", rf"{_ID}(\.[0-9a-f]+)?\.part", "UploadFolder.remove_parts, when it is old"),
    Place("uploads", _ID, "its job's end; the sweep, when no job or document needs it"),
    Place("uploads", rf"{_ID}\.(taught|fetched|\d+\.beside)", "its job's end, or the sweep"),
    Place("imports", rf"lock|{_ID}\.({_OF_IMPORT})(-journal|-wal|-shm)?", "its row's end, and the sweep"),
    Place(EXCHANGE, rf"{_ID}\.part/[^/]+", "the export; the sweep, when no process holds its folder"),
    Place(EXCHANGE, rf"{_ID}\.part(-journal|-wal|-shm)?", "the sweep, after an hour: of an earlier release"),
)
_BESIDE_DATABASE = re.compile(rf"(-wal|-shm|-journal|{re.escape(SUFFIX)})$")
_told: set[str] = set()


def sweep(instance: Path) -> None:
    """Remove scratch that nobody holds, and name in the log what belongs to nobody."""
    for path in (instance / EXCHANGE).glob(f"*{PART}*"):
        if path.is_dir():
            remove_unheld(path)
        elif _age_seconds(path) > LEFT_SECONDS:
            with contextlib.suppress(OSError):  # A disk that may not be written refuses this, too.
                path.unlink(missing_ok=True)
    for path in strangers(instance):
        name = str(path.relative_to(instance))
        if name not in _told:
            log.warning("%s is nobody's: no file of ours is called so, and no sweep removes it", name)
            _told.add(name)


def strangers(instance: Path) -> Iterator[Path]:
    """Yield every file of the instance folder that no line of PLACES declares.

    A folder that ends meanwhile, as an export's does, is passed over.
    """
    for folder, _, names in os.walk(instance):
        for path in (Path(folder, name) for name in sorted(names)):
            declared = any(_fits(place, path.relative_to(instance)) for place in PLACES)
            if not declared and not _is_database(path):
                yield path


def _fits(place: Place, path: Path) -> bool:
    folder = "" if place.folder == "." else f"{re.escape(place.folder)}/"
    return re.fullmatch(f"{folder}(?:{place.files})", path.as_posix()) is not None


def _is_database(path: Path) -> bool:
    """Say whether it is a SQLite file that the operator calls otherwise, or lies beside one."""
    return path.with_name(f"{_BESIDE_DATABASE.sub('', path.name)}{SUFFIX}").exists()


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0
