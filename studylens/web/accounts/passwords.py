"""Changing a password, or choosing the first one of an account that has passkeys alone."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from studylens.accounts.passwords import parse_password
from studylens.accounts.people import end_devices
from studylens.errors import Refused
from studylens.models import Account
from studylens.web.accounts.entering import signed_in
from studylens.web.accounts.proof import hashed, is_proved, prove
from studylens.web.accounts.sign_in import MOST_CHARS
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
        return _page(problem=error), error.status
    return redirect(url_for("passwords.show", changed=1), HTTPStatus.SEE_OTHER)


def _change(account: Account) -> None:
    password = parse_password(request.form.get("password", "")[:MOST_CHARS], account.name)
    prove(account, request.form.get("current", "")[:MOST_CHARS])
    kept = hashed(password)
    with wiring().database.writing() as session:
        this = update(Account).where(Account.id == account.id)
        session.execute(this.values(password_hash=kept))
        if request.form.get("others") == "out":
            end_devices(session, account.guest_id, but=device_hash())


def _page(*, problem: Refused | None = None, changed: bool = False) -> str:
    with wiring().database.reading() as session:
        account = signed_in(session)
    told = {"account": account, "proved": is_proved(), "problem": problem, "changed": changed}
    return render_template("accounts/password.html", **told)
