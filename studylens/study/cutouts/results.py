"""A job's wish and what was cut out, for an hour: long enough to look at it and to put it on a card."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.cutting import Cut
from studylens.budget_limits import SWEPT_PICTURES
from studylens.errors import NotFound
from studylens.language import mark, said
from studylens.limits import CUTOUT_SECONDS
from studylens.models import Cutout, Job, now
from studylens.storable import is_id
from studylens.study.budgets import sums

GONE = mark("This cut-out is not here any more: it is kept for an hour. Please cut it out again.")


@dataclass(frozen=True)
class Place:
    """The photo of a pack of which something is cut out."""

    pack_id: str
    page: int


def begin(session: Session, job: Job, wish: str, place: Place | None = None) -> None:
    """Note what a job shall cut out, in the transaction that queues it."""
    row = Cutout(id=job.id, guest_id=job.guest_id, wish=wish)
    if place is not None:
        row.pack_id, row.page = place.pack_id, place.page
    session.add(row)


def receive(session: Session, job: Job, cut: Cut) -> None:
    """Keep what was cut out; nothing, when it was deleted meanwhile with its pack."""
    row = session.get(Cutout, job.id)
    if row is not None:
        sums.touch_rest(session, row.guest_id)
        row.picture, row.media_type = base64.b64decode(cut.picture_base64), cut.media_type
        row.width, row.height, row.way, row.notes = cut.width, cut.height, cut.way, list(cut.notes)


def find(session: Session, cutout_id: str) -> Cutout:
    """Return a cut-out, whoever asks: its id is random. Raises NotFound."""
    found = session.get(Cutout, cutout_id) if is_id(cutout_id) else None
    if found is None:
        raise NotFound(said(GONE))
    return found


def forget_old(session: Session) -> None:
    """Delete the cut-outs whose hour is over, some at each sweep."""
    over = select(Cutout.id).where(Cutout.created_at < now() - timedelta(seconds=CUTOUT_SECONDS))
    some = delete(Cutout).where(Cutout.id.in_(over.order_by(Cutout.created_at).limit(SWEPT_PICTURES)))
    for guest_id in session.scalars(some.returning(Cutout.guest_id)):
        sums.touch_rest(session, guest_id)
