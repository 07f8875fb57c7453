"""The folder of files on their way in: the one owner of their paths."""

import contextlib
import shutil
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from studylens.storable import is_id


@dataclass(frozen=True)
class Paths:
    """Where the files of one import are: as it was sent, what was read of it, what a deck unpacks to.

    `pictures` are those that its lines name.
    """

    sent: Path
    lines: Path
    pictures: Path
    unpacked: Path


class ImportFiles:
    """Four files an import, named after its id. The constructor does no I/O."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def lock_path(self) -> Path:
        """Whoever holds this file's lock carries imports on this machine."""
        return self.root / "lock"

    def keep(self, import_id: str, file: IO[bytes]) -> int:
        """Write what was sent, whole or not at all, and return its bytes. Raises DiskFull."""
        path = self.paths(import_id).sent
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            file.seek(0)
            with path.open("xb") as target:
                shutil.copyfileobj(file, target)
                return target.tell()
        except OSError as error:
            from studylens.study.exchange.reading import no_room  # noqa: PLC0415 - it brings all readers.

            path.unlink(missing_ok=True)
            raise no_room() from error

    def paths(self, import_id: str) -> Paths:
        """Return where the files are; raises ValueError for anything but an id."""
        if not is_id(import_id):
            raise ValueError("not an import's id")
        return Paths(*(self.root / f"{import_id}.{item.name}" for item in fields(Paths)))

    def remove(self, import_id: str) -> None:
        """Remove all that there is of an import."""
        for path in vars(self.paths(import_id)).values():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def ids(self, *, older_than_seconds: float) -> set[str]:
        """Return the imports of which there is a file that is at least so old."""
        found = (path for path in self.root.glob("*.*") if is_id(path.stem))
        return {path.stem for path in found if _age_seconds(path) >= older_than_seconds}


def opened_pictures(paths: Paths) -> IO[bytes]:
    """Open an import's pictures, with what an earlier start has drawn; none so far is an empty file."""
    paths.pictures.touch()
    return paths.pictures.open("r+b")


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0
