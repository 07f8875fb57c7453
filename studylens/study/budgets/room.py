"""Is there room for more? What a guest and the instance may keep, and what was added from an address."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.budget_limits import (
    ANSWER_BYTES,
    CARDS_ADDED,
    KILOBYTES_ADDED,
    LEEWAY_BYTES,
    MAX_CARDS,
    MAX_KEPT_BYTES,
    MAX_PACKS,
    UNNOTICED_BYTES,
    InstanceBudgets,
)
from studylens.errors import NoRoom
from studylens.language import _, mark
from studylens.models import GuestUse, ReviewTotal
from studylens.models.costs import UseSum
from studylens.study.budgets import rates
from studylens.study.budgets.rates import Spender

FULL_OF_PACKS = mark("You have %(there)s packs of %(most)s. Delete packs for good that you do not need.")
FULL_OF_CARDS = mark(
    "You have %(there)s cards of %(most)s. Delete packs for good that you do not need, or bring fewer."
)
FULL_OF_BYTES = mark(
    "You keep %(there)s MB of %(most)s. Delete packs, kept photos or sets that you do not need."
)
INSTANCE_FULL = mark(
    "This server keeps as much as it may, for all its students together. Nothing was lost; whoever runs it "
    "can make more room."
)


@dataclass(frozen=True)
class Asked:
    """In whose name a request writes: the address's hash, and what the operator allows."""

    address: str
    instance: InstanceBudgets


@dataclass(frozen=True)
class Use:
    """What a guest keeps, or by how much it grew; `pack_bytes` and `rest_bytes` as measure.py counts."""

    packs: int = 0
    cards: int = 0
    pack_bytes: int = 0
    rest_bytes: int = 0

    @property
    def bytes(self) -> int:
        """All bytes."""
        return self.pack_bytes + self.rest_bytes

    def plus(self, other: "Use") -> "Use":
        """Return both together."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Use(*(mine + theirs for mine, theirs in pairs))


def use_of(session: Session, guest_id: int | None) -> Use:
    """Return what the guest keeps, by one row; nothing for a newcomer."""
    row = session.get(GuestUse, guest_id or 0, populate_existing=True)
    return Use(row.packs, row.cards, row.pack_bytes, row.rest_bytes) if row else Use()


def use_of_all(session: Session) -> Use:
    """Return what all guests keep together: a row for every thousand of them is added (everybody.py)."""
    names = (UseSum.packs, UseSum.cards, UseSum.pack_bytes, UseSum.rest_bytes)
    row = session.execute(select(*(func.coalesce(func.sum(name), 0) for name in names))).one()
    return Use(*(int(value) for value in row))


def answers_bytes(session: Session, guest_id: int) -> int:
    """Return what the guest's answers take, by the sums that are kept of them."""
    row = session.get(ReviewTotal, guest_id)
    return ANSWER_BYTES * (row.reviews + row.crammed + row.quiz_answers) if row else 0


def check(session: Session, guest_id: int, more: Use, instance: InstanceBudgets) -> None:
    """Return when the guest, and everybody together, may keep so much more. Raises NoRoom."""
    _check_guest(session, guest_id, use_of(session, guest_id).plus(more), more)
    _check_all(use_of_all(session).plus(more), more, instance)


def bytes_left(session: Session, guest_id: int, instance: InstanceBudgets) -> int:
    """Return how many bytes the guest may keep besides, as the guest's budget and everybody's allow it."""
    own = MAX_KEPT_BYTES - use_of(session, guest_id).bytes - answers_bytes(session, guest_id)
    return min(own, instance.kept_bytes - use_of_all(session).bytes)


def check_grown(session: Session, asked: Asked, guest_id: int, by: Use) -> None:
    """Refuse what this transaction added, when it is beyond a budget. Raises NoRoom, QuotaReached.

    Little edits of what is there are let through, up to a leeway.
    """
    use = use_of(session, guest_id)
    if _is_little(use, by):
        return
    _check_guest(session, guest_id, use, by)
    _check_all(use_of_all(session), by, asked.instance)
    who = Spender(0, asked.address, asked.instance)
    if by.cards > 0:
        rates.spend(session, CARDS_ADDED, who, by.cards)
    if by.bytes > 0:
        rates.spend(session, KILOBYTES_ADDED, who, by.bytes // 1024 + 1)


def _is_little(use: Use, by: Use) -> bool:
    """Say whether this only moved, shrank or edited what is there; answers leave the leeway alone."""
    within = by.bytes <= UNNOTICED_BYTES and use.bytes <= MAX_KEPT_BYTES + LEEWAY_BYTES
    return by.packs <= 0 and by.cards <= 0 and (by.bytes <= 0 or within)


def _check_guest(session: Session, guest_id: int, use: Use, by: Use) -> None:
    """Look at what grew alone: who has too many packs may still write a card."""
    if by.packs > 0 and use.packs > MAX_PACKS:
        raise NoRoom(_(FULL_OF_PACKS, there=use.packs - by.packs, most=MAX_PACKS))
    if by.cards > 0 and use.cards > MAX_CARDS:
        raise NoRoom(_(FULL_OF_CARDS, there=use.cards - by.cards, most=MAX_CARDS))
    size = use.bytes + answers_bytes(session, guest_id)
    if by.bytes > 0 and size > MAX_KEPT_BYTES:
        raise NoRoom(_(FULL_OF_BYTES, there=(size - by.bytes) >> 20, most=MAX_KEPT_BYTES >> 20))


def _check_all(use: Use, by: Use, instance: InstanceBudgets) -> None:
    full = (
        (by.packs > 0 and use.packs > instance.kept_packs)
        or (by.cards > 0 and use.cards > instance.kept_cards)
        or (by.bytes > 0 and use.bytes > instance.kept_bytes)
    )
    if full:
        raise NoRoom(_(INSTANCE_FULL))
