"""A photo is shown to a set: this, none of these, or unsure; with the photo that is most like it."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import object_session

from studylens.analysis.protocol.taught import Verdict
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, NotFound
from studylens.jobs.queue import NO_BOUND, Submission, submit
from studylens.language import _, mark
from studylens.models import IDENTIFY, LIVE_STATES, Pack
from studylens.study.teaching import photos, store
from studylens.uploads.upload import Upload
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.sizes import PHOTOS, takes
from studylens.web.door.wiring import wiring
from studylens.web.teaching.asked import with_photos
from studylens.web.upload.identified import Told, told_of
from studylens.web.upload.intake import wait_seconds
from studylens.web.upload.jobs import answer_batch, find_batch

blueprint = Blueprint("identify", __name__)
_UNTRAINED = mark("“%(name)s” is not trained yet. Add photos, and train it first.")


@blueprint.post("/sets/<int:set_id>/identify")
@takes(PHOTOS)
def ask(set_id: int) -> ResponseReturnValue:
    """Ask a trained set about 1-10 photos; JSON clients may wait. Raises NotFound, BadText, QuotaReached."""
    seconds = wait_seconds(request.args.get("wait"))
    with wiring().database.reading() as session:
        found = store.find_set(session, guest_id(session), set_id)
        if found.trained_at is None:
            raise BadText(_(_UNTRAINED, name=found.name))
    batch_id = with_photos(lambda uploads, _wishes: _queue(set_id, uploads))
    wiring().runner.wake()
    if wants_json():
        return answer_batch(batch_id, seconds)
    return redirect(url_for("identify.show", set_id=set_id, batch_id=batch_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/sets/<int:set_id>/asked/<batch_id>")
def show(set_id: int, batch_id: str) -> ResponseReturnValue:
    """Show what a set says of the photos of one request. Raises NotFound."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        found, batch = store.find_set(session, guest, set_id), find_batch(session, batch_id)
        if batch.guest_id != guest:
            raise NotFound
        jobs = [(job, job.state in LIVE_STATES, told_of(session, job)) for job in batch.jobs]
        live = any(waits for _, waits, _ in jobs)
        return render_template("teaching/asked.html", photo_set=found, jobs=jobs, live=live)


@blueprint.app_template_global("seen_in")
def seen_in(pack: Pack) -> list[Told]:
    """Return what sets know of the photo that a pack was made of; none of these says nothing here."""
    session = object_session(pack)
    if session is None or pack.job is None or not pack.job.identified:
        return []
    return [told for told in told_of(session, pack.job) if told.verdict != Verdict.NONE]


def _queue(set_id: int, uploads: tuple[Upload, ...]) -> str:
    parts = wiring()
    with parts.database.reading() as session:
        guest = guest_id(session)
        photos.check_hour(session, guest or 0, len(uploads))
    submission = Submission(
        guest_id=guest or 0,
        address_hash=address_hash(),
        uploads=uploads,
        wishes=Wishes(private=True),
        photo_kind=IDENTIFY,
        photo_text=str(set_id),
    )
    return submit(parts.database, parts.folder, submission, quota=NO_BOUND)
