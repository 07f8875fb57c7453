"""Who asks in this request, and how they study: the database is asked once where the request only reads."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from studylens.accounts import shown
from studylens.models import StudySettings
from studylens.study.schedule.settings import settings_in

_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Asking:
    """The guest who asks; `settings` belong to no session and are only read."""

    token_hash: str
    guest: int
    scopes: str
    """What a program's token may do, words between blanks; empty: all."""
    used_on: str | None
    """The day on which the token was used last."""
    settings: StudySettings


def asking(session: Session, token_hash: str) -> Asking | None:
    """Return who asks; None for nobody's token. A request that only reads asks once, in whatever session."""
    known: Asking | None = g.get("asking")
    if known is not None and known.token_hash == token_hash and request.method in _READING:
        return known
    row: Any = shown.who(session, token_hash)
    found = None
    if row is not None:
        settings = settings_in(row.guest, row)
        found = Asking(token_hash, row.guest, row.scopes, row.used_on, settings)
    g.asking = found
    return found


def asked() -> Asking:
    """Return who was found to ask in this request."""
    found: Asking = g.asking
    return found
