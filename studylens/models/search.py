"""The words of packs, where full-text search finds them: FTS5 on SQLite, a GIN index on PostgreSQL."""

from typing import Any

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from database_config import Base

_FTS5 = "pack_id UNINDEXED, place UNINDEXED, owner, words, tokenize = 'unicode61'"


class PackSearch(Base):
    """The searchable words of one pack; on SQLite a virtual table, whose rowid is `place`."""

    __tablename__ = "pack_search"
    __table_args__ = (
        Index("ix_pack_search_words", "words", postgresql_using="gin", info={"dialect": "postgresql"}),
        {"info": {"fts5": _FTS5}},
    )

    pack_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    """Grows with the pack's age: results come newest first without sorting."""
    owner: Mapped[str] = mapped_column(String(20))
    """`g` and the guest's id: a word of its own, so that the index itself leaves out other guests."""
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    """Title, terms and transcript; on PostgreSQL the owner too, as a tsvector."""


@compiles(CreateTable, "sqlite")
def _create_virtual(create: Any, compiler: Any, **options: Any) -> str:
    """Compile tables that are marked with `fts5` to virtual ones, all others as ever."""
    columns = create.element.info.get("fts5")
    if columns is None:
        return str(compiler.visit_create_table(create, **options))
    return f"CREATE VIRTUAL TABLE IF NOT EXISTS {create.element.name} USING fts5({columns})"
