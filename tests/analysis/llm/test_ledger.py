"""Nothing of an answer is dropped in silence: items in are items shown and items named, whatever came."""

import json
import random
from typing import Any

import pytest

from studylens.analysis.llm.answer import read
from studylens.analysis.llm.client import BadAnswer
from studylens.judging import REASONS
from tests.analysis.llm import answers

LISTS = ("key_terms", "cards", "quiz")
ODD: tuple[Any, ...] = (None, 7, "text", [], {}, {"front": ""}, {"question": "Why?", "options": ["a"]})


def came(pack: dict[str, Any]) -> int:
    return sum(len(pack[name]) for name in LISTS if isinstance(pack[name], list))


def told(text: str) -> tuple[int, int]:
    """Return how many items are shown, and how many are named with a reason that has a sentence."""
    material, _, _ = read(text, model="m")
    shown = len(material.key_terms) + len(material.cards) + len(material.quiz)
    assert {entry.origin for entry in material.judged.dropped} <= {"gemini:m"}
    assert all(REASONS[entry.reason].sentence for entry in material.judged.dropped)
    return shown, sum(entry.count for entry in material.judged.dropped)


@pytest.mark.parametrize("make", [answers.pack, answers.injected_pack, answers.huge_pack])
def test_items_in_are_items_shown_and_items_named(make) -> None:
    pack = make()
    shown, named = told(json.dumps(pack))
    assert shown + named == came(pack)


def test_items_are_counted_however_they_are_broken() -> None:
    rng = random.Random(7)
    for _ in range(60):
        pack = answers.pack()
        for name in LISTS:
            for _ in range(rng.randint(0, 4)):
                pack[name].insert(rng.randint(0, len(pack[name])), rng.choice([*ODD, *pack[name]]))
        shown, named = told(json.dumps(pack))
        assert shown + named == came(pack)


def test_items_of_a_cut_answer_are_counted_as_far_as_they_had_begun() -> None:
    whole = json.dumps(answers.pack())
    for end in range(whole.index('"cards"'), len(whole), 37):
        shown, named = told(whole[:end])
        begun = sum(whole.count(f'"{name}": "', 0, end) for name in ("term", "front", "question"))
        assert begun <= shown + named <= begun + 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"options": ["a"], "answer_index": 0}, "options_few"),
        ({"answer_index": 9}, "options_no_right"),
        ({"answer_index": None}, "options_no_right"),
        ({"question": "x" * 2_000}, "too_long"),
        ({"question": " "}, "empty"),
        ({"options": [str(n) for n in range(9)]}, "options_many"),
    ],
)
def test_reason_says_what_was_wrong(change: dict[str, Any], reason: str) -> None:
    pack = {**answers.pack(), "cards": [], "key_terms": []}
    pack["quiz"] = [{**pack["quiz"][0], **change}]
    material, _, notes = read(json.dumps(pack), model="m")
    assert [(entry.reason, entry.count) for entry in material.judged.dropped] == [(reason, 1)]
    assert notes == ("1 item of the model's answer could not be used. The receipt says why.",)


def test_whole_answer_needs_no_note() -> None:
    assert read(json.dumps(answers.pack()), model="m", truncated=True)[2] == ()


def test_page_that_broke_off_says_at_which_line() -> None:
    whole = json.dumps(answers.pack())
    material, lines, notes = read(whole[: whole.index("The light reactions happen")], model="m")
    assert (len(lines), material.cards) == (4, ())
    assert "line 4" in notes[0]


def test_cut_before_the_first_line_is_no_answer() -> None:
    with pytest.raises(BadAnswer, match="cut off"):
        read('{"transcript": [{"n": 1, "te', model="m", truncated=True)


def test_boxes_become_fractions_and_doubt_is_kept() -> None:
    pack = answers.pack()
    pack["transcript"][0] |= {"box_2d": [100, 50, 140, 900], "unsure": True}
    pack["transcript"][1] |= {"box_2d": [150, 50, 190.0, "900"], "unsure": "yes"}
    for wrong, line in zip(
        ([0, 0, 0, 9], [9, 9, 1, 1], [1, 2, 3], [0, 0, 9, 1001], None, "box"),
        pack["transcript"][2:],
        strict=True,
    ):
        line["box_2d"] = wrong
    lines = read(json.dumps(pack), model="m")[1]
    assert [(line.box, line.unsure) for line in lines] == [
        ((0.05, 0.1, 0.9, 0.14), True),
        ((0.05, 0.15, 0.9, 0.19), False),
        *[(None, False)] * 6,
    ]


@pytest.mark.parametrize(
    "boxes",
    [
        [[50, 100 + 40 * n, 900, 130 + 40 * n] for n in range(8)],
        [[100, 100, 130, 900]] * 8,
    ],
)
def test_boxes_that_cannot_be_those_of_lines_are_not_believed(boxes) -> None:
    pack = answers.pack()
    for line, box in zip(pack["transcript"], boxes, strict=True):
        line["box_2d"] = box
    assert {line.box for line in read(json.dumps(pack), model="m")[1]} == {None}
