"""What cannot wait when a guest moves into another one: what is being read, joined or taught.

A job, its batch and its document are of one guest with the packs that they name, and so are packs that are
just becoming one; a moment in which they are not would end in an error, or tear them apart.
"""

from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from studylens.models import LIVE_STATES, Batch, Document, Import, Job, KeptName, Pack, PhotoSet
from studylens.study.packs.belongings import belongings, pack_column


def packs(session: Session, old: int) -> list[Pack]:
    """Return the packs of a guest that something is just done with; call it before `move_work`."""
    batches = _batches(session, old)
    jobs = list(session.scalars(select(Job.id).where(Job.batch_id.in_(batches))))
    into = set(session.scalars(select(Batch.into_pack_id).where(Batch.id.in_(batches))))
    into |= set(session.scalars(select(Document.into_pack_id).where(*_is_open(old))))
    for table, _ in belongings():
        if "job_id" in table.columns:
            column = pack_column(table)
            mine = column.in_(select(Pack.id).where(Pack.guest_id == old))
            asked = select(column).where(mine, table.c.job_id.in_(jobs))
            into |= set(session.scalars(asked))
    busy = or_(Pack.joining_at.is_not(None), Pack.job_id.in_(jobs), Pack.id.in_(into - {None}))
    return list(session.scalars(select(Pack).where(Pack.guest_id == old, busy)))


def move_work(session: Session, old: int, new: int) -> None:
    """Let what is just being done for `old` be done for `new`."""
    batches = _batches(session, old)
    moved: list[tuple[type[Any], Any]] = [
        (Job, Job.batch_id.in_(batches)),
        (Batch, Batch.id.in_(batches)),
        (Document, Document.closed_at.is_(None)),
        *((model, True) for model in (Import, PhotoSet, KeptName)),
    ]
    for model, which in moved:
        theirs = update(model).where(model.guest_id == old, which).values(guest_id=new)
        session.execute(theirs.execution_options(synchronize_session=False))


def _batches(session: Session, old: int) -> list[str]:
    """Return the batches of which a job is not over, or whose packs become one."""
    live = select(Job.batch_id).where(Job.guest_id == old, Job.state.in_(LIVE_STATES))
    mine = select(Batch.id).where(Batch.guest_id == old, or_(Batch.joining, Batch.id.in_(live)))
    return list(session.scalars(mine))


def _is_open(old: int) -> tuple[Any, ...]:
    return Document.guest_id == old, Document.closed_at.is_(None)
