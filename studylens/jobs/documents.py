"""The life of a document: its pages are listed, some are chosen and become jobs, and its file goes.

One file serves many jobs, so it goes by the rows: when a chosen page has ended and none waits any more, or
an hour after it came. Whoever is killed meanwhile leaves the rest to the sweep.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens import limits
from studylens.analysis.protocol.answers import Listed
from studylens.errors import BadText, Busy, NotFound, QuotaReached, UploadLost
from studylens.jobs import queue
from studylens.jobs.folder import UploadFolder
from studylens.jobs.turns import order as turns
from studylens.language import _, mark
from studylens.models import LIVE_STATES, PHOTO, Batch, Document, DocumentPage, Job, new_id, now
from studylens.study.budgets import sums
from studylens.uploads.page_range import parse_pages

GONE = mark(
    "This document is not here any more: it goes when its pages have been read, or after an hour. Please "
    "send it again."
)


@dataclass(frozen=True)
class Choice:
    """The pages of a document that a student wants read; `together`: as one pack."""

    numbers: tuple[int, ...]
    together: bool = True


def receive(session: Session, job: Job, listed: Listed, quota: queue.Quota) -> None:
    """Keep the list of pages; the pages that were asked for with the upload become jobs of the same batch."""
    document = Document(
        id=job.id, guest_id=job.guest_id, folder_id=job.folder_id, name=job.name, sha256=job.sha256,
        uploaded_bytes=job.uploaded_bytes, question=job.question, private=job.private,
        keep_copy=job.keep_copy, into_pack_id=job.batch.into_pack_id,
    )  # fmt: skip
    document.pages = [
        DocumentPage(n=page.n, width=page.width, height=page.height, thumbnail=_jpeg(page.jpeg_base64))
        for page in listed.pages
    ]
    session.add(document)
    sums.touch_rest(session, job.guest_id)
    wished = parse_pages(job.text) or ((1,) if len(listed.pages) == 1 else ())
    numbers = tuple(number for number in wished if number <= len(listed.pages))
    try:
        asker = queue.Asker(job.guest_id, job.address_hash)
        queue.check_room(session, asker, len(numbers), quota, folder_id=job.folder_id)
    except (QuotaReached, Busy):
        return  # The list stays for an hour: the student chooses fewer, or later.
    _add_pages(job.batch, document, numbers, address_hash=job.address_hash)
    job.batch.joining = job.batch.joining or len(numbers) > 1
    turns.add(session, job.folder_id, job.guest_id)


def choose(
    database: Database, folder: UploadFolder, found: Document, choice: Choice, *,
    address_hash: str, quota: queue.Quota,
) -> str:  # fmt: skip
    """Queue the chosen pages as a batch of their own; return its id.

    Raises BadText, NotFound (the document is gone), UploadLost, BucketDown, QuotaReached, NoRoom, Busy,
    DatabaseDown.
    """
    if found.folder_id == folder.folder_id and not folder.holds(found.id):
        raise UploadLost
    with database.writing() as session:
        document = session.get(Document, found.id, with_for_update=True)
        if document is None or document.closed_at is not None:
            raise NotFound(GONE)
        numbers = _existing(session, document, choice.numbers)
        asker = queue.Asker(document.guest_id, address_hash)
        queue.check_room(session, asker, len(numbers), quota, folder_id=document.folder_id)
        queue.check_space(session, document.guest_id, len(numbers), quota)
        batch = Batch(id=new_id(), guest_id=document.guest_id, into_pack_id=document.into_pack_id)
        session.add(batch)
        _add_pages(batch, document, numbers, address_hash=address_hash)
        batch.joining = bool(document.into_pack_id) or (choice.together and len(numbers) > 1)
        turns.add(session, document.folder_id, document.guest_id)
        return batch.id


def close_ended(database: Database) -> None:
    """Close documents whose pages have all ended, or that nobody chose from for an hour."""
    with database.reading() as session:
        if session.scalar(select(Document.id).where(*_due()).limit(1)) is None:
            return
    with database.writing() as session:
        closed = update(Document).where(*_due()).values(closed_at=now(), question="")
        ids = session.scalars(closed.returning(Document.id)).all()
        for guest_id in session.scalars(select(Document.guest_id).where(Document.id.in_(ids))):
            sums.touch_rest(session, guest_id)
        session.execute(delete(DocumentPage).where(DocumentPage.document_id.in_(ids)))


def is_open(database: Database, document_id: str) -> bool:
    """Say whether the document's file may still be needed."""
    with database.reading() as session:
        found = select(Document.id).where(Document.id == document_id, Document.closed_at.is_(None))
        return session.scalar(found) is not None


def open_until(document: Document) -> datetime:
    """Return when an open document goes, unless pages of it are being read then."""
    return document.created_at + timedelta(seconds=limits.DOCUMENT_SECONDS)


def file_ids(session: Session) -> set[str]:
    """Return the names of all files that a live job or an open document may still need."""
    live = session.execute(select(Job.id, Job.document_id).where(Job.state.in_(LIVE_STATES)))
    ids = {name for row in live for name in row if name}
    return ids | set(session.scalars(select(Document.id).where(Document.closed_at.is_(None))))


def _due() -> Sequence[ColumnElement[bool]]:
    pages = exists().where(Job.document_id == Document.id)
    live = exists().where(and_(Job.document_id == Document.id, Job.state.in_(LIVE_STATES)))
    old = Document.created_at < now() - timedelta(seconds=limits.DOCUMENT_SECONDS)
    return Document.closed_at.is_(None), ~live, or_(pages, old)


def _existing(session: Session, document: Document, numbers: Sequence[int]) -> tuple[int, ...]:
    there = set(session.scalars(select(DocumentPage.n).where(DocumentPage.document_id == document.id)))
    chosen = tuple(number for number in numbers if number in there)
    if not chosen:
        raise BadText(_("Choose at least one page of the document."))
    return chosen


def _add_pages(batch: Batch, document: Document, numbers: Sequence[int], *, address_hash: str) -> None:
    first = len(batch.jobs) + 1
    for place, number in enumerate(numbers, first):
        name = _page_name(document.name, number)
        batch.jobs.append(
            Job(id=new_id(), kind=PHOTO, number=place, name=name, sha256=document.sha256,
                uploaded_bytes=document.uploaded_bytes, document_id=document.id, page=number,
                guest_id=document.guest_id, address_hash=address_hash, question=document.question,
                private=document.private, keep_copy=document.keep_copy, folder_id=document.folder_id)
        )  # fmt: skip


def _page_name(document: str, number: int) -> str:
    """Return the name of a document's page, as long as its column."""
    return f"{document[:80]}, page {number}"


def _jpeg(text: str) -> bytes | None:
    return base64.b64decode(text) if text else None
