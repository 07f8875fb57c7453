"""The lines that match a question best: telling words count, small words do not."""

import pytest

from studylens.study.questions.line_search import NumberedLine, best_lines, ranked
from tests.analysis.llm.answers import PAGE

LINES = [NumberedLine(n, text) for n, text in enumerate(PAGE, start=1)]


def found(question: str, *texts: str) -> list[int]:
    lines = [NumberedLine(n, text) for n, text in enumerate(texts, start=1)] or LINES
    return [line.n for line in best_lines(question, lines)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What does the Calvin cycle fix?", 7),
        ("Which light does chlorophyll absorb?", 4),
        ("What happens in the thylakoid?", 5),
        ("chloroplast", 3),
        ("Tell me about energies", 2),
        ("CO2?", 8),
    ],
)
def test_the_line_with_the_rarest_words_comes_first(question: str, first: int) -> None:
    assert found(question)[0] == first


@pytest.mark.parametrize("question", ["Who won the war?", "What is the?", "?!", "", "der die das", "🦉"])
def test_nothing_matches_when_no_telling_word_is_shared(question: str) -> None:
    assert found(question) == []


def test_inflected_words_match_in_german_and_english() -> None:
    assert found("Was machen Zellen?", "Eine Zelle teilt sich.", "Das Haus ist rot.") == [1]
    assert found("membranes?", "Water.", "It passes a membrane.") == [2]


def test_scripts_without_spaces_match_by_pairs_of_letters() -> None:
    assert found("光合作用とは", "細胞分裂の話", "植物は光合作用を行う") == [2]


def test_at_most_three_lines_are_shown_and_weak_ones_are_not() -> None:
    assert len(found("light", *["light energy"] * 9)) == 3
    assert found("red blue chlorophyll light", *PAGE)[0] == 4
    assert 6 not in found("red blue chlorophyll light", *PAGE)


def test_the_same_question_always_finds_the_same_lines() -> None:
    assert len({tuple(found("light energy reactions plants")) for _ in range(20)}) == 1


def test_a_page_without_lines_or_words_matches_nothing() -> None:
    assert best_lines("light", []) == []
    assert found("light", "—", "...") == []


def test_ranked_keeps_every_line() -> None:
    assert sorted(line.n for line in ranked("light", LINES)) == [line.n for line in LINES]
