"""What is believed of an answer, and what is dropped before anyone sees it."""

import json
from typing import Any

import pytest

from studylens import limits
from studylens.analysis.llm.answer import read
from studylens.analysis.llm.client import BadAnswer
from studylens.analysis.llm.schema import PHOTO_SCHEMA, TEXT_SCHEMA
from studylens.analysis.llm.text import clean, normalised, related, shortened, unlettered
from studylens.analysis.protocol.result import Line, Material
from tests.analysis.llm.answers import pack

NAMES = [
    f"{first}{second}ra"
    for first in ("Ma", "Lo", "Ti", "Ke", "Su", "Pa", "Vo", "De")
    for second in "bdfgklmnpr"
]
"""Of made-up rivers, more than a page may have items."""
CARD = {"front": "What do plants make?", "back": "Sugar", "kind": "short_answer", "source_line": 2}
QUESTION = {
    "question": "What do plants make?",
    "options": ["Salt", "Sugar", "Glass"],
    "answer_index": 1,
    "explanation": "Sugar stores the energy.",
    "source_line": 2,
}


def answered(**parts: Any) -> tuple[Material, tuple[Line, ...]]:
    """Read an answer of two lines and the parts given."""
    lines = [{"n": 1, "text": "Photosynthesis"}, {"n": 2, "text": "Plants make sugar from light."}]
    return read(json.dumps({"transcript": lines, **parts}), model="m")[:2]


def cards(*items: Any) -> tuple[Any, ...]:
    return answered(cards=list(items))[0].cards


def quiz(**changes: Any) -> tuple[Any, ...]:
    return answered(quiz=[{**QUESTION, **changes}])[0].quiz


def test_whole_answer_is_kept() -> None:
    material, transcript, _ = read(json.dumps(pack()), model="m")
    assert [line.n for line in transcript] == list(range(1, 9))
    assert {(line.score, line.box) for line in transcript} == {(None, None)}
    assert [card.source_line for card in material.cards] == [2, 3, 4, 5, 6, None]
    assert {item.origin for item in (*material.key_terms, *material.cards, *material.quiz)} == {"gemini:m"}


@pytest.mark.parametrize(
    "text", ["", "pack", "[]", "7", "null", "true", '"text"', '{"title": "cut', "{}", "[" * 100_000]
)
def test_answer_that_is_no_object_is_refused(text) -> None:
    with pytest.raises(BadAnswer):
        read(text, model="m")


@pytest.mark.parametrize("answer", [{"title": "Only a title"}, {"transcript": [{"n": 1, "text": " "}]}])
def test_answer_with_nothing_usable_is_refused(answer) -> None:
    with pytest.raises(BadAnswer, match="nothing usable"):
        read(json.dumps(answer), model="m")


def test_own_lines_are_no_answer() -> None:
    with pytest.raises(BadAnswer, match="nothing usable"):
        read(json.dumps({"transcript": ["read again"]}), model="m", own_lines=[Line(1, "my own")])


def test_pasted_text_keeps_its_own_transcript() -> None:
    own = (Line(1, "Plants make sugar."),)
    answer = {"transcript": ["something else"], "cards": [{**CARD, "source_line": 1}]}
    material, transcript, _ = read(json.dumps(answer), model="m", own_lines=own)
    assert (transcript, material.cards[0].source_line) == (own, 1)


def test_sources_follow_the_numbers_that_the_model_gave() -> None:
    lines = [{"n": 4, "text": "Heading"}, {"n": 5, "text": ""}, {"n": 6, "text": "Plants make sugar."}]
    answer = {"transcript": lines, "cards": [{**CARD, "source_line": 6}]}
    material, transcript, _ = read(json.dumps(answer), model="m")
    assert [(line.n, line.text) for line in transcript] == [(1, "Heading"), (2, "Plants make sugar.")]
    assert material.cards[0].source_line == 2


