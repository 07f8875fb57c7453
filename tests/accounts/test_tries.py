"""Guesses cost time, over workers and restarts, and are forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from studylens.accounts import tries
from studylens.errors import QuotaReached
from studylens.models import SignInTry
from studylens.web.door.wiring import Wiring

pytestmark = pytest.mark.own_sql
AT = datetime(2026, 11, 29, 8, tzinfo=UTC)


def _guess(what: str = "anna", free: int = 3, *, is_shared: bool = False) -> tries.Guess:
    return tries.guess_at("secret", "name", what, free, is_shared=is_shared)


def _count(wiring: Wiring, *guesses: tries.Guess, at: datetime = AT) -> int:
    """Return 0 for a try that was counted, else the seconds to wait."""
    try:
        with wiring.database.writing() as session:
            tries.count(session, guesses, at)
    except QuotaReached as refused:
        return refused.retry_after or -1
    return 0


def test_waits_double_from_the_free_tries_on(wiring: Wiring) -> None:
    assert [_count(wiring, _guess()) for _ in range(3)] == [0, 0, 0]
    at, waits = AT, []
    for _ in range(12):
        waits.append(_count(wiring, _guess(), at=at))
        at += timedelta(seconds=waits[-1])
        assert _count(wiring, _guess(), at=at) == 0
    assert waits == [2, 3, 5, 9, 17, 33, 65, 129, 257, 513, 901, 901]


def test_a_refused_try_is_not_counted_anywhere(wiring: Wiring) -> None:
    for _ in range(3):
        _count(wiring, _guess(free=2))
    assert _count(wiring, _guess(free=2), _guess("address")) > 0
    with wiring.database.reading() as session:
        assert session.scalars(select(SignInTry.tries).order_by(SignInTry.tries)).all() == [2]


def test_success_forgives_the_name_and_takes_one_back_from_the_address(wiring: Wiring) -> None:
    address = _guess("address", free=2, is_shared=True)
    for _ in range(2):
        assert _count(wiring, _guess(), address) == 0
    assert _count(wiring, _guess("bert"), address) > 0
    with wiring.database.writing() as session:
        tries.forgive(session, [_guess(), address])
    with wiring.database.reading() as session:
        assert session.scalars(select(SignInTry.tries)).all() == [1]
    assert _count(wiring, _guess("bert"), address) == 0, "whoever was right keeps no classmate waiting"


def test_a_day_later_everything_is_forgotten_and_no_row_tells_a_name(wiring: Wiring) -> None:
    _count(wiring, _guess())
    with wiring.database.reading() as session:
        assert "anna" not in session.scalars(select(SignInTry.key_hash)).one()
    _count(wiring, _guess("other"), at=AT + timedelta(days=1, seconds=1))
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 1
