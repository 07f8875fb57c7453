"""Sums of what each guest keeps, changed in the transaction that changes what is kept.

Whoever changes a pack, or what else a guest keeps, says so with `touch`. Just before the transaction
commits, the packs that were touched are counted again, each by itself, and the guest's sum moves by the
difference. So nothing ever counts all that a guest has, and a wrong sum mends with the next change.
"""

from collections import defaultdict
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.models import Guest, GuestUse, PackUse
from studylens.study.budgets import everybody, room
from studylens.study.budgets.measure import AT_ONCE, Held, measure, packs_of, rest_bytes
from studylens.study.budgets.room import Asked, Use
from studylens.study.keeping import marks

_KEY = "budgets"
"""Under it a session knows what was touched."""
asked_by: ContextVar[Asked | None] = ContextVar("asked_by", default=None)
"""Who asks for it: set by the door while a student's request writes. What has been accepted, as a job of
theirs, is never refused afterwards; what nobody asks for, as a sweep, is not either."""


@dataclass
class _Touched:
    packs: set[str] = field(default_factory=set)
    guests: set[int] = field(default_factory=set)
    admitted: bool = False


def touch(session: Session, pack_id: str) -> None:
    """Note that this transaction changes what the pack holds, or ends it."""
    marks.touch(session, pack_id)
    _touched(session).packs.add(pack_id)


def touch_rest(session: Session, guest_id: int) -> None:
    """Note that this transaction changes what the guest keeps outside packs."""
    _touched(session).guests.add(guest_id)


def admit(session: Session) -> None:
    """Let this transaction go beyond the budgets: it moves what is there, and may look larger half-way."""
    _touched(session).admitted = True


def recount(session: Session, guest_id: int) -> None:
    """Count everything of one guest again, in the caller's transaction."""
    stored = session.scalars(select(PackUse.pack_id).where(PackUse.guest_id == guest_id))
    touched = _Touched({*packs_of(session, guest_id), *stored}, {guest_id}, admitted=True)
    _settle(session, touched)
    _write(session, guest_id, _counted(session, guest_id))
    everybody.count_again(session, guest_id)


def is_right(session: Session, guest_id: int) -> bool:
    """Say whether the guest's sum is what counting everything gives; only reads."""
    held = measure(session, packs_of(session, guest_id)).values()
    size = sum(one.bytes for one in held)
    real = Use(len(held), sum(one.cards for one in held), size, rest_bytes(session, guest_id))
    stored = _sum_of_packs(session, guest_id)
    return room.use_of(session, guest_id) == real and (stored.packs, stored.pack_bytes) == (len(held), size)


def _touched(session: Session) -> _Touched:
    found: _Touched = session.info.setdefault(_KEY, _Touched())
    return found


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    touched: _Touched | None = session.info.pop(_KEY, None)
    if touched is not None and (touched.packs or touched.guests):
        session.flush()
        grown = _settle(session, touched)
        asked = asked_by.get()
        if asked is not None and not touched.admitted:
            for guest_id, by in sorted(grown.items()):
                room.check_grown(session, asked, guest_id, by)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop(_KEY, None)


def _settle(session: Session, touched: _Touched) -> dict[int, Use]:
    """Bring the sums up to date; return by how much each guest's grew."""
    grown: dict[int, Use] = defaultdict(Use)
    _settle_packs(session, touched.packs, grown)
    for guest_id in touched.guests:
        before = session.scalar(select(GuestUse.rest_bytes).where(GuestUse.guest_id == guest_id)) or 0
        rest = rest_bytes(session, guest_id) - before
        grown[guest_id] = replace(grown[guest_id], rest_bytes=rest)
    there = set(session.scalars(select(Guest.id).where(Guest.id.in_(grown))))
    changed = {guest_id: by for guest_id, by in grown.items() if by != Use() and guest_id in there}
    for guest_id, by in sorted(changed.items()):
        _add(session, guest_id, by)
    everybody.add(session, changed)
    return changed


def _settle_packs(session: Session, ids: set[str], grown: dict[int, Use]) -> None:
    before = _stored(session, sorted(ids))  # First: it waits for whoever else is just counting these packs.
    now = measure(session, ids)
    for pack_id in sorted(ids):
        was, held = before.get(pack_id), now.get(pack_id)
        if was == held:
            continue
        if was is not None:
            grown[was.guest_id] = grown[was.guest_id].plus(Use(-1, -was.cards, -was.bytes))
        if held is not None:
            grown[held.guest_id] = grown[held.guest_id].plus(Use(1, held.cards, held.bytes))
        _write_pack(session, pack_id, held)


def _stored(session: Session, ids: list[str]) -> dict[str, Held]:
    columns = select(PackUse.pack_id, PackUse.guest_id, PackUse.cards, PackUse.bytes)
    found: dict[str, Held] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = columns.where(PackUse.pack_id.in_(ids[start : start + AT_ONCE]))
        some = some.order_by(PackUse.pack_id).with_for_update()
        found.update({pack_id: Held(*held) for pack_id, *held in session.execute(some)})
    return found


def _write_pack(session: Session, pack_id: str, held: Held | None) -> None:
    if held is None:
        session.execute(delete(PackUse).where(PackUse.pack_id == pack_id))
        return
    row = {"guest_id": held.guest_id, "cards": held.cards, "bytes": held.bytes}
    made = insert_on(session.get_bind().dialect.name, PackUse).values(pack_id=pack_id, **row)
    session.execute(made.on_conflict_do_update(index_elements=[PackUse.pack_id], set_=row))


def _add(session: Session, guest_id: int, by: Use) -> None:
    row = vars(by)
    more: dict[str, Any] = {name: getattr(GuestUse, name) + value for name, value in row.items()}
    made = insert_on(session.get_bind().dialect.name, GuestUse).values(guest_id=guest_id, **row)
    session.execute(made.on_conflict_do_update(index_elements=[GuestUse.guest_id], set_=more))


def _write(session: Session, guest_id: int, use: Use) -> None:
    made = insert_on(session.get_bind().dialect.name, GuestUse).values(guest_id=guest_id, **vars(use))
    session.execute(made.on_conflict_do_update(index_elements=[GuestUse.guest_id], set_=vars(use)))


def _counted(session: Session, guest_id: int) -> Use:
    return replace(_sum_of_packs(session, guest_id), rest_bytes=rest_bytes(session, guest_id))


def _sum_of_packs(session: Session, guest_id: int) -> Use:
    sums = select(func.count(), func.sum(PackUse.cards), func.sum(PackUse.bytes))
    packs, cards, size = session.execute(sums.where(PackUse.guest_id == guest_id)).one()
    return Use(packs, int(cards or 0), int(size or 0))
