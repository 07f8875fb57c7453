"""Everything of one pack goes into another, behind what that has; how it was is kept for its way home."""

import hashlib
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from studylens.models import JOINED, Pack, PackJoin, PackPage, PackTerm, TranscriptLine
from studylens.models.belonging import Merging
from studylens.study.packs import search
from studylens.study.packs.belongings import belongings, hand_over, pack_column, rows_of
from studylens.study.packs.joins import columns, doubles
from studylens.study.packs.joins.rows import keys_of
from studylens.study.packs.pages import pages_of, take_over
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.privacy import is_private
from studylens.study.terms.remade import as_explained

Rows = dict[str, list[columns.Row]]
_TERMS: Table = PackTerm.__table__  # type: ignore[assignment]


def absorb(session: Session, pack: Pack, part: PackJoin) -> None:
    """Move everything of the part's pack behind what `pack` has; then its own row is gone."""
    other = session.get(Pack, part.other_id, with_for_update=True)
    if other is None:
        session.delete(part)
        return
    before = columns.plain(pack) | (part.kept or {})
    kept: dict[str, Any] = {"pack": columns.plain(other), "judged": pack.judged}
    kept |= _make_pages(session, pack, other, before["title"])
    kept |= _what_only_one_has(session, pack, other)
    kept["terms"] = _drop_doubled_terms(session, pack, other)
    named = any(kept["ended"].values())  # By what goes now and may come back.
    kept["numbered"] = {one.id: numbering(session, one) for one in (pack, other) if named}
    if kept["terms"]:
        kept["numbered"].setdefault(other.id, numbering(session, other))
    kept["doubles"] = doubles.set_aside(session, pack, other, part.joined_at)
    kept["rows"] = keys_of(session, other)
    _move(session, pack, other)
    kept["changes"] = columns.changes(before, columns.plain(pack))
    part.kept, part.state = kept, JOINED
    session.flush()
    session.expire_all()


def numbering(session: Session, pack: Pack) -> str:
    """Return a fingerprint of the pack's lines and numbers: what names lines fits while it is the same."""
    lines = select(TranscriptLine.id, TranscriptLine.n).where(TranscriptLine.pack_id == pack.id)
    rows = session.execute(lines.order_by(TranscriptLine.id)).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def _move(session: Session, pack: Pack, other: Pack) -> None:
    pack.private = is_private(session, pack) or is_private(session, other)
    session.flush()
    hand_over(session, other, pack)
    session.refresh(other, ["judged"])
    columns.join(pack, other)
    pack.version += 1
    count_copies(session, pack)
    search.unindex(session, other)
    session.expunge(other)
    session.execute(delete(Pack).where(Pack.id == other.id))


def _make_pages(session: Session, pack: Pack, other: Pack, title: str) -> columns.Row:
    """Give both packs rows for their pages, each with what it tells; return how it was before."""
    counts = [len(pack.pages), len(other.pages)]
    mine, theirs = pages_of(session, pack), pages_of(session, other)
    if not counts[0]:
        mine[0].title = title
        _tell(mine[0], pack)
    _tell(theirs[0], other)
    session.add_all([*mine, *theirs])
    session.flush()
    return {"alone": [count == 0 for count in counts], "teller": theirs[0].id}


def _tell(page: PackPage, pack: Pack) -> None:
    take_over(page, pack)
    pack.summary = pack.explanation = ""


def _what_only_one_has(session: Session, pack: Pack, other: Pack) -> columns.Row:
    """Return rows that end by joining: the doubled ones of `other`, and those that end in both packs."""
    there: Rows = {}
    came: Rows = {}
    ended: Rows = {}
    for table, belonging in belongings():
        if belonging.merging is Merging.UNITE:
            there[table.name] = _rows(session, table, other)
            known = [_key(row, belonging.known_by) for row in _rows(session, table, pack)]
            came[table.name] = [
                row for row in there[table.name] if _key(row, belonging.known_by) not in known
            ]
        elif belonging.merging is Merging.DROP:
            ended[table.name] = [*_rows(session, table, pack), *_rows(session, table, other)]
    return {"there": there, "came": came, "ended": ended}


def _drop_doubled_terms(session: Session, pack: Pack, other: Pack) -> list[columns.Row]:
    """Delete terms of `other` that `pack` has with the same meaning; return them."""
    known = {(term.term, term.definition) for term in pack.key_terms}
    doubled = [term.id for term in other.key_terms if (term.term, term.definition) in known]
    which = _TERMS.c.id.in_(doubled)
    rows = session.execute(select(_TERMS).where(which)).mappings()
    found = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    as_explained(pack.key_terms, [term for term in other.key_terms if term.id in doubled])
    session.execute(delete(_TERMS).where(which))
    return found


def _rows(session: Session, table: Table, pack: Pack) -> list[columns.Row]:
    found = session.execute(select(table).where(*rows_of(table, pack))).mappings()
    return [columns.plain_row(dict(row)) | {pack_column(table).name: pack.id} for row in found]


def _key(row: columns.Row, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)
