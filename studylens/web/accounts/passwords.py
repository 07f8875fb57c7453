"""Changing a password, or choosing the first one of an account that has passkeys alone."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.accounts.passwords import parse_password
from studylens.accounts.people import end_devices, set_password
from studylens.errors import Refused
from studylens.models import Account
from studylens.web.accounts.entering import signed_in
from studylens.web.accounts.forms import field, refused
from studylens.web.accounts.proof import hashed, is_proved, prove
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import device_hash
from studylens.web.door.wiring import wiring

blueprint = Blueprint("passwords", __name__, url_prefix="/account/password")


@blueprint.get("")
def show() -> str:
    """Show the form. Raises NoAccount."""
    return _page(changed=request.args.get("changed") == "1")


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Change the password, and sign the other devices out. Raises NoAccount, ProveFirst, BadPassword."""
    with wiring().database.reading() as session:
        account = signed_in(session)
    try:
        _change(account)
    except Refused as error:
        if wants_json():
            raise
        return refused(_page(problem=error), error)
    return redirect(url_for("passwords.show", changed=1), HTTPStatus.SEE_OTHER)


def _change(account: Account) -> None:
    password = parse_password(field("password"), account.name)
    prove(account, field("current"))
    kept = hashed(password)
    with wiring().database.writing() as session:
        set_password(session, account.id, kept)
        if request.form.get("others") == "out":
            end_devices(session, account.guest_id, but=device_hash())


def _page(*, problem: Refused | None = None, changed: bool = False) -> str:
    with wiring().database.reading() as session:
        account = signed_in(session)
    told = {"account": account, "proved": is_proved(), "problem": problem, "changed": changed}
    return render_template("accounts/password.html", **told)
