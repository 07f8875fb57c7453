"""What the sweep does to rows: lost uploads, complete lectures, files that nobody needs."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens import limits
from studylens.errors import UploadLost
from studylens.jobs import documents, packing
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.models import DOCUMENT, QUEUED, RUNNING, WITH_PHOTO, Batch, Folder, Job, now
from studylens.study.packs import merging
from studylens.study.packs.joins import lectures, records


def end_lost_uploads(database: Database, folder: UploadFolder) -> None:
    """End queued photos whose file is gone, and jobs of folders that nobody serves any more."""
    silent = now() - timedelta(seconds=limits.FOREIGN_QUEUE_SECONDS)
    own = folder.folder_id
    with database.writing() as session:
        _greet(session, own)
        alive = select(Folder.folder_id).where(Folder.seen_at >= silent)
        queued_long = (Job.state == QUEUED) & (Job.created_at < silent) & Job.folder_id.not_in(alive)
        lease_over = (Job.state == RUNNING) & (Job.lease_until < now())
        foreign = (Job.folder_id != own) & or_(queued_long, lease_over)
        packing.end(session, UploadLost(), foreign)
        with_file = (Job.state == QUEUED, Job.kind.in_((*WITH_PHOTO, DOCUMENT)), Job.folder_id == own)
        waiting = session.execute(select(Job.id, Job.document_id).where(*with_file)).all()
        there = folder.job_ids()
        lost = {job_id for job_id, document_id in waiting if (document_id or job_id) not in there}
        if packing.end(session, UploadLost(), Job.id.in_(lost), Job.state == QUEUED):
            turns.deal_all(session, own)


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


def _greet(session: Session, folder_id: str) -> None:
    """Tell the other machines on this database that this folder is served."""
    session.merge(Folder(folder_id=folder_id, seen_at=now()))
