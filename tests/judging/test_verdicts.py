"""Four verdicts, each by a rule with a name and an example; docs/typing.md says the same."""

from pathlib import Path

import pytest

from studylens.judging.comparing import Why, compare
from studylens.judging.typed.verdicts import RULES, Rule, TypedVerdict, verdict
from studylens.web.reviews.nearness import typed_answer
from tests.service import HOME

PAGE: Path = HOME / "docs" / "typing.md"


@pytest.mark.parametrize(
    ("why", "rule"), RULES.items(), ids=lambda one: str(one) if isinstance(one, Why) else ""
)
def test_each_rule_is_what_its_example_shows(why: Why, rule: Rule) -> None:
    found = compare(rule.given, [rule.wanted], rule.language)
    assert (found.why, verdict(found, rule.wanted)) == (why, rule.verdict)


def test_every_finding_has_a_rule_and_the_page_has_every_rule() -> None:
    assert set(Why) - set(RULES) == {Why.ACCEPTED, Why.NOTHING}
    rows = [f"| {rule.verdict} | `{why}` | {rule.given} | {rule.wanted} |" for why, rule in RULES.items()]
    assert [row for row in rows if row not in PAGE.read_text()] == []


@pytest.mark.parametrize(
    ("given", "wanted", "meant"),
    [
        (
            "sugar is made from light",
            "Plants make glucose from carbon dioxide and water.",
            TypedVerdict.YOURS,
        ),
        ("no idea", "Plants make glucose from carbon dioxide and water.", TypedVerdict.YOURS),
        ("stroma", "grana", TypedVerdict.WRONG),
        ("1798", "The revolution began in 1789.", TypedVerdict.WRONG),
        ("", "grana", TypedVerdict.WRONG),
    ],
)
def test_other_words_than_a_sentence_s_are_the_student_s_call(
    given: str, wanted: str, meant: TypedVerdict
) -> None:
    assert verdict(compare(given, [wanted], "en"), wanted) is meant


def test_an_answer_that_was_let_count_is_right() -> None:
    assert (
        verdict(compare("ATP", ["adenosine triphosphate", "ATP"], "en"), "adenosine triphosphate")
        is TypedVerdict.RIGHT
    )


@pytest.mark.parametrize(
    ("given", "wanted", "told"),
    [
        ("light, water", "light, water and carbon dioxide", "Nearly: one part is missing. You decide."),
        ("mitosis", "meiosis", "Wrong, it seems. It differs from the answer."),
        ("sugar from light", "Plants make glucose from light and water.", "matter are there. Your call."),
        ("stroma", "the stroma", "The same but for the article."),
        ("", "stroma", "You typed nothing."),
    ],
)
def test_the_page_says_the_verdict_in_words(given: str, wanted: str, told: str) -> None:
    assert typed_answer(given, [wanted], "en", "student").told.endswith(told)
