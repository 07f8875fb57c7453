"""The list of sets and a set's page; sets and classes are made, renamed and deleted."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens import teaching_limits as limits
from studylens.analysis.seeing import network
from studylens.models import LIVE_STATES, Job, PhotoSet
from studylens.study.teaching import photos, store
from studylens.study.teaching.report import report
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring
from studylens.web.teaching.asked import named
from studylens.web.teaching.shapes import class_json, set_json

blueprint = Blueprint("sets", __name__)
STOP_POLLING = 286
"""htmx replaces the part once more, then asks no longer."""


@blueprint.get("/sets")
def show() -> ResponseReturnValue:
    """List the guest's sets, as a page or as JSON."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        found = store.sets_of(session, guest)
        if wants_json():
            return jsonify(sets=[set_json(one, _counts(session, one)) for one in found])
        counts = store.photo_counts(session, guest)
        return render_template("teaching/sets.html", sets=found, counts=counts, limits=limits, **_network())


@blueprint.post("/sets")
def make() -> ResponseReturnValue:
    """Make a set of a name and a description. Raises BadText, QuotaReached."""
    wanted = named()
    with posting_guest(wiring().database) as guest, wiring().database.writing() as session:
        made = store.add_set(session, guest, wanted)
        if wants_json():
            return jsonify(set_json(made, {})), HTTPStatus.CREATED
        return redirect(address(made.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/sets/<int:set_id>")
def show_set(set_id: int) -> ResponseReturnValue:
    """Show a set: its classes with their photos, and how good it is. Raises NotFound."""
    with wiring().database.reading() as session:
        found = store.find_set(session, guest_id(session), set_id)
        if wants_json():
            return jsonify(set_json(found, _counts(session, found)))
        seen = view(session, found)
        if not wants_fragment():
            return render_template("teaching/set.html", **seen)
        if not seen["live"]:
            return "", STOP_POLLING, {"HX-Refresh": "true"}  # What can be done with it now stands outside.
        return render_template("teaching/_classes.html", **seen)


@blueprint.post("/sets/<int:set_id>/delete")
def delete(set_id: int) -> ResponseReturnValue:
    """Delete a set with its classes and photos; cards that were made of it stay. Raises NotFound."""
    with wiring().database.writing() as session:
        session.delete(store.find_set(session, guest_id(session), set_id))
    return redirect(url_for("sets.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sets/<int:set_id>/classes")
def add_class(set_id: int) -> ResponseReturnValue:
    """Add a class to a set. Raises NotFound, BadText, QuotaReached."""
    wanted = named()
    with wiring().database.writing() as session:
        photo_set = store.find_set(session, guest_id(session), set_id)
        made = store.add_class(session, photo_set, wanted)
        if wants_json():
            return jsonify(class_json(made, 0)), HTTPStatus.CREATED
        return redirect(address(set_id, made.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/sets/<int:set_id>/classes/<int:class_id>")
def rename_class(set_id: int, class_id: int) -> ResponseReturnValue:
    """Give a class another name. Raises NotFound, BadText."""
    wanted = named()
    with wiring().database.writing() as session:
        found = store.find_class(session, guest_id(session), class_id, set_id=set_id)
        store.rename_class(session, found, wanted)
    return redirect(address(set_id, class_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/sets/<int:set_id>/classes/<int:class_id>/delete")
def delete_class(set_id: int, class_id: int) -> ResponseReturnValue:
    """Delete a class with its photos. Raises NotFound."""
    with wiring().database.writing() as session:
        store.delete_class(session, store.find_class(session, guest_id(session), class_id, set_id=set_id))
    return redirect(address(set_id), HTTPStatus.SEE_OTHER)


def view(session: Session, found: PhotoSet) -> dict[str, Any]:
    """Return what a set's page shows; `live`: photos wait, or it is being trained."""
    shown = photos.shown(session, [one.id for one in found.classes])
    job = session.get(Job, found.training_job_id) if found.training_job_id else None
    training = job is not None and job.state in LIVE_STATES
    waiting = sum(photo.waits for kind in shown.values() for photo in kind)
    return {
        "photo_set": found,
        "shown": shown,
        "learnt_pictures": any(photo.photo.width for kind in shown.values() for photo in kind),
        "learnt": sum(photo.learnt for kind in shown.values() for photo in kind),
        "waiting": waiting,
        "training": training,
        "live": training or waiting > 0,
        "trouble": job.error_message if job is not None and job.error_code else "",
        "stale": found.trained_at is not None and found.changed_at > found.trained_at,
        "report": report(session, found),
        "limits": limits,
        "tried": request.args.get("seen", ""),
        **_network(),
    }


def address(set_id: int, class_id: int | None = None) -> str:
    """Return the address of a set's page, at one of its classes if it is named."""
    found = url_for("sets.show_set", set_id=set_id)
    return f"{found}#class-{class_id}" if class_id else found


def _counts(session: Session, found: PhotoSet) -> dict[int, int]:
    shown = photos.shown(session, [one.id for one in found.classes])
    return {class_id: len(there) for class_id, there in shown.items()}


def _network() -> dict[str, str]:
    """Return why photos cannot be told apart here; empty when they can."""
    return {"missing": network.find(wiring().config.seeing_path).reason}
