"""A live quiz: begun from a pack, led from question to question, ended; it goes by itself after two hours."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from studylens.budget_limits import SWEPT_PICTURES
from studylens.errors import BadText, NotFound
from studylens.language import _, mark
from studylens.models import Guest, LiveQuiz, Pack, now
from studylens.sharing_limits import CODE_CHARS, MOST_QUESTIONS, QUIZ_SECONDS
from studylens.study.exchange.devices import random_letters

NO_QUIZ = mark("There is no live quiz with this code. It has ended, or the code was mistyped.")


class Phase(StrEnum):
    """What the class sees."""

    LOBBY = "lobby"
    """Phones come in."""
    ASKED = "asked"
    """A question is open."""
    SHOWN = "shown"
    """Its answer is shown; nobody can answer it any more."""
    RESULT = "result"


@dataclass(frozen=True)
class Question:
    """A question as it is asked; `right` is the place of its right option, from 0."""

    text: str
    options: tuple[str, ...]
    right: int
    origin: str


@dataclass(frozen=True)
class Scene:
    """Where a quiz is: `place` is that of the question, from 0, in the lobby that of the first one."""

    quiz_id: str
    pack_id: str
    code: str
    step: int
    questions: tuple[Question, ...]

    @property
    def last_step(self) -> int:
        """Return the step of the result."""
        return 2 * len(self.questions) + 1

    @property
    def phase(self) -> Phase:
        """Return what the class sees."""
        if self.step == 0:
            return Phase.LOBBY
        if self.step >= self.last_step:
            return Phase.RESULT
        return Phase.ASKED if self.step % 2 else Phase.SHOWN

    @property
    def place(self) -> int:
        """Return the place of the question that is open or shown."""
        return min(max(0, self.step - 1) // 2, len(self.questions) - 1)

    @property
    def question(self) -> Question:
        """Return that question."""
        return self.questions[self.place]


def scene_of(quiz: LiveQuiz) -> Scene:
    """Return where the quiz is."""
    return Scene(quiz.id, quiz.pack_id, quiz.code, quiz.step, tuple(question_of(q) for q in quiz.questions))


def question_of(plain: dict[str, Any]) -> Question:
    """Return a question from its JSON."""
    return Question(
        plain["question"], tuple(plain["options"]), plain["answer_index"], str(plain.get("origin") or "")
    )


def askable(session: Session, pack: Pack) -> list[dict[str, Any]]:
    """Return the pack's questions that can be a choice, as JSON, in its order; their options are shuffled."""
    from studylens.study.quizzes.options import Options  # noqa: PLC0415 - each sweep is here, and asks nothing.

    options, chance = Options(session), secrets.SystemRandom()
    found = []
    for item in pack.quiz:
        right, *wrong = options.of(item) or [""]
        if wrong:
            shuffled = [right, *wrong]
            chance.shuffle(shuffled)
            asked = {"question": item.question, "options": shuffled, "origin": item.origin}
            found.append({**asked, "answer_index": shuffled.index(right)})
    return found


def begin(session: Session, pack: Pack, count: int, at: datetime) -> LiveQuiz:
    """Add a quiz of the pack's first questions; a guest who has one already is given that.

    Raises BadText for a pack without questions, and for none or too many.
    """
    session.execute(select(Guest.id).where(Guest.id == pack.guest_id).with_for_update())
    if (running := running_of(session, pack.guest_id, at)) is not None:
        return running
    questions = askable(session, pack)[:MOST_QUESTIONS]
    if not questions:
        raise BadText(_("This pack has no question that can be asked as a choice."))
    if not 1 <= count <= len(questions):
        raise BadText(_("Choose from 1 to %(most)s questions.", most=len(questions)))
    quiz = LiveQuiz(pack_id=pack.id, code=_free_code(session), questions=questions[:count], made_at=at)
    session.add(quiz)
    session.flush()
    return quiz


def running_of(session: Session, guest_id: int | None, at: datetime) -> LiveQuiz | None:
    """Return the live quiz of a guest; None for none."""
    mine = _alive(at).where(Pack.guest_id == (guest_id or 0))
    return session.scalars(mine.order_by(LiveQuiz.made_at.desc()).limit(1)).one_or_none()


def find(session: Session, code: str, at: datetime) -> LiveQuiz:
    """Return the quiz with this code. Raises NotFound, in the same words whatever the reason."""
    quiz = session.scalars(_alive(at).where(LiveQuiz.code == code)).one_or_none()
    if quiz is None:
        raise NotFound(NO_QUIZ)
    return quiz


def held(session: Session, quiz: LiveQuiz, *, alone: bool = True) -> LiveQuiz:
    """Return the quiz as it is by now; nobody else changes it until this transaction is over.

    `alone`: whoever answers waits meanwhile, too. Raises NotFound for one that was ended.
    """
    wanted = select(LiveQuiz).where(LiveQuiz.id == quiz.id).with_for_update(read=not alone)
    found = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound(NO_QUIZ)
    return found


def go_on(session: Session, quiz: LiveQuiz, step: int) -> None:
    """Go from this step to the next one; a second click, from a step that is over, changes nothing."""
    if step < scene_of(quiz).last_step:
        here = (LiveQuiz.id == quiz.id, LiveQuiz.step == step)
        session.execute(update(LiveQuiz).where(*here).values(step=step + 1))


def finish(session: Session, quiz: LiveQuiz) -> None:
    """Go to the result, wherever the quiz is. Raises NotFound."""
    here = held(session, quiz)
    here.step = scene_of(here).last_step


def end(session: Session, quiz: LiveQuiz) -> None:
    """Delete the quiz with players and answers."""
    session.execute(delete(LiveQuiz).where(LiveQuiz.id == quiz.id))


def forget_old(session: Session) -> None:
    """Delete quizzes that began two hours ago, whose teacher went away: some at each sweep."""
    over = select(LiveQuiz.id).where(LiveQuiz.made_at < now() - timedelta(seconds=QUIZ_SECONDS))
    some = over.order_by(LiveQuiz.made_at).limit(SWEPT_PICTURES)
    session.execute(delete(LiveQuiz).where(LiveQuiz.id.in_(some)))


def _alive(at: datetime) -> Select[LiveQuiz]:
    """Return the quizzes that go on: not too old, of packs that their owner still has."""
    kept = (Pack.deleted_at.is_(None), Pack.erasing_at.is_(None), Guest.erasing_at.is_(None))
    found = select(LiveQuiz).join(Pack, Pack.id == LiveQuiz.pack_id).join(Guest, Guest.id == Pack.guest_id)
    return found.where(*kept, LiveQuiz.made_at > at - timedelta(seconds=QUIZ_SECONDS))


def _free_code(session: Session) -> str:
    """Return a code that no quiz has; among 2^30 the first one is free but for once in millions."""
    while True:
        code = random_letters(CODE_CHARS)
        if session.scalar(select(LiveQuiz.id).where(LiveQuiz.code == code)) is None:
            return code
