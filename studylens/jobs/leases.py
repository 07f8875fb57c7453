"""The runner's side of the queue: claim, renew, finish, hand back, recover.

A running row carries a lease, an attempt number and the id of the runner that works on it; only that
runner may end it. Attempts are counted before the work, so that a job that kills everything ends too.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens import limits
from studylens.analysis.protocol.answers import Answered, Listed
from studylens.analysis.protocol.cutting import Cut
from studylens.analysis.protocol.drawing import Drawn
from studylens.analysis.protocol.result import Analysis
from studylens.analysis.protocol.sheets import SheetsMade
from studylens.analysis.protocol.taught import Identified, Learnt, Seen, Trained
from studylens.analysis.protocol.wire import Stored, Wishes
from studylens.errors import AnalysisCrashed, Cancelled, JobFailed, StudylensError
from studylens.jobs import documents, packing, readings
from studylens.jobs.engine import line_of
from studylens.jobs.queue import NO_BOUND, Quota, ending
from studylens.jobs.turns import order as turns
from studylens.models import CANCELLED, DOCUMENT, LIVE_STATES, QUEUED, RUNNING, WITH_PHOTO, Job, JobStage, now
from studylens.study.packs import additions
from studylens.study.teaching import outcomes

log = logging.getLogger("studylens.jobs")

_WAITING = {
    **dict.fromkeys(("runner_id", "lease_until", "started_at")),
    **dict.fromkeys(("stage", "progress"), ""),
    "state": QUEUED,
}
"""Columns of a job that waits again."""
Found = Analysis | Answered | Listed | Cut | Learnt | Trained | Identified | SheetsMade | Drawn


@dataclass(frozen=True)
class Claim:
    """A job that this runner works on, with what the work needs; it ends by a call of this module."""

    job_id: str
    runner_id: str
    attempt: int
    kind: str
    number: int
    of: int
    name: str
    text: str
    wishes: Wishes
    uploaded_bytes: int
    sha256: str
    document_id: str | None = None
    page: int = 0
    request_id: str = ""
    stored: Stored | None = None
    """What its pack holds, when an earlier attempt stored it."""

    @property
    def file_id(self) -> str:
        """The name of its file: the job's own, or the document's."""
        return self.document_id or self.job_id

    @property
    def has_file(self) -> bool:
        """Say whether the work needs a file at all."""
        return self.kind in {*WITH_PHOTO, DOCUMENT}


def _lease_end(seconds: int = limits.LEASE_SECONDS) -> datetime:
    return now() + timedelta(seconds=seconds)


def claim(database: Database, folder_id: str, runner_id: str) -> Claim | None:
    """Take the next job of this folder, one of each student in turn; None when nothing waits."""
    with database.writing() as session:
        job = session.scalar(turns.next_in(folder_id).with_for_update(skip_locked=True))
        if job is None:
            return None
        claimed = take(session, job, runner_id)
        turns.serve(session, job)
        return claimed


def take(session: Session, job: Job, runner_id: str, seconds: int = limits.LEASE_SECONDS) -> Claim:
    """Mark a waiting job as running, for this runner and so many seconds; return what the work needs."""
    job.state, job.runner_id, job.attempts = RUNNING, runner_id, job.attempts + 1
    job.started_at, job.lease_until = now(), _lease_end(seconds)
    _forget_stages(session, job)
    wishes = Wishes(job.question, job.private, job.keep_copy)
    return Claim(job.id, runner_id, job.attempts, job.kind, job.number, len(job.batch.jobs), job.name,
                 job.text, wishes, job.uploaded_bytes, job.sha256, job.document_id,
                 job.page, job.request_id, additions.stored(session, job))  # fmt: skip


def renew(database: Database, claimed: Claim) -> None:
    """Extend the lease of the job that runs."""
    with database.writing() as session:
        session.execute(update(Job).where(*_mine(claimed)).values(lease_until=_lease_end()))


def record_stage(database: Database, claimed: Claim, stage: JobStage) -> None:
    """Store a stage's memory readings with the job."""
    with database.writing() as session:
        stage.job_id = claimed.job_id
        session.add(stage)
        readings.note(session, stage)
        session.execute(update(Job).where(*_mine(claimed)).values(stage=stage.stage, progress=""))


def record_progress(database: Database, claimed: Claim, progress: str) -> None:
    """Store how far the stage is, as `done/total`."""
    with database.writing() as session:
        session.execute(update(Job).where(*_mine(claimed)).values(progress=progress))


def still_wanted(database: Database, claimed: Claim) -> bool:
    """Say whether to go on. Raises Cancelled when the student does not want it; False: it is not ours now."""
    with database.reading() as session:
        cancelled = session.scalar(select(Job.cancel_requested).where(*_mine(claimed)))
    if cancelled:
        raise Cancelled
    return cancelled is not None


