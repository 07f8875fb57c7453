"""The page of an account; a guest makes one here and keeps everything."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.accounts.codes import codes_left, make_recovery_codes, use_invite
from studylens.accounts.names import parse_name
from studylens.accounts.passwords import parse_password
from studylens.accounts.people import account_of, check_free, make_account, passkeys_of
from studylens.accounts.tries import forgive
from studylens.errors import Refused, SignUpClosed
from studylens.models import now
from studylens.web.accounts.entering import stay
from studylens.web.accounts.forms import field, refused, shown
from studylens.web.accounts.proof import hashed
from studylens.web.door.accept import wants_json
from studylens.web.door.guesses import count, from_address
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """Show the account of this device, or the form for making one."""
    return page()


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Make an account of this guest by name and password, and show its one-time codes this once.

    Raises SignUpClosed, BadName, BadPassword, NameTaken, HasAccount, WrongInvite, QuotaReached, Busy.
    """
    sent = {name: field(name) for name in ("name", "password", "invite")}
    try:
        codes = _made(sent)
    except Refused as error:
        if wants_json():
            raise
        return refused(page(problem=error, sent=sent), error)
    return render_template("accounts/codes.html", codes=codes, left=len(codes), is_new=True)


def check_open() -> None:
    """Raise SignUpClosed where nobody may make an account."""
    if wiring().config.signup == "closed":
        raise SignUpClosed


def take_invite(session: Session, typed: str) -> None:
    """End the invitation where one is asked for. Raises WrongInvite."""
    if wiring().config.signup == "invite":
        use_invite(session, typed, now())


def _made(sent: dict[str, str]) -> list[str]:
    check_open()
    name = parse_name(sent["name"])
    password = parse_password(sent["password"], name)
    database = wiring().database
    count(from_address("sign-up"))
    with database.reading() as session:
        check_free(session, guest_id(session), name)
    kept = hashed(password)
    with posting_guest(database) as guest, database.writing() as session:
        take_invite(session, sent["invite"])
        account = make_account(session, guest, name, password_hash=kept)
        stay(session, account)
        forgive(session, [from_address("sign-up")])
        return make_recovery_codes(session, account.id)


def page(*, problem: Refused | None = None, sent: dict[str, str] | None = None) -> str:
    """Return the page, with what is wrong beside the form and what was typed in it, but no password."""
    config = wiring().config
    with wiring().database.reading() as session:
        found = account_of(session, guest_id(session))
        told: dict[str, object] = {"account": found}
        if found is not None:
            told |= {"left": codes_left(session, found.id), "passkeys": passkeys_of(session, found.id)}
    told |= {
        "problem": problem,
        "sent": {key: shown(value) for key, value in (sent or {}).items() if key != "password"},
        "signup": config.signup,
        "mails": config.sender(config.base_url),
    }
    return render_template("accounts/account.html", **told)
