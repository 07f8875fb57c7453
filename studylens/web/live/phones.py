"""The phones of a live quiz: they come in by a code, answer, and see what comes; none becomes a guest."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import BadForm, BadText, NotFound, NotTakingPart, QuotaReached, TooLate
from studylens.language import mark
from studylens.models import LivePlayer, LiveQuiz, now
from studylens.sharing_limits import (
    GUESS_SECONDS,
    JOINS,
    QUIZ_SECONDS,
    WRONG_CODES_OF_ALL,
    WRONG_CODES_OF_ONE,
)
from studylens.storable import printable, whole_number
from studylens.study.budgets import rates
from studylens.study.exchange.devices import as_typed
from studylens.study.live import answers, players, quizzes
from studylens.study.live.answers import Given
from studylens.study.live.quizzes import Phase, scene_of
from studylens.web.door.accept import wants_json
from studylens.web.door.cookies import LIVE_COOKIE, cookie, keep_cookie
from studylens.web.door.guests import address_hash, spender
from studylens.web.door.wiring import wiring
from studylens.web.live.state import body_of, memory, seen_in
from studylens.web.sharing.guesses import Attempts, Window
from studylens.web.text.languages import page_language

blueprint = Blueprint("phones", __name__, url_prefix="/live")
_TYPED_CHARS = 200
"""What is read of a nickname, before it is looked at."""
_DAY_SECONDS = 86_400


def fresh_attempts() -> Attempts:
    """Return a count of wrong codes in which nobody has tried yet."""
    sentence = mark("Too many codes from here were wrong. Wait ten minutes, then try again.")
    return Attempts(Window(WRONG_CODES_OF_ONE, WRONG_CODES_OF_ALL, GUESS_SECONDS), sentence)


_attempts = fresh_attempts()


@blueprint.get("")
def show_entry() -> ResponseReturnValue:
    """Show where a code is typed; a typed one leads to its quiz."""
    code = as_typed(request.args.get("code", "")[:40])
    if code:
        return redirect(url_for("phones.show", code=code), HTTPStatus.SEE_OTHER)
    return render_template("live/enter.html")


@blueprint.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show what is to be seen now, or to whoever is new where a nickname is chosen. Raises NotFound."""
    if (meant := as_typed(code)) not in {code, ""}:
        return redirect(url_for("phones.show", code=meant), HTTPStatus.SEE_OTHER)
    with wiring().database.reading() as session:
        quiz = _find(session, code)
        player = players.player_of(session, quiz.id, cookie(LIVE_COOKIE))
        return _page(session, quiz, player) if player else _entry(code)


@blueprint.post("/<code>/join")
def join(code: str) -> ResponseReturnValue:
    """Let a phone in under a nickname; it is known again by a cookie for two hours.

    Raises NotFound, QuotaReached.
    """
    typed = request.form.get("name", "")[:_TYPED_CHARS]
    try:
        token = _join(code, players.nickname(typed))
    except BadText as error:
        return _entry(code, problem=error.sentence, typed=printable(typed)), error.status
    answer = redirect(url_for("phones.show", code=code), HTTPStatus.SEE_OTHER)
    if token:
        keep_cookie(answer, LIVE_COOKIE, token, days=QUIZ_SECONDS / _DAY_SECONDS)
    return answer


@blueprint.post("/<code>/answers")
def give(code: str) -> ResponseReturnValue:
    """Keep a phone's first answer to the question that is open; JSON says which one counts.

    Raises NotFound, NotTakingPart, TooLate, BadForm.
    """
    given = Given(_place("place"), _place("choice"))
    with wiring().database.writing() as session:
        quiz = _find(session, code)
        try:
            counted = answers.answer(session, quiz, given, token=cookie(LIVE_COOKIE), at=now())
        except TooLate:
            if wants_json():
                raise
            counted = -1  # The page that follows shows the answer.
    if wants_json():
        return jsonify(place=given.place, choice=counted)
    return redirect(url_for("phones.show", code=code), HTTPStatus.SEE_OTHER)


@blueprint.get("/<code>/state")
def show_state(code: str) -> ResponseReturnValue:
    """Return as JSON what every phone shows now, and when to ask again; 304 while nothing has changed.

    Raises NotFound, QuotaReached for whoever guesses.
    """
    if _attempts.is_over(address_hash()):
        with wiring().database.reading() as session:
            _let_in(session, code)
    try:
        tag = f'"{memory.look(code).tag}-{page_language()}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        body = memory.body(code, page_language(), body_of)
    except NotFound:
        _count_guess(code)
        raise
    return Response(body, mimetype="application/json", headers={"ETag": tag})


@blueprint.get("/<code>/mine")
def show_mine(code: str) -> ResponseReturnValue:
    """Return as JSON how many of this phone's answers are right, so far. Raises NotFound, NotTakingPart."""
    with wiring().database.reading() as session:
        quiz = _find(session, code)
        player = players.player_of(session, quiz.id, cookie(LIVE_COOKIE))
        if player is None:
            raise NotTakingPart
        scene = scene_of(quiz)
        right = answers.right_of(scene, answers.answers_of(session, player))
        return jsonify(right=right, of=len(scene.questions))


def _find(session: Session, code: str) -> LiveQuiz:
    """Return the quiz with this code. Raises NotFound, QuotaReached for whoever has tried too many."""
    _let_in(session, code)
    try:
        return quizzes.find(session, code, now())
    except NotFound:
        _count_guess(code)
        raise


def _count_guess(code: str) -> None:
    """Count a wrong code, but not of a quiz that was there: its whole class asks once more when it ends."""
    if not memory.has_met(code):
        _attempts.count(address_hash())


def _let_in(session: Session, code: str) -> None:
    """Stop whoever guesses codes; who takes part is never kept out by somebody else at the same school."""
    try:
        _attempts.check(address_hash())
    except QuotaReached:
        if not players.is_in(session, code, cookie(LIVE_COOKIE)):
            raise


def _join(code: str, name: str) -> str:
    """Return the token of a new player; empty for a phone that is in already."""
    with wiring().database.writing() as session:
        quiz = _find(session, code)
        if players.player_of(session, quiz.id, cookie(LIVE_COOKIE)) is not None:
            return ""
        rates.spend(session, JOINS, spender())
        return players.join(session, quiz, name, now())


def _place(name: str) -> int:
    found = whole_number(request.form.get(name), default=-1)
    if found < 0:
        raise BadForm
    return found


def _entry(code: str, **more: str) -> str:
    return render_template("live/join.html", code=code, **more)


def _page(session: Session, quiz: LiveQuiz, player: LivePlayer) -> str:
    scene = scene_of(quiz)
    given = answers.answers_of(session, player)
    mine = answers.right_of(scene, given) if scene.phase is Phase.RESULT else None
    seen = seen_in(session, scene)
    return render_template("live/phone.html", scene=scene, player=player, given=given, mine=mine, seen=seen)
