"""Cutting out on a pack's page: an area is chosen, cut out by a job, looked at, and painted over."""

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.analysis.protocol.cutting import CutWish, wish_from
from studylens.errors import NoFile, NotFound, StudylensError, error_for_code
from studylens.language import _, said
from studylens.models import LIVE_STATES, Cutout, Job, Pack
from studylens.storable import whole_number
from studylens.study.cutouts import results
from studylens.study.packs.pictures import PagePicture, find_copy, pictures_of
from studylens.study.packs.store import find_pack
from studylens.uploads.upload import Upload, accept
from studylens.web.cutouts.api import queue_cut, status_json
from studylens.web.cutouts.form import parse_wish
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.checks import taking_in
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import PHOTO, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import is_yes

blueprint = Blueprint("cutouts", __name__)
AREA = (20, 20, 80, 80)
"""Left, top, right, bottom in per cent of the picture: where the box stands at first."""
SIDES = ("left", "top", "right", "bottom")
BEGIN = tuple(zip(SIDES, AREA, strict=True))


@blueprint.get("/packs/<pack_id>/cut")
def choose(pack_id: str) -> ResponseReturnValue:
    """Show a photo of the pack, to choose an area of it. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        photo = _photo_of(session, pack, request.args.get("page", "1"))
        return _choice(session, pack, photo)


@blueprint.post("/packs/<pack_id>/cut")
@takes(PHOTO)
def begin(pack_id: str) -> ResponseReturnValue:
    """Queue the cut-out: of the picture that the browser sends, or of the copy kept here. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        photo = _photo_of(session, pack, request.form.get("page", "1"))
        try:
            wish = _wish()
            with taking_in:
                upload = _upload(session, pack, photo)
        except StudylensError as error:
            return _choice(session, pack, photo, problem=error.sentence), error.status
    _batch, job_id = queue_cut(upload, wish, results.Place(pack_id, photo.page))
    return redirect(url_for("cutouts.show", cutout_id=job_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/cutouts/<cutout_id>")
def show(cutout_id: str) -> ResponseReturnValue:
    """Show what was cut out, or how far it is; its JSON is for whoever has the id. Raises NotFound."""
    with wiring().database.reading() as session:
        if wants_json():
            return jsonify(status_json(session, cutout_id))
        found = results.find(session, cutout_id)
        if found.guest_id != guest_id(session):
            raise NotFound
        return _page(session, found, session.get_one(Job, cutout_id))


def _page(session: Session, found: Cutout, job: Job) -> ResponseReturnValue:
    """Return the page; htmx asks for it until the job has ended, and is then sent to it anew."""
    live = job.state in LIVE_STATES
    if wants_fragment() and not live:
        return "", {"HX-Redirect": url_for("cutouts.show", cutout_id=found.id)}
    if wants_fragment():
        return render_template("cutouts/_waiting.html", cutout=found, job=job)
    return show_result(session, found, job)


def show_result(session: Session, found: Cutout, job: Job, problem: str = "") -> str:
    """Return the page of a cut-out; `problem`: why it could not become a card."""
    live = job.state in LIVE_STATES
    pack = session.get(Pack, found.pack_id) if found.pack_id else None
    shown: dict[str, Any] = {"cutout": found, "job": job, "pack": pack, "live": live, "problem": problem}
    if pack is not None:
        shown["photo"] = next((item for item in pictures_of(session, pack) if item.page == found.page), None)
    if job.error_code:
        shown["trouble"] = said(job.error_message or "") or error_for_code(job.error_code)().sentence
    wish = wish_from(found.wish)
    strokes = json.dumps([asdict(stroke) for stroke in wish.strokes])
    shown |= {"wish": wish, "strokes": strokes, "area": AREA}
    return render_template("cutouts/show.html", **shown)


def _choice(session: Session, pack: Pack, photo: PagePicture, problem: str = "") -> str:
    """Return the page on which an area is chosen, with what was chosen before."""
    area = [min(100, whole_number(request.form.get(side), default=old)) for side, old in BEGIN]
    shown = {"photo": photo, "photos": pictures_of(session, pack), "area": area, "problem": problem}
    mode = request.form.get("mode", "page")
    return render_template("cutouts/choose.html", pack=pack, mode=mode, **shown)


def _wish() -> CutWish:
    """Return the form's wish: its area stands in four fields, in per cent, or as a box for the brush."""
    fields = dict(request.form)
    if not fields.get("box") and not is_yes(fields.get("everything", "")):
        sides = [whole_number(fields.get(side), default=old) for side, old in BEGIN]
        fields["box"] = ",".join(str(min(100, side) / 100) for side in sides)
    return parse_wish(fields, webp=True)


def _photo_of(session: Session, pack: Pack, page: str) -> PagePicture:
    """Return the pack's photo on this page. Raises NotFound."""
    for photo in pictures_of(session, pack):
        if str(photo.page) == page:
            return photo
    raise NotFound(_("This page has no photo out of which something could be cut."))


def _upload(session: Session, pack: Pack, photo: PagePicture) -> Upload:
    sent = request.files.get("image")
    most = wiring().config.max_upload_bytes
    if sent is not None and sent.filename:
        return accept(sent.stream.read(), sent.filename, max_bytes=most)
    if not photo.kept_bytes:
        raise NoFile(
            _("The photo is not in this browser any more, and no copy of it was kept. Choose it again.")
        )
    copy = find_copy(session, pack, photo.page)
    return accept(copy.jpeg, f"page {photo.page}.jpg", max_bytes=max(most, len(copy.jpeg)))
