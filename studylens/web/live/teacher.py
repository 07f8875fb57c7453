"""The teacher's pages of a live quiz: begin, the board for the projector, on to the next, keep or close."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.language import _
from studylens.models import LiveQuiz, Pack, now
from studylens.sharing_limits import MOST_QUESTIONS, QUIZZES, USUAL_QUESTIONS
from studylens.storable import whole_number
from studylens.study.budgets import rates
from studylens.study.live import players, quizzes, spread
from studylens.study.live.quizzes import scene_of
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id, spender
from studylens.web.door.sender.hosts import public_address
from studylens.web.door.wiring import wiring
from studylens.web.live.state import memory
from studylens.web.sharing import qr

blueprint = Blueprint("boards", __name__, url_prefix="/packs/<pack_id>/live")


@blueprint.get("")
def show_start(pack_id: str) -> ResponseReturnValue:
    """Show where a live quiz begins, and results that were kept. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        running = quizzes.running_of(session, pack.guest_id, now())
        most = min(MOST_QUESTIONS, len(quizzes.askable(session, pack)))
        usual = min(USUAL_QUESTIONS, most)
        results = spread.results_of(session, pack)
        return render_template(
            "live/start.html", pack=pack, running=running, most=most, usual=usual, results=results
        )


@blueprint.post("")
def begin(pack_id: str) -> ResponseReturnValue:
    """Begin a live quiz, or go on with the one that runs. Raises NotFound, BadText, QuotaReached."""
    count = whole_number(request.form.get("count"), default=USUAL_QUESTIONS)
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        if quizzes.running_of(session, pack.guest_id, now()) is None:
            rates.spend(session, QUIZZES, spender(pack.guest_id))
        quiz = quizzes.begin(session, pack, count, now())
        target = quiz.pack_id
    return redirect(url_for("boards.show", pack_id=target), HTTPStatus.SEE_OTHER)


@blueprint.get("/board")
def show(pack_id: str) -> ResponseReturnValue:
    """Show the board: code and players, then the question, then what was chosen. Raises NotFound."""
    with wiring().database.reading() as session:
        pack, quiz = _mine(session, pack_id)
        address = public_address(url_for("phones.show", code=quiz.code))
        entry = public_address(url_for("phones.show_entry"))
        drawn = qr.draw(address, _("The quiz as a QR code"))
        return render_template(
            "live/board.html", pack=pack, drawn=drawn, entry=entry, **_shown(session, quiz)
        )


@blueprint.get("/board/part")
def show_part(pack_id: str) -> ResponseReturnValue:
    """Return what changes on the board by itself; 304 while nothing has. Raises NotFound."""
    with wiring().database.reading() as session:
        pack, quiz = _mine(session, pack_id)
        shown = _shown(session, quiz)
        answered = sum(one.answered for one in shown["spread"])
        newest = "".join(player.token_hash[:12] for player in shown["players"][-1:])
        tag = f'"{quiz.id[:12]}-{quiz.step}-{len(shown["players"])}-{newest}-{answered}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        answer = Response(render_template("live/_board.html", pack=pack, **shown))
    answer.headers["ETag"] = tag
    answer.headers["X-Step"] = str(shown["scene"].step)
    return answer


@blueprint.post("/on")
def go_on(pack_id: str) -> ResponseReturnValue:
    """Go on from the step that the board shows; a second click changes nothing. Raises NotFound."""
    with wiring().database.writing() as session:
        _pack, quiz = _mine(session, pack_id)
        code = quiz.code
        quizzes.go_on(session, quiz, whole_number(request.form.get("step"), default=-1))
    return _back(pack_id, code)


@blueprint.post("/finish")
def finish(pack_id: str) -> ResponseReturnValue:
    """Go to the result now. Raises NotFound."""
    with wiring().database.writing() as session:
        _pack, quiz = _mine(session, pack_id)
        code = quiz.code
        quizzes.finish(session, quiz)
    return _back(pack_id, code)


@blueprint.post("/remove")
def remove(pack_id: str) -> ResponseReturnValue:
    """Take a player out, as for a nickname that nobody wants to read. Raises NotFound."""
    with wiring().database.writing() as session:
        _pack, quiz = _mine(session, pack_id)
        code = quiz.code
        players.remove(session, quiz, whole_number(request.form.get("player")))
    return _back(pack_id, code)


@blueprint.post("/keep")
def keep(pack_id: str) -> ResponseReturnValue:
    """Keep how many chose what, without names, and end the quiz. Raises NotFound, BadText, NoRoom."""
    with wiring().database.writing() as session:
        _pack, quiz = _mine(session, pack_id)
        code = quiz.code
        spread.keep(session, quiz, now())
    memory.forget(code)
    return redirect(url_for("boards.show_start", pack_id=pack_id) + "#results", HTTPStatus.SEE_OTHER)


@blueprint.post("/close")
def close(pack_id: str) -> ResponseReturnValue:
    """End the quiz and delete all of it. Raises NotFound."""
    with wiring().database.writing() as session:
        _pack, quiz = _mine(session, pack_id)
        code = quiz.code
        quizzes.end(session, quiz)
    memory.forget(code)
    return redirect(url_for("boards.show_start", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/results/delete")
def delete_result(pack_id: str) -> ResponseReturnValue:
    """Delete a result that was kept. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        spread.forget(session, pack, whole_number(request.form.get("result")))
    return redirect(url_for("boards.show_start", pack_id=pack_id) + "#results", HTTPStatus.SEE_OTHER)


def _mine(session: Session, pack_id: str) -> tuple[Pack, LiveQuiz]:
    """Return the guest's pack and the quiz that is held on it. Raises NotFound."""
    pack = find_pack(session, guest_id(session), pack_id)
    quiz = quizzes.running_of(session, pack.guest_id, now())
    if quiz is None or quiz.pack_id != pack.id:
        raise NotFound(quizzes.NO_QUIZ)
    return pack, quiz


def _shown(session: Session, quiz: LiveQuiz) -> dict[str, Any]:
    scene = scene_of(quiz)
    return {
        "scene": scene,
        "players": players.players_of(session, quiz.id),
        "spread": spread.spread_of(session, scene),
    }


def _back(pack_id: str, code: str) -> ResponseReturnValue:
    memory.forget(code)
    return redirect(url_for("boards.show", pack_id=pack_id), HTTPStatus.SEE_OTHER)
