"""What a job leaves: its pack as soon as there is one, what the end adds, and an error only without one."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.analysis.protocol.cutting import Cut
from studylens.analysis.protocol.result import Analysis
from studylens.analysis.protocol.wire import Answered
from studylens.errors import Cancelled, StudylensError
from studylens.jobs.queue import ending
from studylens.models import CANCELLED, DONE, FAILED, READ_AGAIN, REBUILD, Job, now
from studylens.study.cutouts import results
from studylens.study.packs import additions, proposals
from studylens.study.packs.store import keep
from studylens.study.questions import follow_ups

Which = ColumnElement[bool] | InstrumentedAttribute[bool]
"""A condition by which jobs are chosen."""


def store_early(session: Session, job: Job, made: Analysis) -> None:
    """Keep the pack while the job still runs; a job has one, however often it is told."""
    if job.stored_at is None:
        keep(session, job, made)
        job.stored_at = now()


def receive(session: Session, job: Job, found: Analysis | Answered | Cut) -> None:
    """Keep what came of the job: a pack or the rest of it, new cards for one, an answer, or a cut-out."""
    if isinstance(found, Answered):
        follow_ups.receive(session, job, found)
    elif isinstance(found, Cut):
        results.receive(session, job, found)
    elif job.kind in {REBUILD, READ_AGAIN}:
        proposals.receive(session, job, found)
    elif job.stored_at is not None:
        additions.add(session, job, found)
    else:
        keep(session, job, found)
    end_well(job)


def end_well(job: Job) -> None:
    """End the job; its text and question go: the pack has them, until the student deletes it."""
    job.state, job.finished_at, job.lease_until = DONE, now(), None
    job.text = job.question = ""


def end(session: Session, error: StudylensError, *which: Which) -> list[str]:
    """End these jobs with an error that the student may read; return their ids.

    Who has the pack has what the photo was sent for: that job is done, and its pack says what is missing.
    """
    cancelled = isinstance(error, Cancelled)
    ended = []
    if not cancelled:
        packed = select(Job).where(*which, Job.stored_at.is_not(None)).with_for_update()
        for job in session.scalars(packed).all():
            additions.add_failure(session, job, error.code.replace("_", " "))
            end_well(job)
            ended.append(job.id)
        session.flush()
    rest = update(Job).where(*which).values(ending(CANCELLED if cancelled else FAILED, error))
    return [*ended, *session.scalars(rest.returning(Job.id))]
