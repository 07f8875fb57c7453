"""What a caption gives to study: where it is the best that is known, and never more than was said."""

import pytest

from studylens.analysis.blip.figure import FIGURE_WORDS, Caption, add_caption, rests_on
from studylens.analysis.protocol.result import Card, Line, Material

CAPTION = Caption("a bar chart with two blue bars", "blip:onnx-int8")
LABELS = (Line(1, "15"), Line(2, "Yield in t"))
PAGE = tuple(Line(n, "eight words of a printed page about cells") for n in range(1, 8))
CARD = Card("What is osmosis?", "A flow of water.", "definition", 1)


@pytest.mark.parametrize("transcript", [(), LABELS])
def test_a_figure_gets_a_title_and_one_card(transcript: tuple[Line, ...]) -> None:
    made = add_caption(Material(), CAPTION, transcript)
    assert made.title == "A bar chart with two blue bars"
    assert made.cards == (
        Card(
            "What does the picture show?", made.title, "short_answer", None, "blip:onnx-int8", rule="figure"
        ),
    )
    assert (made.quiz, made.key_terms, made.explanation, made.summary) == ((), (), "", "")


def test_a_title_on_the_page_stays_and_the_summary_says_what_is_shown() -> None:
    made = add_caption(Material(title="Yield by year"), CAPTION, LABELS)
    assert made.title == "Yield by year"
    assert made.summary == "The picture shows a bar chart with two blue bars."
    assert len(made.cards) == 1


@pytest.mark.parametrize("made", [Material(summary="Known."), Material(explanation="Known better.")])
def test_what_is_known_better_stays_alone(made: Material) -> None:
    assert add_caption(made, CAPTION, LABELS) == made


def test_a_page_of_text_mentions_the_picture_in_its_summary_only() -> None:
    assert sum(len(line.text.split()) for line in PAGE) > FIGURE_WORDS
    assert add_caption(Material(), CAPTION, PAGE) == Material(
        summary="The picture shows a bar chart with two blue bars."
    )


def test_cards_from_the_page_are_joined_by_none() -> None:
    made = add_caption(Material(cards=(CARD,)), CAPTION, LABELS)
    assert made.cards == (CARD,)
    assert not made.title
    assert not rests_on(made, CAPTION)


def test_without_a_caption_nothing_is_added() -> None:
    assert add_caption(Material(), Caption("", ""), ()) == Material()


def test_cards_that_rest_on_the_caption_are_known() -> None:
    assert rests_on(add_caption(Material(), CAPTION, ()), CAPTION)
    assert not rests_on(Material(), CAPTION)
