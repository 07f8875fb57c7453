"""The student's side of the queue: submit, count, cancel."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from database_config import Database
from studylens import limits
from studylens.analysis.protocol.device import DeviceUpload
from studylens.analysis.protocol.wire import Wishes
from studylens.budget_limits import InstanceBudgets
from studylens.config import Config
from studylens.errors import Busy, Cancelled, QuotaReached, StudylensError
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.jobs.turns import place
from studylens.language import _, mark
from studylens.models import (
    CANCELLED,
    DOCUMENT,
    LINES,
    PHOTO,
    QUEUED,
    RUNNING,
    TEACHING,
    TEXT,
    WITH_PHOTO,
    Batch,
    Job,
    new_id,
    now,
)
from studylens.study.budgets import room
from studylens.study.budgets.room import Use
from studylens.uploads.page_range import parse_pages
from studylens.uploads.upload import Upload

log = logging.getLogger("studylens.jobs")

TOO_MANY = mark(
    "Each photo, page and text counts as one of %(most)s an hour. You have %(left)s left, and this would "
    "be %(count)s. Send fewer, or come back later."
)
ADDRESS_FULL = mark(
    "All people behind your network's address have sent %(most)s photos and pages within an hour, which is "
    "all that it may. Please come back later."
)


@dataclass(frozen=True)
class Submission:
    """One request of one guest: photos, or pasted text."""

    guest_id: int
    address_hash: str
    uploads: tuple[Upload, ...] = ()
    read: tuple[DeviceUpload, ...] = ()
    """Pages that the student's own device has read: their photos are not sent."""
    text: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    together: bool = False
    """One pack of all photos."""
    into_pack_id: str | None = None
    """The guest's own pack to which the photos are added."""
    text_kind: str = TEXT  # Or the cards of a pack made anew.
    text_name: str = mark("pasted text")
    photo_kind: str = PHOTO
    """What is done with a photo: a pack of its own, or a proposal for the pack that it has."""
    photo_text: str = ""  # What the job carries beside its photo.
    pages: str = ""
    """Which pages of each document, as `1-5, 8`; empty: the student chooses when they are listed."""
    batch_id: str = ""  # Empty: a new one. Whoever sends the same twice names the same.

    @property
    def count(self) -> int:
        """How many jobs it makes: a document one, and one more for each page that is asked for."""
        wished = len(parse_pages(self.pages)) * sum(upload.is_document for upload in self.uploads)
        return len(self.uploads) + len(self.read) + bool(self.text) + wished

    @property
    def packs(self) -> int:
        """How many packs it makes at most."""
        is_new = self.photo_kind == PHOTO if self.uploads else self.text_kind == TEXT or bool(self.read)
        return self.count if is_new and self.into_pack_id is None else 0


@dataclass(frozen=True)
class Quota:
    """Jobs an hour: for a guest, and for an address, behind which a whole class may sit."""

    guest: int
    address: int
    instance: InstanceBudgets = InstanceBudgets()  # noqa: RUF009 - frozen, and nothing but numbers.


_WITH_FILE = (*WITH_PHOTO, DOCUMENT)
NO_BOUND = Quota(2**31, 2**31)


def quota_of(config: Config) -> Quota:
    """Return what the operator allows."""
    return Quota(config.analyses_per_hour, config.analyses_per_hour_address, config)


@dataclass(frozen=True)
class Asker:
    """Who is counted: a guest, and the hash of an address ("": not counted)."""

    guest_id: int
    address_hash: str


def submit(
    database: Database,
    folder: UploadFolder,
    submission: Submission,
    *,
    quota: Quota,
    alongside: Callable[[Session, Batch], None] | None = None,
) -> str:
    """Queue all photos of a request or none; return the batch's id.

    Files first, rows second: a row without a file would be a lost upload, a file without a row is swept.
    `alongside` writes what belongs to the jobs in their own transaction.
    Raises QuotaReached, NoRoom, Busy, DiskFull, BucketDown, DatabaseDown.
    """
    asker = Asker(submission.guest_id, submission.address_hash)
    with database.reading() as session:
        check_room(session, asker, submission.count, quota, folder_id=folder.folder_id)
        check_space(session, submission.guest_id, submission.packs, quota)
    jobs = _jobs(submission, folder.folder_id)
    tried: list[Job] = []
    try:
        photos = [job for job in jobs if job.kind in _WITH_FILE]
        for job, upload in zip(photos, submission.uploads, strict=False):
            tried.append(job)
            folder.write(job.id, upload.data)
        with database.writing() as session:
            check_room(session, asker, submission.count, quota, folder_id=folder.folder_id)
            batch = Batch(id=submission.batch_id or new_id(), guest_id=submission.guest_id, jobs=jobs)
            batch.into_pack_id = submission.into_pack_id
            batch.joining = bool(submission.into_pack_id) or (submission.together and len(jobs) > 1)
            session.add(batch)
            turns.add(session, folder.folder_id, submission.guest_id)
            if alongside is not None:
                session.flush()
                alongside(session, batch)
    except Exception:  # Also who sends the same twice at once: its batch is there already.
        for job in tried:
            folder.remove(job.id)
        raise
    log.info("Queued batch %s of %d", batch.id, len(jobs))
    return batch.id


