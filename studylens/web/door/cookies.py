"""Our cookies: their names, how they are kept, and what they were called before.

On https a cookie's name begins with `__Host-`: a browser takes it only from this very host, with Secure and
for the whole host, so neither a neighbour (other.example.org) nor a page over http can plant one. Below a
prefix (SCRIPT_NAME) it is `__Secure-`, with the prefix as its path. Over http a browser takes no such name.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Request, request
from flask.sessions import NullSession, SessionInterface
from werkzeug import Response

GUEST_COOKIE = "studylens_guest"
APART_COOKIE = "studylens_apart"
"""Token of the guest of this browser who was kept apart when somebody signed in to an account."""
ZONE_COOKIE = "studylens_zone"
LOOK_COOKIE = "studylens_look"
PRIVATE_COOKIE = "studylens_private"
LANGUAGE_COOKIE = "studylens_language"
OPERATOR_COOKIE = "studylens_operator"
LIVE_COOKIE = "studylens_live"
"""Of a phone in a live quiz; it names nobody elsewhere."""
OPERATOR_COOKIE_DAYS = 30
"""Whoever runs the service types the key in again once a month."""
COOKIE_DAYS = 400
"""The longest that browsers keep a cookie."""
OLD_COOKIE_DAYS = 7
"""How long the cookie of an earlier release stays beside the new one: an operator may go back meanwhile."""
READ_BY_SCRIPTS = frozenset({ZONE_COOKIE})
"""All others are for the server alone."""
_ALL = (GUEST_COOKIE, APART_COOKIE, ZONE_COOKIE, LOOK_COOKIE, PRIVATE_COOKIE, LANGUAGE_COOKIE)


@dataclass(frozen=True)
class Jar:
    """What a cookie is called in this request's way of reaching us, and for which addresses it is."""

    prefix: str
    path: str
    secure: bool


class NoSessions(SessionInterface):
    """Flask's own signed cookie, which nothing here uses: each request made a signer for it."""

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002 - Flask's names.
        """Return one that refuses to keep anything."""
        return self.make_null_session(app)


def jar() -> Jar:
    """Return how cookies are kept for this request."""
    path = request.script_root or "/"
    if not request.is_secure:
        return Jar("", path, secure=False)
    return Jar("__Secure-" if request.script_root else "__Host-", path, secure=True)


def cookie(name: str) -> str | None:
    """Return a cookie's value; on https also one that an earlier release, or plain http, has set."""
    found = request.cookies.get(jar().prefix + name)
    return request.cookies.get(name) if found is None else found


def keep_cookie(answer: Response, name: str, value: str, *, days: float = COOKIE_DAYS) -> None:
    """Let the browser keep a cookie."""
    _set(answer, jar().prefix + name, value, days, is_hidden=name not in READ_BY_SCRIPTS)


def forget_cookie(answer: Response, name: str) -> None:
    """Let the browser forget a cookie, under each of its names."""
    here = jar()
    for each in {here.prefix + name, name}:
        answer.delete_cookie(each, path=here.path, secure=here.secure)


def replace_old(answer: Response) -> None:
    """Give what an earlier release called otherwise its new name; the old one ends in a week."""
    prefix = jar().prefix
    sent = answer.headers.getlist("Set-Cookie")
    for name in _ALL if prefix else ():
        old = request.cookies.get(name)
        is_set = any(line.startswith((f"{prefix}{name}=", f"{name}=")) for line in sent)
        if old and prefix + name not in request.cookies and not is_set:
            keep_cookie(answer, name, old)
            _set(answer, name, old, OLD_COOKIE_DAYS, is_hidden=name not in READ_BY_SCRIPTS)


def _set(answer: Response, name: str, value: str, days: float, *, is_hidden: bool) -> None:
    here, age = jar(), timedelta(days=days)
    answer.set_cookie(
        name, value, max_age=age, path=here.path, secure=here.secure, httponly=is_hidden, samesite="Lax"
    )
