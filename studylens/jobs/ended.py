"""Ended jobs go after 30 days, a few at a time; their numbers stay in sums, their packs as they are."""

import time
from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import JOBS_KEPT_DAYS
from studylens.database.upsert import insert_on
from studylens.models import (
    LIVE_STATES,
    Batch,
    Document,
    Folder,
    Job,
    JobStage,
    JobSum,
    Pack,
    PackPage,
    now,
)
from studylens.study.packs.ending.erasing import take_steps

_JOB_ROWS = 20
"""Rows that a job counts for: its own with nine indexes, and its readings."""


def forget_old(database: Database, *, seconds: float) -> None:
    """Delete what ended 30 days ago, for so long at most; the next sweep goes on. Raises DatabaseDown."""
    with database.reading() as session:
        is_due = bool(_old(session, 1)) or session.scalar(_silent().limit(1)) is not None
    if is_due:
        take_steps(database, step, time.monotonic() + seconds)
        with database.writing() as session:
            session.execute(delete(Folder).where(Folder.folder_id.in_(_silent())))


def step(session: Session, rows: int) -> bool:
    """Delete old jobs that count for about so many rows; say whether more may be left."""
    most = max(1, rows // _JOB_ROWS)
    ids = _old(session, most)
    _keep_what_they_say(session, ids)
    session.execute(delete(JobStage).where(JobStage.job_id.in_(ids)))
    gone = delete(Job).where(Job.id.in_(ids)).returning(Job.batch_id, Job.kind, Job.state)
    found = session.execute(gone).all()
    batches = {row.batch_id for row in found}
    session.execute(delete(Batch).where(Batch.id.in_(batches), ~exists().where(Job.batch_id == Batch.id)))
    session.execute(delete(Document).where(Document.id.in_(ids), Document.closed_at.is_not(None)))
    _add(session, Counter((row.kind, row.state) for row in found))
    return len(ids) == most


def counted(session: Session) -> Counter[str]:
    """Return how many jobs there ever were, by state."""
    sums = select(JobSum.state, JobSum.count)
    found: Counter[str] = Counter()
    for state, count in session.execute(sums):
        found[state] += count
    return found


def _old(session: Session, most: int) -> list[str]:
    """Return the ids of the longest ended jobs, but for those of a lecture that is not joined yet."""
    before = now() - timedelta(days=JOBS_KEPT_DAYS)
    joining = select(Batch.id).where(Batch.joining)
    ended = (Job.finished_at < before, Job.state.not_in(LIVE_STATES), Job.batch_id.not_in(joining))
    oldest = select(Job.id).where(*ended).order_by(Job.finished_at).limit(most)
    return list(session.scalars(oldest.with_for_update(skip_locked=True)))


def _silent() -> Select[str]:
    """Return the query of folders that nobody has served for as long, and of which no job is left."""
    before = now() - timedelta(days=JOBS_KEPT_DAYS)
    used = exists().where(Job.folder_id == Folder.folder_id)
    return select(Folder.folder_id).where(Folder.seen_at < before, ~used)


def _keep_what_they_say(session: Session, ids: Collection[str]) -> None:
    """Mark packs as made here (record/rules.py), and those of private photos.

    Of packs of some earlier releases only the job says that they are private (packs/privacy.py).
    """
    session.execute(update(Pack).where(Pack.job_id.in_(ids)).values(made_here=True))
    private = list(session.scalars(select(Job.id).where(Job.id.in_(ids), Job.private)))
    pages = list(session.scalars(select(PackPage.pack_id).where(PackPage.job_id.in_(private))))
    for mine in (Pack.job_id.in_(private), Pack.id.in_(pages)):
        session.execute(update(Pack).where(mine, Pack.private.is_(False)).values(private=True))


def _add(session: Session, counts: Counter[tuple[str, str]]) -> None:
    for (kind, state), count in sorted(counts.items()):
        row = insert_on(session.get_bind().dialect.name, JobSum).values(kind=kind, state=state, count=count)
        more = {"count": JobSum.count + count}
        session.execute(row.on_conflict_do_update(index_elements=[JobSum.kind, JobSum.state], set_=more))
