"""The student's side of the queue: submit, place, estimate, cancel."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens import config as limits
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import Busy, Cancelled, QuotaReached, StudylensError
from studylens.jobs.folder import UploadFolder
from studylens.models import (
    CANCELLED,
    DONE,
    LIVE_STATES,
    PHOTO,
    QUEUED,
    RUNNING,
    TEXT,
    Batch,
    Job,
    new_id,
    now,
)
from studylens.uploads.upload import Upload

_ESTIMATE_FROM = 20
"""How many past jobs an estimate rests on: recent enough to follow the machine."""


@dataclass(frozen=True)
class Submission:
    """One request of one guest: photos, or pasted text."""

    guest_id: int
    address_hash: str
    uploads: tuple[Upload, ...] = ()
    text: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    together: bool = False
    """One pack of all photos."""
    into_pack_id: str | None = None
    """The guest's own pack to which the photos are added."""
    text_kind: str = TEXT
    """What is done with the text: a pack of its own, or the cards of a pack made anew."""
    text_name: str = "pasted text"

    @property
    def count(self) -> int:
        """How many jobs it makes."""
        return len(self.uploads) + bool(self.text)


def submit(
    database: Database,
    folder: UploadFolder,
    submission: Submission,
    *,
    per_hour: int,
    alongside: Callable[[Session, Batch], None] | None = None,
) -> str:
    """Queue all photos of a request or none; return the batch's id.

    Files first, rows second: a row without a file would be a lost upload, a file without a row is swept.
    `alongside` writes what belongs to the jobs in their own transaction.
    Raises QuotaReached, Busy, DiskFull, DatabaseDown.
    """
    with database.reading() as session:
        _check_room(session, submission, per_hour)
    jobs = _jobs(submission, folder.folder_id)
    try:
        for job, upload in zip(jobs, submission.uploads, strict=False):
            folder.write(job.id, upload.data)
        with database.writing() as session:
            _check_room(session, submission, per_hour)
            batch = Batch(id=new_id(), guest_id=submission.guest_id, jobs=jobs)
            batch.into_pack_id = submission.into_pack_id
            batch.joining = bool(submission.into_pack_id) or (submission.together and len(jobs) > 1)
            session.add(batch)
            if alongside is not None:
                session.flush()
                alongside(session, batch)
    except StudylensError:
        for job in jobs:
            folder.remove(job.id)
        raise
    return batch.id


def _jobs(submission: Submission, folder_id: str) -> list[Job]:
    shared = {
        "guest_id": submission.guest_id,
        "address_hash": submission.address_hash,
        **asdict(submission.wishes),
        "folder_id": folder_id,
    }
    photos = [
        Job(id=new_id(), kind=PHOTO, number=number, name=upload.name, sha256=upload.sha256,
            uploaded_bytes=len(upload.data), **shared)
        for number, upload in enumerate(submission.uploads, start=1)
    ]  # fmt: skip
    if not submission.text:
        return photos
    text = {"name": submission.text_name, "text": submission.text, "number": len(photos) + 1}
    return [*photos, Job(id=new_id(), kind=submission.text_kind, **text, **shared)]


def _check_room(session: Session, submission: Submission, per_hour: int) -> None:
    """Raise QuotaReached or Busy when these jobs would be too many."""
    hour_ago = now() - timedelta(hours=1)
    for column, value in ((Job.guest_id, submission.guest_id), (Job.address_hash, submission.address_hash)):
        recent = session.scalar(select(func.count()).where(column == value, Job.created_at >= hour_ago)) or 0
        if value and recent + submission.count > per_hour:
            raise QuotaReached
    queued = session.scalar(select(func.count()).where(Job.state == QUEUED)) or 0
    if queued + submission.count > limits.MAX_QUEUED_JOBS:
        raise Busy("Too many photos are waiting already. Please try again in a few minutes.", retry_after=120)


def place_in_queue(session: Session, job: Job) -> int:
    """Return how many jobs go before this one, plus one; 0 when it runs or has ended."""
    if job.state != QUEUED:
        return 0
    earlier = (Job.created_at < job.created_at) | (
        (Job.created_at == job.created_at) & (Job.number < job.number)
    )
    before = earlier & (Job.kind == PHOTO) | (Job.kind != PHOTO) if job.kind == PHOTO else (
        earlier & (Job.kind != PHOTO)
    )  # fmt: skip
    waiting = select(func.count()).where(Job.state == QUEUED, Job.folder_id == job.folder_id, before)
    return (session.scalar(waiting) or 0) + 1


def estimate_seconds(session: Session, job: Job) -> float | None:
    """Return the seconds until this job ends, from past jobs on this machine; None when there are none."""
    typical = typical_seconds(session, job)
    if typical is None or job.state not in LIVE_STATES:
        return None
    running = session.scalar(
        select(Job.started_at).where(Job.state == RUNNING, Job.folder_id == job.folder_id).limit(1)
    )
    spent = (now() - running).total_seconds() if running else typical
    rest = max(0.0, typical - spent)
    return rest + typical * place_in_queue(session, job)


def typical_seconds(session: Session, job: Job) -> float | None:
    """Return the mean seconds of the last jobs of this kind on this machine; None when there are none."""
    past = (
        select(Job.started_at, Job.finished_at)
        .where(Job.state == DONE, Job.kind == job.kind, Job.folder_id == job.folder_id)
        .order_by(Job.finished_at.desc())
        .limit(_ESTIMATE_FROM)
    )
    spans = [(end - start).total_seconds() for start, end in session.execute(past) if start and end]
    return sum(spans) / len(spans) if spans else None


def ending(state: str, error: StudylensError) -> dict[str, object]:
    """Return the columns of a job that ends with an error; its text and question go with it."""
    told = {"error_code": error.code, "error_message": error.sentence}
    return {**told, "state": state, "finished_at": now(), "lease_until": None, "text": "", "question": ""}


def cancel(database: Database, folder: UploadFolder, job_id: str) -> None:
    """Cancel a job: at once while it waits, within seconds while it runs; an ended job stays as it is."""
    with database.writing() as session:
        waiting = update(Job).where(Job.id == job_id, Job.state == QUEUED).returning(Job.id)
        ended = session.execute(waiting.values(ending(CANCELLED, Cancelled()))).all()
        running = update(Job).where(Job.id == job_id, Job.state == RUNNING)
        session.execute(running.values(cancel_requested=True))
    if ended:
        folder.remove(job_id)
