"""Batches whose photos are one lecture: their packs become one when all of their jobs have ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import LIVE_STATES, Batch, Job, Pack
from studylens.study.packs.merging import begin
from studylens.study.packs.pages import MAX_PAGES, pages_of


def begin_ended(session: Session) -> int:
    """Begin to join what is due, in a session that writes; return how many batches were due.

    A batch waits while one of its packs takes part in something else.
    """
    live = select(Job.batch_id).where(Job.state.in_(LIVE_STATES))
    due = select(Batch).where(Batch.joining, Batch.id.not_in(live)).with_for_update(skip_locked=True)
    batches = session.scalars(due).all()
    for batch in batches:
        packs = _packs(session, batch)
        if any(pack.joining_at is not None for pack in packs):
            continue
        batch.joining = False
        # What cannot be joined (the pack is gone, or full) stays as packs of its own: nothing is lost.
        if len(packs) > 1 and sum(len(pages_of(session, pack)) for pack in packs) <= MAX_PAGES:
            begin(session, packs)
    return len(batches)


def _packs(session: Session, batch: Batch) -> list[Pack]:
    """Return the batch's packs in order, locked; the one that they are added to comes first."""
    made = select(Pack).join(Job, Pack.job_id == Job.id).where(Job.batch_id == batch.id)
    made = made.where(Pack.deleted_at.is_(None)).order_by(Job.number).with_for_update(of=Pack)
    packs = list(session.scalars(made))
    into = batch.into_pack_id
    target = session.get(Pack, into, with_for_update=True) if into else None
    if target is not None and target.guest_id == batch.guest_id and target.deleted_at is None:
        packs.insert(0, target)
    return packs
