"""Batches whose photos are one lecture: their packs become one when all of their jobs have ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import LIVE_STATES, Batch, Job, Pack
from studylens.study.packs.merging import MAX_PAGES, merge, pages_of


def join_ended(session: Session) -> int:
    """Join what is due, in a session that writes; return how many batches were due."""
    live = select(Job.batch_id).where(Job.state.in_(LIVE_STATES))
    due = select(Batch).where(Batch.joining, Batch.id.not_in(live)).with_for_update(skip_locked=True)
    batches = session.scalars(due).all()
    for batch in batches:
        batch.joining = False
        _join(session, batch)
    return len(batches)


def _join(session: Session, batch: Batch) -> None:
    """What cannot be joined (the pack is gone, or full) stays as packs of its own: nothing is lost."""
    made = select(Pack).join(Job, Pack.job_id == Job.id).where(Job.batch_id == batch.id)
    packs = list(session.scalars(made.where(Pack.deleted_at.is_(None)).order_by(Job.number)))
    target = session.get(Pack, batch.into_pack_id) if batch.into_pack_id else None
    if target is not None and target.guest_id == batch.guest_id and target.deleted_at is None:
        packs.insert(0, target)
    pages = sum(len(pages_of(session, pack)) for pack in packs)
    if len(packs) > 1 and pages <= MAX_PAGES:
        merge(session, packs)
