"""A page told in own words: which of its facts are found, and which of their words are not."""

import pytest

from studylens.judging.coverage import FactSpan
from studylens.judging.telling import Told, compare

PAGE = (
    "Osmosis is the movement of water through a semipermeable membrane.",
    "Water flows towards the higher concentration of dissolved particles.",
    "The cell wall of a plant withstands a turgor pressure of 8 bar.",
    "Red blood cells burst in distilled water.",
)
FACTS = [FactSpan(n, n, text) for n, text in enumerate(PAGE, start=1)]


def told(text: str) -> list[str]:
    return [item.told for item in compare(FACTS, text)]


def test_a_page_that_was_copied_is_found_whole() -> None:
    assert told(" ".join(PAGE)) == ["found"] * 4


def test_own_words_and_another_order_are_found() -> None:
    text = (
        "If you put a red blood cell into distilled water it bursts. Osmosis means that water moves through "
        "membranes which are semipermeable."
    )
    assert told(text) == ["found", "missed", "missed", "found"]


def test_nothing_is_found_in_what_is_about_something_else() -> None:
    assert told("The French Revolution began in 1789. The king was executed.") == ["missed"] * 4
    assert told("...") == ["missed"] * 4


def test_words_that_lie_far_apart_are_no_fact() -> None:
    scattered = (
        "Osmosis. I like cake. My membrane. I like tea. Some movement. I like milk. A semipermeable bag."
    )
    assert told(scattered)[0] != Told.FOUND


def test_a_fact_without_its_number_is_found_in_part() -> None:
    (item,) = compare([FACTS[2]], "The cell wall of the plant can withstand the turgor pressure.")
    assert (item.told, item.missing) == (Told.PARTLY, ("8", "bar"))
    (item,) = compare([FACTS[2]], "The plant's cell wall withstands 8 bar of turgor pressure.")
    assert item.told == Told.FOUND


def test_what_is_missing_is_named_as_the_page_writes_it() -> None:
    (item,) = compare([FACTS[1]], "Water flows to the higher side.")
    assert item.told == Told.PARTLY
    assert item.missing == ("towards", "concentration", "dissolved", "particles")


def test_a_fact_may_be_told_in_two_sentences() -> None:
    assert (
        told("Water flows. It goes where the concentration of dissolved particles is higher.")[1] == "found"
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("光合作用把光能转化为化学能。", "植物的光合作用将光能转化为化学能"),
        ("Die Mitochondrien erzeugen ATP durch Zellatmung.", "Zellatmung: Mitochondrien erzeugen damit ATP."),
        ("Les plantes produisent l'oxygène.", "L’oxygène est produit par les plantes"),
        ("E = m c²", "E=mc² stands for: E = m c ²"),
    ],
)
def test_other_languages_and_formulas_are_found(fact: str, text: str) -> None:
    (item,) = compare([FactSpan(1, 1, fact)], text)
    assert item.told == Told.FOUND


def test_a_fact_without_any_word_is_missed_and_breaks_nothing() -> None:
    assert compare([FactSpan(1, 1, "…")], "anything")[0].told == Told.MISSED
    assert compare([], "anything") == ()
