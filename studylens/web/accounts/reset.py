"""A forgotten password: replaced by a one-time code, or by a link that is sent to the account's address."""

import logging
import threading
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.accounts import mail
from studylens.accounts.codes import keep_link, new_word, use_link, use_recovery_code
from studylens.accounts.names import is_address
from studylens.accounts.passwords import parse_password
from studylens.accounts.people import (
    account_named,
    account_to_enter,
    end_devices,
    end_other_ways_in,
    set_password,
)
from studylens.accounts.tries import forgive
from studylens.errors import NotFound, Refused, StudylensError, WrongCode, WrongLink
from studylens.language import _
from studylens.models import Account, now
from studylens.web.accounts.entering import before, come_in
from studylens.web.accounts.forms import field, refused, shown
from studylens.web.accounts.proof import by_name, for_mail, hashed, places
from studylens.web.door.accept import wants_json
from studylens.web.door.guesses import count, from_address
from studylens.web.door.wiring import Wiring, wiring

log = logging.getLogger("studylens.accounts")
blueprint = Blueprint("reset", __name__, url_prefix="/reset")


@blueprint.get("")
def show() -> str:
    """Show the ways to a new password."""
    return _page(sent_mail=request.args.get("sent") == "1")


@blueprint.post("")
def use_code() -> ResponseReturnValue:
    """Replace the password by a one-time code, and sign this device in. Raises WrongCode, BadPassword.

    Codes cannot be guessed, so their tries are counted by address alone: guesses at a name keep no owner out.
    """
    name, guess = field("name"), from_address("code")
    try:
        password = parse_password(field("password"), name)
        count(guess)
        kept = hashed(password)
        with wiring().database.writing() as session:
            account = account_named(session, name)
            if not use_recovery_code(session, account.id if account else 0, field("code")) or not account:
                raise WrongCode(_("Name and code do not belong together, or the code was used."))
            forgive(session, [by_name(name), guess])
            _replace(session, account.id, kept)
    except Refused as error:
        if wants_json():
            raise
        return refused(_page(problem=error, name=shown(name), code=shown(field("code"))), error)
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/mail")
def send_link() -> ResponseReturnValue:
    """Send a link to the account's address, if it has one; the answer is the same. Raises MailDown, Busy.

    The server is asked first, for every name, so an outage is told and tells nothing about the name. Whether
    there is such an account is looked up after the answer: it takes no longer for a name that is known.
    """
    config = wiring().config
    if not config.sender(config.base_url):
        raise NotFound
    name, word = field("name"), new_word()
    count(from_address("mail"), for_mail(name))
    with places("mail").turn():
        mail.check_server(config.smtp_url)
    text = _(
        "Open this within half an hour to choose a new password:\n\n%(link)s\n\n"
        "Whoever did not ask for it need do nothing.",
        link=config.base_url.rstrip("/") + url_for("reset.show_link", word=word),
    )
    letter = {"subject": _("Your Studylens password"), "text": text}
    threading.Thread(target=_send, args=(wiring(), name, word, letter), name="mail").start()
    return redirect(url_for("reset.show", sent=1), HTTPStatus.SEE_OTHER)


@blueprint.get("/<word>")
def show_link(word: str) -> str:
    """Show the form of a link by mail; opening it uses nothing up, since mail is looked at by machines."""
    return _link_page(word)


@blueprint.post("/<word>")
def use_mail(word: str) -> ResponseReturnValue:
    """Replace the password by a link, forget passkeys and codes, and sign this device in.

    Whoever reads the mailbox is the owner, also where somebody else made the account with that address first.
    Raises WrongLink, BadPassword.
    """
    guess = from_address("code")
    try:
        password = parse_password(field("password"))
        count(guess)
        kept = hashed(password)
        with wiring().database.writing() as session:
            account = _replace(session, use_link(session, word, now()), kept)
            end_other_ways_in(session, account)
            forgive(session, [by_name(account.name), guess])
    except Refused as error:
        if wants_json():
            raise
        return refused(_link_page(word, error), error)
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)


def _replace(session: Session, account_id: int, password_hash: str) -> Account:
    account = account_to_enter(session, account_id)
    if account is None:
        raise WrongLink
    set_password(session, account.id, password_hash)
    here = come_in(session, account, request.form.get("before", ""))
    end_devices(session, account.guest_id, but=here)
    return account


def _send(parts: Wiring, name: str, word: str, letter: dict[str, str]) -> None:
    """Send the letter beside the answer, if an account has this name, and it is an address."""
    try:
        with parts.database.writing() as session:
            account = account_named(session, name)
            if account is None or not is_address(account.name):
                return
            keep_link(session, account.id, word, now())
        made = mail.letter(sender=parts.config.sender(parts.config.base_url), to=account.name, **letter)
        mail.send(parts.config.smtp_url, made)
    except StudylensError as error:
        log.warning("A link to a new password was not sent: %s", type(error).__name__)


def _link_page(word: str, problem: Refused | None = None) -> str:
    with wiring().database.reading() as session:
        here = before(session)
    return render_template("accounts/new-password.html", word=word, problem=problem, before=here)


def _page(**told: object) -> str:
    config = wiring().config
    shown = {"problem": None, "name": "", "code": "", "sent_mail": False, **told}
    with wiring().database.reading() as session:
        here = before(session)
    mails = bool(config.sender(config.base_url))
    return render_template("accounts/reset.html", mails=mails, before=here, **shown)
