"""What the analysis is told of a job: its file or text, and what it needs to know about the service."""

from dataclasses import replace

from database_config import Database
from studylens.analysis.protocol import device, wire
from studylens.analysis.protocol.cutting import wish_from
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.analysis.protocol.result import ModelReply
from studylens.config import Config
from studylens.jobs import gemini_state, spending
from studylens.jobs.asking import lessons, sheets, stories
from studylens.jobs.folder import UploadFolder
from studylens.jobs.leases import Claim
from studylens.models import CUTOUT, DOCUMENT, LINES, QUESTION, READ_AGAIN, REBUILD, STORY, TEACHING
from studylens.study.packs import replies


def make(claimed: Claim, config: Config, database: Database, folder: UploadFolder) -> wire.Request | Drawn:
    """Return the request of a claimed job, or what became of a panel that nobody is to be asked for.

    Raises UploadLost, NotFound, DiskFull, BucketDown, DatabaseDown.
    """
    path = _path(claimed, folder)
    given = lessons.prepare(database, folder, claimed)
    request = wire.Request(
        job_id=claimed.job_id,
        follow_up=claimed.kind == QUESTION,
        again=claimed.kind == READ_AGAIN,
        path=path,
        page=claimed.page,
        cut=wish_from(claimed.text) if claimed.kind == CUTOUT else None,
        list_pages=claimed.kind == DOCUMENT,
        sheets=sheets.prepare(database, folder, claimed),
        device=device.load(claimed.text) if claimed.kind == LINES else None,
        text="" if claimed.has_file or claimed.kind == LINES else claimed.text,
        # Who has corrected a page may choose this server's own rules.
        alone=claimed.kind == REBUILD and claimed.wishes.private,
        wishes=claimed.wishes,
        uploaded_bytes=claimed.uploaded_bytes,
        sha256=claimed.sha256,
        standings=gemini_state.standings(database),
        calls_left=spending.left_today(database, config).askable,
        known=_known(claimed, database),
        stored=claimed.stored,
        task=claimed.kind if claimed.kind in TEACHING else "",
        taught=str(given.path) if given.path else "",
        untaught=given.untaught,
    )
    panel = _panel(claimed, config, database)  # Last: what fails before must not leave its mark on a panel.
    return panel if isinstance(panel, Drawn) else replace(request, draw=panel)


def _path(claimed: Claim, folder: UploadFolder) -> str:
    """Return where the job's file is on this machine; empty for a job without one."""
    if not claimed.has_file:
        return ""
    return str(folder.fetch(claimed.file_id, size=claimed.uploaded_bytes, sha256=claimed.sha256))


def _panel(claimed: Claim, config: Config, database: Database) -> PanelWish | Drawn | None:
    """Return the panel of a story that is to be drawn, or what became of it already."""
    return stories.prepare(database, config, claimed.text) if claimed.kind == STORY else None


def _known(claimed: Claim, database: Database) -> tuple[ModelReply, ...]:
    """Return what models said of the same photo before."""
    if not claimed.has_file or claimed.kind in {DOCUMENT, CUTOUT}:
        return ()
    with database.reading() as session:
        return replies.known(session, claimed.job_id)
