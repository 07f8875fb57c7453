"""UPLOAD_URL is new: what waits in this machine's folder goes into the bucket, its jobs into the line."""

import logging

from sqlalchemy import select, update

from database_config import Database
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.models import LIVE_STATES, Document, Job

log = logging.getLogger("studylens.uploads.upload")


def take_over(database: Database, folder: UploadFolder) -> None:
    """Bring files first, rows second, as an upload comes; what is cut off goes on with the next call.

    A photo whose file is not here either is found missing by the sweep that follows. Raises BucketDown,
    DatabaseDown.
    """
    jobs = (Job.folder_id == folder.machine_id, Job.state.in_(LIVE_STATES))
    open_ones = (Document.folder_id == folder.machine_id, Document.closed_at.is_(None))
    with database.reading() as session:
        rows = session.execute(select(Job.id, Job.document_id).where(*jobs)).all()
        ids = {document_id or job_id for job_id, document_id in rows}
        ids.update(session.scalars(select(Document.id).where(*open_ones)))
    if not ids:
        return
    here = [path for path in map(folder.path, ids) if path.exists()]
    for path in here:
        folder.write(path.name, path.read_bytes())
    with database.writing() as session:
        session.execute(update(Job).where(*jobs).values(folder_id=folder.folder_id))
        session.execute(update(Document).where(*open_ones).values(folder_id=folder.folder_id))
        turns.deal_all(session, folder.folder_id)
    for path in here:
        path.unlink(missing_ok=True)
    log.info("Took %d uploads that wait into the bucket", len(here))
