"""Packs and jobs."""

import contextlib
from http import HTTPStatus
from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.limits import ANSWER_TITLE_CHARS
from studylens.models import Job, Pack, PackTag
from studylens.storable import is_id
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.packs import search
from studylens.study.packs.store import find_pack
from studylens.study.resources import adding, pages
from studylens.study.resources.adding import Heading
from studylens.study.resources.pages import MOST_AT_ONCE
from studylens.study.reviews.cards import exam_of
from studylens.web.api import bounds
from studylens.web.api.door import Caller, number, route
from studylens.web.api.operations import PREFIX, Given, Operation, Query, Scope
from studylens.web.api.shapes import ErrorShape, JobShape, Many, NewPack, PackShape
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import parse_text
from studylens.web.upload.waiting import pack_of, packs_of

blueprint = Blueprint("api_packs", __name__, url_prefix=PREFIX)
LIMIT = Query("limit", "How many at once.", MOST_AT_ONCE)
CURSOR = Query("cursor", "`next` of the part before.", pattern=bounds.CURSOR)
WORDS = Query("q", "Only packs that hold every word, as a word's beginning.", pattern=bounds.STORABLE)
USUAL = 50


@route(blueprint, Operation("GET", "/packs", Scope.READ, Many[PackShape], query=(LIMIT, CURSOR, WORDS)))
def list_packs(caller: Caller) -> Many[PackShape]:
    """List packs, the newest first; or those with these words, at most so many and without a cursor."""
    most, words = number(LIMIT, USUAL), request.args.get("q", "")
    with wiring().database.reading() as session:
        if words.strip():
            if request.args.get("cursor"):
                raise BadText(pages.NO_CURSOR)  # Whoever follows it would get the first part again.
            ids = search.find(session, caller.guest_id, words, limit=most).ids
            found = session.scalars(select(Pack).where(Pack.id.in_(ids), Pack.joining_at.is_(None)))
            return Many(_packs(session, sorted(found, key=lambda pack: ids.index(pack.id))), None)
        part = pages.packs_of(session, caller.guest_id, cursor=request.args.get("cursor", ""), most=most)
        return Many(_packs(session, list(part.rows)), part.after or None)


@route(blueprint, Operation("GET", "/packs/<pack_id>", Scope.READ, PackShape))
def get_pack(caller: Caller, pack_id: str) -> Given:
    """Return one pack."""
    with wiring().database.reading() as session:
        pack = find_pack(session, caller.guest_id, pack_id)
        return Given(_packs(session, [pack])[0])


@route(
    blueprint,
    Operation(
        "POST", "/packs", Scope.WRITE, PackShape, NewPack, status=HTTPStatus.CREATED, is_idempotent=True
    ),
)
def add_pack(caller: Caller, sent: NewPack) -> Given:
    """Begin a pack of the student's own; 200 and the pack as it is for an id that is there."""
    heading = Heading(parse_text(sent.title, ANSWER_TITLE_CHARS), sent.subject, sent.id)
    with contextlib.suppress(IntegrityError), wiring().database.writing() as session:
        pack, is_new = adding.add_pack(session, caller.guest_id, heading)
        return _begun(session, pack, is_new=is_new)
    with wiring().database.reading() as session:  # The same id at the very same moment: the other made it.
        return _begun(session, find_pack(session, caller.guest_id, heading.id), is_new=False)


@route(blueprint, Operation("GET", "/jobs", Scope.READ, Many[JobShape], query=(LIMIT, CURSOR)))
def list_jobs(caller: Caller) -> Many[JobShape]:
    """List photos and texts on their way, and those of the last weeks; the newest first."""
    with wiring().database.reading() as session:
        cursor, most = request.args.get("cursor", ""), number(LIMIT, USUAL)
        part = pages.jobs_of(session, caller.guest_id, cursor=cursor, most=most)
        packs = packs_of(session, part.rows)
        return Many([_job(job, packs[job.id]) for job in part.rows], part.after or None)


@route(blueprint, Operation("GET", "/jobs/<job_id>", Scope.READ, JobShape))
def get_job(caller: Caller, job_id: str) -> JobShape:
    """Return one job of the student's own."""
    with wiring().database.reading() as session:
        job = session.get(Job, job_id) if is_id(job_id) else None
        if job is None or job.guest_id != caller.guest_id:
            check_all_here(session, caller.guest_id)
            raise NotFound
        return _job(job, pack_of(session, job))


def _begun(session: Session, pack: Pack, *, is_new: bool) -> Given:
    return Given(_packs(session, [pack])[0], HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def _packs(session: Session, packs: list[Pack]) -> list[PackShape]:
    ids = [pack.id for pack in packs]
    tags: dict[str, list[str]] = {pack_id: [] for pack_id in ids}
    for row in session.execute(
        select(PackTag.pack_id, PackTag.tag).where(PackTag.pack_id.in_(ids)).order_by(PackTag.tag)
    ):
        tags[row.pack_id].append(row.tag)
    return [_pack(pack, tags[pack.id]) for pack in packs]


def _pack(pack: Pack, tags: list[str]) -> PackShape:
    url = url_for("packs.show_pack", pack_id=pack.id, _external=True)
    exam = exam_of(pack.exam_date)
    return PackShape(
        pack.id, pack.title, pack.summary, pack.subject, tags, pack.created_at, exam, pack.version, url
    )


def _job(job: Job, pack: Pack | None) -> JobShape:
    error = ErrorShape(job.error_code, job.error_message or "") if job.error_code else None
    state: Any = job.state
    made_of = pack.id if pack else None
    return JobShape(job.id, state, job.stage, job.created_at, job.finished_at, made_of, error)
