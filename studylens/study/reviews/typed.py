"""Typed answers: which cards ask for them, by pack or by card, and which of the student's own count."""

from typing import Protocol

from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import is_literal
from studylens.judging.comparing import compare
from studylens.judging.languages import spoken
from studylens.judging.text import count_words
from studylens.judging.typed.verdicts import verdict
from studylens.models import Flashcard, Pack, QuizQuestion
from studylens.study.reviews.statements import SUMMARY_CHARS

MOST_TYPED_WORDS = 12
"""Words of an answer that a pack's setting lets type: more is a text, and only the card can ask for it."""
ALSO_RIGHT = 20
"""Answers of the student's own that count for a card or question; beyond it the card is at fault."""


class _Asked(Protocol):
    """What decides whether an answer is typed."""

    @property
    def back(self) -> str: ...
    @property
    def typed(self) -> bool | None: ...
    @property
    def answer_box(self) -> list[float] | None: ...


def asks_typed(card: _Asked, *, of_pack: bool) -> bool:
    """Say whether the answer is typed: as the card says, else as the pack does for short ones in words."""
    if not card.back.strip():
        return False  # Nothing in words to compare with: the answer is a picture.
    if card.typed is not None:
        return card.typed
    return of_pack and card.answer_box is None and count_words(card.back) <= MOST_TYPED_WORDS


def choose(session: Session, card: Flashcard, *, typed: bool) -> None:
    """Let this card's answer be typed, or not; what the pack says anyway is not kept with the card."""
    card.typed = None
    of_pack = session.get_one(Pack, card.pack_id).typed
    if asks_typed(card, of_pack=of_pack) != typed:
        card.typed = typed


def verdict_on(session: Session, card_id: int, given: str) -> str:
    """Return what the judge says of a typed answer to a card, with what the student let count."""
    card = session.get_one(Flashcard, card_id)
    answers = [card.back, *(card.also_right or [])]
    summary = session.get_one(Pack, card.pack_id).summary[:SUMMARY_CHARS]
    language = spoken(f"{card.front} {card.back}", summary)
    return verdict(compare(given, answers, language, literal=is_literal(card.origin)), card.back).value


def let_count(source: Flashcard | QuizQuestion, given: str) -> None:
    """Let an answer of the student's own count from now on."""
    known = list(source.also_right or [])
    if given not in known and len(known) < ALSO_RIGHT:
        source.also_right = [*known, given]
