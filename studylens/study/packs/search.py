"""Full-text search over titles, terms and transcripts: one function for SQLite's FTS5 and PostgreSQL."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, false, func, insert, literal, select, text
from sqlalchemy.orm import Session

from studylens.models import Pack, PackSearch, PackTerm, TranscriptLine
from studylens.study.budgets import sums

MAX_WORDS = 10
"""Words of a search; more are left out."""
MAX_CHARS = 200_000
"""Characters of a pack that are searched: ten of the longest pasted texts (a tsvector holds 1 MB)."""
_TERMS = (
    select(PackTerm.term, PackTerm.definition)
    .where(PackTerm.pack_id == bindparam("pack"))
    .order_by(PackTerm.id)
)
_LINES = (
    select(TranscriptLine.text)
    .where(TranscriptLine.pack_id == bindparam("pack"), TranscriptLine.deleted_at.is_(None))
    .order_by(TranscriptLine.n)
)
_WORD = re.compile(r"\w+")
_ID_BITS = 20
_ADD_TO_FTS5 = text(
    "INSERT INTO pack_search (rowid, pack_id, place, owner, words) "
    "VALUES (:place, :pack_id, :place, :owner, :words)"
)
_LEAVE_FTS5: Any = text("DELETE FROM pack_search WHERE rowid IN :places").bindparams(
    bindparam("places", expanding=True)
)
_MERGE = text("INSERT INTO pack_search (pack_search, rank) VALUES ('merge', :pages)")
_TOTAL_CHANGES = text("SELECT total_changes()")
_MERGED_SOMETHING = 2
"""Rows that the command changes when there was something to merge, as FTS5's manual says."""
_LEVELS = text("SELECT block FROM pack_search_data WHERE id = 10")
"""FTS5's own record of its segments, level by level (FTS5_STRUCTURE_ROWID in its source)."""


@dataclass(frozen=True)
class SearchResult:
    """Ids of the packs on one page of results, newest first, and how many there are in all."""

    ids: tuple[str, ...]
    total: int


def index_pack(session: Session, pack: Pack, *, is_as_before: bool = False) -> None:
    """Make the pack found by its present words; one in the trash, or being erased, is not found.

    `is_as_before`: it holds what it held, so that nothing is counted again.
    """
    session.flush()
    if is_as_before:
        set_aside(session, [pack])
    else:
        unindex(session, pack)
    if pack.deleted_at is not None:
        return
    terms = session.execute(_TERMS, {"pack": pack.id})
    lines = session.scalars(_LINES, {"pack": pack.id})
    whole = "\n".join((pack.title, *(f"{term} {meaning or ''}" for term, meaning in terms), *lines))
    words = _normal(whole)[:MAX_CHARS]
    owner, place = _owner(pack.guest_id), _place(pack)
    row = {"pack_id": pack.id, "place": place, "owner": owner}
    if _is_sqlite(session):
        session.execute(_ADD_TO_FTS5, {**row, "words": words})
    else:
        vector = func.to_tsvector(literal("simple"), f"{owner} {words}")
        session.execute(insert(PackSearch).values(**row, words=vector))


def unindex(session: Session, pack: Pack) -> None:
    """Let the pack no longer be found, or be found by other words; what it holds is counted again."""
    sums.touch(session, pack.id)
    set_aside(session, [pack])


def set_aside(session: Session, packs: Sequence[Pack]) -> None:
    """Let packs no longer be found that go on holding what they held."""
    if _is_sqlite(session):
        leaving = _LEAVE_FTS5.bindparams(places=[_place(pack) for pack in packs])
    else:
        leaving = delete(PackSearch).where(PackSearch.pack_id.in_([pack.id for pack in packs]))
    session.execute(leaving)


def find(session: Session, guest_id: int, wanted: str, *, limit: int, offset: int = 0) -> SearchResult:
    """Return the guest's packs that hold every word of `wanted`, as a word's beginning.

    Operators and quotes mean nothing here: they only part words.
    """
    words = _WORD.findall(_normal(wanted))[:MAX_WORDS]
    if not words:
        return SearchResult((), 0)
    matching = _matching(session, _owner(guest_id), words)
    total = session.scalar(select(func.count()).select_from(PackSearch).where(matching)) or 0
    newest = text("rowid DESC") if _is_sqlite(session) else PackSearch.place.desc()
    page = select(PackSearch.pack_id).where(matching).order_by(newest).limit(limit).offset(offset)
    return SearchResult(tuple(session.scalars(page)), total)


def found_ids(session: Session, guest_id: int, wanted: str) -> Select[str]:
    """Return the query of the ids of all packs that `find` finds: for statements that go on from there."""
    words = _WORD.findall(_normal(wanted))[:MAX_WORDS]
    if not words:
        return select(PackSearch.pack_id).where(false())
    return select(PackSearch.pack_id).where(_matching(session, _owner(guest_id), words))


def reindex_all(session: Session) -> int:
    """Index every pack anew, after a restore; return how many there are."""
    session.execute(text("DELETE FROM pack_search"))
    packs = session.scalars(select(Pack).where(Pack.deleted_at.is_(None)).execution_options(yield_per=100))
    count = 0
    for pack in packs:
        index_pack(session, pack)
        count += 1
    return count


class WholeMerge:
    """Merges all of SQLite's index, some pages a step: only then no word of a deleted pack is left in it."""

    _begun = False

    def __call__(self, session: Session, pages: int) -> bool:
        """Write about so many pages; say whether more is left. A negative number begins a merge of all."""
        before = session.scalar(_TOTAL_CHANGES) or 0
        session.execute(_MERGE, {"pages": pages if self._begun else -pages})
        self._begun = True
        if (session.scalar(_TOTAL_CHANGES) or 0) - before >= _MERGED_SOMETHING:
            return True
        self._begun = not _is_merging(session.scalar(_LEVELS) or b"")
        return not self._begun  # FTS5 passes over a merge of two beside which two packs were indexed.


def _is_merging(levels: bytes) -> bool:
    """Say whether a level has a merge that is not done."""
    first, _, _, *rest = *_numbers(levels[4:]), 0, 0, 0
    for _ in range(first):
        merged, segments = rest[:2]
        if merged:
            return True
        rest = rest[2 + 3 * segments :]
    return False


def _numbers(data: bytes) -> Iterator[int]:
    """Yield numbers as FTS5 writes them, seven bits a byte."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:  # The highest bit says that more follows.
            yield number
            number = 0


def _matching(session: Session, owner: str, words: list[str]) -> Any:
    if _is_sqlite(session):
        typed = " AND ".join(f'"{word}"*' for word in words)
        return text("pack_search MATCH :wanted").bindparams(wanted=f'owner : "{owner}" AND words : ({typed})')
    typed = " & ".join([owner, *(f"{word}:*" for word in words)])
    return PackSearch.words.op("@@")(func.to_tsquery(literal("simple"), typed))


def _normal(wanted: str) -> str:
    """Return the text without accents and capitals, so that both databases compare alike."""
    if wanted.isascii():
        return wanted.casefold()
    parts = unicodedata.normalize("NFKD", wanted.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _owner(guest_id: int) -> str:
    return f"g{guest_id}"


def _place(pack: Pack) -> int:
    """Milliseconds, then bits of the random id: grows with time, and differs within one millisecond."""
    milliseconds = int(pack.created_at.timestamp() * 1000)
    return (milliseconds << _ID_BITS) + (int(pack.id[:8], 16) & ((1 << _ID_BITS) - 1))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
