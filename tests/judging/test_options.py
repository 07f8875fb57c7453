"""Options: what kind they are, and how wrong ones are chosen from a pool."""

import pytest

from studylens.judging.options import good_wrongs, kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1789", "year"),
        ("45 km", "number"),
        ("-12.5 °C", "number"),
        ("F = m · a", "formula"),
        ("Isaac Newton", "name"),
        ("stroma", "term"),
        ("cell wall", "term"),
        ("the movement of water through a membrane", "phrase"),
    ],
)
def test_kind_of_an_answer(text, kind) -> None:
    assert kind_of(text) == kind


def test_wrong_options_are_of_the_right_ones_kind() -> None:
    pool = ["1804", "Napoleon", "1815", "the sea", "1919"]
    assert good_wrongs("When did the revolution begin?", "1789", pool) == ("1804", "1815", "1919")


def test_wrong_options_are_apart_from_the_right_one_and_each_other() -> None:
    pool = ["Oxygen gas", "O2", "Nitrogen", "Nitrogen gas", "Helium", "Argon"]
    assert good_wrongs("Which gas is released?", "Oxygen", pool) == ("Nitrogen", "Helium", "Argon")


def test_wrong_options_do_not_stand_in_the_question() -> None:
    pool = ["Calvin cycle", "Glycolysis", "Krebs cycle"]
    assert good_wrongs("What feeds the Calvin cycle?", "Light reactions", pool) == (
        "Glycolysis",
        "Krebs cycle",
    )


def test_wrong_options_are_about_as_long_as_the_right_one() -> None:
    pool = ["a membrane that lets some substances pass and holds back all of the others", "cell wall"]
    assert good_wrongs("What holds a plant cell in shape?", "vacuole", pool) == ("cell wall",)


def test_a_pool_without_kin_gives_nothing() -> None:
    assert good_wrongs("When did it begin?", "1789", ["Napoleon", "the sea"]) == ()
