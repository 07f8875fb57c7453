"""What models said of a guest's photos: the same photo, sent again, is not asked for and paid for again.

A reply lives with its pack and goes with it. It is never another guest's, and never of a private page.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import ModelReply as Reply
from studylens.models import Job, ModelReply, Pack
from studylens.storable import printable

MOST_CHARS = 200_000
"""A reply that is longer is not kept: ten times a dense page's."""
MOST_KNOWN = 3
"""Replies that are offered, newest first: one of them may be of the models and words of today."""


def keep(session: Session, job: Job, pack: Pack, reply: Reply | None) -> None:
    """Keep what a model said of the job's photo, with its pack."""
    if reply is None or job.private or not job.sha256 or len(reply.text) > MOST_CHARS:
        return
    session.flush()  # The pack has its id only now.
    row = ModelReply(pack_id=pack.id, sha256=job.sha256, page=job.page or 0, question=job.question)
    row.engine, row.model, row.version = reply.engine[:16], reply.model[:100], reply.version
    row.text = printable(reply.text)
    session.add(row)


def known(session: Session, job_id: str) -> tuple[Reply, ...]:
    """Return what models said of the same photo of the same guest, to the same question; newest first."""
    job = session.get(Job, job_id)
    if job is None or job.private or not job.sha256:
        return ()
    same = (
        ModelReply.sha256 == job.sha256,
        ModelReply.page == (job.page or 0),
        ModelReply.question == job.question,
    )
    own = (Pack.guest_id == job.guest_id, Pack.deleted_at.is_(None), Pack.private.is_(False))
    found = select(ModelReply).join(Pack, Pack.id == ModelReply.pack_id).where(*same, *own)
    rows = session.scalars(found.order_by(ModelReply.id.desc()).limit(MOST_KNOWN))
    return tuple(Reply(row.engine, row.model, row.version, row.text) for row in rows)
