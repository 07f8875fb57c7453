"""UPLOAD_URL is new: what waits in this machine's folder goes into the bucket, its jobs into the line."""

import logging

from sqlalchemy import select, update

from database_config import Database
from studylens.jobs.engine import line_of
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.models import LIVE_STATES, Document, Job

log = logging.getLogger("studylens.uploads.upload")


def take_over(database: Database, folder: UploadFolder) -> None:
    """Bring files first, rows second, as an upload comes; what is cut off goes on with the next call.

    A photo whose file is not here either is found missing by the sweep that follows. Raises BucketDown,
    DatabaseDown.
    """
    live = (Job.folder_id == folder.machine_id, Job.state.in_(LIVE_STATES))
    is_open = (Document.folder_id == folder.machine_id, Document.closed_at.is_(None))
    with database.reading() as session:
        jobs = session.execute(select(Job.id, Job.document_id).where(*live)).all()
        documents = list(session.scalars(select(Document.id).where(*is_open)))
    if not jobs and not documents:
        return
    ids = {document_id or job_id for job_id, document_id in jobs} | set(documents)
    here = [file_id for file_id in ids if _bring(folder, file_id)]
    with database.writing() as session:
        line_of(session).hold(session)
        # These alone: what came meanwhile has its file here, and is brought by the next call.
        mine = update(Job).where(*live, Job.id.in_([job_id for job_id, _ in jobs]))
        session.execute(mine.values(folder_id=folder.folder_id))
        theirs = update(Document).where(*is_open, Document.id.in_(documents))
        session.execute(theirs.values(folder_id=folder.folder_id))
        turns.deal_all(session, folder.folder_id)
    for file_id in here:
        folder.path(file_id).unlink(missing_ok=True)
    log.info("Took %d uploads that wait into the bucket", len(here))


def _bring(folder: UploadFolder, file_id: str) -> bool:
    """Bring a file that is here; another process of this machine may do the same. Raises BucketDown."""
    try:
        data = folder.path(file_id).read_bytes()
    except FileNotFoundError:
        return False
    folder.write(file_id, data)
    return True
