"""Batches and jobs while a student waits for them: as a page, as the part that changes, or as JSON."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.jobs import queue
from studylens.models import CUTOUT, LIVE_STATES, SHEETS, Batch, Job
from studylens.serving.places import places
from studylens.storable import is_id
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.upload.status import batch_json, has_ended, job_json
from studylens.web.upload.waiting import JobView, view_job

blueprint = Blueprint("jobs", __name__)
_STOP_POLLING = 286
"""htmx replaces the part once more, then asks no longer."""


@blueprint.get("/batches/<batch_id>")
def show_batch(batch_id: str) -> ResponseReturnValue:
    """Show all photos of one request; a single photo that is done leads on to its pack."""
    with wiring().database.reading() as session:
        batch = find_batch(session, batch_id)
        if wants_json():
            return jsonify(batch_json(session, batch))
        _check_owner(session, batch)
        if batch.jobs and (apart := _page_of(batch.jobs[0])):
            return redirect(apart, HTTPStatus.SEE_OTHER)
        return _show(session, batch.jobs, leave=True)


@blueprint.get("/jobs/<job_id>")
def show_job(job_id: str) -> ResponseReturnValue:
    """Show one job; its JSON is for whoever has the id, its page for its guest."""
    with wiring().database.reading() as session:
        job = find_job(session, job_id)
        if wants_json():
            return jsonify(job_json(session, job))
        _check_owner(session, job)
        if apart := _page_of(job):
            return redirect(apart, HTTPStatus.SEE_OTHER)
        return _show(session, [job], leave=wants_fragment())


@blueprint.post("/batches/<batch_id>/cancel")
def cancel_batch(batch_id: str) -> ResponseReturnValue:
    """Cancel all of a request's jobs that have not ended. Raises NotFound."""
    parts = wiring()
    with parts.database.reading() as session:
        batch = find_batch(session, batch_id)
        _check_owner(session, batch)
        ids = [job.id for job in batch.jobs if job.state in LIVE_STATES]
    for job_id in ids:
        queue.cancel(parts.database, parts.folder, job_id)
    parts.waiting.announce()
    return redirect(url_for("jobs.show_batch", batch_id=batch_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/jobs/<job_id>/cancel")
def cancel_job(job_id: str) -> ResponseReturnValue:
    """Cancel the guest's own job: at once while it waits, within seconds while it runs."""
    parts = wiring()
    with parts.database.reading() as session:
        job = find_job(session, job_id)
        _check_owner(session, job)
        batch_id = job.batch_id
    queue.cancel(parts.database, parts.folder, job_id)
    parts.waiting.announce()
    return redirect(url_for("jobs.show_batch", batch_id=batch_id), HTTPStatus.SEE_OTHER)


def answer_batch(batch_id: str, seconds: float) -> tuple[Response, HTTPStatus]:
    """Wait without a database connection, then say as JSON how far the jobs are."""
    parts = wiring()
    if seconds > 0:
        with places.aside():
            parts.waiting.wait(batch_id, seconds)
    with parts.database.reading() as session:
        batch = find_batch(session, batch_id)
        status = HTTPStatus.OK if has_ended(batch) else HTTPStatus.ACCEPTED
        return jsonify(batch_json(session, batch)), status


def find_batch(session: Session, batch_id: str) -> Batch:
    """Return a batch, whoever asks. Raises NotFound."""
    batch = session.get(Batch, batch_id) if is_id(batch_id) else None
    if batch is None:
        raise NotFound
    return batch


def find_job(session: Session, job_id: str) -> Job:
    """Return a job, whoever asks. Raises NotFound."""
    job = session.get(Job, job_id) if is_id(job_id) else None
    if job is None:
        raise NotFound
    return job


def _check_owner(session: Session, found: Batch | Job) -> None:
    """Raise NotFound, as if it did not exist, unless it is the asking guest's own."""
    if found.guest_id != guest_id(session):
        raise NotFound


def _page_of(job: Job) -> str:
    """Return the page on which such a job is waited for; empty: this one."""
    if job.kind == CUTOUT:
        return url_for("cutouts.show", cutout_id=job.id)
    return url_for("sheets.show", batch_id=job.id) if job.kind == SHEETS else ""


def _show(session: Session, jobs: Sequence[Job], *, leave: bool) -> ResponseReturnValue:
    views = [view_job(session, job) for job in jobs]
    joining = any(job.batch.joining for job in jobs)
    onward = _next_url(views, joining=joining) if leave else None
    live = any(view.live for view in views) or joining
    shown = {"jobs": views, "live": live, "batch_id": jobs[0].batch_id if jobs else "", "joining": joining}
    shown |= {"percent": sum(_share(view) for view in views) // max(1, len(views))}
    shown |= {"begin": _begin(views, into=jobs[0].batch.into_pack_id if jobs else None)}
    if not wants_fragment():
        if onward:
            return redirect(onward, HTTPStatus.SEE_OTHER)
        return render_template("upload/waiting.html", **shown, swapped=False)
    headers = {"HX-Redirect": onward} if onward else {}
    fragment = render_template("upload/_waiting.html", **shown, swapped=True)
    return fragment, HTTPStatus.OK if live else _STOP_POLLING, headers


def _share(view: JobView) -> int:
    return view.percent if view.live else 100


def _begin(views: Sequence[JobView], *, into: str | None) -> JobView | None:
    """Return the first page whose new cards can be studied while others are read; None: there is none yet.

    Later pages join the first one's pack, so nothing may begin before it; and all join the pack `into`.
    """
    for view in views:
        if view.new_cards and not into:
            return view
        if view.live:
            return None
    return None


def _next_url(views: Sequence[JobView], *, joining: bool) -> str | None:
    """Return where the student goes on: the first card, the pack, a document's list; None: more to tell.

    The only page of a request leads to its first card as soon as there is one, though its job still runs.
    """
    if len(views) == 1 and views[0].document_id:
        return url_for("documents.show", document_id=views[0].document_id)
    views = [view for view in views if not view.is_document or view.problem]
    if len(views) == 1 and not joining and views[0].pack_id:
        return _first_card(views[0])
    if joining or not views or any(view.live for view in views):
        return None
    packs = {view.pack_id for view in views}
    return _first_card(views[0]) if len(packs) == 1 and views[0].pack_id else None


def _first_card(view: JobView) -> str | None:
    if view.new_cards:
        return url_for("review.show_pack_review", pack_id=view.pack_id, new=1)
    return None if view.live else url_for("packs.show_pack", pack_id=view.pack_id)