def finish(database: Database, claimed: Claim, found: Found, quota: Quota | None = None) -> bool:
    """Keep what was found and end the job, in one transaction; False when the job is not ours any more.

    `quota` bounds the pages of a document that were asked for with it.
    """
    with database.writing() as session:
        if isinstance(found, Listed | Drawn):  # More jobs come of it.
            line_of(session).hold(session)
        job = session.scalar(select(Job).where(*_mine(claimed)).with_for_update())
        if job is None:
            return False
        if job.cancel_requested and not isinstance(found, Drawn):  # Too late for what is paid for.
            session.execute(update(Job).where(Job.id == job.id).values(ending(CANCELLED, Cancelled())))
            return True
        if isinstance(found, Listed):
            documents.receive(session, job, found, quota or NO_BOUND)
            packing.end_well(job)
        elif isinstance(found, Learnt | Trained | Identified):
            outcomes.receive(session, job, found)
            packing.end_well(job)
        else:
            packing.receive(session, job, found)
        return True


def note_seen(database: Database, claimed: Claim, seen: Seen) -> None:
    """Keep with the job what the guest's sets say of its photo."""
    with database.writing() as session:
        answers = [asdict(answer) for answer in seen.answers]
        session.execute(update(Job).where(*_mine(claimed)).values(identified=answers))


def store_early(database: Database, claimed: Claim, made: Analysis) -> None:
    """Keep the pack before the job has ended, and note it with the job, in one transaction.

    Raises Cancelled when the student does not want it any more.
    """
    with database.writing() as session:
        job = session.scalar(select(Job).where(*_mine(claimed)).with_for_update())
        if job is not None and job.cancel_requested:
            raise Cancelled
        if job is not None:
            packing.store_early(session, job, made)


def fail(database: Database, claimed: Claim, error: StudylensError) -> bool:
    """End the job with an error that the student may read; False when the job is not ours any more."""
    with database.writing() as session:
        return bool(packing.end(session, error, *_mine(claimed)))


def retry_or_fail(database: Database, claimed: Claim, error: JobFailed) -> bool:
    """Queue the job again while attempts are left, else end it; say whether it is queued again."""
    if claimed.attempt >= limits.MAX_ATTEMPTS:
        return not fail(database, claimed, error)
    with database.writing() as session:
        queue_again(session, *_mine(claimed))
    return True


def hand_back(database: Database, claimed: Claim, *, not_before: datetime | None = None) -> None:
    """Queue the job again without counting the attempt: the service stops, or its bucket is away."""
    with database.writing() as session:
        queue_again(session, *_mine(claimed), attempts=Job.attempts - 1, not_before=not_before)


def work_waits(database: Database, folder_id: str) -> bool:
    """Say whether this folder has a job that waits, or one that a dead runner may have left running."""
    with database.reading() as session:
        live = select(Job.id).where(Job.state.in_(LIVE_STATES), Job.folder_id == folder_id)
        return session.scalar(live.limit(1)) is not None


def recover(database: Database, folder_id: str, *, lock_id: str = "") -> None:
    """Queue again what is marked as running in this folder although whoever ran it is gone.

    The caller holds the lock of this id and works on nothing: who ran under it is gone at once, who ran under
    another one, as on a machine that shares the folder, when their lease is over. Empty: all are gone.
    """
    gone = or_(Job.runner_id.startswith(lock_id, autoescape=True), Job.lease_until < now())
    abandoned = (Job.state == RUNNING, Job.folder_id == folder_id, gone)
    with database.reading() as session:
        if session.scalar(select(Job.id).where(*abandoned).limit(1)) is None:
            return
    with database.writing() as session:
        packing.end(session, Cancelled(), *abandoned, Job.cancel_requested)
        packing.end(session, AnalysisCrashed(), *abandoned, Job.attempts >= limits.MAX_ATTEMPTS)
        again = queue_again(session, *abandoned)
    for job_id in again:
        log.warning("Recovered job %s: its runner is gone", job_id)


def _mine(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Job.id == claimed.job_id,
        Job.state == RUNNING,
        Job.runner_id == claimed.runner_id,
        Job.attempts == claimed.attempt,
    )


def _forget_stages(session: Session, job: Job) -> None:
    """An earlier attempt's readings would look like this one's; those that led to the pack stay."""
    earlier = delete(JobStage).where(JobStage.job_id == job.id)
    session.execute(earlier if job.stored_at is None else earlier.where(JobStage.at > job.stored_at))


def queue_again(session: Session, *which: ColumnElement[bool], **more: object) -> list[str]:
    """Let these jobs wait again, in turns that come after those of others; return their ids."""
    line_of(session).hold(session)  # Before the rows, as whoever cancels does: else each waits for the other.
    again = update(Job).where(*which).values(_WAITING | more)
    rows = session.execute(again.returning(Job.id, Job.folder_id, Job.guest_id)).all()
    for folder_id, guest_id in {(row[1], row[2]) for row in rows}:
        turns.deal(session, folder_id, guest_id)
    return [row[0] for row in rows]
