"""A long log is counted without holding the lock, and whoever answers meanwhile counts too."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select

from database_config import Database
from studylens.models import CardSchedule, Flashcard, Pack, ReviewDay, ReviewLog
from studylens.study.record import recounting, tallies
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.record import answers

pytestmark = pytest.mark.own_sql


def test_what_is_answered_and_taken_back_meanwhile_counts(
    wiring: Wiring, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    real = tallies.clear

    def meanwhile(session: Any, guest: int) -> None:
        """Under the lock, just before it is looked at: an answer of before, and one taken back."""
        card = session.scalars(
            select(Flashcard).join(CardSchedule, CardSchedule.card_id == Flashcard.id)
        ).first()
        world._answer(session, card, at=world.BEGIN + timedelta(days=15))
        world._undo_last(session, guest)
        world._answer(session, card, at=world.BEGIN + timedelta(days=16))
        real(session, guest)

    monkeypatch.setattr(tallies, "clear", meanwhile)
    recounting.recount_beside_others(database, guest_id)
    monkeypatch.undo()
    counted = world.numbers(wiring, guest_id)
    with database.writing() as session:
        tallies.recount(session, guest_id)
    assert world.numbers(wiring, guest_id) == counted
    assert counted["review_days"]


def test_a_log_that_shrinks_meanwhile_is_read_again(
    wiring: Wiring, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    real = tallies.clear

    def meanwhile(session: Any, guest: int) -> None:
        monkeypatch.undo()
        first = select(ReviewLog.id).order_by(ReviewLog.id).limit(1).scalar_subquery()
        session.execute(delete(ReviewLog).where(ReviewLog.id == first))
        session.commit()
        real(session, guest)

    with database.reading() as session:
        days = len(session.scalars(select(ReviewDay)).all())
        assert session.scalar(select(Pack.id))
    monkeypatch.setattr(tallies, "clear", meanwhile)
    recounting.recount_beside_others(database, guest_id)
    with database.reading() as session:
        assert len(session.scalars(select(ReviewDay)).all()) == days - 1


def test_however_many_answers_were_taken_back_no_statement_names_them(
    wiring: Wiring, database: Database
) -> None:
    guest_id, most = world.add_guest(wiring), 50
    with database.writing() as session:
        for _ in range(most + 1):
            answers.undo(session, answers.answer(session, guest_id))
    values: list[int] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *told: values.append(0 if told[5] else len(told[3]))
    )
    recounting.recount_beside_others(database, guest_id)
    assert max(values) < most  # SQLite takes only so many in one statement.
    assert world.numbers(wiring, guest_id)["review_log"] == 2 * (most + 1)
