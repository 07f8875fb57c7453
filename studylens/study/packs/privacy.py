"""Private packs: nothing of them leaves the server, neither for a question nor for new cards."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import Job, Pack, PackPage

_REASON = "private"
"""Why an engine was not asked, in packs that are older than their own mark."""


def is_private(session: Session, pack: Pack) -> bool:
    """Say whether any photo of the pack was sent in private mode; then nothing of it leaves the server."""
    if pack.private or any(report.get("reason") == _REASON for report in pack.engines):
        return True
    pages = select(PackPage.job_id).where(PackPage.pack_id == pack.id, PackPage.job_id.is_not(None))
    mine = Job.id.in_(pages) | (Job.id == pack.job_id)
    return session.scalar(select(Job.id).where(mine, Job.private).limit(1)) is not None
