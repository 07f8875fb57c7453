"""Study material made on the server: only what the page says, in bounded time and memory."""

import json
import os
import subprocess
import sys
import time

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import SERVER, Line, Material
from studylens.config import (
    ANALYSIS_ENVIRONMENT,
    HOME,
    MATERIAL_CARDS,
    MATERIAL_QUESTIONS,
    NEED_MATERIAL_MB,
)
from tests.analysis.material.checks import BLANK, load, names, normalise
from tests.analysis.material.score import mean, run, score

TUNING_FLOOR, HELD_OUT_FLOOR = 98.0, 91.0
"""A little below the scores in docs/material-scoring.md, so that a loss is noticed."""


def page(text: str, **scores: float) -> list[Line]:
    return [Line(n, line, scores.get(f"line_{n}")) for n, line in enumerate(text.splitlines(), 1)]


def made_from(text: str, **scores: float) -> Material:
    return make_material(page(text, **scores))


def fronts_and_backs(material: Material) -> list[tuple[str, str]]:
    return [(card.front, card.back) for card in material.cards]


@pytest.fixture(scope="module")
def materials() -> dict[str, Material]:
    return {name: make_material(load(name).lines) for name in names()}


def test_score_of_the_pages_does_not_fall() -> None:
    scores = run()
    assert mean(scores[False]) >= TUNING_FLOOR
    assert mean(scores[True]) >= HELD_OUT_FLOOR


def test_an_empty_material_scores_nothing_on_a_page_that_teaches() -> None:
    assert score(load("definitions_biology"), Material()).total == 0


@pytest.mark.parametrize("name", names())
def test_every_answer_stands_on_the_page(name: str, materials: dict[str, Material]) -> None:
    whole = load(name).whole
    for card in materials[name].cards:
        assert all(normalise(part) in whole for part in card.back.split("; ")), card
    for question in materials[name].quiz:
        assert all(normalise(option) in whole for option in question.options), question
    for term in materials[name].key_terms:
        assert normalise(term.term) in whole
        assert term.definition is None or normalise(term.definition) in whole


@pytest.mark.parametrize("name", names())
def test_everything_names_its_line_and_its_origin(name: str, materials: dict[str, Material]) -> None:
    numbers = {line.n for line in load(name).lines}
    items = [*materials[name].key_terms, *materials[name].cards, *materials[name].quiz]
    assert all(item.source_line in numbers and item.origin == SERVER for item in items)


@pytest.mark.parametrize("name", names())
def test_no_item_comes_twice(name: str, materials: dict[str, Material]) -> None:
    fronts = [normalise(card.front) for card in materials[name].cards]
    questions = [normalise(question.question) for question in materials[name].quiz]
    assert len(set(fronts)) == len(fronts)
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("name", names())
def test_a_question_has_one_right_option_among_at_least_three(
    name: str, materials: dict[str, Material]
) -> None:
    for question in materials[name].quiz:
        assert 3 <= len({normalise(option) for option in question.options}) == len(question.options)
        right = normalise(question.options[question.answer_index])
        others = [normalise(o) for i, o in enumerate(question.options) if i != question.answer_index]
        assert not any(other in right or right in other for other in others)


def test_right_options_do_not_all_stand_at_one_place(materials: dict[str, Material]) -> None:
    places = [question.answer_index for material in materials.values() for question in material.quiz]
    assert len(places) > 40
    assert all(places.count(place) >= 0.1 * len(places) for place in range(4))


def test_explanation_is_left_to_a_model(materials: dict[str, Material]) -> None:
    assert {material.explanation for material in materials.values()} == {""}


def test_summary_is_taken_from_the_page_word_for_word(materials: dict[str, Material]) -> None:
    summary = materials["definitions_biology"].summary
    quoted = summary.removeprefix("From the page: ").strip("“”").split("” … “")
    assert 1 <= len(quoted) <= 3
    assert all(normalise(text) in load("definitions_biology").whole for text in quoted)


