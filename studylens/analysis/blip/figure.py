"""What a caption gives to study when nothing better is known about the picture. Pure.

A captioner says in one phrase what a picture shows. That phrase is not on the page, and a small model may be
wrong, so it makes one card at most, never a question, and each part names the captioner as its origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studylens.analysis.protocol.result import Card, Line, Material

FIGURE_WORDS = 40
"""Words of text that a figure may carry as labels: 97 charts, diagrams and tables of the tests had 0-15,
their printed pages 100-176. A page with more is about its words, and "a printed page" is not worth a card."""
QUESTION = "What does the picture show?"
RULE = "figure"
"""The rule of the card that a caption makes."""


@dataclass(frozen=True)
class Caption:
    """What the captioner said, and what it is called, e.g. `blip:onnx-int8`."""

    text: str
    engine: str


def add_caption(made: Material, caption: Caption, transcript: Sequence[Line]) -> Material:
    """Return `made` with the caption where it is the best that is known, else `made` as it is.

    A figure (few words, and no card made of them) gets a card and, when the page names none, its title from
    it. Where the title does not say it, the summary does.
    """
    if not caption.text or made.explanation or made.summary:
        return made
    said, is_figure = _sentence(caption.text), not made.cards and _words(transcript) <= FIGURE_WORDS
    if is_figure:
        made = replace(made, cards=(Card(QUESTION, said, "short_answer", None, caption.engine, rule=RULE),))
        if not made.title:
            return replace(made, title=said)
    return replace(made, summary=f"The picture shows {caption.text.rstrip('.')}.")


def rests_on(made: Material, caption: Caption) -> bool:
    """Say whether all cards come from the caption, so that the student is told to check them."""
    return bool(made.cards) and all(card.origin == caption.engine for card in made.cards)


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
