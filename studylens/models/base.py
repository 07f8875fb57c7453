"""What every model inherits from, the one list of all tables, and indexes of some of their rows.

An index of few rows is small, and SQLite, which keeps no numbers about its tables, takes it for what it is
for: of a whole one it believes that each value is rare, and reads everybody's rows. What marks one stands in
`info`, since SQLAlchemy's own words for it load a dialect.
"""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import CreateIndex

WHERE, USING = "where", "using"
"""Keys of an index's `info`: the condition of its rows, in SQL of both databases; PostgreSQL's kind of it."""


def only(where: str) -> dict[str, Any]:
    """Return the `info` of an index of the rows for which this holds; a query has to say it word for word."""
    return {WHERE: where}


@compiles(CreateIndex)
def _create_some(create: Any, compiler: Any, **options: Any) -> str:
    """Compile an index that is marked with `using` or `where`, and all others as ever."""
    made = str(compiler.visit_create_index(create, **options))
    if using := create.element.info.get(USING):
        made = made.replace(" (", f" USING {using} (", 1)
    if where := create.element.info.get(WHERE):
        made = f"{made} WHERE {where}"
    return made


class Base(DeclarativeBase):
    """The declarative base of all models; `Base.metadata` is complete once `studylens.models` is imported."""
