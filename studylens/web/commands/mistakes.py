"""What an operator has set up wrongly: each is found at start and by `flask doctor`, and said in a sentence.

A mistake is what makes pages fail; what is only missing (a key, a model) is no mistake.
"""

import contextlib
import errno
import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Select, func, literal_column, select

from database_config import Database
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.models import Folder, now
from studylens.web.door.storage import disks_of, kind_of_disk

RELEASED = datetime(2026, 11, 29, tzinfo=UTC)
"""When this version was made: no right clock is before it."""
BLOCK_BYTES = 4_096
"""What is written into each folder, since a full disk still takes an empty file."""
CLOCK_MINUTES = 5
"""Between our clock and that of the database; sign-in codes and leases live for minutes."""
_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ocfs2", "gpfs",
    "beegfs", "fuse.sshfs", "fuse.gcsfuse", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph",
    "virtiofs",
})  # fmt: skip
"""Kinds of file systems whose locks and shared memory several processes cannot rely on."""
_THEIR_CLOCK = literal_column("CURRENT_TIMESTAMP", DateTime(timezone=True))


def find(config: Config, database: Database, *, clock: Callable[[], datetime] = now) -> tuple[str, ...]:
    """Return a sentence for each mistake; asks the database, and writes a block into each folder."""
    return tuple(
        sentence
        for found in (_folders(config), database.address.notes, _network_disk(config, database),
                      _schema(database), _clock(database, clock()), _bucket(config),
                      _queue(config, database))
        for sentence in found
    )  # fmt: skip


def _folders(config: Config) -> Iterator[str]:
    said: set[Path] = set()
    for folder in sorted({config.instance_path, *disks_of(config)}):
        if said.intersection(folder.parents):
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(BLOCK_BYTES))
        except OSError as error:
            said.add(folder)
            yield _unwritable(folder, error)


def _bucket(config: Config) -> Iterator[str]:
    """Try the bucket, if there is one, with an object of our own."""
    if config.bucket is None:
        return
    from studylens.storage import trial  # noqa: PLC0415 - a service without a bucket holds none of it.
    from studylens.storage.bucket import Bucket  # noqa: PLC0415 - see above.

    if found := trial.fault(Bucket(config.bucket, config.upload_encryption)):
        yield found


def _unwritable(folder: Path, error: OSError) -> str:
    if error.errno == errno.EROFS:
        return f"{folder} is on a disk that is mounted read-only: no photo and no file can be taken."
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{folder} is on a disk that is full: no photo can be taken."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"{folder} cannot be written by {_user(os.geteuid())}{_owner(folder)}: no photo can be taken."
    return f"{folder} cannot be written: {error.strerror or error}."


def _owner(folder: Path) -> str:
    nearest = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    return f"; {nearest} belongs to {_user(nearest.stat().st_uid)}"


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _network_disk(config: Config, database: Database) -> Iterator[str]:
    if not database.is_sqlite or config.web_concurrency < 2 or not database.url.database:
        return
    kind = kind_of_disk(Path(database.url.database).resolve().parent)
    if kind in _NETWORK:
        yield (
            f"WEB_CONCURRENCY={config.web_concurrency} with SQLite on a network disk ({kind}): its locks "
            "do not hold there. Use one worker, a disk of this machine, or PostgreSQL."
        )


def _schema(database: Database) -> Iterator[str]:
    wanted = database.address.schema
    if not wanted:
        return
    there = select(func.to_regnamespace(func.quote_ident(wanted)).is_not(None))
    if _asked(database, there) is False:
        yield f"DATABASE_URL: the database has no schema {wanted}: CREATE SCHEMA {wanted}."


def _clock(database: Database, at: datetime) -> Iterator[str]:
    if at < RELEASED:
        yield f"The clock says {at:%Y-%m-%d}, which is before this version was made ({RELEASED:%Y-%m-%d})."
        return
    # A server has a clock of its own; in SQLite's file stands when a runner was last here.
    asked = select(func.max(Folder.seen_at)) if database.is_sqlite else select(_THEIR_CLOCK)
    theirs = _asked(database, asked)
    if not isinstance(theirs, datetime):
        return
    ahead = theirs - at
    if (ahead if database.is_sqlite else abs(ahead)) > timedelta(minutes=CLOCK_MINUTES):
        beside = "the database was in use at" if database.is_sqlite else "the database's clock says"
        yield f"The clock says {at:%Y-%m-%d %H:%M} UTC, but {beside} {theirs.astimezone(UTC):%Y-%m-%d %H:%M}."


def of_worker(config: Config, database: Database) -> Iterator[str]:
    """Yield what keeps a worker from working here at all."""
    if config.queue != "postgresql":
        yield "Workers are for QUEUE=postgresql; this service carries its jobs itself."
    yield from _without_server(config, database)
    if find_spec("procrastinate") is None or find_spec("psycopg") is None:
        yield "Procrastinate is not installed here: make distributed."


def _queue(config: Config, database: Database) -> Iterator[str]:
    if config.queue != "postgresql":
        return
    yield from _without_server(config, database)
    if not database.is_sqlite:
        from studylens.jobs.distributed import tables  # noqa: PLC0415 - few services have workers.

        with contextlib.suppress(DatabaseDown):
            yield from filter(None, [tables.look(database).lack])


def _without_server(config: Config, database: Database) -> Iterator[str]:
    if config.queue == "postgresql" and database.is_sqlite:
        yield (
            "QUEUE=postgresql needs DATABASE_URL of a PostgreSQL: workers cannot see SQLite's file. Until "
            "then this service carries its jobs itself."
        )


def _asked(database: Database, statement: Select[Any]) -> object:
    """Return the answer; None from a database that is away, which is said elsewhere."""
    try:
        with database.reading() as session:
            return session.scalar(statement)
    except DatabaseDown:
        return None
