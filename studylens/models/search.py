"""The words of packs, where full-text search finds them: FTS5 on SQLite, a GIN index on PostgreSQL."""

from typing import Any

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import UserDefinedType

from studylens.models.base import USING, Base
from studylens.models.belonging import Merging, belongs
from studylens.models.columns import PACK

_FTS5 = "pack_id UNINDEXED, place UNINDEXED, owner, words, tokenize = 'unicode61'"


class TsVector(UserDefinedType[str]):
    """PostgreSQL's `tsvector` by its name alone: SQLAlchemy's own brings its whole dialect, some 2 MB."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Return the name that the database knows it by."""
        return "TSVECTOR"


class PackSearch(Base):
    """The searchable words of one pack; on SQLite a virtual table, whose rowid is `place`."""

    __tablename__ = "pack_search"
    __table_args__ = (
        Index("ix_pack_search_words", "words", info={"dialect": "postgresql", USING: "gin"}),
        {"info": {"fts5": _FTS5, **belongs(Merging.REMADE, travels=False)}},
    )

    pack_id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PACK)
    place: Mapped[int] = mapped_column(BigInteger)
    """Grows with the pack's age: results come newest first without sorting."""
    owner: Mapped[str] = mapped_column(String(20))
    """`g` and the guest's id: a word of its own, so that the index itself leaves out other guests."""
    words: Mapped[str] = mapped_column(Text().with_variant(TsVector(), "postgresql"))
    """Title, terms and transcript; on PostgreSQL the owner too, as a tsvector."""


@compiles(CreateTable, "sqlite")
def _create_virtual(create: Any, compiler: Any, **options: Any) -> str:
    """Compile tables that are marked with `fts5` to virtual ones, all others as ever."""
    columns = create.element.info.get("fts5")
    if columns is None:
        return str(compiler.visit_create_table(create, **options))
    return f"CREATE VIRTUAL TABLE IF NOT EXISTS {create.element.name} USING fts5({columns})"
