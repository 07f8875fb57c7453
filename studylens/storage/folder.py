"""An upload folder whose files wait in a bucket: any machine may carry them, on a copy of its own."""

import contextlib
import hashlib
import logging
import secrets
from collections.abc import Iterator, Set
from pathlib import Path

from database_config import Database
from studylens.errors import BucketDown, DiskFull, UploadLost, disk_refusal
from studylens.jobs.folder import FETCHED, PART, UploadFolder
from studylens.storable import is_id
from studylens.storage import taking_over
from studylens.storage.bucket import Bucket

log = logging.getLogger("studylens.uploads.upload")

ROWLESS_SECONDS = 3_600.0
"""An object that no row knows was left by a machine that was killed between the two. Elsewhere a request may
still be on its way to its row, by another clock."""


class BucketFolder(UploadFolder):
    """Uploads in a bucket, copies and what belongs to this machine in a folder of it.

    The constructor does no I/O.
    """

    rowless_seconds = ROWLESS_SECONDS

    def __init__(self, root: Path, bucket: Bucket) -> None:
        super().__init__(root)
        self.bucket = bucket

    @property
    def folder_id(self) -> str:
        """The id that all machines with this bucket share: each may carry the others' jobs."""
        return self.bucket.address.folder_id

    def write(self, job_id: str, data: bytes) -> None:
        """Keep an upload, whole or not at all. Raises BucketDown."""
        self.path(job_id)  # Ids only.
        self.bucket.put(job_id, data)

    def holds(self, job_id: str) -> bool:
        """Say whether this upload is there. Raises BucketDown."""
        self.path(job_id)
        return self.bucket.holds(job_id)

    def fetch(self, job_id: str, *, size: int, sha256: str) -> Path:
        """Return a copy of an upload for the analysis of this machine; `size` in bytes.

        What is larger or another one than what was accepted is not believed: somebody else wrote it.
        Raises UploadLost, BucketDown, DiskFull.
        """
        copy = self.path(job_id).with_suffix(FETCHED)
        if copy.exists():  # Of another page of the same document.
            return copy
        part = self.path(job_id).with_suffix(f".{secrets.token_hex(4)}{PART}")
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._fetch(job_id, part, size=size, sha256=sha256)
            part.rename(copy)
        except OSError as error:
            log.error("Could not fetch an upload of %d bytes: %s", size, error)  # noqa: TRY400
            raise disk_refusal(error) or DiskFull() from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return copy

    def look(self) -> None:
        """Ask the bucket whether it answers: for an object that nobody has. Raises BucketDown."""
        self.bucket.holds("0" * 32)

    def put_away(self, job_id: str) -> None:
        """Remove this machine's copy; the upload itself waits on."""
        with contextlib.suppress(OSError):
            self.path(job_id).with_suffix(FETCHED).unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        """Remove the upload of a job that has ended; logs the outcome, never raises for the bucket's sake."""
        self.put_away(job_id)
        try:
            self.bucket.remove(job_id)
        except BucketDown:
            log.warning("Could not clean up file %s: the bucket does not answer; the sweep will", job_id)
            return
        log.info("Cleaned up uploaded file: %s", job_id)

    def ages(self) -> dict[str, float]:
        """Return the ids of all uploads with their age in seconds. Raises BucketDown."""
        return {kept.name: kept.age for kept in self.bucket.objects() if is_id(kept.name)}

    def take_over(self, database: Database) -> None:
        """Bring what waits in this machine's folder into the bucket, if it answers. Raises DatabaseDown."""
        with contextlib.suppress(BucketDown):  # The next sweep goes on.
            taking_over.take_over(database, self)

    def _beside_none(self, live: Set[str]) -> Iterator[Path]:
        """Yield uploads, too, that nobody needs: a kill left them here while they were brought, or before."""
        yield from super()._beside_none(live)
        yield from (path for path in self.root.glob("*") if is_id(path.name) and path.name not in live)

    def _fetch(self, job_id: str, part: Path, *, size: int, sha256: str) -> None:
        digest, left = hashlib.sha256(), size
        with part.open("wb") as file:
            for block in self.bucket.blocks(job_id):
                left -= len(block)
                if left < 0:
                    break
                digest.update(block)
                file.write(block)
        if left or (sha256 and digest.hexdigest() != sha256):
            log.error("The object of job %s is not what was uploaded: %d bytes differ", job_id, abs(left))
            raise UploadLost
