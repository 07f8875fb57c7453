"""Makes a quiz: which questions may be asked, and their copies in an order of the attempt's own.

Everything of a pack that is not deleted may be asked, drafts too: a quiz is practice and moves no schedule
by itself. A choice needs good options (options.py), or becomes typed; a typed answer must be short and
without formulas, or nobody could type it exactly.
"""

import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import String, Table, bindparam, cast, delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.judging.grading import normalise, page_language
from studylens.language import _
from studylens.models import (
    LABEL,
    Flashcard,
    Pack,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    TranscriptLine,
    now,
)
from studylens.study.keeping import marks
from studylens.study.quizzes.options import (
    TYPED_CHARS,
    Options,
    can_be_typed,
    distinct_options,
    is_typable,
)

CHOICE, CLOZE, SHORT_ANSWER = "choice", "cloze", "short_answer"
TYPED_KINDS = (CLOZE, SHORT_ANSWER, LABEL)
MOST_ITEMS = 50
"""Questions of one quiz: half an hour; more is asked in the next one."""
_ROWS_AT_ONCE = 60
"""Cards and questions read at once: a whole quiz as a rule, since most can be asked."""
_PARTS_A_QUERY = 200
"""Ids in one IN (...): SQLite's oldest limit is 999."""

Source = QuizQuestion | Flashcard

_ASKED: Table = QuizQuestion.__table__  # type: ignore[assignment]
_CARDS: Table = Flashcard.__table__  # type: ignore[assignment]
_TOLD = ("pack_id", "question", "options", "answer_index", "origin", "also_right", "edited_at")
_QUESTIONS = select(*(_ASKED.c[name] for name in _TOLD)).where(
    _ASKED.c.pack_id == bindparam("pack"), _ASKED.c.deleted_at.is_(None)
)
_WITHOUT_PHOTO = func.coalesce(cast(_CARDS.c.answer_box, String), "null") == "null"
"""No column, or JSON's own null."""
_BACKS = select(_CARDS.c.back).where(
    _CARDS.c.pack_id == bindparam("pack"), _CARDS.c.deleted_at.is_(None), _CARDS.c.kind.in_(TYPED_KINDS),
    func.length(_CARDS.c.back) <= TYPED_CHARS, _WITHOUT_PHOTO,
)  # fmt: skip
"""Answers of cards that may be typed, for all that the database can tell."""


@dataclass(frozen=True)
class Wish:
    """What the student wants: so many questions from these packs, with or without typed answers."""

    packs: Sequence[Pack]
    count: int
    typed: bool = True
    title: str = ""


def start(session: Session, guest_id: int, wish: Wish, order: random.Random | None = None) -> QuizAttempt:
    """Add an attempt; one that the guest never began to answer goes. Raises BadText for nothing to ask."""
    shuffler = order or secrets.SystemRandom()
    sources = _chosen(session, wish, shuffler)
    if not sources:
        raise BadText(
            _("There is nothing to ask here yet. Add a question to the pack, or choose another one.")
        )
    return begin(session, guest_id, sources, title=wish.title, order=shuffler, typed=wish.typed)


def begin(
    session: Session,
    guest_id: int,
    sources: Sequence[Source],
    *,
    title: str,
    order: random.Random | None = None,
    typed: bool = True,
) -> QuizAttempt:
    """Add an attempt that asks these questions and cards in this order; not `typed`: labels as choices."""
    _forget_untouched(session, guest_id)
    packs = {source.pack_id for source in sources}
    attempt = QuizAttempt(guest_id=guest_id, title=title, created_at=now())
    attempt.pack_id = packs.pop() if len(packs) == 1 else None
    attempt.items = list(_copies(session, sources, order or secrets.SystemRandom(), typed=typed))
    session.add(attempt)
    session.flush()
    return attempt


def count_askable(session: Session, pack_id: str) -> tuple[int, int]:
    """Return how many choices and how many typed questions the pack can ask."""
    options, connection = Options(session), session.connection()
    asked = connection.execute(_QUESTIONS, {"pack": pack_id}).all()
    typed = [question for question in asked if not options.of(question)]
    backs = connection.execute(_BACKS, {"pack": pack_id}).scalars()
    cards = sum(1 for back in backs if is_typable(back))
    return len(asked) - len(typed), sum(1 for question in typed if can_be_typed(question)) + cards


def is_askable(source: Source, options: Options, *, typed: bool = True) -> bool:
    """Say whether this can be asked fairly; see the top of this file."""
    if not isinstance(source, QuizQuestion):
        return _is_askable(source) if typed else source.kind == LABEL and bool(options.of_card(source))
    return source.deleted_at is None and bool(options.of(source) or (typed and can_be_typed(source)))


def can_be_asked(card: Flashcard, options: Options) -> bool:
    """Say whether a card that was named can be asked: typed, or else as a choice."""
    return card.deleted_at is None and (_is_askable(card) or bool(options.of_card(card)))


def _is_askable(card: Flashcard) -> bool:
    wanted = card.deleted_at is None and card.kind in TYPED_KINDS and card.answer_box is None
    return wanted and is_typable(card.back)


def _chosen(session: Session, wish: Wish, order: random.Random) -> list[Source]:
    """Draw without loading more of a large collection than is needed."""
    models: list[type[QuizQuestion] | type[Flashcard]] = [QuizQuestion, Flashcard]
    kinds = TYPED_KINDS if wish.typed else (LABEL,)
    drawn = [(model, number) for model in models for number in _ids(session, model, wish.packs, kinds)]
    order.shuffle(drawn)
    chosen: dict[str, Source] = {}
    options = Options(session)
    for source in _load(session, drawn):
        if is_askable(source, options, typed=wish.typed):
            chosen.setdefault(asked_by(source), source)
        if len(chosen) == min(wish.count, MOST_ITEMS):
            break
    return list(chosen.values())


