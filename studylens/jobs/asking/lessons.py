"""What a guest has taught, put into a file for the job that needs it, one set after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from database_config import Database
from studylens.analysis.protocol import taught
from studylens.errors import DiskFull, NotFound, NothingTaught, disk_refusal
from studylens.jobs.folder import UploadFolder
from studylens.jobs.leases import Claim
from studylens.language import _
from studylens.models import IDENTIFY, PHOTO, TRAIN, Job
from studylens.study.teaching import known


@dataclass(frozen=True)
class Lessons:
    """The file, if the job needs one; `untaught`: the guest has sets, and none of them is trained."""

    path: Path | None = None
    untaught: bool = False


def prepare(database: Database, folder: UploadFolder, claimed: Claim) -> Lessons:
    """Return what the job is given. Raises NothingTaught, NotFound (no such set), DiskFull, DatabaseDown."""
    if claimed.kind not in {PHOTO, TRAIN, IDENTIFY} or claimed.stored or not folder.root.exists():
        return Lessons()
    with database.reading() as session:
        guest_id = session.get_one(Job, claimed.job_id).guest_id
        ids = known.set_ids(session, guest_id)
        if claimed.kind != PHOTO:
            wanted = [set_id for set_id in ids.every if str(set_id) == claimed.text]
            if not wanted:
                raise NotFound(_("This set was deleted."))
            return Lessons(_write(session, folder, claimed, wanted))
        if not ids.trained:
            return Lessons(untaught=bool(ids.every))
        return Lessons(_write(session, folder, claimed, ids.trained))


def _write(session: Session, folder: UploadFolder, claimed: Claim, ids: list[int]) -> Path:
    path = folder.taught_path(claimed.job_id)
    try:
        taught.write(path, _sets(session, ids))
    except OSError as error:
        folder.remove_taught(claimed.job_id)
        raise disk_refusal(error) or DiskFull() from error
    return path


def _sets(session: Session, ids: list[int]) -> Iterator[taught.Known]:
    for set_id in ids:
        found = known.known_set(session, set_id)
        if found is None:
            if len(ids) == 1:
                raise NothingTaught
            continue
        yield found
