"""What a job leaves: its pack as soon as there is one, what the end adds, and an error only without one."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.analysis.protocol.answers import Answered
from studylens.analysis.protocol.cutting import Cut
from studylens.analysis.protocol.drawing import Drawn
from studylens.analysis.protocol.result import Analysis
from studylens.analysis.protocol.sheets import SheetsMade
from studylens.errors import Cancelled, NothingFound, StudylensError
from studylens.jobs.asking import stories
from studylens.jobs.queue import ending
from studylens.models import CANCELLED, DONE, FAILED, READ_AGAIN, REBUILD, Job, SheetBatch, now
from studylens.study.cutouts import results
from studylens.study.packs import additions, proposals
from studylens.study.packs.store import keep
from studylens.study.questions import follow_ups
from studylens.study.sheets import made

Which = ColumnElement[bool] | InstrumentedAttribute[bool]
"""A condition by which jobs are chosen."""


def store_early(session: Session, job: Job, found: Analysis) -> None:
    """Keep the pack while the job still runs; a job has one, however often it is told."""
    if job.stored_at is None:
        keep(session, job, found)
        job.stored_at = now()


def receive(session: Session, job: Job, found: Analysis | Answered | Cut | SheetsMade | Drawn) -> None:
    """Keep what came of the job: a pack or the rest of it, new cards for one, an answer, or a cut-out."""
    if isinstance(found, SheetsMade):
        end_sheets(session, job)
        return
    if isinstance(found, Drawn):
        stories.receive(session, job, found)
    elif isinstance(found, Answered):
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


def end_sheets(session: Session, job: Job) -> None:
    """End a job of sheets: well if there is any page, else with the reasons why there is none."""
    if made.page_ids(session, job.id):
        end_well(job)
        return
    batch = session.get(SheetBatch, job.id)
    reasons = " ".join(batch.notes) if batch else ""
    session.execute(update(Job).where(Job.id == job.id).values(ending(FAILED, NothingFound(reasons))))


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
