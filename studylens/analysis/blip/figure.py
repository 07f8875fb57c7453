"""What a caption gives to study when nothing better is known about the picture. Pure.

A captioner says in one phrase what a picture shows. That phrase is not on the page, and a small model may be
wrong, so it makes one card at most, never a question, and each part names the captioner as its origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studylens.analysis.protocol.result import Card, Line, Material
from studylens.analysis.protocol.wire import Stored

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
    told = bool(made.explanation or made.summary)
    known = Stored(title=made.title, told=told, cards=len(made.cards), words=_words(transcript))
    adds = caption_adds(known, caption)
    return replace(
        made,
        title=made.title or adds.title,
        summary=made.summary or adds.summary,
        cards=(*made.cards, *adds.cards),
    )


def caption_adds(known: Stored, caption: Caption) -> Material:
    """Return the title, summary and card that the caption gives to a pack of which so much is known."""
    if not caption.text or known.told:
        return Material()
    said = _sentence(caption.text)
    summary = f"The picture shows {caption.text.rstrip('.')}."
    if known.cards or known.words > FIGURE_WORDS:
        return Material(summary=summary)
    cards = (Card(QUESTION, said, "short_answer", None, caption.engine, rule=RULE),)
    return Material(summary=summary, cards=cards) if known.title else Material(title=said, cards=cards)


def rests_on(made: Material, caption: Caption) -> bool:
    """Say whether all cards come from the caption, so that the student is told to check them."""
    return bool(made.cards) and all(card.origin == caption.engine for card in made.cards)


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
