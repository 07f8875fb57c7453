"""Sheets as a job: what the analysis is given, and the filled templates that it hands back one by one.

Pictures go to the analysis as files beside the uploads; whoever is killed leaves them to the sweep.
"""

import threading
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from database_config import Database
from studylens.analysis.protocol.sheets import SheetMade, SheetWish
from studylens.errors import NotFound
from studylens.jobs.folder import UploadFolder
from studylens.jobs.leases import Claim, record_progress
from studylens.jobs.patience import patiently
from studylens.language import _
from studylens.models import SHEETS, Pack, SheetBatch, now
from studylens.study.sheets import made, own
from studylens.study.sheets.content import art_of, content_of

_GONE = "The pack of these sheets was deleted."


@dataclass(frozen=True)
class Wanted:
    """Templates of one job by their ids, of which the first `done` are filled already."""

    job_id: str
    names: list[str]
    done: int = 0


def prepare(database: Database, folder: UploadFolder, claimed: Claim) -> SheetWish | None:
    """Return what a job of sheets shall make; None for any other. Raises NotFound, DiskFull, DatabaseDown."""
    if claimed.kind != SHEETS:
        return None
    with database.reading() as session:
        batch = session.get(SheetBatch, claimed.job_id)
        pack = session.get(Pack, batch.pack_id) if batch else None
        if batch is None or pack is None or pack.deleted_at is not None:
            raise NotFound(_GONE)
        wanted = Wanted(claimed.job_id, batch.templates, batch.made)
        return wish_of_pack(session, folder, pack, wanted)


def wish_of_pack(session: Session, folder: UploadFolder, pack: Pack, wanted: Wanted) -> SheetWish:
    """Return a wish with the files of its pictures, which `clean_up` removes. Raises NotFound, DiskFull."""
    content, art = content_of(session, pack, now()), art_of(session, pack)
    if art is not None:
        content = replace(content, art=str(folder.write_beside(wanted.job_id, 0, art)))
    templates = []
    for number, name in enumerate(wanted.names, 1):
        kept = own.find(session, pack.guest_id, name)
        if kept is None:
            raise NotFound(_("A template of these sheets was deleted."))
        path = str(folder.write_beside(wanted.job_id, number, kept.picture)) if kept.picture else ""
        templates.append(replace(kept.template, path=path))
    return SheetWish(templates, content, wanted.done)


def clean_up(folder: UploadFolder, job_id: str) -> None:
    """Remove the files of a job's pictures."""
    folder.remove_beside(job_id)


def keep(database: Database, claimed: Claim, filled: SheetMade, stopping: threading.Event) -> None:
    """Keep a filled template, however long the database is away; after a kill the next one follows.

    Raises DatabaseDown after two minutes.
    """

    def store() -> bool:
        with database.writing() as session:
            made.receive(session, claimed.job_id, filled)
        record_progress(database, claimed, f"{filled.n}/{filled.of}")
        return True

    patiently(store, stopping)
