"""Who runs this service: shows a key, asks from this machine itself, or is signed in as an admin.

A key is OPERATOR_TOKEN of the environment, or one that `flask admin NAME` made. A program shows it as
`Authorization: Bearer KEY`; a browser keeps it in a cookie once it was typed in at /operator.
"""

import hashlib
import hmac
import secrets

from flask import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studylens.accounts.people import is_admin
from studylens.config import Config
from studylens.errors import StudylensError
from studylens.models import OperatorKey
from studylens.serving.places import places
from studylens.web.door.cookies import OPERATOR_COOKIE, cookie
from studylens.web.door.guests import guest_id
from studylens.web.door.local import is_direct
from studylens.web.door.wiring import wiring

_KEY_BYTES = 32
_MOST_CHARS = 200
"""What is read of a key that is shown."""


def is_operator(request: Request, config: Config) -> bool:
    """Say whether the operator asks: by key, as an admin, or from this machine without a proxy before it."""
    if not (config.trusted_proxies or config.on_render) and is_direct(request):
        return True
    return is_key(shown(request), config) or _is_admin(request)


def is_key(shown: str, config: Config) -> bool:
    """Say whether this is OPERATOR_TOKEN, or a key that `flask admin` made and nobody took back.

    A database that does not answer knows no key: then OPERATOR_TOKEN alone opens.
    """
    token = config.operator_token
    if not shown:
        return False
    if token and hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode()):
        return True
    try:
        places.take()
        with wiring().database.reading() as session:
            known = select(OperatorKey.name).where(OperatorKey.key_hash == _hash(shown))
            return session.scalar(known) is not None
    except StudylensError:
        return False


def make_key(session: Session, name: str) -> str:
    """Return a new key for this admin; it ends the one before, and only its hash is kept: show it once."""
    end_keys(session, name)
    key = secrets.token_urlsafe(_KEY_BYTES)
    session.add(OperatorKey(key_hash=_hash(key), name=name))
    return key


def end_keys(session: Session, name: str) -> int:
    """Take back the key of this admin; return how many there were."""
    ended = delete(OperatorKey).where(OperatorKey.name == name).returning(OperatorKey.key_hash)
    return len(session.execute(ended).all())


def shown(request: Request) -> str:
    """Return the key that a request shows: as a bearer, or in the browser's cookie."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    shown = token.strip() if scheme.lower() == "bearer" else cookie(OPERATOR_COOKIE) or ""
    return shown[:_MOST_CHARS]


def _is_admin(request: Request) -> bool:
    """Say whether a browser asks that is signed in to an admin's account (`flask account-admin`)."""
    if not request.cookies:
        return False
    try:
        places.take()
        with wiring().database.reading() as session:
            return is_admin(session, guest_id(session))
    except StudylensError:
        return False


def _hash(key: str) -> str:
    return hashlib.sha256(f"operator:{key}".encode("utf-8", "replace")).hexdigest()
