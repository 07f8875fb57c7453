"""The judge: each known flaw is caught by name, no good item lost, the student's own only marked."""

from dataclasses import replace

import pytest

from studylens.judging import REASONS, Item, judge, tally
from studylens.judging.item import DROP, KEEP, MARK, MEND, SHORT_ANSWER
from tests.judging.good import PAGES, page_of
from tests.judging.items import FLAWS, GAS, LINES, MARKED, MENDED, PAGE, WHERE, card, choice


@pytest.mark.parametrize("name", FLAWS)
def test_flaw_is_caught_by_its_name(name) -> None:
    reason, items = FLAWS[name]
    verdict = judge(items, PAGE)[-1]
    assert (verdict.action, verdict.reasons) == (DROP, (reason,))


def test_there_are_at_least_22_flaws_and_60_good_items() -> None:
    assert len(FLAWS) >= 22
    assert sum(len(items) for _, items in PAGES.values()) >= 60


@pytest.mark.parametrize("name", PAGES)
def test_no_good_item_is_lost(name) -> None:
    verdicts = judge(PAGES[name][1], page_of(name))
    assert [(v.item.asks, v.action, v.reasons) for v in verdicts if v.action != KEEP] == []


@pytest.mark.parametrize("name", MARKED)
def test_what_comes_from_elsewhere_is_marked(name) -> None:
    reason, item = MARKED[name]
    (verdict,) = judge([item], PAGE)
    assert (verdict.action, verdict.reasons, verdict.item) == (MARK, (reason,), item)


@pytest.mark.parametrize("name", MENDED)
def test_what_can_be_mended_is_kept(name) -> None:
    reason, item = MENDED[name]
    (verdict,) = judge([item], PAGE)
    assert (verdict.action, verdict.reasons) == (MEND, (reason,))
    assert verdict.item != item


def test_mended_choice_keeps_its_right_option() -> None:
    (verdict,) = judge([choice(GAS, "Helium", "None", "Nitrogen", "Oxygen", right=3, line=6)], PAGE)
    assert (verdict.item.options, verdict.item.answer) == (("Helium", "Nitrogen", "Oxygen"), "Oxygen")


@pytest.mark.parametrize("name", FLAWS)
def test_what_the_student_owns_is_never_dropped_nor_changed(name) -> None:
    own = tuple(replace(item, protected=True) for item in FLAWS[name][1])
    verdicts = judge(own, PAGE)
    assert tuple(verdict.item for verdict in verdicts) == own
    assert {verdict.action for verdict in verdicts} <= {KEEP, MARK}
    assert verdicts[-1].reasons


def test_a_student_own_card_keeps_a_model_from_asking_it_again() -> None:
    own = replace(card(WHERE, "in the thylakoid membranes", line=5), protected=True, origin="student")
    again = card("In what do the light reactions happen?", "the thylakoid membranes", line=5)
    assert [verdict.action for verdict in judge([own, again], PAGE)] == [KEEP, DROP]


def test_without_a_page_checks_against_it_are_left_out() -> None:
    stranger = card("Who was the first king of the Franks?", "Clovis", line=None)
    assert judge([stranger], None)[0].action == KEEP
    assert judge([card("When did Clovis die?", "In 511", line=2)], None)[0].action == KEEP


def test_200_cards_for_7_lines_become_few() -> None:
    fronts = [
        f"What about {word} number {n} of the light?"
        for n in range(50)
        for word in ("red", "blue", "green", "dark")
    ]
    cards = [card(front, f"answer {n} energy", line=n % 7 + 1) for n, front in enumerate(fronts)]
    kept = [verdict for verdict in judge(cards, PAGE) if verdict.action != DROP]
    assert len(cards) == 200
    assert len(kept) <= 2 * len(LINES)


def test_counts_name_reason_rule_and_origin() -> None:
    verdicts = judge(
        [card("Is it so?", "Yes"), card("Is that so?", "No"), card(WHERE, "in the thylakoids", line=5)], PAGE
    )
    counts = tally(verdicts, DROP)
    assert [(count.reason, count.rule, count.origin, count.count) for count in counts] == [
        ("trivial", "model", "gemini:m", 2)
    ]


def test_every_reason_has_a_sentence_for_students() -> None:
    reasons = {reason for reason, _ in FLAWS.values()}
    assert reasons <= set(REASONS)
    assert all(entry.sentence and entry.sentence[0].islower() for entry in REASONS.values())


def test_a_list_may_be_as_long_as_it_is_asked_for() -> None:
    four = Item("Name the 4 seasons.", "spring; summer; autumn; winter", SHORT_ANSWER)
    assert judge([four], None)[0].action == KEEP
    assert judge([replace(four, asks="Name the 3 seasons.")], None)[0].reasons == ("count_differs",)
