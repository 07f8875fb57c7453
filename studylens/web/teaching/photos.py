"""Photos of a class: added, shown and deleted."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from studylens.analysis.protocol.wire import Wishes
from studylens.errors import NotFound
from studylens.jobs.queue import NO_BOUND, Submission, submit
from studylens.models import LEARN, Batch, SetPhoto
from studylens.study.teaching import photos, store
from studylens.study.teaching.outcomes import touch
from studylens.uploads.upload import Upload
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.sizes import PHOTOS, takes
from studylens.web.door.wiring import wiring
from studylens.web.teaching.asked import with_photos
from studylens.web.teaching.sets import address
from studylens.web.upload.intake import wait_seconds
from studylens.web.upload.jobs import answer_batch

blueprint = Blueprint("set_photos", __name__)


@blueprint.post("/sets/<int:set_id>/classes/<int:class_id>/images")
@takes(PHOTOS)
def add(set_id: int, class_id: int) -> ResponseReturnValue:
    """Add photos to a class: `image`, 1-10 times; JSON clients may wait. `keep=0`: no small copy is kept.

    Raises NotFound, BadText, QuotaReached, and what `with_photos` raises.
    """
    return take(class_id, set_id=set_id)


def take(class_id: int, *, set_id: int | None = None) -> ResponseReturnValue:
    """Add the request's photos to a class, of this set if one is named."""
    seconds = wait_seconds(request.args.get("wait"))
    with wiring().database.reading() as session:
        found = store.find_class(session, guest_id(session), class_id)
        if set_id not in {None, found.set_id}:
            raise NotFound
        owner = found.set_id
    batch_id = with_photos(lambda uploads, wishes: _queue(class_id, uploads, wishes))
    wiring().runner.wake()
    if wants_json():
        return answer_batch(batch_id, seconds)
    return redirect(address(owner, class_id), HTTPStatus.SEE_OTHER)


def _queue(class_id: int, uploads: tuple[Upload, ...], wishes: Wishes) -> str:
    """Queue the photos in the transaction that notes them as the class's; return the batch's id."""
    parts = wiring()
    brought = [photos.Brought(upload.name, upload.sha256) for upload in uploads]
    with parts.database.reading() as session:
        guest = guest_id(session)

    def note(session: Session, batch: Batch) -> None:
        found = store.find_class(session, guest, class_id)
        photos.check(session, found, brought)
        photos.add(session, found, batch.jobs)

    with parts.database.writing() as session:  # Before anything is written to the disk.
        photos.check_hour(session, guest or 0, len(uploads))
        photos.check(session, store.find_class(session, guest, class_id), brought)
    submission = Submission(
        guest_id=guest or 0, address_hash=address_hash(), uploads=uploads, wishes=wishes, photo_kind=LEARN
    )
    return submit(parts.database, parts.folder, submission, quota=NO_BOUND, alongside=note)


@blueprint.get("/sets/photos/<int:photo_id>.jpg")
def show(photo_id: int) -> ResponseReturnValue:
    """Send the small copy of a photo, to its guest alone. Raises NotFound."""
    with wiring().database.reading() as session:
        photo = _find(session, photo_id)
        if photo.jpeg is None:
            raise NotFound
        answer = Response(photo.jpeg, mimetype="image/jpeg")
    answer.cache_control.private = True
    return answer


@blueprint.post("/sets/photos/<int:photo_id>/delete")
def delete(photo_id: int) -> ResponseReturnValue:
    """Delete a photo and what was learnt of it. Raises NotFound."""
    with wiring().database.writing() as session:
        photo = _find(session, photo_id)
        found = store.find_class(session, guest_id(session), photo.class_id)
        where = address(found.set_id, found.id)
        session.execute(delete_rows(SetPhoto).where(SetPhoto.id == photo.id))
        touch(session, found.id)
    return redirect(where, HTTPStatus.SEE_OTHER)


@blueprint.post("/sets/<int:set_id>/forget")
def forget_copies(set_id: int) -> ResponseReturnValue:
    """Delete the small copies of all photos of a set; what was learnt of them stays. Raises NotFound."""
    with wiring().database.writing() as session:
        store.forget_copies(session, store.find_set(session, guest_id(session), set_id))
    return redirect(url_for("sets.show_set", set_id=set_id), HTTPStatus.SEE_OTHER)


def _find(session: Session, photo_id: int) -> SetPhoto:
    photo = session.get(SetPhoto, photo_id)
    if photo is None:
        raise NotFound
    store.find_class(session, guest_id(session), photo.class_id)
    return photo
