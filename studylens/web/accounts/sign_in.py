"""Signing in by name and password, and signing out: here, or everywhere."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.accounts.people import account_of, end_devices
from studylens.errors import Refused
from studylens.models import Account
from studylens.web.accounts.entering import before, come_in, go_back, has_apart, leave, signed_in
from studylens.web.accounts.proof import check_password
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("sign_in", __name__)
MOST_CHARS = 4_096
"""What is read of a typed name or password: more is neither."""


@blueprint.get("/sign-in")
def show() -> str:
    """Show the form for signing in, and what happens to what this device has already."""
    return _page()


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign this device in. Raises WrongSignIn, QuotaReached, Busy; a page says it beside the form."""
    name = request.form.get("name", "")[:MOST_CHARS]
    try:
        account_id = check_password(name, request.form.get("password", "")[:MOST_CHARS])
    except Refused as error:
        if wants_json():
            raise
        wait = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return _page(problem=error, name=name), error.status, wait
    with wiring().database.writing() as session:
        come_in(session, session.get_one(Account, account_id), request.form.get("before", ""))
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
        if account_of(session, guest_id(session)) is None:
            go_back(session)
    return redirect(url_for("home.show_home"), HTTPStatus.SEE_OTHER)


def _page(*, problem: Refused | None = None, name: str = "") -> str:
    with wiring().database.reading() as session:
        found = account_of(session, guest_id(session))
        told = {"before": before(session), "account": found, "apart": found is None and has_apart(session)}
    out = request.args.get("out") == "1"
    return render_template("accounts/sign-in.html", **told, problem=problem, name=shown(name), out=out)


def shown(typed: str) -> str:
    """Return what was typed as a page may hold it: without what cannot be seen."""
    return "".join(letter for letter in typed if letter.isprintable())
