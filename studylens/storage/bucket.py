"""One bucket by obstore, S3's or Google's: put, fetch, list and remove objects, each whole or not at all.

obstore is imported with the first call: a service without a bucket never holds it. Credentials are what it
finds in the environment, as the vendors' own programs do.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from studylens.bucket_variables import BucketAddress
from studylens.errors import BucketDown, UploadLost
from studylens.sight import counts

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3Config

log = logging.getLogger("studylens.uploads.bucket")

CONNECT_SECONDS = 3
"""A bucket is near, or away: a student waits with it."""
REQUEST_SECONDS = 20
"""A PDF of 20 MB at 1 MB/s, the slowest that a machine beside its bucket has."""
RETRIES = 2
"""Of what a vendor's machine dropped on its way; an outage is not waited out here."""
AWAY_SECONDS = 5.0
"""After a failure nobody asks again for so long: threads that wait for a dead bucket serve nobody."""
NOT_INSTALLED = "obstore is not installed (requirements-bucket.txt has it)"
OPTIONS: "ClientConfig" = {"connect_timeout": f"{CONNECT_SECONDS}s", "timeout": f"{REQUEST_SECONDS}s"}
BLOCK_BYTES = 256 * 1024
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]+)")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_NO_BUCKET = "NoSuchBucket"


@dataclass(frozen=True)
class Kept:
    """An object of the bucket: its name below the prefix, and its age in seconds by our clock."""

    name: str
    age: float


class Bucket:
    """Objects under plain names; safe in threads. The constructor does no I/O.

    `encryption` is sent with each object ("": as the bucket is set). `clock` counts seconds.
    """

    def __init__(
        self, address: BucketAddress, encryption: str = "", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.address = address
        self._encryption, self._clock = encryption, clock
        self._opening = threading.Lock()
        self._opened: ObjectStore | None = None
        self._away_until = -1.0

    def put(self, name: str, data: bytes) -> None:
        """Keep an object, whole or not at all. Raises BucketDown."""
        with self._asked("put"):
            # In one request: parts of a larger upload that was cut would lie there unseen, and be paid for.
            _library().put(self._store(), name, data, use_multipart=False)

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield an object's bytes in blocks. Raises UploadLost, BucketDown."""
        with self._asked("get"):
            stream = iter(_library().get(self._store(), name).stream(min_chunk_size=BLOCK_BYTES))
        while True:  # What the caller does with a block is not the bucket's fault.
            with self._asked("get"):
                block = next(stream, None)
            if block is None:
                return
            yield bytes(block)

    def holds(self, name: str) -> bool:
        """Say whether the object is there. Raises BucketDown."""
        try:
            with self._asked("head"):
                _library().head(self._store(), name)
        except UploadLost:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove an object; one that is not there is fine. Raises BucketDown."""
        try:
            with self._asked("delete"):
                _library().delete(self._store(), name)
        except UploadLost:
            return

    def objects(self) -> Iterator[Kept]:
        """Yield all objects below the prefix, however many there are. Raises BucketDown."""
        with self._asked("list"):
            pages = iter(_library().list(self._store()))
        while True:
            with self._asked("list"):
                page = next(pages, None)
            if page is None:
                return
            now = datetime.now(UTC)
            yield from (Kept(one["path"], (now - one["last_modified"]).total_seconds()) for one in page)

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        """Put what obstore raises into our words. Raises UploadLost, BucketDown.

        It has classes for some refusals, Python's own for others, and whole answers in their text.
        """
        if self._clock() < self._away_until:
            raise BucketDown
        failures = _failures()
        try:
            yield
        except FileNotFoundError as error:
            if what in {"put", "list"} or _NO_BUCKET in str(error):
                raise self._failed(what, error) from error
            raise UploadLost from error
        except failures as error:
            raise self._failed(what, error) from error

    def _failed(self, what: str, error: Exception) -> BucketDown:
        self._away_until = self._clock() + AWAY_SECONDS
        log.warning("The bucket failed at %s: %s", what, reason(error))
        counts.add("bucket_failures_total", operation=what)
        return BucketDown()

    def _store(self) -> "ObjectStore":
        with self._opening:
            if self._opened is None:
                self._opened = _open(self.address, self._encryption)
            return self._opened


def _library() -> Any:
    import obstore  # noqa: PLC0415 - with the first call.

    return obstore


def _failures() -> tuple[type[Exception], ...]:
    """Return what obstore may raise. Raises BucketDown where it is not installed."""
    try:
        from obstore.exceptions import BaseError  # noqa: PLC0415 - with the first call.
    except ImportError as error:
        log.error("UPLOAD_URL names a bucket, and %s", NOT_INSTALLED)  # noqa: TRY400
        raise BucketDown from error
    return BaseError, OSError, ValueError


def reason(error: BaseException) -> str:
    """Return why a call failed, in one line without the vendor's page, which may name keys."""
    if isinstance(error, ImportError):
        return NOT_INSTALLED
    text = str(error)
    told = [found[1].strip() for found in (_STATUS.search(text), _CODE.search(text)) if found]
    return ", ".join(told) or text.partition("\n")[0].rpartition(" - ")[2][:200] or type(error).__name__


def _open(address: BucketAddress, encryption: str) -> "ObjectStore":
    from obstore.store import GCSStore, S3Store  # noqa: PLC0415 - with the first call.

    retries: RetryConfig = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=REQUEST_SECONDS)}
    prefix = address.prefix or None
    if address.scheme == "gs":
        return GCSStore(address.bucket, prefix=prefix, client_options=OPTIONS, retry_config=retries)
    # One by one: services that speak S3 all know how to delete an object, not all how to delete many.
    config: S3Config = {"disable_bulk_delete": True}
    if address.endpoint:
        config["endpoint"] = address.endpoint
    if encryption:
        config["server_side_encryption"] = encryption
    options: ClientConfig = {**OPTIONS, "allow_http": address.endpoint.startswith("http://")}
    return S3Store(address.bucket, prefix=prefix, config=config, client_options=options, retry_config=retries)
