"""Ask what the table says, and tell what differs."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Select, select
from werkzeug.routing import AnyConverter, Rule

from studylens.models import Base
from studylens.models.belonging import SERVICE
from studylens.study import leaving
from studylens.web.door.wiring import Wiring
from tests.web.matrix.table import COLUMNS, PERSONS, TABLE
from tests.web.matrix.world import Things, World

UNKNOWN = {int: 10**6, str: "0" * 32}
_PLACE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_ID = re.compile(r"(\w+_id|number)$")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    method: str
    address: str
    answers: Mapping[str, str]
    """By column."""

    @property
    def ids(self) -> list[str]:
        """The place-holders that name something of a student's."""
        return [name for name in _PLACE.findall(self.address) if _ID.match(name)]


def rows() -> list[Row]:
    """Return the table."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]
    return [
        Row(method, address, dict(zip(COLUMNS, answers, strict=True))) for method, address, *answers in lines
    ]


def plain(rule: Rule) -> str:
    """Return a rule's address as the table writes it."""
    return _PLACE.sub(r"<\1>", rule.rule)


def kinds(app: Flask) -> dict[str, list[str]]:
    """Return the values of `<kind>` in each address; one empty value where there is none."""
    found = {}
    for rule in app.url_map.iter_rules():
        kind = rule._converters.get("kind")
        found[plain(rule)] = sorted(kind.items) if isinstance(kind, AnyConverter) else [""]
    return found


@dataclass(frozen=True)
class Ask:
    """One request: the column that says what is answered, who asks, at which address, and with whose ids."""

    column: str
    person: str
    path: str
    form: Things


def asks(row: Row, kind: str, world: World) -> Iterator[Ask]:
    """Yield who asks for a row's address, and about what."""
    mine = world.mine
    for person in PERSONS:
        yield Ask(person, person, _path(row, kind, mine), mine)
    ids = [_key(row, name, kind) for name in row.ids]
    if row.answers["unknown"] != "-":
        for name in ids:
            unknown = {**mine, name: UNKNOWN[type(mine[name])]}
            yield Ask("unknown", "owner", _path(row, kind, unknown), mine)
    if row.answers["mixed"] != "-":
        borrowed = {ids[-1]: mine[ids[-1]]} if len(ids) > 1 else {}
        yield Ask("mixed", "other", _path(row, kind, world.others | borrowed), mine)
    if row.answers["trash"] != "-":
        yield Ask("trash", "owner", _path(row, kind, world.trash), world.trash)


def _path(row: Row, kind: str, things: Things) -> str:
    places = {"kind": kind, **things}
    return _PLACE.sub(lambda found: str(places[_key(row, found[1], kind)]), row.address)


def _key(row: Row, name: str, kind: str) -> str:
    """Return under which name the things have what stands in a place of this address."""
    room = row.address.split("/")[1]
    if name == "item_id" or (name == "number" and kind):
        return kind
    if (name, room) == ("name", "static"):
        return "path"
    if name == "number" or (name, room) == ("batch_id", "sheets"):
        return room
    return "joined" if name == "pack_id" and row.address.endswith(("/apart", "/move")) else name


class Keeper:
    """Knows the owner's rows, and brings the database back to what it was (SQLite)."""

    def __init__(self, wiring: Wiring, guest_id: int) -> None:
        self.live = sqlite3.connect(str(wiring.database.url.database))
        self.kept = sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.statements = {name: _sql(wiring, rows) for name, rows in owners(guest_id).items()}
        self.before, self.version = self.digests(), self._version()

    def has_changed(self) -> bool:
        """Say whether anything at all was written since the last time."""
        return self._version() != self.version

    def lost(self) -> list[str]:
        """Return the tables in which the owner's rows are not what they were."""
        return [name for name, found in self.digests().items() if found != self.before[name]]

    def digests(self) -> dict[str, str]:
        return {name: digest(self.live.execute(asked).fetchall()) for name, asked in self.statements.items()}

    def bring_back(self) -> None:
        """Let everything be as it was at first."""
        self.kept.backup(self.live)
        self.version = self._version()

    def _version(self) -> Any:
        return self.live.execute("PRAGMA data_version").fetchone()


def owners(guest_id: int) -> dict[str, Select[Any]]:
    """Return what reads the rows of one student, by table."""
    tables = [table for table in Base.metadata.sorted_tables if SERVICE not in table.info]
    return {
        table.name: select(table).where(leaving.whose(table, guest_id)).order_by(*table.primary_key.columns)
        for table in tables
    }


def digest(rows: Any) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _sql(wiring: Wiring, asked: Select[Any]) -> str:
    return str(asked.compile(wiring.database.engine, compile_kwargs={"literal_binds": True}))
