"""The sheets of a job: begun with it, received one by one, found for pages, forgotten after a day."""

import base64
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studylens import sheet_limits as limits
from studylens.analysis.protocol.sheets import SheetMade
from studylens.budget_limits import SWEPT_PICTURES
from studylens.errors import NotFound
from studylens.models import LIVE_STATES, Job, SheetBatch, SheetPage, now
from studylens.storable import is_id
from studylens.study.budgets import sums

GONE = "These sheets are not here any more: they are kept for a day. Make them again."


def begin(session: Session, job: Job, pack_id: str, templates: Sequence[str]) -> None:
    """Note what a job shall make, in the transaction that queues it; the guest's oldest go."""
    sums.touch_rest(session, job.guest_id)
    session.add(SheetBatch(id=job.id, guest_id=job.guest_id, pack_id=pack_id, templates=list(templates)))
    session.flush()
    live = select(Job.id).where(Job.guest_id == job.guest_id, Job.state.in_(LIVE_STATES))
    newest = select(SheetBatch.id).where(SheetBatch.guest_id == job.guest_id)
    newest = newest.order_by(SheetBatch.created_at.desc()).limit(limits.MAX_BATCHES)
    old = (SheetBatch.guest_id == job.guest_id, SheetBatch.id.not_in(newest), SheetBatch.id.not_in(live))
    session.execute(delete(SheetBatch).where(*old))


def receive(session: Session, batch_id: str, made: SheetMade) -> None:
    """Keep a filled template, once and in its turn; nothing, when its pack was deleted meanwhile."""
    batch = session.get(SheetBatch, batch_id, with_for_update=True)
    if batch is None or made.n != batch.made + 1:
        return
    sums.touch_rest(session, batch.guest_id)
    for place, picture in enumerate(made.pages, 1):
        session.add(
            SheetPage(
                batch_id=batch_id, pack_id=batch.pack_id, n=made.n, place=place,
                name=f"{made.n:02}-{made.template_id}-{picture.name}",
                media_type=picture.media_type, width=picture.width, height=picture.height,
                picture=base64.b64decode(picture.picture_base64),
            )
        )  # fmt: skip
    batch.made = made.n
    batch.notes = [*batch.notes, *made.notes]


def find(session: Session, batch_id: str) -> SheetBatch:
    """Return the sheets of a job, whoever asks: its id is random. Raises NotFound."""
    found = session.get(SheetBatch, batch_id) if is_id(batch_id) else None
    if found is None:
        raise NotFound(GONE)
    return found


def of_pack(session: Session, pack_id: str) -> list[SheetBatch]:
    """Return what was made of a pack, the newest first."""
    mine = select(SheetBatch).where(SheetBatch.pack_id == pack_id)
    return list(session.scalars(mine.order_by(SheetBatch.created_at.desc())))


def page_ids(session: Session, batch_id: str) -> list[int]:
    """Return the ids of all pages in order; their pictures are read one by one."""
    pages = select(SheetPage.id).where(SheetPage.batch_id == batch_id)
    return list(session.scalars(pages.order_by(SheetPage.n, SheetPage.place)))


def forget_old(session: Session) -> None:
    """Delete what was made longer ago than a day, some at each sweep."""
    before = now() - timedelta(seconds=limits.SHEETS_SECONDS)
    over = select(SheetBatch.id).where(SheetBatch.created_at < before)
    oldest = over.order_by(SheetBatch.created_at).limit(SWEPT_PICTURES)
    some = delete(SheetBatch).where(SheetBatch.id.in_(oldest))
    for guest_id in session.scalars(some.returning(SheetBatch.guest_id)):
        sums.touch_rest(session, guest_id)
