"""DATABASE_URL as hosts and other tools write it: what psycopg2 does not know is applied or named.

Prisma, Supabase and others put words into the address that only their own clients understand
(`?pgbouncer=true`, `?schema=study`); libpq refuses an address with one of them, so that
no page would ever come.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from sqlalchemy import URL, make_url

_POSTGRESQL = "postgresql"
_DRIVER = f"{_POSTGRESQL}+psycopg2"
_HIDDEN = "host=/ {}=1"
"""A line in libpq's own form, from which it says whether it knows a word."""
_YES = ("true", "1", "yes", "on")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")


@dataclass(frozen=True)
class Address:
    """Where the database is, and what was said beside it."""

    url: URL
    schema: str = ""
    """PostgreSQL: where the tables are, instead of `public`."""
    connections: int | None = None
    """The most connections that one process may have open."""
    wait_seconds: float | None = None
    """How long a request may wait for one of these."""
    pooled: bool = False
    """A pooler between us and the server hands each transaction to another session."""
    notes: tuple[str, ...] = ()
    """A sentence for each word that nobody here understands."""


def read_address(url: str) -> Address:
    """Read an address. `postgres://` is accepted, and PostgreSQL is always spoken to by psycopg2."""
    parsed = make_url(re.sub("^postgres(?=[:+])", _POSTGRESQL, url))
    if parsed.get_backend_name() != _POSTGRESQL:
        return Address(parsed)
    words = {name: value for name, value in parsed.query.items() if not _is_known(name)}
    bare = parsed.set(drivername=_DRIVER).difference_update_query(words)
    told = {name.lower(): value if isinstance(value, str) else value[-1] for name, value in words.items()}
    schema = told.get("schema", "")
    return Address(
        bare,
        schema if _NAME.fullmatch(schema) else "",
        _whole(told, "connection_limit"),
        _whole(told, "pool_timeout"),
        told.get("pgbouncer", "").lower() in _YES,
        tuple(filter(None, (_note(name, value) for name, value in sorted(told.items())))),
    )


def _is_known(name: str) -> bool:
    """Say whether libpq knows a word of an address."""
    client = import_module("psycopg2")  # Only where there is such a server: it takes 2 MB.
    try:
        client.extensions.parse_dsn(_HIDDEN.format(name))
    except client.ProgrammingError:
        return False
    return True


def _whole(told: Mapping[str, str], name: str) -> int | None:
    text = told.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else None


def _note(name: str, value: str) -> str:
    if name == "schema" and _NAME.fullmatch(value):
        return ""
    if name in {"connection_limit", "pool_timeout"} and _whole({name: value}, name):
        return ""
    if name == "pgbouncer" and value.lower() in {*_YES, "false", "0", "no", "off"}:
        return ""
    return f"DATABASE_URL: {name} is no word that PostgreSQL's client knows; it is left out."
