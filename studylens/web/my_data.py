"""My data: everything of a student's as a file, this device signed out, or all of it deleted for good."""

from http import HTTPStatus

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from studylens.accounts.people import end_device
from studylens.errors import BadText
from studylens.language import _
from studylens.study import leaving
from studylens.web.accounts.entering import go_back, has_apart
from studylens.web.door.accept import wants_json
from studylens.web.door.cookies import (
    APART_COOKIE,
    GUEST_COOKIE,
    LANGUAGE_COOKIE,
    LOOK_COOKIE,
    OPERATOR_COOKIE,
    PRIVATE_COOKIE,
    ZONE_COOKIE,
    cookie,
    forget_cookie,
)
from studylens.web.door.guests import device_hash, guest_id
from studylens.web.door.local import LOCAL
from studylens.web.door.wiring import wiring
from studylens.web.text.kept import kept_texts

blueprint = Blueprint("my_data", __name__)
_OURS = (
    GUEST_COOKIE, APART_COOKIE, OPERATOR_COOKIE,
    LANGUAGE_COOKIE, LOOK_COOKIE, PRIVATE_COOKIE, ZONE_COOKIE,
)  # fmt: skip
_CLEARED = '"cache", "storage"'
"""What a browser gives up on https; over http, static/leave.js does so. Cookies are ended one by one: all of
them would be those of every host below our domain, where the school's other sites are."""


@blueprint.get("/my-data")
def show() -> ResponseReturnValue:
    """Show what the student has here, and what can be done with all of it."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        holdings = leaving.holdings(session, guest)
        here = device_hash() or ""
        only = guest is not None and here != LOCAL and leaving.is_only_way_in(session, guest, here)
        shown = {"is_guest": guest is not None, "only": only, "has_apart": has_apart(session)}
    return render_template("my_data/page.html", holdings=holdings, **shown)


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
        is_back = _go_back(session)
    if guest is not None:
        kept_texts.clear()
        leaving.finish_soon(database, guest)
    answer = jsonify(deleted=True) if wants_json() else _to(url_for("my_data.left", deleted=1))
    return _forgotten(answer, is_back=is_back)


@blueprint.post("/my-data/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign this device out: its token leads nowhere, and the browser gives up what it keeps of ours."""
    with wiring().database.writing() as session:
        guest, here = guest_id(session), device_hash() or LOCAL
        if guest is not None and here != LOCAL:  # This machine's own guest has no other way in.
            end_device(session, guest, here)
        is_back = _go_back(session)
    return _forgotten(_to(url_for("my_data.left")), is_back=is_back)


@blueprint.get("/my-data/left")
def left() -> ResponseReturnValue:
    """Say that it is done; the page's script clears what a browser without Clear-Site-Data still keeps.

    Not for a student who is here, nor by another site's link: it alone may keep their pictures.
    """
    by_us = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    clears = by_us and cookie(GUEST_COOKIE) is None
    return render_template("my_data/left.html", deleted=request.args.get("deleted") == "1", clears=clears)


def _ask(*, unsure: bool = False) -> str:
    with wiring().database.reading() as session:
        holdings, kept = leaving.holdings(session, guest_id(session)), has_apart(session)
    return render_template("my_data/delete.html", holdings=holdings, unsure=unsure, has_apart=kept)


def _go_back(session: Session) -> bool:
    """Let this browser be the guest again who was kept apart on it; False where nobody was."""
    if found := has_apart(session):
        go_back(session)
    return found


def _to(address: str) -> Response:
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def _forgotten(answer: Response, *, is_back: bool) -> Response:
    """Let the browser forget who was here; pictures and choices stay with whoever is here again."""
    for name in (OPERATOR_COOKIE,) if is_back else _OURS:
        forget_cookie(answer, name)
    if not is_back:
        answer.headers["Clear-Site-Data"] = _CLEARED
    return answer
