"""A set is trained: a job after those of its photos; then it says how good it is."""

from http import HTTPStatus

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NothingTaught
from studylens.jobs.queue import NO_BOUND, Submission, submit
from studylens.language import mark, said
from studylens.models import TRAIN, Batch, Job, PhotoSet, SetClass, SetPhoto
from studylens.serving.places import places
from studylens.study.teaching import photos, store
from studylens.study.teaching.report import report
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.teaching.sets import address
from studylens.web.teaching.shapes import report_json, set_json
from studylens.web.upload.intake import wait_seconds
from studylens.web.upload.jobs import find_batch
from studylens.web.upload.status import batch_json, has_ended

blueprint = Blueprint("training", __name__)


@blueprint.post("/sets/<int:set_id>/train")
def train(set_id: int) -> ResponseReturnValue:
    """Train a set from all its photos; JSON clients may wait. Raises NotFound, BadText, QuotaReached."""
    with wiring().database.reading() as session:
        store.find_set(session, guest_id(session), set_id)
    return begin(set_id)


def begin(set_id: int) -> ResponseReturnValue:
    """Queue the training of the guest's own set, and answer."""
    seconds = wait_seconds(request.args.get("wait"))
    parts = wiring()
    batch_id = _queue(set_id)
    parts.runner.wake()
    if not wants_json():
        return redirect(f"{address(set_id)}#result", HTTPStatus.SEE_OTHER)
    if seconds > 0:
        with places.aside():
            parts.waiting.wait(batch_id, seconds)
    with parts.database.reading() as session:
        return _answer(session, set_id, batch_id)


@blueprint.get("/sets/<int:set_id>/report")
def show_report(set_id: int) -> ResponseReturnValue:
    """Say as JSON how good a set is. Raises NotFound."""
    with wiring().database.reading() as session:
        found = store.find_set(session, guest_id(session), set_id)
        return jsonify(report_json(found, report(session, found)))


def _answer(session: Session, set_id: int, batch_id: str) -> ResponseReturnValue:
    """Return the set, its report and its job; an error of the job is that of the answer."""
    batch, found = find_batch(session, batch_id), session.get_one(PhotoSet, set_id)
    done = has_ended(batch)
    told = {"set": set_json(found, {}), **report_json(found, report(session, found))}
    counts = photos.shown(session, [one.id for one in found.classes])
    told["set"] = set_json(found, {class_id: len(there) for class_id, there in counts.items()})
    if batch.jobs and batch.jobs[0].error_code:
        raise NothingTaught(batch.jobs[0].error_message)
    status = HTTPStatus.OK if done else HTTPStatus.ACCEPTED
    return jsonify({**told, **batch_json(session, batch)}), status


def _queue(set_id: int) -> str:
    parts = wiring()
    with parts.database.reading() as session:
        guest = guest_id(session)
        photos.check_hour(session, guest or 0, 1)
        if not _photos(session, set_id):
            raise BadText(said(NothingTaught.sentence))

    def note(session: Session, batch: Batch) -> None:
        store.find_set(session, guest, set_id).training_job_id = batch.jobs[0].id

    submission = Submission(
        guest_id=guest or 0,
        address_hash=address_hash(),
        text=str(set_id),
        text_kind=TRAIN,
        text_name=mark("training"),
    )
    return submit(parts.database, parts.folder, submission, quota=NO_BOUND, alongside=note)


def _photos(session: Session, set_id: int) -> int:
    """Return how many photos a set has, looked at or waiting."""
    joined = select(func.count(SetPhoto.id)).join(SetClass, SetClass.id == SetPhoto.class_id)
    waits = select(Job.id).where(Job.state.in_(("queued", "running")))
    there = SetPhoto.features.is_not(None) | SetPhoto.job_id.in_(waits)
    return session.scalar(joined.where(SetClass.set_id == set_id, there)) or 0
