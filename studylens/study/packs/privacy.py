"""Private packs: nothing of them leaves the server, for no question, no new cards and no second reading."""

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from studylens.models import Job, Pack, PackPage
from studylens.study.packs.pictures import PagePicture, pictures_of

_REASON = "private"
"""Why an engine was not asked, in packs that are older than their own mark."""

OWN_READER = "ocr:"
"""How this server's text engines are called; what a PDF brings along or a student writes is not read."""


_PAGES: Table = PackPage.__table__  # type: ignore[assignment]
_JOBS: Table = Job.__table__  # type: ignore[assignment]
_PAGE_JOBS = select(_PAGES.c.job_id).where(
    _PAGES.c.pack_id == bindparam("pack"), _PAGES.c.job_id.is_not(None)
)
_PRIVATE = (
    select(_JOBS.c.id).where(_JOBS.c.id.in_(bindparam("jobs", expanding=True)), _JOBS.c.private).limit(1)
)


def is_private(session: Session, pack: Pack) -> bool:
    """Say whether any photo of the pack was sent in private mode; then nothing of it leaves the server."""
    if pack.private or any(report.get("reason") == _REASON for report in pack.engines):
        return True
    session.flush()
    connection, own = session.connection(), [pack.job_id] if pack.job_id else []
    # First: of "these or that one" PostgreSQL reads all jobs.
    jobs = [*own, *connection.execute(_PAGE_JOBS, {"pack": pack.id}).scalars()]
    return bool(jobs) and connection.execute(_PRIVATE, {"jobs": jobs}).scalar() is not None


def pages_read_here(session: Session, pack: Pack) -> list[PagePicture]:
    """Return the photos whose text this server read and that a model may see; none of a private pack."""
    if is_private(session, pack):
        return []
    named = select(PackPage.n, PackPage.text_engine).where(PackPage.pack_id == pack.id)
    engines = {row.n: row.text_engine for row in session.execute(named)} or {1: pack.text_engine}
    photos = pictures_of(session, pack)
    return [photo for photo in photos if engines.get(photo.page, "").startswith(OWN_READER)]
