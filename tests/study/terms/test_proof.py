"""When a term is mastered: recalled on later days, and explained well or typed; a lapse takes it back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studylens.study.record.evidence import Held
from studylens.study.terms.proof import Explained, Missing, needed, proof_of

RECALLED = Held("2026-11-01", "2026-11-03", "2026-11-09")
ONCE = Held("2026-11-01", "2026-11-03", "2026-11-03")
NINTH = date(2026, 11, 9)
GOOD, WEAK = Explained(NINTH, 4, 5), Explained(NINTH, 3, 5)
CASES = {
    "recalled and explained": ([RECALLED], GOOD, ()),
    "recalled and typed": ([Held("2026-11-01", "2026-11-03", "2026-11-09", typed_on="2026-11-01")], None, ()),
    "recalled and explained too little": ([RECALLED], WEAK, (Missing.WORDS,)),
    "only recalled": ([RECALLED], None, (Missing.WORDS,)),
    "recalled on one later day": ([ONCE], GOOD, (Missing.RECALL,)),
    "on one day each of two cards": (
        [ONCE, Held("2026-11-02", "2026-11-09", "2026-11-09")],
        GOOD,
        (),
    ),
    "on the same day of two cards": ([ONCE] * 2, GOOD, (Missing.RECALL,)),
    "one of its cards was forgotten since": (
        [RECALLED, Held("2026-11-01", lost_on="2026-11-05")],
        GOOD,
        (Missing.RECALL,),
    ),
    "one of its cards was forgotten before": ([RECALLED, Held("2026-11-01", lost_on="2026-11-02")], GOOD, ()),
    "explained, and never recalled": ([Held()], GOOD, (Missing.RECALL,)),
    "no card asks for it": ([], GOOD, (Missing.CARD,)),
    "nothing at all": ([], None, (Missing.CARD, Missing.WORDS)),
}


@pytest.mark.parametrize(("cards", "explained", "missing"), CASES.values(), ids=CASES)
def test_a_term_is_mastered_by_recall_on_later_days_and_words_of_ones_own(
    cards: list[Held], explained: Explained | None, missing: tuple[Missing, ...]
) -> None:
    proof = proof_of(cards, explained)
    assert proof.missing == missing
    assert proof.is_mastered is (not missing)


def test_the_days_are_told_in_order_with_the_day_of_the_lapse() -> None:
    proof = proof_of([RECALLED, Held("2026-11-01", "2026-11-12", "2026-11-12", lost_on="2026-11-05")], None)
    assert (proof.recalled_on, proof.lost_on) == ((NINTH, date(2026, 11, 12)), date(2026, 11, 5))


@pytest.mark.parametrize(("points", "enough"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (0, 0)])
def test_an_explanation_needs_two_thirds_of_the_points(points: int, enough: int) -> None:
    assert needed(points) == enough
    assert Explained(NINTH, enough, points).is_good is (points > 0)
    assert not Explained(NINTH, enough - 1, points).is_good


DAYS = st.one_of(st.none(), st.integers(1, 28).map(lambda day: f"2026-11-{day:02}"))
HELD = st.builds(Held, DAYS, DAYS, DAYS, DAYS, DAYS)


@settings(max_examples=50, deadline=None)
@given(st.lists(HELD, max_size=4), st.integers(1, 28))
def test_whatever_was_proved_a_lapse_takes_it_back(cards: list[Held], day: int) -> None:
    lost = Held("2026-10-01", lost_on=f"2026-12-{day:02}")
    assert Missing.RECALL in proof_of([*cards, lost], GOOD).missing