def test_number_given_twice_names_the_first_line() -> None:
    lines = [{"n": 1, "text": "Plants make sugar."}, {"n": 1, "text": "Animals eat sugar."}]
    answer = {"transcript": lines, "cards": [{**CARD, "source_line": 1}]}
    material, transcript, _ = read(json.dumps(answer), model="m")
    assert (len(transcript), material.cards[0].source_line) == (2, 1)


@pytest.mark.parametrize("line", [0, 3, -1, 99, "two", 2.5, True, None, 1, [2]])
def test_source_must_exist_and_be_about_the_card(line) -> None:
    assert cards({**CARD, "source_line": line})[0].source_line is None


@pytest.mark.parametrize("line", [2, 2.0, "2", " 2 "])
def test_fitting_source_is_kept_however_it_is_written(line) -> None:
    assert cards({**CARD, "source_line": line})[0].source_line == 2


@pytest.mark.parametrize(
    "item",
    [
        "text",
        None,
        {},
        {"front": "only a front"},
        {"front": "same", "back": " Same. "},
        {"front": ["1"], "back": 2},
        {"front": "too long", "back": "x" * (limits.ANSWER_ITEM_CHARS + 1)},
        {"front": "\x00", "back": "nothing is left of the front"},
    ],
)
def test_card_that_does_not_validate_is_dropped_alone(item) -> None:
    assert [card.back for card in cards(item, CARD)] == ["Sugar"]


def test_items_of_a_list_that_nobody_knows_are_named() -> None:
    links = [{"title": "A source"}]
    material, _ = answered(cards=[CARD], flashcards=[CARD, {**CARD, "front": "What is light?"}], links=links)
    assert len(material.cards) == 1
    assert [(entry.reason, entry.count) for entry in material.judged.dropped] == [("misplaced", 2)]


def test_card_that_asks_the_same_again_is_dropped() -> None:
    assert len(cards(CARD, {**CARD, "front": "what do  plants MAKE?", "back": "Starch"})) == 1


@pytest.mark.parametrize(
    ("kind", "front", "kept"),
    [
        ("definition", "Sugar", "definition"),
        ("cloze", "Plants make _____ from light.", "cloze"),
        ("cloze", "What do plants make from light?", "short_answer"),
        ("riddle", "What do plants make?", "short_answer"),
        ("Cloze", "Plants make _____ from light.", "cloze"),
        (["cloze"], "What do plants make?", "short_answer"),
    ],
)
def test_kind_is_one_that_we_know(kind, front, kept) -> None:
    back = "made by plants" if front == "Sugar" else "sugar"
    assert cards({"front": front, "back": back, "kind": kind})[0].kind == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"answer_index": 3},
        {"answer_index": -1},
        {"answer_index": "B"},
        {"answer_index": 0.5},
        {"answer_index": True},
        {"answer_index": None},
        {"options": ["Sugar"], "answer_index": 0},
        {"options": ["Sugar", " SUGAR. "], "answer_index": 0},
        {"options": ["Salt", "", "Glass"]},
        {"options": [str(n) for n in range(7)]},
        {"options": ["Salt", "Sugar", "x" * (limits.ANSWER_ITEM_CHARS + 1)]},
        {"options": "Sugar"},
        {"question": ""},
    ],
)
def test_question_without_one_right_option_is_dropped(changes) -> None:
    assert quiz(**changes) == ()


@pytest.mark.parametrize("index", [1, 1.0, "1", "1.0"])
def test_index_is_believed_however_it_is_written(index) -> None:
    (question,) = quiz(answer_index=index)
    assert question.options[question.answer_index] == "Sugar"


def test_number_where_a_text_was_asked_for_is_that_text() -> None:
    (card,) = answered(
        transcript=["The French Revolution began in 1789."],
        cards=[{"front": "When did the French Revolution begin?", "back": 1789, "source_line": 1}],
    )[0].cards
    assert card.back == "1789"


def test_right_answer_is_found_again_after_a_double_option_went() -> None:
    (question,) = quiz(options=["Salt", "salt", "Sugar", None, "Glass"], answer_index=2)
    assert (question.options, question.answer_index) == (("Salt", "Sugar", "Glass"), 1)


