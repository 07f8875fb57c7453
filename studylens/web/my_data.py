"""My data: everything of a student's as a file, this device signed out, or all of it deleted for good."""

from http import HTTPStatus

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from studylens.errors import BadText
from studylens.language import _
from studylens.study import leaving
from studylens.study.packs.ending.erasing import REQUEST_SECONDS
from studylens.study.packs.ending.scrub import scrub
from studylens.web.door.accept import wants_json
from studylens.web.door.cookies import (
    APART_COOKIE,
    GUEST_COOKIE,
    LANGUAGE_COOKIE,
    LOOK_COOKIE,
    OPERATOR_COOKIE,
    PRIVATE_COOKIE,
    ZONE_COOKIE,
    forget_cookie,
)
from studylens.web.door.guests import device_hash, guest_id
from studylens.web.door.local import LOCAL
from studylens.web.door.wiring import wiring

blueprint = Blueprint("my_data", __name__)
_OURS = (
    GUEST_COOKIE, APART_COOKIE, OPERATOR_COOKIE,
    LANGUAGE_COOKIE, LOOK_COOKIE, PRIVATE_COOKIE, ZONE_COOKIE,
)  # fmt: skip
_CLEARED = '"cache", "cookies", "storage"'
"""What a browser gives up on https; over http, static/leave.js does so."""


@blueprint.get("/my-data")
def show() -> ResponseReturnValue:
    """Show what the student has here, and what can be done with all of it."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        holdings = leaving.holdings(session, guest)
        here = device_hash() or ""
        only = guest is not None and here != LOCAL and leaving.is_only_way_in(session, guest, here)
    return render_template("my_data/page.html", holdings=holdings, is_guest=guest is not None, only=only)


@blueprint.get("/my-data/delete")
def confirm() -> ResponseReturnValue:
    """Ask before everything is deleted, and name it."""
    return _ask()


@blueprint.post("/my-data/delete")
def delete() -> ResponseReturnValue:
    """Delete all of the student's, if the form says `sure`: nobody sees it any more, and rows go in steps."""
    if request.form.get("sure") != "1":
        if wants_json():
            raise BadText(_("Nothing was deleted: send sure=1."))
        return _ask(unsure=True), HTTPStatus.BAD_REQUEST
    database = wiring().database
    with database.writing() as session:
        guest = guest_id(session)
        if guest is not None:
            leaving.begin(session, guest)
    if guest is not None:
        leaving.finish_all(database, seconds=REQUEST_SECONDS)
        scrub(database)
    return _cleared(jsonify(deleted=True) if wants_json() else _to(url_for("my_data.left", deleted=1)))


@blueprint.post("/my-data/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign this device out: its token leads nowhere, and the browser gives up what it keeps of ours."""
    with wiring().database.writing() as session:
        guest, here = guest_id(session), device_hash() or LOCAL
        if guest is not None and here != LOCAL:  # This machine's own guest has no other way in.
            leaving.sign_out(session, guest, here)
    return _cleared(_to(url_for("my_data.left")))


@blueprint.get("/my-data/left")
def left() -> ResponseReturnValue:
    """Say that it is done; the page's script clears what a browser without Clear-Site-Data still keeps."""
    return render_template("my_data/left.html", deleted=request.args.get("deleted") == "1")


def _ask(*, unsure: bool = False) -> str:
    with wiring().database.reading() as session:
        holdings = leaving.holdings(session, guest_id(session))
    return render_template("my_data/delete.html", holdings=holdings, unsure=unsure)


def _to(address: str) -> Response:
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def _cleared(answer: Response) -> Response:
    for name in _OURS:
        forget_cookie(answer, name)
    answer.headers["Clear-Site-Data"] = _CLEARED
    return answer
