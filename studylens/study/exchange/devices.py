"""Another device of the same guest, let in by a one-time code; what it had before comes along."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from studylens.errors import HasAccount, WrongCode
from studylens.models import (
    Account,
    Base,
    DeviceCode,
    Guest,
    GuestDevice,
    GuestUse,
    KeptAccount,
    KeptMark,
    Pack,
    ReviewDay,
    ReviewHour,
    ReviewLog,
    ReviewTotal,
    StudySettings,
    UserAchievement,
)
from studylens.study.achievements.award import award
from studylens.study.budgets import sums
from studylens.study.keeping import marks, names
from studylens.study.packs import search
from studylens.study.record.tallies import recount

CODE_MINUTES = 10
"""How long a code can be typed in: both devices are at hand."""
CODE_CHARS = 10
"""50 bits: with 1,000 wrong tries in ten minutes at most, guessing one takes a million years."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read as something else."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SUMS: tuple[type[Any], ...] = (ReviewDay, ReviewHour, ReviewTotal)
_ENDING: tuple[type[Any], ...] = (*_SUMS, DeviceCode, GuestUse, KeptAccount, KeptMark)
_EARNED, _LOG = (Base.metadata.tables[model.__tablename__] for model in (UserAchievement, ReviewLog))


def make_code(session: Session, guest_id: int, at: datetime) -> str:
    """Return a new code, in two groups; it ends the guest's codes before, and only its hash is kept."""
    code = random_letters(CODE_CHARS)
    session.execute(
        delete(DeviceCode).where(or_(DeviceCode.guest_id == guest_id, DeviceCode.expires_at < at))
    )
    ends = at + timedelta(minutes=CODE_MINUTES)
    session.add(DeviceCode(code_hash=_hash(code), guest_id=guest_id, expires_at=ends))
    return f"{code[:5]}-{code[5:]}"


def use_code(session: Session, typed: str, at: datetime) -> int:
    """Return the guest whose code this is, and end it. Raises WrongCode."""
    code = as_typed(typed)
    unused = (DeviceCode.code_hash == _hash(code), DeviceCode.used_at.is_(None), DeviceCode.expires_at > at)
    used = update(DeviceCode).where(*unused).values(used_at=at).returning(DeviceCode.guest_id)
    guest_id = session.scalar(used)
    if guest_id is None:
        raise WrongCode
    return guest_id


def random_letters(count: int) -> str:
    """Return a code of so many letters that nobody misreads, of 5 bits each."""
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def as_typed(text: str) -> str:
    """Return a code as it was meant: capitals, no blanks or dashes, what is misread as what it stands for."""
    return re.sub("[^0-9A-Z]", "", text.upper()).translate(_MISREAD)


def holdings(session: Session, guest_id: int | None) -> tuple[int, int]:
    """Return how many packs and answers a guest has; a pack that is being erased is none."""
    guest = guest_id or 0
    packs = select(func.count()).where(Pack.guest_id == guest, Pack.erasing_at.is_(None))
    answers = select(func.count()).where(ReviewLog.guest_id == guest)
    return session.scalar(packs) or 0, session.scalar(answers) or 0


def move_in(session: Session, old: int, new: int, *, at: datetime) -> None:
    """Give everything of guest `old` to `new` and let `old` end; its devices stay signed in, as `new`.

    An account of `old` comes along. Raises HasAccount when both have one: neither may end.
    """
    session.execute(select(Guest.id).where(Guest.id.in_([old, new])).order_by(Guest.id).with_for_update())
    if session.scalar(select(func.count()).where(Account.guest_id.in_([old, new]))) == 2:
        raise HasAccount
    _drop_doubles(session, old, new)
    names.move(session, old, new)
    for model in _ENDING:
        session.execute(delete(model).where(model.guest_id == old))
    for table in _tables_of_guests():
        session.execute(table.update().where(table.c.guest_id == old).values(guest_id=new))
    former = session.get_one(Guest, old)
    if former.has_first_device:
        session.add(GuestDevice(token_hash=former.token_hash, guest_id=new, created_at=former.created_at))
    session.flush()
    session.delete(former)
    session.flush()
    session.expire_all()
    for pack in session.scalars(select(Pack).where(Pack.guest_id == new)):
        search.index_pack(session, pack)
    recount(session, new)
    sums.admit(session)
    sums.recount(session, new)
    award(session, new, at)
    marks.restart(session, new)


def _drop_doubles(session: Session, old: int, new: int) -> None:
    """Remove what both have and can have only once: settings, tiers, answers of a file restored in both."""
    if session.get(StudySettings, new) is not None:
        session.execute(delete(StudySettings).where(StudySettings.guest_id == old))
    for table, same in ((_EARNED, ("achievement_name", "tier")), (_LOG, ("request_key",))):
        other = table.alias()
        equal = [other.c[name] == table.c[name] for name in same]
        doubled = exists().where(other.c.guest_id == new, *equal)
        session.execute(table.delete().where(table.c.guest_id == old, doubled))


def _tables_of_guests() -> list[Table]:
    """Return every table whose rows belong to a guest, so that a new one is not forgotten."""
    return [table for table in Base.metadata.sorted_tables if "guest_id" in table.columns]


def _hash(code: str) -> str:
    return hashlib.sha256(f"code:{code}".encode()).hexdigest()
