"""Answers of phones: each question once for each player, and only while it is open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.errors import BadForm, NotTakingPart, TooLate
from studylens.models import LiveAnswer, LivePlayer, LiveQuiz
from studylens.study.live.players import player_of
from studylens.study.live.quizzes import Phase, Scene, held, scene_of


@dataclass(frozen=True)
class Given:
    """What a phone sends: the place of a question and of an option, both from 0."""

    place: int
    choice: int


def answer(session: Session, quiz: LiveQuiz, given: Given, *, token: str | None, at: datetime) -> int:
    """Keep a player's first answer to a question and return its choice, whatever is sent later.

    The quiz is held before it is looked at: its teacher may go on, end it, or take the player out meanwhile.
    Raises NotTakingPart for nobody's token, TooLate when the question is over, BadForm for one that is not
    asked yet, or an option it has not; NotFound when the quiz was ended.
    """
    quiz = held(session, quiz, alone=False)
    player = player_of(session, quiz.id, token)
    if player is None:
        raise NotTakingPart
    before = _first(session, player.id, given.place)
    if before is not None:
        return before
    _check(scene_of(quiz), given)
    row = {"quiz_id": quiz.id, "pack_id": quiz.pack_id, "player_id": player.id, "answered_at": at}
    made = insert_on(session.get_bind().dialect.name, LiveAnswer).values(**row, **vars(given))
    session.execute(made.on_conflict_do_nothing(index_elements=[LiveAnswer.player_id, LiveAnswer.place]))
    kept = _first(session, player.id, given.place)
    return given.choice if kept is None else kept


def answers_of(session: Session, player: LivePlayer) -> dict[int, int]:
    """Return the player's choice at each place."""
    mine = select(LiveAnswer.place, LiveAnswer.choice).where(LiveAnswer.player_id == player.id)
    return dict(session.execute(mine).all())


def right_of(scene: Scene, answers: dict[int, int]) -> int:
    """Return how many of the answers are right, among questions whose answer was shown."""
    over = scene.questions[: _asked(scene)]
    return sum(answers.get(place) == question.right for place, question in enumerate(over))


def _asked(scene: Scene) -> int:
    return scene.step // 2 if scene.phase is not Phase.RESULT else len(scene.questions)


def _check(scene: Scene, given: Given) -> None:
    if not 0 <= given.place < len(scene.questions):
        raise BadForm
    if not 0 <= given.choice < len(scene.questions[given.place].options):
        raise BadForm
    if scene.phase is Phase.LOBBY or given.place > scene.place:
        raise BadForm
    if scene.phase is not Phase.ASKED or given.place < scene.place:
        raise TooLate


def _first(session: Session, player_id: int, place: int) -> int | None:
    there = (LiveAnswer.player_id == player_id, LiveAnswer.place == place)
    return session.scalar(select(LiveAnswer.choice).where(*there))
