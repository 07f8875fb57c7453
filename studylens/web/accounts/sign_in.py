"""Signing in by name and password, and signing out: here, or everywhere."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.accounts.people import account_of, account_to_enter, end_devices
from studylens.errors import Refused, WrongSignIn
from studylens.web.accounts.entering import (
    before,
    change_places,
    come_in,
    go_back,
    has_apart,
    leave,
    signed_in,
)
from studylens.web.accounts.forms import field, refused, shown
from studylens.web.accounts.proof import check_password
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str:
    """Show the form for signing in, and what happens to what this device has already."""
    return _page()


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign this device in. Raises WrongSignIn, QuotaReached, Busy; a page says it beside the form."""
    name = field("name")
    try:
        account_id = check_password(name, field("password"))
    except Refused as error:
        if wants_json():
            raise
        return refused(_page(problem=error, name=name), error)
    with wiring().database.writing() as session:
        account = account_to_enter(session, account_id)
        if account is None:
            raise WrongSignIn
        come_in(session, account, request.form.get("before", ""))
    return redirect(url_for("home.show_home"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign this device out; the account and all in it stay. Raises NoAccount."""
    with wiring().database.writing() as session:
        leave(session)
    return redirect(url_for("sign_in.show", out=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out/everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign every device out, this one too, and take back what programs have. Raises NoAccount."""
    with wiring().database.writing() as session:
        end_devices(session, signed_in(session).guest_id)
        go_back(session)
    return redirect(url_for("sign_in.show", out=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-in/back")
def return_to_device() -> ResponseReturnValue:
    """Show again what this device had before somebody signed in here and was signed out elsewhere."""
    with wiring().database.reading() as session:
        change_places(session)
    return redirect(url_for("home.show_home"), HTTPStatus.SEE_OTHER)


def _page(*, problem: Refused | None = None, name: str = "") -> str:
    with wiring().database.reading() as session:
        found = account_of(session, guest_id(session))
        told = {"before": before(session), "account": found, "apart": found is None and has_apart(session)}
    out = request.args.get("out") == "1"
    return render_template("accounts/sign-in.html", **told, problem=problem, name=shown(name), out=out)
