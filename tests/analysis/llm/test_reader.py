"""One reader for the JSON of every model: slips are mended, one broken item costs itself alone."""

import json
import random
import sys
from typing import Any

import pytest

from studylens.analysis.llm.client import BadAnswer
from studylens.analysis.llm.lenient import MAX_DEPTH
from studylens.analysis.llm.reader import Read, read_fields
from studylens.analysis.llm.schema import PACK_NAMES
from tests.analysis.llm.answers import pack

WHOLE = json.dumps(pack())
SHORT = '{"title": "T", "cards": [{"front": "a", "back": "b"}, {"front": "c", "back": "d"}], "quiz": []}'
HOSTILE = {
    "brackets": "[" * 60_000,
    "objects": '{"a":' * 10_000,
    "both": '[{"a":' * 8_000,
    "words between": '{"a":1 x ' * 6_000,
    "ours, words between": '{"title":1 x ' * 6_000,
    "items that break": '{"cards":[' + "{x}" * 10_000,
    "lists that break": '{"cards":[{x ' * 6_000,
    "quotes": '{"title":"' + '"' * 40_000,
    "quoted words": '{"title":"' + '"word ' * 8_000,
    "spaces": '{"title":"a"' + " " * 60_000 + "x",
    "closings and spaces": '{"cards":[x' + ("}" + " " * 1_000) * 300,
    "backslashes": '{"title":"' + "\\" * 60_000,
    "commas": "," * 60_000,
    "braces in prose": "word { " * 6_000,
    "digits": '{"title":' + "9" * 60_000,
    "names": '{"title":1,' * 6_000,
}


def read(text: str) -> Read:
    return read_fields(text, PACK_NAMES)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"\ufeff{WHOLE}",
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}",
        f"Here {{is}} the pack [1], as you wished: {WHOLE}\n\nGood luck {{you}}!",
        f"[{WHOLE}]",
        f'{{"study_pack": {WHOLE}}}',
        f'{{"title": "a draft", "quiz": []}} No, better: {WHOLE}',
        WHOLE.replace("}]", "},]").replace('"quiz"', ',"quiz"'),
        WHOLE.replace("}, {", "} {"),
        WHOLE.replace("\\n", "\n"),
        WHOLE.replace("null", "None"),
        WHOLE.replace("null", "NaN"),
    ],
)
def test_slips_cost_nothing(text: str) -> None:
    found = read(text)
    assert {name: found.fields[name] for name in pack()} == pack()
    assert (found.cut, found.broken) == (False, {})


def test_quotes_inside_a_text_are_its_own() -> None:
    found = read(
        '{"title": "He said "no" twice", "cards": [{"front": "Who said "yes, I do"?", "back": "x"}]}'
    )
    assert found.fields["title"] == 'He said "no" twice'
    assert found.fields["cards"] == [{"front": 'Who said "yes, I do"?', "back": "x"}]


def test_list_named_twice_keeps_all_its_items() -> None:
    found = read('{"cards": [1], "title": "a", "cards": [2], "title": "b"}')
    assert found.fields == {"cards": [1, 2], "title": "b"}


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999", "-Infinity", "NaN", "9" * 5_000 + ".5"])
def test_number_that_is_none_of_ours_is_nothing(number: str) -> None:
    assert read(f'{{"title": "T", "cards": [{{"source_line": {number}}}]}}').items("cards") == [
        {"source_line": None}
    ]
    assert read(f'{{"title": "T", "cards": [{{"source_line": {number}}}]').items("cards") == [
        {"source_line": None}
    ]


@pytest.mark.parametrize(
    ("broken", "kept", "lost"),
    [
        ('{"front": "x" "y" z}', "bd", 1),
        ('{"front": }', "bd", 1),
        ('{"front" "x"}', "bd", 1),
        ('{"front": "x", "back": [1, ~]}', "bd", 1),
        ('{"front": ~}, {"front": ~}', "bd", 2),
    ],
)
def test_item_that_is_broken_is_counted_and_costs_itself_alone(broken: str, kept: str, lost: int) -> None:
    found = read(SHORT.replace("}, {", f"}}, {broken}, {{"))
    assert "".join(card["back"] for card in found.items("cards")) == kept
    assert (found.broken, found.cut, found.fields["quiz"]) == ({"cards": lost}, False, [])


def test_broken_last_item_takes_nothing_from_the_next_list() -> None:
    found = read('{"cards": [{"front": "a"}, {"front": "c" ], "quiz": [{"question": "q"}]}')
    assert (found.items("cards"), found.items("quiz")) == ([{"front": "a"}], [{"question": "q"}])
    assert found.broken == {"cards": 1}


def test_cut_anywhere_keeps_exactly_the_items_that_had_come_whole() -> None:
    before = 0
    for end in range(len(SHORT)):
        items = found_at(SHORT[:end])
        assert items == json.loads(SHORT)["cards"][: len(items)]
        assert len(items) >= before
        before = len(items)
    assert before == 2


def found_at(text: str) -> list[Any]:
    """Read what is left of an answer; nothing when it is none yet."""
    try:
        found = read(text)
    except BadAnswer:
        return []
    assert found.cut
    return found.items("cards")


def test_text_that_breaks_off_keeps_its_whole_paragraphs() -> None:
    found = read('{"title": "T", "explanation": "One \\"two\\".\\n\\nThree.\\n\\nFo')
    assert (found.fields["explanation"], found.cut) == ('One "two".\n\nThree.', True)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_time_that_grows_with_its_length(name: str) -> None:
    text = HOSTILE[name]
    assert steps(text) < 3 * steps(text[: len(text) // 2]) + 10_000


def steps(text: str) -> int:
    """Return how many lines of Python it takes to read a text, or to refuse it."""
    count = 0

    def trace(_frame: object, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "call"
        return None

    sys.setprofile(trace)
    try:
        read(text)
    except BadAnswer:
        pass
    finally:
        sys.setprofile(None)
    return count


def test_depth_is_bounded() -> None:
    deep = "[" * MAX_DEPTH * 2 + "]" * MAX_DEPTH * 2
    assert read(f'{{"title": "T", "cards": [{{"x": {deep}, "y": \\q}}, {{"front": "a"}}]}}').items(
        "cards"
    ) == [{"front": "a"}]


def test_whatever_happens_to_an_answer_it_is_read_or_refused() -> None:
    rng = random.Random(12)
    signs = '{}[]",:\\\n 0n`$x'
    for _ in range(400):
        text = list(WHOLE)
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(text))
            text[at : at + rng.randint(0, 3)] = [rng.choice(signs) for _ in range(rng.randint(0, 3))]
        try:
            found = read("".join(text[: rng.randint(1, len(text))]))
        except BadAnswer:
            continue
        assert isinstance(found.fields, dict)
        json.dumps(found.fields)


def test_one_wrong_sign_costs_one_item_at_most_or_is_said() -> None:
    rng = random.Random(21)
    wanted = len(pack()["cards"]) + len(pack()["quiz"]) + len(pack()["key_terms"])
    for _ in range(300):
        at = rng.randrange(len(WHOLE))
        try:
            found = read(WHOLE[:at] + rng.choice('{}[]",:') + WHOLE[at + 1 :])
        except BadAnswer:
            continue
        items = sum(
            len(found.items(name)) + found.broken.get(name, 0) for name in ("cards", "quiz", "key_terms")
        ) + found.broken.get("", 0)
        assert items >= wanted or found.cut or set(found.fields) != set(pack()), WHOLE[at - 20 : at + 20]
