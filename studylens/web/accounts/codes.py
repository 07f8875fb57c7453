"""One-time codes for the day on which the password is forgotten: shown once, ten at a time."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from studylens.accounts.codes import codes_left, make_recovery_codes
from studylens.errors import Refused
from studylens.web.accounts.entering import signed_in
from studylens.web.accounts.forms import field, refused
from studylens.web.accounts.proof import is_proved, prove
from studylens.web.door.accept import wants_json
from studylens.web.door.wiring import wiring

blueprint = Blueprint("codes", __name__, url_prefix="/account/codes")


@blueprint.get("")
def show() -> str:
    """Say how many codes are left, and offer new ones. Raises NoAccount."""
    return _page()


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Make new codes, which end those before, and show them this once. Raises NoAccount, ProveFirst."""
    database = wiring().database
    with database.reading() as session:
        account = signed_in(session)
    try:
        prove(account, field("password"))
    except Refused as error:
        if wants_json():
            raise
        return refused(_page(problem=error), error)
    with database.writing() as session:
        codes = make_recovery_codes(session, account.id)
    return render_template("accounts/codes.html", codes=codes, left=len(codes))


def _page(*, problem: Refused | None = None) -> str:
    with wiring().database.reading() as session:
        account = signed_in(session)
        left = codes_left(session, account.id)
    told = {"account": account, "left": left, "proved": is_proved(), "problem": problem}
    return render_template("accounts/codes.html", codes=[], **told)
