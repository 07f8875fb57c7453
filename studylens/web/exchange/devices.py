"""A student's devices: a one-time code lets another one in, and the others can be signed out."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, func, select, update

from studylens.accounts.people import account_of, end_device, end_devices
from studylens.errors import HasAccount, QuotaReached, WrongCode
from studylens.language import _
from studylens.models import Guest, GuestDevice, now
from studylens.study.exchange.devices import make_code, use_code
from studylens.study.keeping.arrivals import coming, holdings
from studylens.web.door.guesses import count, from_address, was_right
from studylens.web.door.guests import (
    add_device,
    device_hash,
    guest_id,
    make_token,
    posting_guest,
)
from studylens.web.door.local import LOCAL
from studylens.web.door.wiring import wiring
from studylens.web.exchange.moving import move_in
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("devices", __name__)
NAME_CHARS = 60
"""Room of the column."""
MOST_TOKENS = 20
"""Tokens of a guest: one for each program."""
_CODE_CHARS = 40
"""What is read of a typed code: with spaces and dashes it has twelve."""


@blueprint.get("/devices")
def show_devices() -> ResponseReturnValue:
    """Show the student's devices and the two ways of adding one."""
    return _page(joined=request.args.get("joined") == "1", alone=request.args.get("alone") == "1")


@blueprint.post("/devices/code")
def show_code() -> ResponseReturnValue:
    """Make a one-time code and show it this once."""
    database = wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        code = make_code(session, guest, now())
    return _page(code=code)


_ALL = "all"
_MAY = {_ALL: "", "read": "read", "study": "read study", "write": "read study write"}
"""Scopes of the API by what the form says; a form of before, or a script, says nothing."""


@blueprint.post("/devices/tokens")
def show_token() -> ResponseReturnValue:
    """Make a token for programs and show it this once. Raises BadText, QuotaReached."""
    name = parse_text(request.form.get("name", ""), NAME_CHARS)
    database = wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        mine = select(func.count()).where(GuestDevice.guest_id == guest, GuestDevice.is_token)
        if (session.scalar(mine) or 0) >= MOST_TOKENS:
            raise QuotaReached(
                _(
                    "You have %(most)s programs. Take one back that you do not need.",
                    most=MOST_TOKENS,
                )
            )
        token = make_token(session, guest, name, _MAY.get(request.form.get("may", _ALL), "read"))
    return _page(token=token)


@blueprint.post("/devices/tokens/delete")
def delete_token() -> ResponseReturnValue:
    """Take a token of this guest back: programs that show it are refused from now on."""
    with wiring().database.writing() as session:
        mine = (GuestDevice.guest_id == (guest_id(session) or 0), GuestDevice.is_token)
        session.execute(delete(GuestDevice).where(*mine, GuestDevice.token_hash == _typed_hash()))
    return redirect(url_for("devices.show_devices") + "#tokens", HTTPStatus.SEE_OTHER)


@blueprint.post("/devices/delete")
def delete_device() -> ResponseReturnValue:
    """Sign one other device of this student out; this one signs out on the page of its account."""
    with wiring().database.writing() as session:
        if _typed_hash() not in {device_hash(), LOCAL}:
            end_device(session, guest_id(session) or 0, _typed_hash())
    return redirect(url_for("devices.show_devices") + "#signed-in", HTTPStatus.SEE_OTHER)


@blueprint.post("/devices/join")
def join() -> ResponseReturnValue:
    """Let this device in as the guest whose code it is, with what it had.

    Raises BadText, QuotaReached; HasAccount on a device that is signed in to an account.
    """
    typed = request.form.get("code", "")[:_CODE_CHARS]
    name = parse_text(request.form.get("name", ""), NAME_CHARS)
    guess = from_address("device code")
    count(guess)
    try:
        _join(typed, name)
    except WrongCode as error:
        return _page(problem=error.sentence, typed=typed), error.status
    was_right(guess)
    return redirect(url_for("devices.show_devices", joined=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/devices/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out every other device of this student."""
    with wiring().database.writing() as session:
        guest, token_hash = guest_id(session), device_hash()
        if guest is not None and token_hash is not None:
            end_devices(session, guest, but=token_hash)
    return redirect(url_for("devices.show_devices", alone=1), HTTPStatus.SEE_OTHER)


def _join(typed: str, name: str) -> None:
    with wiring().database.writing() as session:
        here, owner = guest_id(session), use_code(session, typed, now())
        if here != owner and account_of(session, here) is not None:
            raise HasAccount  # Whoever made the code has not shown that they are the account's.
        if here is None:
            add_device(session, owner, name)
        elif here != owner:
            move_in(session, here, owner)
            this = update(GuestDevice).where(GuestDevice.token_hash == device_hash())
            session.execute(this.values(name=name))


def _typed_hash() -> str:
    return request.form.get("token", "")[:64]


def _page(**more: object) -> str:
    with wiring().database.reading() as session:
        guest = guest_id(session)
        mine = select(GuestDevice).where(GuestDevice.guest_id == (guest or 0))
        devices = list(session.scalars(mine.order_by(GuestDevice.created_at)))
        packs, answers = holdings(session, guest)
        packs_coming, answers_coming = coming(session, guest)
        owner = session.get(Guest, guest) if guest is not None else None
        account = account_of(session, guest)
    told: dict[str, object] = {"packs": packs, "answers": answers}
    first = owner.token_hash if owner is not None and owner.has_first_device else ""
    told |= {"packs_coming": packs_coming, "answers_coming": answers_coming}
    told |= {"account": account, "first": first, "local": LOCAL}
    told["devices"] = [device for device in devices if not device.is_token]
    told["tokens"] = [device for device in devices if device.is_token]
    return render_template(
        "exchange/devices.html", **told, here=device_hash(), is_guest=guest is not None, **more
    )
