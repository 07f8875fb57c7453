"""Capture: the form for photos and text, and what it sends; or the sample photo."""

import hashlib
import re
import traceback
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from studylens import limits
from studylens.errors import BadText, NotFound, StudylensError
from studylens.jobs.queue import Submission, quota_of, submit
from studylens.language import _
from studylens.models import Batch
from studylens.storable import is_id
from studylens.study.packs.store import find_pack
from studylens.uploads.upload import accept
from studylens.web.door.accept import wants_json
from studylens.web.door.checks import taking_in
from studylens.web.door.guests import address_hash, posting_guest
from studylens.web.door.sizes import ANYTHING, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import Intake, parse_intake, wait_seconds
from studylens.web.upload.jobs import answer_batch

blueprint = Blueprint("capture", __name__)
_SAMPLE = "sample-photo.jpg"
_ONCE = "Idempotency-Key"
_KEY = re.compile("[A-Za-z0-9_-]{16,64}")


@blueprint.get("/new")
def show() -> ResponseReturnValue:
    """Show the form that takes photos and text; touches no database of its own."""
    config = wiring().config
    return render_template(
        "upload/capture.html",
        config=config,
        limits=limits,
        private=request.args.get("private") == "1",
        into=_pack_to_grow(),
        sample=has_sample(),
    )


@blueprint.post("/analyze")
@takes(ANYTHING)
def analyze() -> ResponseReturnValue:
    """Queue all photos of the request or none; browsers go to their batch, JSON clients may wait.

    Raises what `parse_intake` and `submit` raise, and BadText for a bad `?wait=`.
    """
    seconds = wait_seconds(request.args.get("wait"))
    batch_id = _take_in()
    if not wants_json():
        return redirect(url_for("jobs.show_batch", batch_id=batch_id), HTTPStatus.SEE_OTHER)
    return answer_batch(batch_id, seconds)


@blueprint.post("/sample")
def analyze_sample() -> ResponseReturnValue:
    """Send the sample photo through the same door. Raises NotFound when it is not installed."""
    path = _sample_path()
    if not path.exists():
        raise NotFound
    with taking_in:
        upload = accept(path.read_bytes(), path.name, max_bytes=wiring().config.max_upload_bytes)
        batch_id = _queue(Intake((upload,)))
    return redirect(url_for("jobs.show_batch", batch_id=batch_id), HTTPStatus.SEE_OTHER)


def _take_in() -> str:
    """Queue what the request carries; return the batch's id alone, since who waits must hold no photo."""
    try:
        _files = request.files  # The body arrives before the lock is taken: a slow phone must not hold it.
        with taking_in:
            return _parse_and_queue()
    finally:
        request.close()


def _parse_and_queue() -> str:
    try:
        config = wiring().config
        sizes = {"max_bytes": config.max_upload_bytes, "max_document_bytes": config.max_document_bytes}
        return _queue(parse_intake(request, **sizes))
    except StudylensError as error:
        # Its traceback would keep all photos until the answer is sent, and the lock is free by then.
        traceback.clear_frames(error.__traceback__)
        raise


def _queue(intake: Intake) -> str:
    parts = wiring()
    with posting_guest(parts.database) as guest_id:
        batch_id = _named_batch(guest_id)
        if batch_id and _is_there(guest_id, batch_id):
            return batch_id
        if intake.into:
            _check_pack(guest_id, intake.into)
        submission = Submission(
            guest_id=guest_id,
            address_hash=address_hash(),
            uploads=intake.uploads,
            read=intake.read,
            text=intake.text,
            wishes=intake.wishes,
            together=intake.together,
            into_pack_id=intake.into or None,
            pages=intake.pages,
            batch_id=batch_id,
        )
        try:
            batch_id = submit(parts.database, parts.folder, submission, quota=quota_of(parts.config))
        except IntegrityError:  # The same, sent twice at the very same moment, by two processes of ours.
            if not _is_there(guest_id, batch_id):
                raise
    parts.runner.wake()
    return batch_id


def _named_batch(guest_id: int) -> str:
    """Return the id of the batch that the request's Idempotency-Key names; empty without one. Raises BadText.

    Who sent photos and got no answer sends them once more with the same key, and they are queued once.
    """
    key = request.headers.get(_ONCE)
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        raise BadText(_("Idempotency-Key must be 16 to 64 letters and digits that nobody can guess."))
    return hashlib.sha256(f"{guest_id} {key}".encode()).hexdigest()[:32]


def _is_there(guest_id: int, batch_id: str) -> bool:
    with wiring().database.reading() as session:
        found = select(Batch.id).where(Batch.id == batch_id, Batch.guest_id == guest_id)
        return session.scalar(found) is not None


def _check_pack(guest_id: int, pack_id: str) -> None:
    """Raise NotFound unless it is the guest's own pack."""
    with wiring().database.reading() as session:
        find_pack(session, guest_id, pack_id)


def _pack_to_grow() -> str:
    """Return the id of the pack to which a photo shall be added, as the address names it."""
    pack_id = request.args.get("pack", "")
    return pack_id if is_id(pack_id) else ""


def has_sample() -> bool:
    """Say whether the sample photo is installed."""
    return _sample_path().exists()


def _sample_path() -> Path:
    return Path(current_app.static_folder or "static") / _SAMPLE
