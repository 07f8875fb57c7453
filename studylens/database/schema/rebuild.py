"""SQLite cannot loosen a column: the table is made anew, filled, and takes the place of the old one."""

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import CreateTable

from studylens.database.schema.missing import Missing


def rebuild(connection: Connection, missing: Missing) -> None:
    """Rebuild the tables with columns that are too strict or without our key; in the caller's transaction.

    Foreign keys must be off on this connection: else the old table's end would take other tables' rows along.
    """
    names = {table.name for table, _ in missing.strict} | {key.table.name for key in missing.keys}
    for name in sorted(names):
        old = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
        for table, column in missing.strict:
            if table.name == name:
                old.columns[column].nullable = True
        _replace(connection, old, [key for key in missing.keys if key.table.name == name])


def _replace(connection: Connection, old: Table, keys: list[Column[Any]]) -> None:
    kept, copied = _indexes(connection, old.name), [column.name for column in old.columns]
    _name_parents(connection, old)
    _keep_unique(connection, old)
    new = old.to_metadata(old.metadata, name=f"studylens_new_{old.name}")
    new.indexes.clear()
    if keys:
        _number_rows(new, keys)
    connection.execute(CreateTable(new))
    rows = select(*(old.columns[name] for name in copied))
    connection.execute(insert(new).from_select(copied, rows, include_defaults=False))
    name = connection.dialect.identifier_preparer.format_table(old)
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE {new.name} RENAME TO {name}")
    for statement in kept:
        connection.exec_driver_sql(statement)


def _name_parents(connection: Connection, table: Table) -> None:
    """Let the DDL name the tables that foreign keys lead to; one that leads nowhere refuses every row."""
    there = set(inspect(connection).get_table_names())
    endings = _endings(connection, table.name)
    for constraint in list(table.foreign_key_constraints):
        parent = constraint.elements[0].target_fullname.rpartition(".")[0]
        constraint.onupdate, constraint.ondelete = endings[parent, constraint.column_keys[0]]
        if parent not in there:
            table.constraints.remove(constraint)
            for element in constraint.elements:
                element.parent.foreign_keys.discard(element)
        elif parent != table.name:
            names = [element.target_fullname.rpartition(".")[2] for element in constraint.elements]
            Table(parent, table.metadata, *(Column(name, Integer) for name in names), extend_existing=True)


def _endings(connection: Connection, table: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return ON UPDATE and ON DELETE by parent and first column: SQLAlchemy reads them of some keys only."""
    rows = connection.execute(
        text(
            'SELECT "table", "from", on_update, on_delete FROM pragma_foreign_key_list(:table) WHERE seq = 0'
        ),
        {"table": table},
    )
    return {(parent, column): (on_update, on_delete) for parent, column, on_update, on_delete in rows}


def _keep_unique(connection: Connection, table: Table) -> None:
    """Take over what a column's own UNIQUE demands, which SQLAlchemy does not always read."""
    for constraint in [item for item in table.constraints if isinstance(item, UniqueConstraint)]:
        table.constraints.remove(constraint)
    indexes = connection.execute(
        text("SELECT name FROM pragma_index_list(:table) WHERE origin = 'u'"), {"table": table.name}
    )
    for index in indexes.scalars().all():
        columns = connection.execute(text("SELECT name FROM pragma_index_info(:index)"), {"index": index})
        table.append_constraint(UniqueConstraint(*columns.scalars()))


def _number_rows(table: Table, keys: list[Column[Any]]) -> None:
    """Give the table our key, which SQLite fills with numbers; the earlier key becomes plain columns."""
    for column in table.columns:
        column.primary_key = False
        column.nullable = True
    for key in keys:
        table.append_column(Column(key.name, Integer))
    table.append_constraint(PrimaryKeyConstraint(*(key.name for key in keys)))


def _indexes(connection: Connection, table: str) -> list[str]:
    """Return the DDL of the indexes and triggers that would go with their table."""
    statement = text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type <> 'table' AND sql IS NOT NULL"
    )
    return list(connection.execute(statement, {"name": table}).scalars())
