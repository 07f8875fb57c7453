"""What the sweep does to rows: lost uploads, complete lectures, files that nobody needs."""

from collections.abc import Iterator, Sequence, Set
from datetime import timedelta
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens import limits
from studylens.database.upsert import insert_on
from studylens.errors import BucketDown, UploadLost
from studylens.jobs import documents, packing
from studylens.jobs.engine import line_of
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.models import DOCUMENT, QUEUED, RUNNING, WITH_PHOTO, Batch, Folder, Job, now
from studylens.study.packs import merging
from studylens.study.packs.joins import lectures, records

IDS_AT_ONCE = 500
"""Of one statement: SQLite takes some thousand."""


def end_lost_uploads(database: Database, folder: UploadFolder) -> None:
    """End queued photos whose file is gone, and jobs of folders that nobody serves any more.

    A bucket that does not answer has lost nothing. Raises DatabaseDown.
    """
    own = folder.folder_id
    greet(database, folder)
    with database.writing() as session:
        _end_unserved(session, _served(folder))
    with database.reading() as session:
        with_file = (Job.state == QUEUED, Job.kind.in_((*WITH_PHOTO, DOCUMENT)), Job.folder_id == own)
        waiting = session.execute(select(Job.id, Job.document_id).where(*with_file)).all()
    there = ages(folder) if waiting else {}
    if there is None:
        return
    lost = {job_id for job_id, document_id in waiting if (document_id or job_id) not in there}
    if lost:
        with database.writing() as session:
            line_of(session).hold(session)
            if packing.end(session, UploadLost(), Job.id.in_(lost), Job.state == QUEUED):
                turns.deal_all(session, own)


def ages(folder: UploadFolder) -> dict[str, float] | None:
    """Return all uploads with their age in seconds, or None while their bucket does not answer."""
    try:
        return folder.ages()
    except BucketDown:
        return None


def remove_orphans(database: Database, folder: UploadFolder) -> None:
    """Remove uploads that no live job and no open document needs. Raises DatabaseDown.

    They are listed before the rows: a file comes before its row.
    """
    there = ages(folder) or {}
    live = remove_parts(database, folder)
    old = {job_id for job_id, age in there.items() if age >= limits.ORPHAN_FILE_SECONDS} - live
    young = {job_id for job_id in old if there[job_id] < folder.rowless_seconds}
    for job_id in old - (young - _known(database, young)):
        folder.remove(job_id)


def remove_parts(database: Database, folder: UploadFolder) -> set[str]:
    """Remove what kills left on this disk; return what `live_file_ids` does. Raises DatabaseDown."""
    live = live_file_ids(database)
    folder.remove_parts(live, older_than_seconds=limits.ORPHAN_FILE_SECONDS)
    return live


def join_ended(database: Database) -> None:
    """Make one pack of each lecture whose photos have all been read; go on with what a kill cut off."""
    with database.reading() as session:
        due = session.scalar(select(Batch.id).where(Batch.joining).limit(1))
    if due is not None:
        with database.writing() as session:
            lectures.begin_ended(session)
    merging.finish_all(database)


def forget_joins(database: Database) -> None:
    """Remove what was kept to undo joins that are too old for it."""
    with database.writing() as session:
        records.forget_old(session)


def live_file_ids(database: Database) -> set[str]:
    """Return the names of all uploads that a job or an open document may still need."""
    with database.reading() as session:
        return documents.file_ids(session)


def _known(database: Database, ids: Set[str]) -> set[str]:
    """Return which of these are ids of jobs, ended or not."""
    found: set[str] = set()
    for some in _batched(ids):
        with database.reading() as session:
            found.update(session.scalars(select(Job.id).where(Job.id.in_(some))))
    return found


def _batched(ids: Set[str]) -> Iterator[list[str]]:
    """Yield ids in lists that a statement may name."""
    rest = iter(ids)
    while some := list(islice(rest, IDS_AT_ONCE)):
        yield some


def _served(folder: UploadFolder) -> list[str]:
    """Return the folders that this machine serves, in an order that is everybody's.

    Besides the bucket its own disk, on which photos wait that could not be brought there yet.
    """
    return sorted({folder.folder_id, folder.machine_id})


def _end_unserved(session: Session, own: Sequence[str]) -> None:
    silent = now() - timedelta(seconds=limits.FOREIGN_QUEUE_SECONDS)
    alive = select(Folder.folder_id).where(Folder.seen_at >= silent)
    queued_long = (Job.state == QUEUED) & (Job.created_at < silent) & Job.folder_id.not_in(alive)
    lease_over = (Job.state == RUNNING) & (Job.lease_until < now())
    foreign = Job.folder_id.not_in(own) & or_(queued_long, lease_over)
    packing.end(session, UploadLost(), foreign)


def greet(database: Database, folder: UploadFolder) -> None:
    """Tell the other machines on this database that this one is there. Raises DatabaseDown."""
    folder.take_over(database)
    with database.writing() as session:
        for folder_id in _served(folder):  # Another machine with this bucket may greet in the same moment.
            row = insert_on(session.get_bind().dialect.name, Folder).values(
                folder_id=folder_id, seen_at=now()
            )
            again = {"seen_at": row.excluded.seen_at}
            session.execute(row.on_conflict_do_update(index_elements=[Folder.folder_id], set_=again))
