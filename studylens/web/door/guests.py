"""Who is asking: an account-less guest by cookie or token, and the address under a keyed hash."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus

from flask import Response, after_this_request, current_app, g, request
from sqlalchemy import BindParameter, Table, bindparam, delete, select, union_all
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import NEW_GUESTS
from studylens.database.upsert import insert_on
from studylens.errors import ScopeMissing, StudylensError, UnknownToken
from studylens.models import Guest, GuestDevice, now
from studylens.study.budgets import rates
from studylens.study.budgets.rates import Spender
from studylens.study.schedule.days import is_zone
from studylens.study.schedule.settings import offer_settings, offer_zone
from studylens.web.door.cookies import (
    GUEST_COOKIE,
    ZONE_COOKIE,
    cookie,
    forget_cookie,
    keep_cookie,
)
from studylens.web.door.local import LOCAL, is_local_caller
from studylens.web.door.sender.asking import asking
from studylens.web.door.wiring import wiring

_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `token_urlsafe(32)` makes; anything else in the cookie is not ours."""
_IPV6_PREFIX = 64
"""A home has a whole /64, so its addresses count as one."""

_TOKEN_HASH: BindParameter[str] = bindparam("token_hash")
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_DEVICES: Table = GuestDevice.__table__  # type: ignore[assignment]
_GUEST_OF_DEVICE = union_all(
    select(_GUESTS.c.id).where(_GUESTS.c.token_hash == _TOKEN_HASH),
    select(_DEVICES.c.guest_id).where(_DEVICES.c.token_hash == _TOKEN_HASH, _DEVICES.c.scopes == ""),
)
"""Whose device it is. A token that opens the API only is nobody's device, whatever cookie it is put into."""


def guest_id(session: Session) -> int | None:
    """Return the id of the guest whose cookie or token came along; None for a newcomer or a made-up cookie.

    The session then knows the guest's settings. Raises UnknownToken: a program that shows a token must not
    become a newcomer unnoticed; ScopeMissing for a token that opens the API only, anywhere else.
    """
    token_hash = device_hash()
    if token_hash is None:
        return None
    found = asking(session, token_hash)
    if found is None and shows_token():
        raise UnknownToken
    if found is None:
        return None
    if found.scopes and not g.get("api"):
        raise ScopeMissing
    offer_settings(session, found.settings)
    return found.guest


def shows_token() -> bool:
    """Say whether a token came along in a header, as programs show it."""
    return _shown_token() is not None


def device_hash() -> str | None:
    """Return the hash of the token that came along, in a header or in this device's cookie; None without one.

    Raises UnknownToken for a header with a token that is none of ours.
    """
    token = _shown_token()
    if token is not None and not _TOKEN.fullmatch(token):
        raise UnknownToken
    shown = cookie(GUEST_COOKIE)
    if token is None and shown is None and is_local_caller(request, wiring().config):
        return LOCAL
    token = token or shown or ""
    return _hash(token) if _TOKEN.fullmatch(token) else None


def make_token(session: Session, guest_id: int, name: str, scopes: str = "") -> str:
    """Return a new token with which programs act as this guest; only its hash is kept: show it once.

    `scopes`: words of web/api/operations.py between blanks; empty: all.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    mine = {"token_hash": _hash(token), "guest_id": guest_id, "name": name}
    session.add(GuestDevice(**mine, is_token=True, scopes=scopes))
    return token


def looks_like_token(text: str) -> bool:
    """Say whether this could be a token of ours."""
    return _TOKEN.fullmatch(text) is not None


def local_guest(session: Session) -> int:
    """Return the id of the guest whom programs on this machine share; the first of them makes it."""
    known = {"token_hash": LOCAL}
    found = session.execute(_GUEST_OF_DEVICE, known).scalar()
    if found is None:
        new = insert_on(session.get_bind().dialect.name, Guest).values(**known, created_at=now())
        session.execute(new.on_conflict_do_nothing())
        found = session.execute(_GUEST_OF_DEVICE, known).scalar_one()
    return int(found)


def _shown_token() -> str | None:
    """Return the token of the header `Authorization: Bearer`; None without such a header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def add_device(session: Session, guest_id: int, name: str, *, proved_at: datetime | None = None) -> str:
    """Let the device that asks in as this guest: it gets a cookie of its own with the answer.

    Returns the hash of its token.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(GuestDevice(token_hash=_hash(token), guest_id=guest_id, name=name, proved_at=proved_at))
    give_cookie(token)
    return _hash(token)


def cookie_token(name: str = GUEST_COOKIE) -> str | None:
    """Return the token in a cookie of this browser; None without one, or for a made-up one."""
    token = cookie(name) or ""
    return token if _TOKEN.fullmatch(token) else None


def guest_of(session: Session, token: str | None) -> int | None:
    """Return the id of the guest whose device has this token; None without one."""
    found: int | None = session.scalar(_GUEST_OF_DEVICE, {"token_hash": _hash(token or "")})
    return found


@contextmanager
def posting_guest(database: Database) -> Iterator[int]:
    """Yield the id of the guest who posts; a newcomer gets a row and, with the answer, a cookie.

    The newcomer's row goes again when the request is refused: refusals must not fill the table.
    Raises QuotaReached when too many have begun from this address, or everywhere, within the hour.
    """
    with database.reading() as session:
        known = guest_id(session)
        if known is None and device_hash() != LOCAL:
            rates.check(session, NEW_GUESTS, spender())
    if known is not None:
        yield known
        return
    if device_hash() == LOCAL:
        with database.writing() as session:
            here = local_guest(session)
        yield here
        return
    newcomer, token = _add_guest(database)
    try:
        yield newcomer
    except StudylensError:
        g.refused_token = token
        with database.writing() as session:
            session.execute(delete(Guest).where(Guest.id == newcomer))
        raise


def _add_guest(database: Database) -> tuple[int, str]:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    guest = Guest(token_hash=_hash(token))
    zone = cookie(ZONE_COOKIE) or ""
    with database.writing() as session:
        rates.spend(session, NEW_GUESTS, spender())
        session.add(guest)
        session.flush()
        rates.begin_anew(session, guest.id)
        if is_zone(zone):
            offer_zone(session, guest.id, zone)
    give_cookie(token, is_stored=True)
    return guest.id, token


def spender(guest: int | None = None) -> Spender:
    """Return who is counted for what this request asks for: its guest, its address and everybody."""
    return Spender(guest or 0, address_hash(), wiring().config)


def address_hash() -> str:
    """Return the peer's address under HMAC-SHA256, 64 hexadecimal digits: quotas need no address."""
    key = str(current_app.secret_key or "").encode()
    return hmac.new(key, _network(request.remote_addr or "").encode(), hashlib.sha256).hexdigest()


def give_cookie(token: str, name: str = GUEST_COOKIE, *, is_stored: bool = False) -> None:
    """Let this browser keep a token, with the answer; an empty one ends the cookie.

    `is_stored`: its row was committed. Else the cookie of before stays where the request fails at our end: it
    may be the only way to everything, and the row of the new one was never written.
    """
    if name == GUEST_COOKIE:
        g.new_device = token  # The forms of this answer belong to it already (form_tokens.py).

    @after_this_request
    def set_cookie(response: Response) -> Response:
        is_lost = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not is_stored
        if is_lost or (token and token == g.get("refused_token")):
            return response
        if token:
            keep_cookie(response, name, token)
        else:
            forget_cookie(response, name)
        return response


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    plain = found.ipv4_mapped
    return str(plain or ipaddress.ip_network((int(found), _IPV6_PREFIX), strict=False))
