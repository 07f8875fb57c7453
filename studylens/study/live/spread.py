"""How many chose what: for the board, and as a result that stays with the pack if its teacher wants it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.language import _
from studylens.models import LiveAnswer, LiveQuiz, LiveResult, Pack
from studylens.sharing_limits import MOST_PLAYERS, RESULTS_KEPT
from studylens.study.budgets import sums
from studylens.study.live import players
from studylens.study.live.quizzes import Question, Scene, end, held, question_of, scene_of


@dataclass(frozen=True)
class Spread:
    """A question and how often each of its options was chosen."""

    question: Question
    counts: tuple[int, ...]

    @property
    def answered(self) -> int:
        """Return how many answered it."""
        return sum(self.counts)

    @property
    def right(self) -> int:
        """Return how many of them were right."""
        return self.counts[self.question.right]


@dataclass(frozen=True)
class Kept:
    """A result that was kept; questions of a damaged file are left out."""

    id: int
    held_at: datetime
    players: int
    spread: tuple[Spread, ...]


def spread_of(session: Session, scene: Scene) -> tuple[Spread, ...]:
    """Return the spread of each question of a quiz, none answered where nobody was asked yet."""
    mine = select(LiveAnswer.place, LiveAnswer.choice, func.count()).where(
        LiveAnswer.quiz_id == scene.quiz_id
    )
    found = session.execute(mine.group_by(LiveAnswer.place, LiveAnswer.choice))
    counts = {(place, choice): number for place, choice, number in found}
    return tuple(
        Spread(question, tuple(counts.get((place, n), 0) for n in range(len(question.options))))
        for place, question in enumerate(scene.questions)
    )


def keep(session: Session, quiz: LiveQuiz, at: datetime) -> None:
    """Keep how many chose what with the pack, without a name, and end the quiz.

    Raises BadText when nobody answered, and when the pack has as many results as it may; NotFound when the
    quiz was ended, as by the same button a moment ago.
    """
    scene = scene_of(held(session, quiz))
    spread = [one for one in spread_of(session, scene) if one.answered]
    if not spread:
        raise BadText(_("Nobody has answered, so there is nothing to keep."))
    there = session.scalar(select(func.count()).where(LiveResult.pack_id == quiz.pack_id)) or 0
    if there >= RESULTS_KEPT:
        raise BadText(
            _("This pack has %(most)s results. Delete one that you do not need.", most=RESULTS_KEPT)
        )
    present = max(1, players.count(session, quiz.id), *(one.answered for one in spread))
    plain = [_plain(one) for one in spread]
    session.add(LiveResult(pack_id=quiz.pack_id, players=present, spread=plain, held_at=at))
    sums.touch(session, quiz.pack_id)
    end(session, quiz)


def results_of(session: Session, pack: Pack) -> list[Kept]:
    """Return what was kept of the pack's quizzes, the newest first."""
    mine = select(LiveResult).where(LiveResult.pack_id == pack.id).order_by(LiveResult.held_at.desc())
    return [_kept(row) for row in session.scalars(mine.limit(2 * RESULTS_KEPT))]


def forget(session: Session, pack: Pack, result_id: int) -> None:
    """Delete one result. Raises NotFound."""
    mine = (LiveResult.pack_id == pack.id, LiveResult.id == result_id)
    if session.scalar(delete(LiveResult).where(*mine).returning(LiveResult.id)) is None:
        raise NotFound
    sums.touch(session, pack.id)


def _plain(one: Spread) -> dict[str, Any]:
    question = one.question
    return {
        "question": question.text,
        "options": list(question.options),
        "answer_index": question.right,
        "origin": question.origin,
        "counts": list(one.counts),
    }


def _kept(row: LiveResult) -> Kept:
    listed = row.spread if isinstance(row.spread, list) else []
    found = (_read(plain) for plain in listed)
    return Kept(row.id, row.held_at, row.players, tuple(one for one in found if one is not None))


def _read(plain: Any) -> Spread | None:
    """Return a question with its spread; None for what no quiz of ours has written, as a file may hold it."""
    try:
        spread = Spread(question_of(plain), tuple(plain["counts"]))
        texts = (spread.question.text, *spread.question.options)
        is_sound = all(isinstance(text, str) for text in texts) and _are_counts(spread)
    except (KeyError, TypeError, AttributeError):
        return None
    return spread if is_sound else None


def _are_counts(spread: Spread) -> bool:
    numbers = all(type(n) is int and 0 <= n <= MOST_PLAYERS for n in spread.counts)
    right = type(spread.question.right) is int and 0 <= spread.question.right < len(spread.counts)
    return numbers and right and len(spread.counts) == len(spread.question.options)
