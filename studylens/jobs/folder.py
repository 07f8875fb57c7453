"""The upload folder: the one owner of every uploaded file's path, from its arrival to its removal."""

import contextlib
import logging
import os
import secrets
import time
from collections.abc import Iterator, Set
from pathlib import Path

from database_config import Database
from studylens.errors import DiskFull, UploadLost, disk_refusal
from studylens.storable import is_id

log = logging.getLogger("studylens.uploads.upload")

_ID_FILE = "folder_id"
PART, FETCHED = ".part", ".fetched"
_TAUGHT, _BESIDE = ".taught", ".beside"


class UploadFolder:
    """Files named after their jobs, in a folder that knows its own random id. The constructor does no I/O.

    storage/folder.py has the kind whose uploads wait in a bucket.
    """

    rowless_seconds = 0.0
    """How old an upload must be that no row knows before it is removed, if more than any other."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def folder_id(self) -> str:
        """The id of the line in which its jobs wait: whoever has the same can carry them."""
        return self.machine_id

    @property
    def machine_id(self) -> str:
        """The random id that tells this folder from another machine's; written on first use."""
        path = self.root / _ID_FILE
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            return self._write_id(path)

    def _write_id(self, path: Path) -> str:
        """Link a complete file into place, so that two starters agree on one id. Raises DiskFull."""
        fresh = self.root / f"{_ID_FILE}.{secrets.token_hex(8)}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            fresh.write_text(secrets.token_hex(16))
            with contextlib.suppress(FileExistsError):  # Another process was first.
                os.link(fresh, path)
            return path.read_text().strip()
        except OSError as error:
            log.error("Could not set up the upload folder: %s", error)  # noqa: TRY400
            raise disk_refusal(error) or DiskFull() from error
        finally:
            with contextlib.suppress(OSError):  # A disk that may not be written refuses this, too.
                fresh.unlink(missing_ok=True)

    def path(self, job_id: str) -> Path:
        """Return where the upload of this job is or would be; raises ValueError for anything but an id."""
        if not is_id(job_id):
            raise ValueError("not a job id")
        return self.root / job_id

    def write(self, job_id: str, data: bytes) -> None:
        """Write an upload, whole or not at all. Raises DiskFull."""
        part = self.path(job_id).with_suffix(PART)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.rename(self.path(job_id))
        except OSError as error:
            log.error("Could not keep an upload of %d bytes: %s", len(data), error)  # noqa: TRY400
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise disk_refusal(error) or DiskFull() from error

    def holds(self, job_id: str) -> bool:
        """Say whether this upload is there."""
        return self.path(job_id).exists()

    def fetch(self, job_id: str, *, size: int, sha256: str) -> Path:  # noqa: ARG002 - see storage/folder.py.
        """Return where the analysis finds this upload. Raises UploadLost."""
        if not self.holds(job_id):
            raise UploadLost
        return self.path(job_id)

    def look(self) -> None:
        """Find out whether uploads can be kept now. Raises what `write` raises for a bucket."""

    def take_over(self, database: Database) -> None:
        """Bring along what waits elsewhere on this machine, if uploads wait in a bucket by now."""

    def put_away(self, job_id: str) -> None:
        """Remove what `fetch` has made, if the upload itself waits elsewhere."""

    def remove(self, job_id: str) -> None:
        """Remove the upload of a job that has ended; logs the outcome, never raises for the disk's sake."""
        try:
            self.path(job_id).unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("Could not clean up file %s: %s", job_id, error)
            return
        log.info("Cleaned up uploaded file: %s", job_id)

    def taught_path(self, job_id: str) -> Path:
        """Return where a job finds what its guest has taught; raises ValueError for anything but an id."""
        return self.path(job_id).with_suffix(_TAUGHT)

    def remove_taught(self, job_id: str) -> None:
        """Remove what a job was given of what its guest has taught."""
        with contextlib.suppress(OSError):
            self.taught_path(job_id).unlink(missing_ok=True)

    def write_beside(self, job_id: str, number: int, data: bytes) -> Path:
        """Write what a job needs besides its upload, and return where. Raises DiskFull."""
        path = self.path(job_id).with_suffix(f".{number}{_BESIDE}")
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            self.remove_beside(job_id)
            raise disk_refusal(error) or DiskFull() from error
        return path

    def remove_beside(self, job_id: str) -> None:
        """Remove what was written beside a job's upload."""
        for path in self.root.glob(f"{self.path(job_id).name}.*{_BESIDE}"):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def job_ids(self, *, older_than_seconds: float = 0) -> set[str]:
        """Return the ids of all uploads here that are at least so old."""
        return {job_id for job_id, age in self.ages().items() if age >= older_than_seconds}

    def ages(self) -> dict[str, float]:
        """Return the ids of all uploads with their age in seconds."""
        if not self.root.exists():
            return {}
        return {path.name: _age_seconds(path) for path in self.root.iterdir() if is_id(path.name)}

    def remove_parts(self, live: Set[str], *, older_than_seconds: float) -> None:
        """Remove what a killed process left: half written, or beside an upload whose job is not in `live`."""
        for path in (
            *self.root.glob(f"*{PART}"),
            *self.root.glob(f"{_ID_FILE}.*"),
            *self._beside_none(live),
        ):
            if _age_seconds(path) >= older_than_seconds:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    def _beside_none(self, live: Set[str]) -> Iterator[Path]:
        for path in (path for kind in (_TAUGHT, _BESIDE, FETCHED) for path in self.root.glob(f"*{kind}")):
            if path.name.partition(".")[0] not in live:
                yield path


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0
