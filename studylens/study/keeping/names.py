"""Under which name browsers keep an account, and what one shall do with an account that it has kept.

A name is random and opens nothing: who knows one learns whether its account is there.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.models import KeptAccount, KeptName, LeftName, new_id, now
from studylens.study.keeping.arrivals import is_arriving

REMEMBERED_DAYS = 400
"""How long the name of a deleted account is remembered: a browser has forgotten its cookie by then."""


class Verdict(StrEnum):
    """What a browser shall do with an account that it has kept."""

    CURRENT = "current"
    """It is this student's: keep on keeping it."""
    BRING = "bring"
    """The server does not have it, or not all of it: offer to bring it back."""
    CONNECT = "connect"
    """Another device has brought it back: connect this one first."""
    FORGET = "forget"
    """It was deleted, has moved into another one, or this browser was signed out of it."""
    WAIT = "wait"
    """It is of whoever was kept apart on this device, or just moves into what is here: leave it as it is."""


def begin(session: Session, guest_id: int) -> str:
    """Return the name under which the guest's account is kept, from now on if it was not."""
    row = insert_on(session.get_bind().dialect.name, KeptAccount).on_conflict_do_nothing()
    session.execute(row, {"guest_id": guest_id, "name": new_id()})
    return name_of(session, guest_id) or ""


def name_of(session: Session, guest_id: int) -> str | None:
    """Return the name under which browsers keep the guest's account; None: none does."""
    return session.scalar(select(KeptAccount.name).where(KeptAccount.guest_id == guest_id))


def judge(
    session: Session, guest_id: int | None, names: Iterable[str], *, apart: int | None = None
) -> dict[str, Verdict]:
    """Say of each name what a browser that keeps it shall do.

    It asks as this guest, None for nobody; `apart` is the guest who waits in it until that one signs out.
    """
    wanted = list(names)
    found = dict.fromkeys(wanted, Verdict.BRING)
    others = select(KeptName).where(KeptName.name.in_(wanted))
    for other in session.scalars(others):
        is_apart = apart is not None and other.guest_id == apart
        found[other.name] = Verdict.WAIT if is_apart else _of_other_name(session, guest_id, other)
    accounts = select(KeptAccount.name, KeptAccount.guest_id).where(KeptAccount.name.in_(wanted))
    of_whom = {apart: Verdict.WAIT, guest_id: Verdict.CURRENT}
    for name, owner in session.execute(accounts):
        found[name] = of_whom.get(owner, Verdict.FORGET)
    left = session.scalars(select(LeftName.name).where(LeftName.name.in_(wanted)))
    return found | dict.fromkeys(left, Verdict.FORGET)


def adopt(session: Session, guest_id: int, name: str) -> None:
    """Note that the guest has brought this account back; nothing when somebody has it already."""
    taken = select(KeptAccount.guest_id).where(KeptAccount.name == name)
    if session.scalar(taken) is None:
        row = insert_on(session.get_bind().dialect.name, KeptName).on_conflict_do_nothing()
        session.execute(row, {"name": name, "guest_id": guest_id, "restored": True})


def move(session: Session, old: int, new: int) -> None:
    """Let the account of `old` be known as that of `new`, into which it moves."""
    if (name := name_of(session, old)) is not None:
        session.add(KeptName(name=name, guest_id=new))
        session.flush()


def leave(session: Session, guest_ids: list[int]) -> None:
    """Remember that the accounts of these guests have ended on purpose, under all of their names."""
    for model in (KeptAccount, KeptName):
        for name in session.scalars(select(model.name).where(model.guest_id.in_(guest_ids))).all():
            row = insert_on(session.get_bind().dialect.name, LeftName).on_conflict_do_nothing()
            session.execute(row, {"name": name})  # Another browser may have brought it back meanwhile.
    session.execute(delete(LeftName).where(LeftName.at < now() - timedelta(days=REMEMBERED_DAYS)))


def _of_other_name(session: Session, guest_id: int | None, other: KeptName) -> Verdict:
    """Judge a name of what was brought back, or of a guest who moved in."""
    is_theirs = other.guest_id == guest_id
    if other.restored:
        return Verdict.BRING if is_theirs else Verdict.CONNECT
    return Verdict.WAIT if is_theirs and is_arriving(session, guest_id) else Verdict.FORGET
