"""Passkeys: made for an account or with a new one, used to sign in, taken back; JSON for a script."""

from collections.abc import Sized
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.accounts.names import parse_name
from studylens.accounts.people import (
    NewPasskey,
    account_of,
    account_to_enter,
    add_passkey,
    check_free,
    make_account,
    passkey_hash,
    passkeys_of,
    remove_passkey,
)
from studylens.accounts.tries import forgive
from studylens.errors import QuotaReached, Refused, WrongPasskey
from studylens.language import _
from studylens.models import Account, Passkey, new_id, now
from studylens.web.accounts import tickets
from studylens.web.accounts.account import check_open, take_invite
from studylens.web.accounts.entering import come_in, device_name, has_proved, signed_in, stay
from studylens.web.accounts.forms import field, refused
from studylens.web.accounts.proof import is_proved, passkey_check, prove
from studylens.web.door.accept import wants_json
from studylens.web.door.guesses import count, from_address
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring

blueprint = Blueprint("passkeys", __name__)
MOST_PASSKEYS = 20
"""Of an account: one for each thing that a person owns."""


@blueprint.get("/account/passkeys")
def show() -> str:
    """Show the account's passkeys, and offer another one. Raises NoAccount."""
    return _page()


@blueprint.post("/account/passkeys/confirm")
def confirm() -> ResponseReturnValue:
    """Take the password once, before passkeys are added and taken back. Raises NoAccount, ProveFirst."""
    with wiring().database.reading() as session:
        account = signed_in(session)
    try:
        prove(account, field("password"))
    except Refused as error:
        if wants_json():
            raise
        return refused(_page(problem=error), error)
    with wiring().database.writing() as session:
        has_proved(session)
    return redirect(url_for("passkeys.show"), HTTPStatus.SEE_OTHER)


def _page(*, problem: Refused | None = None) -> str:
    with wiring().database.reading() as session:
        account = signed_in(session)
        passkeys = passkeys_of(session, account.id)
    told = {"account": account, "passkeys": passkeys, "proved": is_proved(), "problem": problem}
    return render_template("accounts/passkeys.html", **told, possible=tickets.site().has_passkeys)


@blueprint.post("/account/passkeys/options")
def ask_for_new() -> ResponseReturnValue:
    """Say what the browser is to ask for: another passkey of this account, or the first of a new one.

    Raises ProveFirst, QuotaReached; for a new account SignUpClosed, BadName, NameTaken.
    """
    with wiring().database.reading() as session:
        account = account_of(session, guest_id(session))
        known = [passkey.credential_id for passkey in passkeys_of(session, account.id)] if account else []
    if account is None:
        return _ask_for_first()
    prove(account, field("password"))
    _check_room(known)
    options = tickets.creation(handle=account.handle, name=account.name, known=known)
    return _asked(options, "new", account=account.id)


def _ask_for_first() -> ResponseReturnValue:
    check_open()
    name, handle = parse_name(field("name")), new_id()
    count(from_address("sign-up"))
    with wiring().database.reading() as session:
        check_free(session, guest_id(session), name)
    options = tickets.creation(handle=handle, name=name, known=[])
    return _asked(options, "new", name=name, handle=handle)


@blueprint.post("/account/passkeys")
def take_new() -> ResponseReturnValue:
    """Keep the passkey that the browser has made, with a new account where there was none.

    Raises WrongPasskey, NoAccount, NameTaken, WrongInvite, QuotaReached, Busy.
    """
    facts, question = tickets.parse_answer("new")
    made = _checked(question)
    database = wiring().database
    if "account" in facts:
        with database.writing() as session:
            _keep(session, signed_in(session), facts, made)
        return {"next": url_for("passkeys.show")}
    check_open()
    with posting_guest(database) as guest, database.writing() as session:
        take_invite(session, field("invite"))
        account = make_account(session, guest, facts["name"], handle=facts["handle"])
        _keep(session, account, {**facts, "account": account.id}, made)
        stay(session, account)
        forgive(session, [from_address("sign-up")])
    return {"next": url_for("codes.show")}


@blueprint.post("/account/passkeys/delete")
def delete() -> ResponseReturnValue:
    """Take a passkey back. Raises NoAccount, NotFound, LastWayIn, ProveFirst."""
    with wiring().database.reading() as session:
        account = signed_in(session)
    prove(account, field("password"))
    with wiring().database.writing() as session:
        remove_passkey(session, signed_in(session), request.form.get("passkey", "")[:64])
    return redirect(url_for("passkeys.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-in/passkey/options")
def ask_for_known() -> ResponseReturnValue:
    """Say what the browser is to ask for: any passkey of this site."""
    return _asked(tickets.getting(), "known")


@blueprint.post("/sign-in/passkey")
def sign_in() -> ResponseReturnValue:
    """Sign this device in by a passkey. Raises WrongPasskey, QuotaReached, Busy."""
    facts, question = tickets.parse_answer("known")
    id_hash = passkey_hash(question["credential"]["id"])
    with wiring().database.reading() as session:
        kept = session.get(Passkey, id_hash)
    if kept is None:
        raise WrongPasskey
    found = _checked({**question, "public_key": kept.public_key, "sign_count": kept.sign_count})
    with wiring().database.writing() as session:
        tickets.use_up(session, facts)
        passkey = session.get(Passkey, id_hash)
        if passkey is None or found.credential_id != passkey.credential_id:
            raise WrongPasskey
        passkey.sign_count, passkey.used_at = found.sign_count, now()
        account = account_to_enter(session, passkey.account_id)
        if account is None:
            raise WrongPasskey
        come_in(session, account, request.form.get("before", ""))
    return {"next": url_for("home.show_home")}


def _asked(options: dict[str, Any], kind: str, **facts: Any) -> ResponseReturnValue:
    if not tickets.site().has_passkeys:
        raise WrongPasskey(_("Browsers make no passkeys for an address that is made of numbers."))
    return {"publicKey": options, "ticket": tickets.ticket(kind, options, **facts)}


def _checked(question: dict[str, Any]) -> NewPasskey:
    guess = from_address("passkey")
    count(guess)
    found = passkey_check()(question)
    with wiring().database.writing() as session:
        forgive(session, [guess])
    return found


def _check_room(known: Sized) -> None:
    if len(known) >= MOST_PASSKEYS:
        raise QuotaReached(
            _("You have %(most)s passkeys. Take one back that you do not need.", most=len(known))
        )


def _keep(session: Session, account: Account, facts: dict[str, Any], made: NewPasskey) -> None:
    if facts["account"] != account.id:
        raise WrongPasskey
    tickets.use_up(session, facts)
    _check_room(passkeys_of(session, account.id))  # Any number of tickets may be open at once.
    add_passkey(session, account.id, made, device_name())
