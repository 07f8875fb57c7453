"""`POST /api/remove`, as clients of rembg's server send it: picture in, picture out, through the queue."""

import traceback
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.analysis.protocol.cutting import WEBP, CutWish
from studylens.errors import NoFile, StudylensError, TooManyFiles, error_for_code
from studylens.jobs.queue import Submission, quota_of, submit
from studylens.language import _
from studylens.models import CUTOUT, LIVE_STATES, Batch, Cutout, Job
from studylens.serving.places import places
from studylens.study.cutouts import results
from studylens.uploads.upload import Upload, accept
from studylens.web.cutouts.form import FILES, parse_wish
from studylens.web.door.checks import taking_in
from studylens.web.door.guests import address_hash, posting_guest
from studylens.web.door.sizes import PHOTO, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import wait_seconds

blueprint = Blueprint("cutout_api", __name__)
_KEPT_SECONDS = 600
"""How long a browser may keep a cut-out's picture: it never changes."""


@blueprint.post("/api/remove")
@takes(PHOTO)
def remove() -> ResponseReturnValue:
    """Answer with the picture, or 202 with where it will be. Raises NoFile, BadText and the job's own."""
    seconds = wait_seconds(request.args.get("wait"))
    batch_id, job_id = _take_in()
    if seconds > 0:
        with places.aside():
            wiring().waiting.wait(batch_id, seconds)
    with wiring().database.reading() as session:
        job = session.get_one(Job, job_id)
        if job.state in LIVE_STATES:
            return jsonify(status_json(session, job_id)), HTTPStatus.ACCEPTED
        raise_failure(job)
        found = results.find(session, job_id)
        return jsonify(status_json(session, job_id)) if _wants_json() else _picture(found)


@blueprint.get("/cutouts/<cutout_id>/picture")
def show_picture(cutout_id: str) -> ResponseReturnValue:
    """Send the picture to whoever has its random id. Raises NotFound, and the job's own error."""
    with wiring().database.reading() as session:
        found = results.find(session, cutout_id)
        job = session.get_one(Job, cutout_id)
        if job.state in LIVE_STATES:
            return jsonify(status_json(session, cutout_id)), HTTPStatus.ACCEPTED
        raise_failure(job)
        return _picture(found)


def status_json(session: Session, cutout_id: str) -> dict[str, object]:
    """Return how far a cut-out is. Raises NotFound."""
    found, job = results.find(session, cutout_id), session.get_one(Job, cutout_id)
    status = url_for("jobs.show_job", job_id=job.id)
    told: dict[str, object] = {"id": job.id, "state": job.state, "status_url": status, "picture_url": None}
    if found.picture is not None:
        told |= {"picture_url": url_for("cutout_api.show_picture", cutout_id=job.id), "way": found.way}
        told |= {"width": found.width, "height": found.height, "notes": found.notes}
    if job.error_code:
        told["error"] = {"code": job.error_code, "message": job.error_message or ""}
    return told


def raise_failure(job: Job) -> None:
    """Raise the error with which the job has ended; return when it has ended well."""
    if job.error_code:
        raise error_for_code(job.error_code)(job.error_message)


def queue_cut(upload: Upload, wish: CutWish, place: results.Place | None = None) -> tuple[str, str]:
    """Queue one picture for the guest who asks; return the batch's id and the job's.

    Raises QuotaReached, Busy, DiskFull, DatabaseDown.
    """
    parts = wiring()
    with posting_guest(parts.database) as guest_id:
        text = wish.to_text()
        sent = Submission(guest_id, address_hash(), (upload,), photo_kind=CUTOUT, photo_text=text)
        ids: list[str] = []

        def alongside(session: Session, batch: Batch) -> None:
            results.begin(session, batch.jobs[0], text, place)
            ids.append(batch.jobs[0].id)

        batch_id = submit(
            parts.database, parts.folder, sent, quota=quota_of(parts.config), alongside=alongside
        )
    parts.runner.wake()
    return batch_id, ids[-1]


def _take_in() -> tuple[str, str]:
    """Queue what the request carries; who waits must hold no photo."""
    try:
        _ = request.files  # The body arrives before the lock is taken: a slow phone must not hold it.
        with taking_in:
            return queue_cut(_upload(), parse_wish(request.values, webp=_wants_webp()))
    except StudylensError as error:
        traceback.clear_frames(error.__traceback__)  # They hold the photo until the answer is sent.
        raise
    finally:
        request.close()


def _upload() -> Upload:
    """Return the only picture of the request. Raises NoFile, TooManyFiles, and what `accept` raises."""
    files = [item for name in FILES for item in request.files.getlist(name) if item.filename]
    if not files:
        raise NoFile(_("No picture arrived. Send it in the field `file`."))
    if len(files) > 1:
        raise TooManyFiles(_("Send one picture at a time."))
    return accept(files[0].stream.read(), files[0].filename or "", max_bytes=wiring().config.max_upload_bytes)


def _picture(found: Cutout) -> Response:
    """Return the picture; what is said of it stands in headers: clients of rembg want the bytes alone."""
    answer = Response(found.picture, mimetype=found.media_type)
    answer.headers["X-Cutout-Way"] = found.way
    if found.notes:
        answer.headers["X-Cutout-Note"] = " ".join(found.notes).encode("ascii", "replace").decode()
    answer.cache_control.private = True
    answer.cache_control.max_age = _KEPT_SECONDS
    return answer


def _wants_json() -> bool:
    """Say whether the client asks for JSON and nothing else: rembg's clients take anything."""
    return request.accept_mimetypes.best == "application/json"


def _wants_webp() -> bool:
    return request.accept_mimetypes.best == WEBP
