"""The key terms of one pack, each with its evidence and with what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Select, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from studylens.models import NEW, CardSchedule, Flashcard, Pack, PackTerm
from studylens.study.record import evidence
from studylens.study.record.evidence import Held
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.moment import StudyMoment
from studylens.study.terms.asking import asked_by
from studylens.study.terms.points import explained_of
from studylens.study.terms.proof import Proof, proof_of

_CARDS: Table = Flashcard.__table__  # type: ignore[assignment]
_SCHEDULES: Table = CardSchedule.__table__  # type: ignore[assignment]
_PACKS: BindParameter[Sequence[str]] = bindparam("packs", expanding=True)


def _cards(*columns: Any, all_cards: bool) -> Select[*tuple[Any, ...]]:
    held = tuple(_SCHEDULES.c[name] for name in evidence.COLUMNS)
    sides = (_CARDS.c.id, _CARDS.c.front, _CARDS.c.back, _CARDS.c.source_line)
    both = _CARDS.join(_SCHEDULES, _SCHEDULES.c.card_id == _CARDS.c.id, isouter=all_cards)
    found = select(*sides, *held, *columns).select_from(both)
    return found.where(_CARDS.c.pack_id.in_(_PACKS), _CARDS.c.deleted_at.is_(None)).order_by(_CARDS.c.id)


PROVING = _cards(_CARDS.c.pack_id, all_cards=False).where(
    or_(*(_SCHEDULES.c[name].is_not(None) for name in ("held_from", "lost_on", "typed_on")))
)
"""Cards that prove something, of some packs."""
_EVERY = _cards(*(_SCHEDULES.c[name] for name in ("state", "due_at", "suspended", "reps")), all_cards=True)
_EARLY = select(_SCHEDULES.c.card_id).where(
    _SCHEDULES.c.pack_id == bindparam("pack"), _SCHEDULES.c.reps > 0, _SCHEDULES.c.met_on.is_(None)
)


@dataclass(frozen=True)
class TermStanding:
    """A term, what proves that it is mastered, and when a card asks for it next (None: it was never met)."""

    term: PackTerm
    proof: Proof
    next_on: date | None = None
    is_due: bool = False
    is_paused: bool = False
    """All of its cards in the reviews are paused."""


def mastered_terms(session: Session, pack: Pack) -> frozenset[int]:
    """Return the ids of the pack's terms that are mastered, in one statement."""
    if not pack.key_terms:
        return frozenset()
    rows = session.connection().execute(PROVING, {"packs": [pack.id]}).all()
    if not any(row.typed_on for row in rows) and not any(term.explained_on for term in pack.key_terms):
        return frozenset()
    proofs = proofs_of(pack.key_terms, rows, {row.id: Held.of(row) for row in rows})
    return frozenset(term_id for term_id, proof in proofs.items() if proof.is_mastered)


def standings_of(session: Session, pack: Pack, moment: StudyMoment) -> list[TermStanding]:
    """Return the pack's terms, in their order, with everything that a page tells of them."""
    rows = session.connection().execute(_EVERY, {"packs": [pack.id]}).all()
    asking = asked_by(pack.key_terms, rows)
    held = _held(session, rows)
    by_id = {row.id: row for row in rows}
    return [_standing(term, [by_id[n] for n in asking[term.id]], held, moment) for term in pack.key_terms]


def count_early(session: Session, pack: Pack) -> None:
    """Keep with the pack's cards what their log proves, where they were answered before that was kept."""
    if early := session.scalars(_EARLY, {"pack": pack.id}).all():
        evidence.recount(session, early)


def proofs_of(terms: Sequence[Any], cards: Iterable[Any], held: Mapping[int, Held]) -> dict[int, Proof]:
    """Return what is proved of each term, by its id; `held`: of cards that were answered, by theirs."""
    asking = asked_by(terms, cards)
    return {
        term.id: proof_of([held[n] for n in asking[term.id] if n in held], explained_of(term))
        for term in terms
    }


def _held(session: Session, rows: Sequence[Any]) -> dict[int, Held]:
    """Return what each card proves; from the log what was answered before that was kept with cards."""
    early = [row.id for row in rows if row.reps and row.met_on is None]
    return {row.id: Held.of(row) for row in rows} | (evidence.read(session, early) if early else {})


def _standing(
    term: PackTerm, cards: Sequence[Any], held: Mapping[int, Held], moment: StudyMoment
) -> TermStanding:
    proof = proof_of([held[card.id] for card in cards], explained_of(term))
    met = [card for card in cards if card.state not in {None, NEW} and not card.suspended]
    days = [due_day(card.state, card.due_at, moment.zone) for card in met]
    first = min(days, default=None)
    is_due = first is not None and first <= moment.today
    taken = [card for card in cards if card.state is not None]
    return TermStanding(term, proof, first, is_due, bool(taken) and all(card.suspended for card in taken))
