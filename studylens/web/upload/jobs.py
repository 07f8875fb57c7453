"""Batches and jobs while a student waits for them: as a page, as the part that changes, or as JSON."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.jobs import queue
from studylens.models import Batch, Job
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
        return _show(session, batch.jobs, leave_when_done=not batch.joining)


@blueprint.get("/jobs/<job_id>")
def show_job(job_id: str) -> ResponseReturnValue:
    """Show one job; its JSON is for whoever has the id, its page for its guest."""
    with wiring().database.reading() as session:
        job = find_job(session, job_id)
        if wants_json():
            return jsonify(job_json(session, job))
        _check_owner(session, job)
        return _show(session, [job], leave_when_done=wants_fragment())


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


def _show(session: Session, jobs: Sequence[Job], *, leave_when_done: bool) -> ResponseReturnValue:
    views = [view_job(session, job) for job in jobs]
    pack_url = _next_url(views) if leave_when_done else None
    live = any(view.live for view in views) or any(job.batch.joining for job in jobs)
    if not wants_fragment():
        if pack_url:
            return redirect(pack_url, HTTPStatus.SEE_OTHER)
        return render_template("upload/waiting.html", jobs=views, live=live)
    headers = {"HX-Redirect": pack_url} if pack_url else {}
    fragment = render_template("upload/_waiting.html", jobs=views, live=live)
    return fragment, HTTPStatus.OK if live else _STOP_POLLING, headers


def _next_url(views: Sequence[JobView]) -> str | None:
    """Return where the pack of all photos is, or the only document's list; None: there is more to tell."""
    if len(views) == 1 and views[0].document_id:
        return url_for("documents.show", document_id=views[0].document_id)
    views = [view for view in views if not view.is_document or view.problem]
    if not views:
        return None
    packs = {view.pack_id for view in views}
    pack_id = packs.pop()
    return url_for("packs.show_pack", pack_id=pack_id) if pack_id and not packs else None