@pytest.mark.parametrize(
    ("sentence", "term", "text"),
    [
        ("A lens is a piece of glass that bends light.", "lens", "a piece of glass that bends light"),
        (
            "Erosion means the wearing away of rock by water or wind.",
            "Erosion",
            "the wearing away of rock by water or wind",
        ),
        ("The study of living things is called biology.", "biology", "The study of living things"),
        (
            "Ein Verb ist ein Wort, das eine Tätigkeit ausdrückt.",
            "Verb",
            "ein Wort, das eine Tätigkeit ausdrückt",
        ),
        ("Unter Erosion versteht man die Abtragung von Gestein.", "Erosion", "die Abtragung von Gestein"),
        ("El pulmón es un órgano que toma el aire.", "pulmón", "un órgano que toma el aire"),
        ("Magma: molten rock below the ground", "Magma", "molten rock below the ground"),
        ("Magma - molten rock below the ground", "Magma", "molten rock below the ground"),
    ],
)
def test_a_definition_becomes_term_and_card(sentence: str, term: str, text: str) -> None:
    material = made_from(sentence)
    assert (term, text) in [(one.term, one.definition) for one in material.key_terms]
    assert [card.back for card in material.cards if card.kind == "definition"] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "This is a good example of what we said before.",
        "It is the largest of all the planets.",
        "The main reason is a lack of money in the state.",
        "Homework: read the next three pages at home",
        "Note: the test is on the next Friday morning",
        "Is a whale a fish that lives in the sea?",
    ],
)
def test_what_only_looks_like_a_definition_is_none(text: str) -> None:
    material = made_from(text)
    assert [term.definition for term in material.key_terms if term.definition] == []
    assert [card for card in material.cards if card.kind == "definition"] == []


def test_a_cloze_blanks_its_answer_everywhere() -> None:
    material = made_from("In 1914 war broke out, and the year 1914 changed the whole of Europe for ever.")
    clozes = [card for card in material.cards if card.kind == "cloze"]
    assert all(card.back not in card.front for card in clozes)
    assert all(BLANK in card.front for card in clozes)


def test_source_line_of_a_cloze_holds_the_answer() -> None:
    text = (
        "The treaty that ended the long war between both states was\nsigned in the year 1648 by both envoys."
    )
    material = made_from(text)
    assert ("1648", 2) in [(card.back, card.source_line) for card in material.cards]


def test_words_broken_at_the_end_of_a_line_are_joined() -> None:
    material = made_from(
        "Photosynthesis is the process by which plants turn light en-\nergy into sugar and oxygen."
    )
    assert [card.back for card in material.cards if card.kind == "definition"] == [
        "the process by which plants turn light energy into sugar and oxygen"
    ]


def test_lines_that_were_badly_read_make_nothing() -> None:
    text = "A lens is a piece of glass that bends light."
    assert made_from(text, line_1=0.95).cards != ()
    assert made_from(text, line_1=0.6) == Material()


@pytest.mark.parametrize("bullet", ["• ", "- ", "* ", "– ", "o ", "1. ", "a) ", "(2) "])
def test_bullets_of_every_kind_are_read_as_a_list(bullet: str) -> None:
    text = "States of matter:\n" + "\n".join(bullet + name for name in ("solid", "liquid", "gas"))
    assert ("“States of matter”: name all 3.", "solid; liquid; gas") in fronts_and_backs(made_from(text))


def test_a_timeline_asks_for_the_year() -> None:
    material = made_from(
        "1492: Columbus reaches the Bahamas\n1498: Vasco da Gama reaches India\n1519: Magellan sets sail"
    )
    assert ("In which year: “Magellan sets sail”?", "1519") in fronts_and_backs(material)
    assert {question.options[question.answer_index] for question in material.quiz} == {"1492", "1498", "1519"}


def test_too_few_other_terms_make_no_question() -> None:
    assert made_from("A lens is a piece of glass that bends light.").quiz == ()


@pytest.mark.parametrize("name", ["code_python", "junk", "pure_numbers", "almost_empty", "exam_questions"])
def test_pages_that_teach_nothing_give_no_question(name: str, materials: dict[str, Material]) -> None:
    assert materials[name].quiz == ()


def test_no_line_gives_no_material() -> None:
    assert make_material([]) == Material()
    assert made_from("\n \n\t\n") == Material()


