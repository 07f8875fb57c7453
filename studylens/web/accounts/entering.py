"""Coming in and leaving: a device gets a token of its own, and what it had before is never lost.

The token is always a new one, so nobody can lay a token into a browser first and come in with it afterwards.
"""

from dataclasses import dataclass

from flask import request
from sqlalchemy import update
from sqlalchemy.orm import Session

from studylens.accounts.people import account_of, end_device, end_devices, has_other_devices, has_things
from studylens.errors import BadText, NoAccount
from studylens.models import Account, Guest, GuestDevice, now
from studylens.storable import is_storable
from studylens.study.keeping.arrivals import holdings
from studylens.web.door.cookies import APART_COOKIE, GUEST_COOKIE
from studylens.web.door.guests import (
    add_device,
    cookie_token,
    device_hash,
    give_cookie,
    guest_id,
    guest_of,
)
from studylens.web.exchange.moving import move_in

BRING, APART = "bring", "apart"
"""What becomes of a guest's things when somebody signs in on the same device."""
DEVICE_CHARS = 60
"""Room of the column."""


@dataclass(frozen=True)
class Before:
    """What this device has of its own, of which a person must decide when they sign in."""

    packs: int = 0
    answers: int = 0
    anything: bool = False
    elsewhere: bool = False
    """Other devices have it, too."""


def before(session: Session) -> Before:
    """Return what a guest without an account has on this device."""
    here = here_by_cookie(session)
    if here is None or account_of(session, here) is not None or not has_things(session, here):
        return Before()
    elsewhere = has_other_devices(session, here, device_hash())
    return Before(*holdings(session, here), anything=True, elsewhere=elsewhere)


def signed_in(session: Session) -> Account:
    """Return the account that this device is signed in to. Raises NoAccount."""
    found = account_of(session, guest_id(session))
    if found is None:
        raise NoAccount
    return found


def come_in(session: Session, account: Account, choice: str, name: str = "") -> str:
    """Let this device in; `choice` says what becomes of what it had. Returns the hash of its new token."""
    here, owner, at = here_by_cookie(session), account.guest_id, now()
    if here is not None and here != owner and account_of(session, here) is None:
        if choice == APART and has_things(session, here):
            _keep_apart(session, here)
        else:
            end_devices(session, here)  # Of these devices too, nobody has shown that they are the account's.
            move_in(session, here, owner)
    elif here is not None and (former := device_hash()) is not None:
        end_device(session, here, former)
    return add_device(session, owner, name or device_name(), proved_at=at)


def _keep_apart(session: Session, here: int) -> None:
    """Let the guest of this browser wait in a second cookie, beside who waits there already."""
    waiting = guest_of(session, cookie_token(APART_COOKIE))
    if waiting is not None and waiting != here and account_of(session, waiting) is None:
        move_in(session, here, waiting)
    else:
        give_cookie(cookie_token() or "", APART_COOKIE)


def here_by_cookie(session: Session) -> int | None:
    """Return the guest of this browser; a program's token and this machine's programs are no browser."""
    return guest_of(session, cookie_token())


def stay(session: Session, account: Account) -> str:
    """Let this device, whose guest has just got an account, stay in with a new token; return its hash."""
    if guest_id(session) is None:  # A newcomer: no device has the first token, a moment old.
        end_devices(session, account.guest_id)
    elif cookie_token() and (former := device_hash()) is not None:
        end_device(session, account.guest_id, former)
    return add_device(session, account.guest_id, device_name(), proved_at=now())


def leave(session: Session) -> None:
    """Sign this device out; it goes back to what was kept apart on it, or to nothing."""
    account, token_hash = signed_in(session), device_hash()
    if token_hash is not None:
        end_device(session, account.guest_id, token_hash)
    go_back(session)


def go_back(session: Session) -> None:
    """Let this browser be the guest again who was kept apart; a newcomer where nobody was."""
    token = cookie_token(APART_COOKIE)
    give_cookie(token if token and guest_of(session, token) is not None else "", GUEST_COOKIE)
    give_cookie("", APART_COOKIE)


def change_places(session: Session) -> None:
    """Let this browser be the guest who was kept apart; one without an account who is here waits instead."""
    here, token, waiting = here_by_cookie(session), cookie_token(), cookie_token(APART_COOKIE)
    if account_of(session, here) is not None or waiting is None or guest_of(session, waiting) is None:
        return
    give_cookie(waiting, GUEST_COOKIE)
    give_cookie(token if token and has_things(session, here) else "", APART_COOKIE)


def has_apart(session: Session) -> bool:
    """Say whether somebody was kept apart on this device."""
    return guest_of(session, cookie_token(APART_COOKIE)) is not None


def has_proved(session: Session) -> None:
    """Note that somebody has just shown on this device who they are; programs show it each time."""
    here = here_by_cookie(session)
    guest, this = session.get(Guest, here or 0), device_hash()
    if guest is not None and this is not None and guest.token_hash == this:
        end_device(session, guest.id, this)  # The first device has no row of its own to note it in.
        session.add(GuestDevice(token_hash=this, guest_id=guest.id, name=device_name()))
        session.flush()
    mine = update(GuestDevice).where(GuestDevice.token_hash == this, ~GuestDevice.is_token)
    session.execute(mine.values(proved_at=now()))


def device_name() -> str:
    """Return what the student calls this device, else what its browser says it is. Raises BadText."""
    typed = request.form.get("device", "").strip()
    if len(typed) > DEVICE_CHARS or not is_storable(typed):
        raise BadText
    return typed or _guessed(request.user_agent.string)


def _guessed(agent: str) -> str:
    """Return two words such as `Firefox, Android`: enough to tell one's devices apart."""
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "Chromebook"}
    systems |= {"Windows": "Windows", "Mac OS X": "Mac", "Linux": "Linux"}
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    found = [
        next((name for sign, name in signs.items() if sign in agent), "") for signs in (browsers, systems)
    ]
    return ", ".join(name for name in found if name)
