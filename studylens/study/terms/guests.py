"""The key terms of all packs of a student for which there is evidence, the mastered ones first.

Only packs in which something was explained or typed are looked at: without that no term is mastered, and
whoever does neither waits for nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, select, union
from sqlalchemy.orm import Session

from studylens.models import CardSchedule, Pack, PackTerm
from studylens.study.record.evidence import Held
from studylens.study.terms.packs import PROVING, proofs_of
from studylens.study.terms.proof import Proof

_PACKS: Table = Pack.__table__  # type: ignore[assignment]
_TERMS: Table = PackTerm.__table__  # type: ignore[assignment]
_SCHEDULES: Table = CardSchedule.__table__  # type: ignore[assignment]
_GUEST: BindParameter[int] = bindparam("guest")
_IDS: BindParameter[Sequence[str]] = bindparam("packs", expanding=True)
_MINE = (_PACKS.c.guest_id == _GUEST, _PACKS.c.deleted_at.is_(None))
_explained = select(_PACKS.c.id, _PACKS.c.title).join(_TERMS, _TERMS.c.pack_id == _PACKS.c.id)
_explained = _explained.where(*_MINE, _TERMS.c.explained_on.is_not(None))
_typed = select(_PACKS.c.id, _PACKS.c.title).join(_SCHEDULES, _SCHEDULES.c.pack_id == _PACKS.c.id)
_typed = _typed.where(_SCHEDULES.c.guest_id == _GUEST, *_MINE, _SCHEDULES.c.typed_on.is_not(None))
_BEGUN = union(_explained, _typed)
"""Ids and titles of packs in which something was explained or typed."""
_TOLD = ("id", "pack_id", "term", "definition", "source_line", "explained_on", "explained", "points")
_THEIRS = select(*(_TERMS.c[name] for name in _TOLD)).where(_TERMS.c.pack_id.in_(_IDS)).order_by(_TERMS.c.id)


@dataclass(frozen=True)
class TermProof:
    """A term of a pack, and what proves it."""

    pack_id: str
    pack_title: str
    term_id: int
    term: str
    mastered: bool
    proof: Proof


def proved_by(session: Session, guest_id: int) -> tuple[TermProof, ...]:
    """Return the student's terms that were explained or typed: mastered ones first, then the latest."""
    titles = {row.id: row.title for row in session.connection().execute(_BEGUN, {"guest": guest_id})}
    if not titles:
        return ()
    which = {"packs": sorted(titles)}
    cards, terms = _by_pack(session, PROVING, which), _by_pack(session, _THEIRS, which)
    found = []
    for pack_id, some in terms.items():
        held = {card.id: Held.of(card) for card in cards[pack_id]}
        proofs = proofs_of(some, cards[pack_id], held)
        told = ((term, proofs[term.id]) for term in some)
        found += [
            TermProof(pack_id, titles[pack_id], term.id, term.term, proof.is_mastered, proof)
            for term, proof in told
            if proof.explained or proof.typed_on
        ]
    return tuple(sorted(sorted(found, key=_latest, reverse=True), key=lambda one: not one.mastered))


def _by_pack(session: Session, statement: Any, which: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.connection().execute(statement, which):
        found[row.pack_id].append(row)
    return found


def _latest(one: TermProof) -> date:
    proof, never = one.proof, date.min
    explained = proof.explained.on if proof.explained else never
    return max(explained, proof.typed_on or never, *proof.recalled_on, proof.lost_on or never)
