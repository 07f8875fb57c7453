"""A forgotten password: replaced by a one-time code, or by a link that is sent to the account's address."""

import logging
import threading
from email.message import EmailMessage
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.accounts import mail
from studylens.accounts.codes import make_link, use_link, use_recovery_code
from studylens.accounts.passwords import parse_password
from studylens.accounts.people import account_named, end_devices, end_other_ways_in
from studylens.config import Config
from studylens.errors import MailDown, NotFound, Refused, WrongCode
from studylens.language import _
from studylens.models import Account, now
from studylens.web.accounts.entering import come_in
from studylens.web.accounts.proof import count, for_mail, forgive, from_address, guesses_at, hashed
from studylens.web.accounts.sign_in import MOST_CHARS, shown
from studylens.web.door.accept import wants_json
from studylens.web.door.wiring import wiring

log = logging.getLogger("studylens.accounts")
blueprint = Blueprint("reset", __name__, url_prefix="/reset")


@blueprint.get("")
def show() -> str:
    """Show the ways to a new password."""
    return _page(sent_mail=request.args.get("sent") == "1")


@blueprint.post("")
def use_code() -> ResponseReturnValue:
    """Replace the password by a one-time code, and sign this device in. Raises WrongCode, BadPassword."""
    name = _field("name")
    try:
        password, guesses = parse_password(_field("password"), name), guesses_at(name)
        count(*guesses)
        kept = hashed(password)
        with wiring().database.writing() as session:
            account = account_named(session, name)
            if not use_recovery_code(session, account.id if account else 0, _field("code")) or not account:
                raise WrongCode(_("Name and code do not belong together, or the code was used."))
            forgive(session, *guesses)
            _replace(session, account, kept)
    except Refused as error:
        if wants_json():
            raise
        return _page(problem=error, name=shown(name), code=shown(_field("code"))), error.status
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/mail")
def send_link() -> ResponseReturnValue:
    """Send a link to the account's address, if it has one; the answer is the same. Raises MailDown.

    The server is asked first, for every name, so an outage is told and tells nothing about the name.
    """
    config = wiring().config
    sender = config.sender(config.base_url)
    if not sender:
        raise NotFound
    name = _field("name")
    count(from_address("mail"), for_mail(name))
    mail.check_server(config.smtp_url)
    with wiring().database.writing() as session:
        account = account_named(session, name)
        word = make_link(session, account.id, now()) if account and "@" in account.name else ""
    if account is not None and word:
        _send_later(config, sender, account.name, word)
    return redirect(url_for("reset.show", sent=1), HTTPStatus.SEE_OTHER)


@blueprint.get("/<word>")
def show_link(word: str) -> str:
    """Show the form of a link by mail; opening it uses nothing up, since mail is looked at by machines."""
    return render_template("accounts/new-password.html", word=word, problem=None)


@blueprint.post("/<word>")
def use_mail(word: str) -> ResponseReturnValue:
    """Replace the password by a link, forget passkeys and codes, and sign this device in.

    Whoever reads the mailbox is the owner, also where somebody else made the account with that address first.
    Raises WrongLink, BadPassword.
    """
    try:
        password = parse_password(_field("password"))
        count(from_address())
        kept = hashed(password)
        with wiring().database.writing() as session:
            account = session.get_one(Account, use_link(session, word, now()))
            end_other_ways_in(session, account.id)
            forgive(session, from_address())
            _replace(session, account, kept)
    except Refused as error:
        if wants_json():
            raise
        return render_template("accounts/new-password.html", word=word, problem=error), error.status
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)


def _replace(session: Session, account: Account, password_hash: str) -> None:
    account.password_hash = password_hash
    here = come_in(session, account, request.form.get("before", ""))
    end_devices(session, account.guest_id, but=here)


def _send_later(config: Config, sender: str, to: str, word: str) -> None:
    """Send the letter beside the answer, which must not take longer for a name that is known."""
    link = config.base_url.rstrip("/") + url_for("reset.show_link", word=word)
    text = _(
        "Open this within half an hour to choose a new password:\n\n%(link)s\n\n"
        "Whoever did not ask for it need do nothing.",
        link=link,
    )
    made = mail.letter(sender=sender, to=to, subject=_("Your Studylens password"), text=text)
    threading.Thread(target=_send, args=(config.smtp_url, made), name="mail").start()


def _send(url: str, letter: EmailMessage) -> None:
    try:
        mail.send(url, letter)
    except MailDown:
        log.warning("A link to a new password was not sent: the mail server failed after it had answered.")


def _field(name: str) -> str:
    return request.form.get(name, "")[:MOST_CHARS]


def _page(**told: object) -> str:
    config = wiring().config
    shown = {"problem": None, "name": "", "code": "", "sent_mail": False, **told}
    return render_template("accounts/reset.html", mails=bool(config.sender(config.base_url)), **shown)
