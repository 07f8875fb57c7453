"""Study material made on the server: formulas, trust, terms, summary, and hostile text."""

import json
import os
import subprocess
import sys

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import (
    Analysis,
    Line,
    Receipt,
)
from studylens.analysis.protocol.result_json import from_json, to_json
from studylens.judging.text import folded
from studylens.limits import MATERIAL_CARDS
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT
from tests.analysis.material.making import made_from
from tests.analysis.material.pages import load
from tests.make_sample import text as sample


def test_a_formula_that_was_photographed_is_answered_by_its_picture() -> None:
    lines = [
        Line(1, "Ohm's law", 0.99, (0.1, 0.1, 0.3, 0.13)),
        Line(2, "U = R · I", 0.91, (0.1, 0.15, 0.3, 0.18)),
    ]
    lines.append(
        Line(
            3,
            "The current is the same everywhere in a circuit without branches.",
            0.98,
            (0.1, 0.2, 0.9, 0.23),
        )
    )
    (card,) = [card for card in make_material(lines).cards if card.rule == "formula"]
    assert card.back == "U = R · I"
    assert card.answer_box is not None
    assert card.answer_box[0] < 0.1
    assert card.answer_box[2] > 0.3


def test_a_formula_that_was_typed_is_answered_by_its_text() -> None:
    text = "Ohm's law\nU = R · I\nThe current is the same everywhere in a circuit without branches."
    assert [card.answer_box for card in made_from(text).cards if card.rule == "formula"] == [None]


def test_lines_that_were_badly_read_give_no_card() -> None:
    text = "A lens is a piece of glass that bends light."
    assert made_from(text, line_1=0.95).cards
    assert made_from(text, line_1=0.6).cards == ()
    assert made_from(text, line_1=0.6).judged.no_cards == "not_trusted"


def test_below_trust_there_are_no_cards_questions_and_terms() -> None:
    page = load("en_bullets")
    material = make_material(page.lines, trusted=False)
    assert (material.cards, material.quiz, material.key_terms) == ((), (), ())
    assert (material.title, material.judged.no_cards) == (page.title, "not_trusted")


def test_facts_without_a_card_are_told() -> None:
    material = make_material(load("en_textbook").lines)
    assert len(material.judged.facts) > 4
    assert all(1 <= fact.first <= fact.last and fact.text for fact in material.judged.facts)


def test_key_terms_are_those_that_the_page_defines_and_few_headings() -> None:
    terms = [term.term for term in make_material(load("en_textbook").lines).key_terms]
    assert terms == ["Temperature", "Heat", "Conduction", "convection"]


def test_a_summary_is_quoted_from_sentences_that_stand_alone() -> None:
    page = load("en_textbook")
    summary = make_material(page.lines).summary
    whole = folded("\n".join(line.text for line in page.lines))
    quoted = summary.removeprefix("From the page: ").strip("“”").split("” … “")
    assert 1 <= len(quoted) <= 2
    assert all(folded(text) in whole for text in quoted)
    assert make_material(load("nothing_intro").lines).summary == ""


def test_no_line_gives_no_material() -> None:
    for lines in ([], [Line(1, " "), Line(2, "\t")]):
        material = make_material(lines)
        assert (material.title, material.cards, material.quiz, material.key_terms) == ("", (), (), ())
        assert material.judged.no_cards == "no_text"


def test_material_survives_the_way_out_of_the_process() -> None:
    material = make_material(load("en_formulas").lines)
    analysis = Analysis(material, load("en_formulas").lines, Receipt(1, None, None, ""))
    assert from_json(json.loads(json.dumps(to_json(analysis)))) == analysis


def test_material_of_before_the_judge_is_still_read() -> None:
    plain = to_json(
        Analysis(made_from("A lens is a piece of glass that bends light."), (), Receipt(1, None, None, ""))
    )
    del plain["material"]["judged"]
    for card in plain["material"]["cards"]:
        for name in ("rule", "marks", "level", "answer_box"):
            del card[name]
    assert len(from_json(plain).material.cards) == 1


@pytest.mark.parametrize(
    "junk",
    [
        "\x00\ufffd" * 500,
        "a" * 30_000,
        "| " * 5_000,
        ":" * 9_999,
        "• \n" * 3_000,
        "_____ " * 3_000,
        "1. " * 4_000,
    ],
)
def test_hostile_text_gives_no_card_and_no_error(junk) -> None:
    assert made_from(junk).cards == ()


def test_a_flood_of_facts_is_cut_to_size() -> None:
    text = "\n".join(f"In {1000 + n} King Charles won the battle of Town{n}field." for n in range(400))
    assert len(made_from(text).cards) <= MATERIAL_CARDS


@pytest.mark.process
def test_the_same_page_gives_the_same_material_whatever_the_hash_seed() -> None:
    program = (
        "import dataclasses, json; from studylens.analysis.material.make import make_material;"
        "from tests.analysis.material.pages import load;"
        "print(json.dumps([dataclasses.asdict(make_material(load(n).lines))"
        " for n in ('en_bullets', 'es_apuntes')]))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=HOME,
            env={**os.environ, **ANALYSIS_ENVIRONMENT, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


@pytest.mark.process
def test_making_material_needs_the_standard_library_alone() -> None:
    program = (
        "import sys; before = set(sys.modules);"
        "from studylens.analysis.material.make import make_material;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names) - {'studylens'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOME, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_the_sample_page_makes_a_pack_to_be_proud_of() -> None:
    material = made_from(sample())
    assert material.title == "Photosynthesis"
    assert len(material.cards) >= 7
    assert material.cards[0].back.startswith("the process in which plants, algae and some bacteria use light")
    assert len(material.quiz) >= 3
    assert material.summary.startswith("From the page: “Photosynthesis is the process")
    assert "limiting factor" in [term.term for term in material.key_terms]


def test_a_formula_in_a_photographed_table_is_not_asked_as_flat_text() -> None:
    rows = ("Metric\tFormula\tUse", "Harmonic score\t2TP 2TP + FP + FN\toverall share",
            "Precision\tTP over all\ttrue alarms", "Recall\tTP over real\tfound cases")  # fmt: skip
    lines = [
        Line(n, text, 0.99, (0.1, 0.05 * n, 0.9, 0.05 * n + 0.03)) for n, text in enumerate(rows, start=1)
    ]
    backs = {card.back for card in make_material(lines).cards}
    assert "overall share" in backs
    assert "2TP 2TP + FP + FN" not in backs


SPREAD = (
    "Variance – a measure of the spread of a sample\n"
    "Standard deviation – a measure of the spread of a sample, in the units of what was measured\n"
    "Median – the value that lies in the middle of a sorted list\n"
    "Range – the difference between the largest and the smallest value\n"
    "Census – a count of every member of a population\n"
)


def test_each_line_of_a_list_of_terms_with_dashes_is_a_term_however_long_the_line_above_it_is() -> None:
    backs = {card.front: card.back for card in made_from(SPREAD).cards}
    assert backs["What is meant by “Median”?"] == "the value that lies in the middle of a sorted list"
    assert all("Median" not in back for back in backs.values())


def test_no_term_of_which_the_page_says_the_same_is_offered_as_a_wrong_one() -> None:
    options = {
        question.options[question.answer_index]: question.options for question in made_from(SPREAD).quiz
    }
    assert len(options["Variance"]) >= 3
    assert "Standard deviation" not in options["Variance"]
    assert "Variance" in options["Standard deviation"], "what is told of it is not all that is asked"
