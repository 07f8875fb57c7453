"""Rates: counted for a guest, an address and everybody; who is refused is told when to come back."""

from datetime import timedelta

import pytest

from database_config import Database
from studylens.budget_limits import IMPORTS, InstanceBudgets, Rate
from studylens.errors import QuotaReached
from studylens.models import BudgetCount, now
from studylens.study.budgets import rates
from studylens.study.budgets.rates import Spender

pytestmark = pytest.mark.own_sql

RATE = Rate("tries", guest=2, address=3)


def spend(database: Database, who: Spender, rate: Rate = RATE, count: int = 1) -> None:
    with database.writing() as session:
        rates.spend(session, rate, who, count)


def test_a_guest_an_address_and_everybody_have_a_bound_each(database: Database) -> None:
    spend(database, Spender(1, "a"), count=2)
    with pytest.raises(QuotaReached):
        spend(database, Spender(1, "b"))
    spend(database, Spender(2, "a"))
    with pytest.raises(QuotaReached):
        spend(database, Spender(3, "a"))
    only_one = InstanceBudgets(imports_per_hour=1)
    spend(database, Spender(1, "a", only_one), IMPORTS)
    with pytest.raises(QuotaReached):
        spend(database, Spender(2, "b", only_one), IMPORTS)


def test_what_is_refused_is_not_counted_and_says_when_to_come_back(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(QuotaReached) as refused:
            spend(database, Spender(1, "a"), count=3)
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= RATE.seconds
    spend(database, Spender(1, "a"), count=2)
    with database.reading() as session:
        assert rates.spent_by_guest(session, RATE, 1) == 2
        with pytest.raises(QuotaReached):
            rates.check(session, RATE, Spender(1, "a"))


def test_the_next_window_begins_anew_and_old_counts_go(database: Database) -> None:
    past = now() - timedelta(days=3)
    with database.writing() as session:
        session.add(BudgetCount(key="guest:1", what="tries", ends_at=past, count=2))
    spend(database, Spender(1, "a"), count=2)
    with database.writing() as session:
        rates.forget_old(session)
        assert [row.ends_at > now() for row in session.query(BudgetCount)] == [True, True]
