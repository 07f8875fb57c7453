"""INSERT ... ON CONFLICT, which SQLAlchemy spells differently for each database."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def insert_on(dialect: str, target: Table | type[Any]) -> "Insert":
    """Return an INSERT into a table or model that may say what to do when the row is there already.

    Both dialects' statements have the same methods; SQLite's type stands for both.
    """
    if dialect == "postgresql":  # Inside, since SQLite's users need not carry the other one's 2 MB.
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415
    made: Insert = insert(target)  # type: ignore[assignment]
    return made
