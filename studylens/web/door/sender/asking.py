"""Which guest a token belongs to, and how they study: one statement, which nearly every request sends."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from sqlalchemy import BindParameter, Column, Select, Table, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from studylens.models import Guest, GuestDevice, StudySettings
from studylens.study.schedule.settings import COLUMNS, SETTINGS, settings_in

_READING = frozenset({"GET", "HEAD"})
_TOKEN_HASH: BindParameter[str] = bindparam("token_hash")
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_DEVICES: Table = GuestDevice.__table__  # type: ignore[assignment]


def _of(guest: Column[int], token_hash: Column[str], *token: Any) -> Select[*tuple[Any, ...]]:
    rows = select(guest.label("guest"), *token, *COLUMNS).where(token_hash == _TOKEN_HASH)
    return rows.outerjoin_from(guest.table, SETTINGS, SETTINGS.c.guest_id == guest)


_NO_TOKEN = (literal("").label("scopes"), literal("").label("used_on"))
_WHO = union_all(
    _of(_GUESTS.c.id, _GUESTS.c.token_hash, *_NO_TOKEN),
    _of(_DEVICES.c.guest_id, _DEVICES.c.token_hash, _DEVICES.c.scopes, _DEVICES.c.used_on),
)


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
    """Return who asks; a request that only reads asks the database once, whatever sessions it opens."""
    known: Asking | None = g.get("asking")
    if known is not None and known.token_hash == token_hash and request.method in _READING:
        return known
    row: Any = session.connection().execute(_WHO, {"token_hash": token_hash}).first()
    found = None
    if row is not None:
        settings = settings_in(row.guest, row)
        found = Asking(token_hash, row.guest, row.scopes, row.used_on, settings)
    g.asking = found
    return found