def asked_by(source: Source) -> str:
    """Return what makes two of them ask the same: their words; labels have none of their own."""
    if isinstance(source, QuizQuestion):
        return normalise(source.question)
    return f"{LABEL} {source.id}" if source.kind == LABEL else normalise(source.front)


def _ids(
    session: Session, model: type[QuizQuestion] | type[Flashcard], packs: Sequence[Pack], kinds: Sequence[str]
) -> Iterator[int]:
    for ids in _in_parts([pack.id for pack in packs]):
        wanted = select(model.id).where(model.pack_id.in_(ids), model.deleted_at.is_(None))
        if model is Flashcard:
            wanted = wanted.where(Flashcard.kind.in_(kinds))
        yield from session.scalars(wanted)


def _load(
    session: Session, drawn: Sequence[tuple[type[QuizQuestion] | type[Flashcard], int]]
) -> Iterator[Source]:
    """Yield the rows in the order in which they were drawn, read as they are needed."""
    for place in range(0, len(drawn), _ROWS_AT_ONCE):
        part = drawn[place : place + _ROWS_AT_ONCE]
        questions = [number for model, number in part if model is QuizQuestion]
        cards = [number for model, number in part if model is Flashcard]
        found: dict[tuple[type, int], Source] = {}
        for question in session.scalars(select(QuizQuestion).where(QuizQuestion.id.in_(questions))):
            found[QuizQuestion, question.id] = question
        for card in session.scalars(select(Flashcard).where(Flashcard.id.in_(cards))):
            found[Flashcard, card.id] = card
        yield from (found[key] for key in part if key in found)


def _copies(
    session: Session, sources: Sequence[Source], order: random.Random, *, typed: bool
) -> Iterator[QuizItem]:
    options = Options(session)
    lines = _lines(session, {source.pack_id for source in sources})
    languages = {pack_id: page_language(texts.values()) for pack_id, texts in lines.items()}
    for position, source in enumerate(sources, start=1):
        item = (
            _asked(source, options, order)
            if isinstance(source, QuizQuestion)
            else _of_card(source, options, order, typed=typed)
        )
        item.position, item.pack_id, item.origin = position, source.pack_id, source.origin
        item.accepted, item.source_line = list(source.also_right or []), source.source_line
        item.source_text = lines.get(source.pack_id, {}).get(source.source_line or 0, "")
        item.language = languages.get(source.pack_id, "")
        yield item


def _asked(question: QuizQuestion, found: Options, order: random.Random) -> QuizItem:
    """Return the question with its options, or to be typed when there are no good ones."""
    options = found.of(question)
    right = (options or distinct_options(question))[0]
    asked = {"prompt": question.question, "answer": right, "explanation": question.explanation}
    if not options:
        return QuizItem(kind=SHORT_ANSWER, question_id=question.id, **asked)
    order.shuffle(options)
    return QuizItem(kind=CHOICE, question_id=question.id, options=options, **asked)


def _of_card(card: Flashcard, found: Options, order: random.Random, *, typed: bool) -> QuizItem:
    """Return the card to be typed, or with options when nobody could type it, or a label shall be chosen."""
    item = QuizItem(card_id=card.id, prompt=card.front, answer=card.back, explanation="")
    item.kind = SHORT_ANSWER if card.kind == LABEL else card.kind
    is_typed = _is_askable(card) and (typed or card.kind != LABEL)
    options = [] if is_typed else found.of_card(card)
    if options:
        order.shuffle(options)
        item.kind, item.options = CHOICE, options
    return item


def _lines(session: Session, pack_ids: Iterable[str]) -> dict[str, dict[int, str]]:
    """Return the packs' lines by number."""
    found: dict[str, dict[int, str]] = {pack_id: {} for pack_id in pack_ids}
    columns = (TranscriptLine.pack_id, TranscriptLine.n, TranscriptLine.text)
    for ids in _in_parts(list(found)):
        kept = select(*columns).where(TranscriptLine.pack_id.in_(ids), TranscriptLine.deleted_at.is_(None))
        for pack_id, n, text in session.execute(kept):
            found[pack_id][n] = text
    return found


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    for place in range(0, len(ids), _PARTS_A_QUERY):
        yield ids[place : place + _PARTS_A_QUERY]


def _forget_untouched(session: Session, guest_id: int) -> None:
    """A quiz that was opened and never answered would stand among those to go on with."""
    answers = select(QuizItem.id).where(QuizItem.attempt_id == QuizAttempt.id, QuizItem.given.is_not(None))
    open_ones = select(QuizAttempt.id).where(
        QuizAttempt.guest_id == guest_id, QuizAttempt.finished_at.is_(None)
    )
    # Locked, without those of another tab: two that delete the same rows would be a 500.
    ids = list(session.scalars(open_ones.where(~answers.exists()).with_for_update(skip_locked=True)))
    session.execute(delete(QuizItem).where(QuizItem.attempt_id.in_(ids)))
    session.execute(delete(QuizAttempt).where(QuizAttempt.id.in_(ids)))
    for attempt_id in ids:
        marks.note(session, guest_id, f"{marks.QUIZ}{attempt_id}")
