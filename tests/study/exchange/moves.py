"""A move, begun and taken step by step, and what is whole at its end."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.study.budgets import sums
from studylens.study.exchange.moving import steps
from studylens.study.record import tallies
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world


def begin(wiring: Wiring, old: int, new: int) -> None:
    with wiring.database.writing() as session:
        steps.begin(session, old, new)


def steps_of(wiring: Wiring, old: int, rows: int = 3) -> Iterator[None]:
    """Take one step after another, each a transaction; a kill after any of them is a loop that is left."""
    more = True
    while more:
        with wiring.database.writing() as session:
            more = steps.step(session, old, rows)
        yield


def is_whole(session: Session, guest: int) -> bool:
    kept: Any = tallies.read_log(session, guest, tallies.Counted())
    answers = sum(sum(day[name] for name in tallies.ANSWERS) for day in kept.days.values())
    stored = world.ReviewDay
    columns = [func.sum(getattr(stored, name)) for name in tallies.ANSWERS]
    found = session.execute(select(*columns).where(stored.guest_id == guest)).one()
    return sums.is_right(session, guest) and sum(int(number or 0) for number in found) == answers
