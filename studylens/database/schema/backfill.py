"""Fill the columns that a repair has added, from what earlier layouts kept; each batch in a transaction."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy import exc as sql_errors

from studylens.database.schema import catalogue
from studylens.database.schema.catalogue import Catalogue


@dataclass(frozen=True)
class Renamed:
    """A column of today and its earlier names, the likeliest first."""

    table: str
    column: str
    earlier: tuple[str, ...]


RENAMED = (
    Renamed("achievements", "achievement_name", ("name", "title", "badge_name")),
    Renamed("user_achievements", "achievement_name", ("name", "title", "badge_name")),
)
MOMENTS = (
    Renamed("user_achievements", "awarded_at", ("earned_at", "unlocked_at", "date_earned", "created_at")),
)
"""The same for moments, which earlier layouts wrote in several ways."""
OWNERS = (Renamed("user_achievements", "guest_id", ("user_id",)),)
"""Copied only when the earlier column refers to our own guests: other numbers are other people's."""
RANDOM_IDS = (("cards", "uid"), ("questions", "uid"))
"""Columns that get 128 random bits where they are empty."""


log = logging.getLogger("studylens.database")

BATCH_ROWS = 500
"""A transaction of some milliseconds, so that nobody waits for it."""
_RANDOM_ID = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}
_MOMENT = {
    "sqlite": "CASE WHEN typeof({0}) = 'text' THEN strftime('%Y-%m-%d %H:%M:%f', {0}) || '000' END",
    "postgresql": "CAST({0} AS timestamp)",
}
"""What the two keep for a moment in UTC; SQLite's is NULL for a text that is no moment."""


@dataclass(frozen=True)
class Fill:
    """One column that gets `value`, an SQL expression over its own row, where it is empty."""

    table: str
    column: str
    value: str

    @property
    def rows(self) -> str:
        """Return the condition for rows that can be filled."""
        return f"{self.column} IS NULL AND {self.value} IS NOT NULL"


def backfill(engine: Engine) -> None:
    """Fill what is empty and has a source. May run in several processes at once, and again at any time."""
    with engine.connect() as connection:
        found = catalogue.read(connection)
        fills = [*_random_ids(connection, found), *_renamed(found), *_moments(connection, found)]
        fills += _owners(connection, found)
    for fill in fills:
        _fill(engine, fill)


def _random_ids(connection: Connection, found: Catalogue) -> Iterator[Fill]:
    for table, column in RANDOM_IDS:
        if column in found.tables.get(table, {}):
            yield Fill(table, column, _RANDOM_ID[connection.dialect.name])


def _renamed(found: Catalogue) -> Iterator[Fill]:
    for name in RENAMED:
        sources = [f"NULLIF(substr(CAST({source} AS text), 1, 100), '')" for source in _there(name, found)]
        if sources:
            yield Fill(name.table, name.column, f"COALESCE({', '.join([*sources, 'NULL'])})")


def _moments(connection: Connection, found: Catalogue) -> Iterator[Fill]:
    for name in MOMENTS:
        for source in _there(name, found):
            kind = found.tables[name.table][source].type
            if connection.dialect.name == "sqlite" or kind.startswith(("timestamp", "date")):
                yield Fill(name.table, name.column, _MOMENT[connection.dialect.name].format(source))


def _owners(connection: Connection, found: Catalogue) -> Iterator[Fill]:
    for name in OWNERS:
        for source in _there(name, found):
            keys = inspect(connection).get_foreign_keys(name.table)
            if any(
                key["constrained_columns"] == [source] and key["referred_table"] == "guests" for key in keys
            ):
                yield Fill(name.table, name.column, f"(SELECT id FROM guests WHERE id = {source})")  # noqa: S608


def _there(name: Renamed, found: Catalogue) -> list[str]:
    columns = found.tables.get(name.table, {})
    return [source for source in name.earlier if source in columns] if name.column in columns else []


def _fill(engine: Engine, fill: Fill) -> None:
    last, left = -1, 0
    while ids := _next_rows(engine, fill, last):
        try:
            _update(engine, fill, ids)
        except sql_errors.IntegrityError:
            left += sum(not _update_one(engine, fill, row) for row in ids)
        last = ids[-1]
    if left:
        log.warning(
            "%s stays empty in %d rows: others have the same value", f"{fill.table}.{fill.column}", left
        )


def _next_rows(engine: Engine, fill: Fill, last: int) -> list[int]:
    statement = f"SELECT id FROM {fill.table} WHERE id > :last AND {fill.rows} ORDER BY id LIMIT {BATCH_ROWS}"  # noqa: S608 - our own names only.
    with engine.connect() as connection:
        return list(connection.execute(text(statement), {"last": last}).scalars())


def _update_one(engine: Engine, fill: Fill, row: int) -> bool:
    try:
        _update(engine, fill, [row])
    except sql_errors.IntegrityError:
        return False
    return True


def _update(engine: Engine, fill: Fill, ids: list[int]) -> None:
    change = f"UPDATE {fill.table} SET {fill.column} = {fill.value}"  # noqa: S608 - our own names only.
    statement = f"{change} WHERE id BETWEEN :first AND :last AND {fill.rows}"
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(statement), {"first": ids[0], "last": ids[-1]})
