"""Our own pages: every card read and labelled, nothing from a page that teaches nothing."""

from collections import Counter

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import SERVER
from studylens.judging import PAGES
from studylens.judging.text import folded
from tests.analysis.material.pages import LABELS, NOTHING, load, names


@pytest.mark.parametrize("name", names())
def test_every_card_has_been_read_and_labelled(name) -> None:
    page = load(name)
    made = {(card.front, card.back) for card in make_material(page.lines).cards}
    assert made == set(page.cards)
    assert set(page.cards.values()) <= set(LABELS)


def test_labelled_cards_are_useful_and_none_is_wrong() -> None:
    labels = Counter(label for name in names() for label in load(name).cards.values())
    assert labels["useful"] >= 0.8 * labels.total() > 40
    assert labels["wrong"] == 0


def test_a_page_that_teaches_gives_cards_and_another_gives_none() -> None:
    for name in names():
        page = load(name)
        assert bool(page.cards) is (page.kind != NOTHING), name


@pytest.mark.parametrize("name", names())
def test_title_and_reason_of_a_page(name) -> None:
    page, material = load(name), make_material(load(name).lines)
    assert material.title == page.title
    assert material.judged.no_cards == page.no_cards
    assert page.no_cards == "" or page.no_cards in PAGES


@pytest.mark.parametrize("name", names())
def test_every_answer_stands_on_the_page_and_names_its_line(name) -> None:
    page = load(name)
    whole = folded("\n".join(line.text for line in page.lines))
    material = make_material(page.lines)
    for card in material.cards:
        assert all(folded(part) in whole for part in card.back.split("; ")), card
    items = [*material.cards, *material.quiz, *material.key_terms]
    assert all(item.source_line in range(1, len(page.lines) + 1) for item in items)
    assert all(item.origin == SERVER and item.rule for item in items)


@pytest.mark.parametrize("name", names())
def test_a_question_has_one_right_option_of_the_kind_of_the_others(name) -> None:
    for question in make_material(load(name).lines).quiz:
        assert 3 <= len(set(question.options)) == len(question.options) <= 4
        assert question.options[question.answer_index]


def test_right_options_do_not_all_stand_at_one_place() -> None:
    places = Counter(q.answer_index for name in names() for q in make_material(load(name).lines).quiz)
    assert places.total() > 30
    assert max(places.values()) < 0.6 * places.total()