def _jobs(submission: Submission, folder_id: str) -> list[Job]:
    shared = {name: getattr(submission, name) for name in ("guest_id", "address_hash")}
    shared |= {**asdict(submission.wishes), "folder_id": folder_id}
    pages = [_photo(upload, submission, **shared) for upload in submission.uploads]
    for read in sorted(submission.read, key=lambda one: one.place or limits.MAX_PHOTOS):
        job = Job(id=new_id(), kind=LINES, **read.columns, **shared)
        pages.insert(read.place - 1 if read.place else len(pages), job)
    if submission.text:
        shared |= {"name": submission.text_name, "text": submission.text, "kind": submission.text_kind}
        pages.append(Job(id=new_id(), **shared))
    for number, job in enumerate(pages, start=1):
        job.number = number
    return pages


def _photo(upload: Upload, submission: Submission, **shared: Any) -> Job:
    kind = DOCUMENT if upload.is_document else submission.photo_kind
    pages = submission.pages if upload.is_document else submission.photo_text
    told = {"name": upload.name, "text": pages, "sha256": upload.sha256, "uploaded_bytes": len(upload.data)}
    return Job(id=new_id(), kind=kind, **told, **shared)


def check_room(session: Session, asker: Asker, count: int, quota: Quota, *, folder_id: str) -> None:
    """Raise QuotaReached or Busy when so many more jobs would be too many for the line of this folder."""
    left = quota.guest - sent_this_hour(session, asker.guest_id)
    if count > left:
        raise QuotaReached(_(TOO_MANY, count=count, left=max(0, left), most=quota.guest))
    if asker.address_hash and _recent(session, Job.address_hash, asker.address_hash) + count > quota.address:
        raise QuotaReached(_(ADDRESS_FULL, most=quota.address))
    if _line_is_full(session, asker, count, folder_id=folder_id):
        raise Busy(_("Too many photos are waiting already. Try again in a few minutes."), retry_after=120)


def check_space(session: Session, guest_id: int, packs: int, quota: Quota) -> None:
    """Raise NoRoom when the guest, or everybody, keeps too much for so many more packs, or for anything.

    What was accepted is not refused later, so a guest may pass the number by what waits.
    """
    room.check(session, guest_id, Use(packs=packs, cards=packs, pack_bytes=1), quota.instance)


def _line_is_full(session: Session, asker: Asker, count: int, *, folder_id: str) -> bool:
    """Say whether no more may wait; a student with little in the line gets in, since turns are fair.

    Each machine with a disk of its own has a line of its own, and works off no other. Several workers of one
    line make it as many times as long.
    """
    waits, workers = turns.waiting_in(folder_id), max(1, place.workers(session, folder_id))
    waiting = session.scalar(select(func.count()).where(*waits)) or 0
    if waiting + count <= limits.MAX_QUEUED_JOBS * workers:
        return False
    own = session.scalar(select(func.count()).where(*waits, Job.guest_id == asker.guest_id)) or 0
    return own + count > limits.FAIR_QUEUED_JOBS or waiting + count > limits.MOST_QUEUED_JOBS * workers


def sent_this_hour(session: Session, guest_id: int) -> int:
    """Return how many photos and pages count for this guest within the hour."""
    return _recent(session, Job.guest_id, guest_id)


def left_this_hour(session: Session, asker: Asker, quota: Quota) -> int:
    """Return how many photos or pages this asker may still send within the hour."""
    own = quota.guest - sent_this_hour(session, asker.guest_id)
    shared = quota.address - _recent(session, Job.address_hash, asker.address_hash)
    return max(0, min(own, shared if asker.address_hash else own))


def _recent(session: Session, column: InstrumentedAttribute[Any], value: object) -> int:
    recent = (column == value, Job.created_at >= now() - timedelta(hours=1), Job.kind.not_in(TEACHING))
    return session.scalar(select(func.count()).where(*recent)) or 0


def ending(state: str, error: StudylensError) -> dict[str, object]:
    """Return the columns of a job that ends with an error; its text and question go with it."""
    told = {"error_code": error.code, "error_message": error.sentence}
    return {**told, "state": state, "finished_at": now(), "lease_until": None, "text": "", "question": ""}


def cancel(database: Database, folder: UploadFolder, job_id: str) -> None:
    """Cancel a job: at once while it waits, within seconds while it runs; an ended job stays as it is."""
    with database.writing() as session:
        turns.withdraw(session, job_id)
        mine = update(Job).where(Job.id == job_id)
        own = mine.where(Job.state == QUEUED).values(ending(CANCELLED, Cancelled()))
        ended = session.execute(own.returning(Job.folder_id, Job.guest_id, Job.kind, Job.document_id)).all()
        for folder_id, guest_id, *_kind in ended:
            turns.deal(session, folder_id, guest_id)
        session.execute(mine.where(Job.state == RUNNING).values(cancel_requested=True))
    if any(kind in {*WITH_PHOTO, DOCUMENT} and not document_id for *_whose, kind, document_id in ended):
        folder.remove(job_id)