@pytest.mark.process
def test_the_same_page_gives_the_same_material_whatever_the_hash_seed() -> None:
    program = (
        "import dataclasses, json; from studylens.analysis.material.make import make_material;"
        "from tests.analysis.material.checks import load;"
        "print(json.dumps([dataclasses.asdict(make_material(load(n).lines)) for n in "
        "('history_revolution', 'spanish_ecosystem', 'law')]))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONOPTIMIZE": "1"},
            cwd=HOME,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "77")
    ]
    assert json.loads(outputs[0]) == json.loads(outputs[1])
    assert "French Revolution" in outputs[0].decode()


_SENTENCE = "The old river carries fine sand and mud down to the coast in the year 1850. "
HARD = {
    "dense": "".join(
        f"{_SENTENCE}Basin {i} is the part of a valley that holds {i} lakes.\n" for i in range(150)
    ),
    "one line": _SENTENCE * 260,
    "no space": "a" * 20_000,
    "short lines": "x\n" * 10_000,
    "hyphens": "abc-\n" * 4_000,
    "different words": " ".join(f"{chr(97 + i % 26)}ord{chr(97 + i // 26 % 26)}a" for i in range(3_000)),
    "right to left": "תא הוא יחידת החיים הקטנה ביותר. הגרעין שומר מידע.\n" * 380,
    "chinese": "细胞是生命的基本单位。细胞核储存遗传信息。\n" * 900,
    "emoji": "😀 osmosis 🎉 is 👩‍🔬 the movement of water 🌊\n" * 450,
    "digits": "1234 5678 90\n" * 1_500,
    "html": "<p class='x'>A <b>cell</b> is the smallest unit of <i>life</i>.</p>\n" * 300,
    "markdown": "## Head\n**Osmosis** is the movement of `water` [link](http://a.b)\n| a | b |\n|---|---|\n"
    * 220,
    "repeated": "Osmosis is the movement of water through a membrane.\n" * 380,
    "brackets": "([{<" * 5_000,
    "label": "a: b - c = d " * 1_500,
    "pattern": "x is a y, which is the z, and w is the v " * 480,
    "names": "the President George Washington met King Louis of the France " * 320,
    "control": "\x00\x07\u200b\u202e\ufeff text \ud800" * 1_500,
}


@pytest.mark.parametrize("kind", HARD)
def test_hard_text_takes_less_than_two_seconds(kind: str) -> None:
    make_material([Line(1, "The heart is the organ that moves blood through the body.")])  # Brings yake.
    began = time.process_time()
    material = made_from(HARD[kind][:20_000])
    assert time.process_time() - began < 2
    assert len(material.cards) <= MATERIAL_CARDS
    assert len(material.quiz) <= MATERIAL_QUESTIONS


def test_markup_does_not_reach_the_cards() -> None:
    material = made_from(
        "<p>A <b>cell</b> is the smallest unit of <i>life</i> on Earth.</p>\n"
        "**Osmosis** is the movement of `water`."
    )
    assert {card.back for card in material.cards} == {
        "the smallest unit of life on Earth",
        "the movement of water",
    }


def test_script_without_known_words_is_asked_only_by_its_layout() -> None:
    assert made_from("细胞是生命的基本单位。\n" * 30).cards == ()


@pytest.mark.process
def test_memory_for_a_full_page_stays_within_its_room() -> None:
    program = (
        "import json\n"
        "def anonymous():\n"
        "    with open('/proc/self/smaps_rollup') as f:\n"
        "        return next(int(l.split()[1]) for l in f if l.startswith('Anonymous:')) / 1024\n"
        "from studylens.analysis.material.make import make_material\n"
        "from studylens.analysis.protocol.result import Line\n"
        "before = anonymous()\n"
        f"text = {HARD['dense'][:20_000]!r}\n"
        "made = make_material([Line(n, t) for n, t in enumerate(text.splitlines(), 1)])\n"
        "print(json.dumps([anonymous() - before, len(made.cards)]))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | ANALYSIS_ENVIRONMENT,
        cwd=HOME,
        check=True,
        capture_output=True,
    ).stdout
    added_mb, cards = json.loads(out)
    assert cards > 0
    assert added_mb < min(40, NEED_MATERIAL_MB)
