"""Whom a shown token leads to, how they study, and what the token may do: one statement for every request."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    bindparam,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import Guest, GuestDevice
from studylens.study.schedule.settings import COLUMNS, SETTINGS

_TOKEN_HASH: BindParameter[str] = bindparam("token_hash")
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_DEVICES: Table = GuestDevice.__table__  # type: ignore[assignment]


def _with_settings(
    guest: ColumnElement[int], token_hash: ColumnElement[str], *more: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    rows = select(guest.label("guest"), *more, *COLUMNS).where(token_hash == _TOKEN_HASH)
    return rows.outerjoin_from(guest.table, SETTINGS, SETTINGS.c.guest_id == guest)


_NOTHING = literal("")
_WHO = union_all(
    _with_settings(_GUESTS.c.id, _GUESTS.c.token_hash, _NOTHING.label("scopes"), _NOTHING.label("used_on")),
    _with_settings(_DEVICES.c.guest_id, _DEVICES.c.token_hash, _DEVICES.c.scopes, _DEVICES.c.used_on),
)
"""The guest, and how they study: nearly every page asks for both."""


def who(session: Session, token_hash: str) -> Any:
    """Return a row: `guest`, `scopes`, `used_on` and columns of the settings; None for nobody's token."""
    return session.connection().execute(_WHO, {"token_hash": token_hash}).first()


def note_use(database: Database, token_hash: str, at: datetime) -> None:
    """Keep the day on which a program's token was used."""
    with database.writing() as session:
        mine = update(GuestDevice).where(GuestDevice.token_hash == token_hash, GuestDevice.is_token)
        session.execute(mine.values(used_on=at.date().isoformat()))