def test_right_answer_given_twice_is_one_option() -> None:
    (question,) = quiz(options=["Sugar", "Salt", "sugar ", "Glass"], answer_index=2)
    assert (question.options, question.answer_index) == (("Sugar", "Salt", "Glass"), 0)


def test_letters_in_front_of_options_are_taken_off() -> None:
    assert quiz(options=["A) Salt", "B) Sugar", "C) Glass"])[0].options == ("Salt", "Sugar", "Glass")
    assert unlettered(["A. thaliana", "E. coli"]) == ["A. thaliana", "E. coli"]


def test_signs_that_no_database_keeps_are_removed() -> None:
    material, transcript, _ = read(
        '{"transcript": [{"n": 1, "text": "a\\u0000b\\ud800c\\u001b[0m"}], "summary": "one\\r\\ntwo\\u202e"}',
        model="m",
    )
    assert (transcript[0].text, material.summary) == ("abc[0m", "one\ntwo")
    json.dumps([transcript[0].text, material.summary], ensure_ascii=False).encode()


def test_many_items_and_long_texts_are_cut_to_size() -> None:
    texts = [f"The river {name} is {n} km long." for n, name in enumerate(NAMES, start=100)]
    lines = [{"n": n, "text": text} for n, text in enumerate(texts, start=1)]
    many = [
        {
            "front": f"How long is the river {name}?",
            "back": f"{n} km",
            "kind": "short_answer",
            "source_line": n - 99,
        }
        for n, name in enumerate(NAMES, start=100)
    ]
    material, _ = answered(
        transcript=lines, cards=many, title="t " * 999, summary="s " * 9999, explanation="e " * 99_999
    )
    assert len(material.cards) == limits.ANSWER_MAX_ITEMS < len(many)
    assert len(material.title) <= limits.ANSWER_TITLE_CHARS
    assert len(material.summary) <= limits.ANSWER_SUMMARY_CHARS
    assert len(material.explanation) <= limits.ANSWER_EXPLANATION_CHARS


def test_key_term_may_have_no_definition() -> None:
    (term,) = answered(key_terms=[{"term": "Photosynthesis", "definition": ["3"], "source_line": 1}])[
        0
    ].key_terms
    assert (term.term, term.definition, term.source_line) == ("Photosynthesis", None, 1)


@pytest.mark.parametrize(
    ("line", "text", "answer"),
    [
        ("Chlorophyll absorbs light.", "What absorbs red light?", True),
        ("The thylakoid membranes", "Where? In the membrane.", True),
        ("This is what they have been", "What have they been?", False),
        ("It is in the sun", "Where is it in the end?", False),
        ("The French Revolution began in 1789.", "Which year? 1789", True),
        ("F = m · a", "Newton's second law: F = m a", True),
        ("Energy: E = mc2", "E = mc2", True),
        ("F = m · a", "Energy is E = m c²", False),
        ("光合作用は葉緑体で行われる", "葉緑体とは何か", True),
        ("光合作用は葉緑体で行われる", "江戸時代", False),
        ("", "anything at all", False),
        ("_____", "_____ fills the gap", False),
    ],
)
def test_source_shares_a_telling_word_with_what_it_proves(line, text, answer) -> None:
    assert related(line, text) is answer


def test_texts_are_cut_at_a_boundary() -> None:
    assert shortened("short", 10) == "short"
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("first part\n\nsecond part", 16) == "first part…"
    assert len(shortened("x" * 50, 10)) == 10


def test_what_is_no_string_is_no_text() -> None:
    assert [clean(value) for value in (None, 7, ["a"], {"a": 1}, True)] == [""] * 5


def test_exponents_make_options_differ() -> None:
    assert normalised("x²") != normalised("x2")
    assert normalised(" The  Cell. ") == normalised("the cell")


def test_only_photos_are_asked_for_a_transcript() -> None:
    assert set(PHOTO_SCHEMA["properties"]) - set(TEXT_SCHEMA["properties"]) == {"transcript"}
    assert PHOTO_SCHEMA["required"] == ["transcript", *TEXT_SCHEMA["required"]]
