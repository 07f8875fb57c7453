"""How a question is asked: as a choice of good options, by typing, or not at all.

What the student wrote, edited or imported is asked as it stands. Another question needs three good options;
they come from the question, then from the answers of its pack, then from the student's other packs of the
subject.
"""

import random
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.judging.grading import normalise
from studylens.judging.options import LEAST_OPTIONS, good_wrongs, kind_of
from studylens.models import LABEL, PICTURED, Flashcard, Pack, QuizQuestion
from studylens.study.labels.shown import words_beside
from studylens.study.packs.parts import STUDENT

TYPED_CHARS = 60
"""A typed answer is at most so long: nobody types more letter for letter."""
TYPED_WORDS = 6
"""See TYPED_CHARS."""
_MOST_WRONGS = 3
_ANSWERS_READ = 400
"""Answers of other packs among which wrong options are looked for: of the newest, in milliseconds."""
_OWN = {STUDENT, "import"}
_PLAIN = re.compile("[A-Za-z0-9]")
"""What stays of every answer when it is compared; looking for it is quicker than comparing."""
_POINTS_AT_OPTIONS = re.compile(
    r"(?i)\bwhich (?:one )?of\b|\bof (?:the following|these)\b|\bfollowing\b"
    r"|folgende|siguiente|suivant|seguint|seguent|volgende|以下|次のうち"
)


class Question(Protocol):
    """A question, or a row with what decides how it is asked."""

    @property
    def pack_id(self) -> str: ...  # noqa: D102
    @property
    def question(self) -> str: ...  # noqa: D102
    @property
    def options(self) -> list[str]: ...  # noqa: D102
    @property
    def answer_index(self) -> int: ...  # noqa: D102
    @property
    def origin(self) -> str: ...  # noqa: D102
    @property
    def also_right(self) -> list[str] | None: ...  # noqa: D102
    @property
    def edited_at(self) -> datetime | None: ...  # noqa: D102


class Options:
    """Finds the options of questions; what the packs answer is read once, and only when it is needed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pools: dict[str, list[str]] = {}

    def of(self, question: Question) -> list[str]:
        """Return the right answer and at least two other options, or none when it cannot be a choice.

        A question that the student wrote, edited or imported may have two options.
        """
        options = distinct_options(question)
        if question.origin in _OWN or question.edited_at is not None:
            return options if len(options) > 1 else []
        if len(options) >= LEAST_OPTIONS or not options:
            return options
        right, *wrongs = options
        others = [text for text in self._pool(question.pack_id) if _is_of_kind(text, right)]
        return _with_wrongs(question.question, right, [*wrongs, *others], question.also_right)

    def of_card(self, card: Flashcard) -> list[str]:
        """Return a card's answer and at least two others, or none when there are no good ones.

        For cards whose answers nobody could type exactly; a picture asks nothing here, and is no option.
        The options of a hidden label are other labels of its picture.
        """
        if card.answer_box or card.kind == PICTURED or not card.back.strip():
            return []
        if card.kind == LABEL:
            return _labels(card, words_beside(self._session, card))
        others = [text for text in self._pool(card.pack_id) if kind_of(text) == kind_of(card.back)]
        return _with_wrongs(card.front, card.back, others, card.also_right)

    def _pool(self, pack_id: str) -> list[str]:
        if pack_id not in self._pools:
            self._pools[pack_id] = [*self._answers([pack_id]), *self._answers(self._kin(pack_id))]
        return self._pools[pack_id]

    def _kin(self, pack_id: str) -> list[str]:
        """Return the guest's other packs of the same subject, newest first; none without a subject."""
        pack = self._session.get_one(Pack, pack_id)
        mine = (Pack.guest_id == pack.guest_id, Pack.deleted_at.is_(None), Pack.id != pack.id)
        same = select(Pack.id).where(*mine, Pack.subject == pack.subject)
        newest = same.order_by(Pack.created_at.desc()).limit(_ANSWERS_READ // 4)
        return list(self._session.scalars(newest)) if pack.subject else []

    def _answers(self, pack_ids: list[str]) -> list[str]:
        """Return what the packs' cards and questions answer, newest first; pictures are no options."""
        if not pack_ids:
            return []
        sides = (Flashcard.back, Flashcard.answer_box)
        cards = select(*sides).where(Flashcard.pack_id.in_(pack_ids), Flashcard.deleted_at.is_(None))
        there = (QuizQuestion.pack_id.in_(pack_ids), QuizQuestion.deleted_at.is_(None))
        newest = cards.order_by(Flashcard.id.desc()).limit(_ANSWERS_READ)
        found = [back for back, box in self._session.execute(newest) if back.strip() and not box]
        asked = select(QuizQuestion).where(*there).order_by(QuizQuestion.id.desc()).limit(_ANSWERS_READ // 4)
        rights = (right for item in self._session.scalars(asked) for right in distinct_options(item)[:1])
        return [*found, *rights]


def _with_wrongs(asks: str, right: str, pool: Sequence[str], also_right: Sequence[str] | None) -> list[str]:
    """Return the right answer before good wrong ones of the pool, or none when there are too few."""
    also = {normalise(text) for text in also_right or []}
    wrong = [text for text in pool if normalise(text) not in also]
    found = [right, *good_wrongs(asks, right, wrong, wanted=_MOST_WRONGS)]
    return found if len(found) >= LEAST_OPTIONS else []


def _labels(card: Flashcard, beside: Sequence[str]) -> list[str]:
    """Return a label's word before those of others of its picture; none when there are too few."""
    right = {normalise(text) for text in (card.back, *(card.also_right or []))}
    others = list({normalise(word): word for word in beside if normalise(word) not in right}.values())
    wrongs = random.SystemRandom().sample(others, min(_MOST_WRONGS, len(others)))
    return [card.back, *wrongs] if 1 + len(wrongs) >= LEAST_OPTIONS else []


def _is_of_kind(option: str, right: str) -> bool:
    """Say whether two answers look alike: "ATP" and "in the stroma" do not."""
    near = abs(len(option.split()) - len(right.split())) <= 1
    return near and kind_of(option) == kind_of(right)


def distinct_options(question: Question) -> list[str]:
    """Return the right answer and the options that a reader takes for different ones; none when broken."""
    if not 0 <= question.answer_index < len(question.options):
        return []
    right = question.options[question.answer_index]
    kept = {_option_key(right): right}
    for option in question.options:
        if option.strip():
            kept.setdefault(_option_key(option), option)
    return list(kept.values())


def is_typable(answer: str) -> bool:
    """Say whether a student can be expected to type this exactly."""
    short = len(answer) <= TYPED_CHARS and len(answer.split()) <= TYPED_WORDS
    if not short or "$" in answer or "\\" in answer:
        return False
    return bool(_PLAIN.search(answer) or normalise(answer))


def can_be_typed(question: Question) -> bool:
    """Say whether the question makes sense without options, and its answer can be typed."""
    right = distinct_options(question)[:1]
    return bool(right) and is_typable(right[0]) and not _POINTS_AT_OPTIONS.search(question.question)


def _option_key(option: str) -> str:
    """Options may differ by punctuation alone (`a.b`, `a;`), so only case and spaces are let go."""
    return " ".join(option.casefold().split())
