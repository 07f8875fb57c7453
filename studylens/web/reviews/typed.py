"""Answers that are typed: compared, let count by the student, asked for by card or by pack."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.study.packs.store import find_pack
from studylens.study.reviews import answers
from studylens.study.reviews.typed import choose, let_count
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.reviews.acting import acting, known
from studylens.web.reviews.forms import parse_given, parse_scope, parse_shown
from studylens.web.reviews.page import Shown, compose, render

blueprint = Blueprint("typed", __name__)


@blueprint.post("/review/cards/<int:card_id>/check")
def check(card_id: int) -> ResponseReturnValue:
    """Show a card's answer beside the one that was typed; nothing is kept. Raises NotFound, BadText."""
    given = parse_given()
    with wiring().database.reading() as session:
        answers.find_own(session, known(session), card_id)
        context = _compared(session, card_id, given)
    return render(context)


@blueprint.post("/review/cards/<int:card_id>/count")
def count(card_id: int) -> ResponseReturnValue:
    """Let a typed answer count as right from now on, here and in quizzes. Raises NotFound, BadText."""
    given = parse_given()
    with wiring().database.writing() as session:
        card = answers.find_own(session, known(session), card_id)
        if given:
            session.refresh(card, with_for_update=True)
            let_count(card, given)
            session.flush()
        context = _compared(session, card_id, given)
    return render(context)


@blueprint.post("/review/cards/<int:card_id>/typed")
def choose_for_card(card_id: int) -> ResponseReturnValue:
    """Let a card's answer be typed (`typed=1`) or only shown, and show the card. Raises NotFound."""
    _ = request.form
    typed = request.args.get("typed") == "1"
    with acting() as act:
        choose(act.session, answers.find_own(act.session, act.guest, card_id), typed=typed)
        act.session.flush()
        act.shown = Shown(note="typed" if typed else "untyped", card_id=card_id)
    return act.go_on()


@blueprint.post("/packs/<pack_id>/typed")
def choose_for_pack(pack_id: str) -> ResponseReturnValue:
    """Let the short answers of a pack be typed (`typed=1`) or only shown. Raises NotFound."""
    typed = request.form.get("typed") == "1"
    with wiring().database.writing() as session:
        find_pack(session, guest_id(session), pack_id).typed = typed
    return redirect(url_for("packs.show_more", pack_id=pack_id, _anchor="typed"), HTTPStatus.SEE_OTHER)


def _compared(session: Session, card_id: int, given: str) -> dict[str, object]:
    shown = Shown(card_id=card_id, revealed=True, given=given, since_ms=parse_shown())
    return compose(session, known(session), parse_scope(), shown)
