"""Databases as earlier layouts left them: the SQL files in legacy/, on both kinds of database."""

from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from database_config import Database

LAYOUTS = sorted(path.stem for path in (Path(__file__).parent / "legacy").glob("*.sql"))

Rows = dict[str, list[dict[str, Any]]]


def load(database: Database, layout: str) -> None:
    """Make the layout's tables with their rows in an empty database."""
    script = (Path(__file__).parent / "legacy" / f"{layout}.sql").read_text()
    if database.is_sqlite:
        script = script.replace("SERIAL", "INTEGER")
    with database.engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)


def rows_of(database: Database, like: Rows | None = None) -> Rows:
    """Return all rows by table; `like`: only of its tables, and only its columns."""
    with database.engine.connect() as connection:
        tables = like or {name: [] for name in inspect(connection).get_table_names()}
        return {name: _rows(connection, name, rows) for name, rows in tables.items()}


def _rows(connection: Any, table: str, like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = ", ".join(like[0]) if like else "*"
    found = connection.execute(text(f"SELECT {columns} FROM {table}")).mappings()  # noqa: S608 - our names.
    return sorted((dict(row) for row in found), key=repr)
