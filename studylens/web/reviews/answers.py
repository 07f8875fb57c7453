"""Reviews: the next card, its answer, and what else a student does with a card while reviewing."""

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from studylens.errors import BadText, Stale
from studylens.language import _
from studylens.storable import whole_number
from studylens.study.achievements.award import has_news
from studylens.study.packs import editing
from studylens.study.packs.parts import CARDS
from studylens.study.packs.store import find_pack
from studylens.study.reviews import answers, cards
from studylens.study.reviews.queue import Scope
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import CATCH_UP_DAYS, catch_up
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.progress.achievements import take_news
from studylens.web.reviews.acting import acting, known
from studylens.web.reviews.forms import (
    parse_answer,
    parse_key,
    parse_scope,
    parse_texts,
)
from studylens.web.reviews.page import NOTES, Shown, address, compose, render

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
def show_review() -> ResponseReturnValue:
    """Show the next card of all packs."""
    return _show(parse_scope())


@blueprint.get("/packs/<pack_id>/review")
def show_pack_review(pack_id: str) -> ResponseReturnValue:
    """Show the next card of one pack. Raises NotFound."""
    with wiring().database.reading() as session:
        find_pack(session, guest_id(session), pack_id)
    return _show(Scope(pack_id, more=parse_scope().more, fresh=request.args.get("new") == "1"))


@blueprint.post("/review/cards/<int:card_id>/answer")
def answer(card_id: int) -> ResponseReturnValue:
    """Count an answer, then go on to the next card. Raises NotFound, BadText."""
    given = parse_answer(card_id)
    with acting() as act:
        outcome = answers.answer(act.session, act.guest, given, act.at)
        act.shown = Shown(counted=outcome.counted, has_news=outcome.news)
        if outcome.leech:
            act.shown = Shown(note="leech", about_id=card_id)
    return act.go_on()


@blueprint.post("/review/undo")
def undo() -> ResponseReturnValue:
    """Take the last answer back and show its card again. Raises NotFound, BadText."""
    key = parse_key()
    with acting() as act:
        card_id = answers.undo(act.session, act.guest, key, act.at)
        act.shown = Shown(note="undone" if card_id else "nothing", card_id=card_id)
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/suspend")
def suspend(card_id: int) -> ResponseReturnValue:
    """Set a card aside and go on. Raises NotFound."""
    _ = request.form  # It arrives before the database is asked.
    with acting() as act:
        answers.find_own(act.session, act.guest, card_id)
        cards.suspend(act.session, act.guest, card_id, act.at)
        act.shown = Shown(note="suspended", about_id=card_id)
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/skip")
def skip(card_id: int) -> ResponseReturnValue:
    """Let a card stay away until tomorrow, and go on. Raises NotFound."""
    _ = request.form
    with acting() as act:
        answers.find_own(act.session, act.guest, card_id)
        cards.skip(act.session, act.guest, card_id, act.at)
        act.shown = Shown(note="skipped")
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/resume")
def resume(card_id: int) -> ResponseReturnValue:
    """Bring a card back that was set aside; from its pack's page or from a review. Raises NotFound."""
    to_pack = request.form.get("to") == "pack"
    with acting() as act:
        card = answers.find_own(act.session, act.guest, card_id)
        cards.resume(act.session, act.guest, card_id, act.at)
        act.shown = Shown(note="resumed", pack_id=card.pack_id if to_pack else None)
        if to_pack:
            act.shown = replace(act.shown, card_id=card_id)
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/drop")
def drop(card_id: int) -> ResponseReturnValue:
    """Delete a card that is not worth keeping, and go on; it can come back. Raises NotFound."""
    _ = request.form
    with acting() as act:
        editing.delete_part(answers.find_own(act.session, act.guest, card_id))
        act.session.flush()
        act.shown = Shown(note="dropped", about_id=card_id)
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/return")
def bring_back(card_id: int) -> ResponseReturnValue:
    """Bring back a card that was dropped a moment ago, and show it. Raises NotFound."""
    _ = request.form
    with acting() as act:
        editing.restore_part(answers.find_own(act.session, act.guest, card_id))
        act.session.flush()
        act.shown = Shown(note="returned", card_id=card_id)
    return act.go_on()


@blueprint.post("/review/cards/<int:card_id>/edit")
@takes(FIELDS)
def edit(card_id: int) -> ResponseReturnValue:
    """Change the card that is shown; a stale or bad form comes back with what was written."""
    texts, version, scope = parse_texts(), whole_number(request.form.get("version")), parse_scope()
    with wiring().database.writing() as session:
        guest = known(session)
        card = answers.find_own(session, guest, card_id)
        try:
            editing.edit_part(session, CARDS, card, texts, version=version)
        except (BadText, Stale) as error:
            shown = Shown(card_id=card_id, editing=True, texts=texts, trouble=error.sentence)
            return render(compose(session, guest, scope, shown)), error.status
    return redirect(address(scope, card=card_id, show=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/review/catch-up")
def spread() -> ResponseReturnValue:
    """Spread a backlog over some days, or stop spreading it (0). Raises BadText, NotFound."""
    days = whole_number(request.form.get("days"), default=-1)
    if days and not CATCH_UP_DAYS.least <= days <= CATCH_UP_DAYS.most:
        raise BadText(
            _("Choose %(least)s to %(most)s days.", least=CATCH_UP_DAYS.least, most=CATCH_UP_DAYS.most)
        )

    with acting() as act:
        catch_up(act.session, act.guest, days=days, begun=moment_of(act.session, act.guest, act.at).today)
        act.shown = Shown(note="spread" if days else "gathered")
    return act.go_on()


def _show(scope: Scope) -> ResponseReturnValue:
    note, number = request.args.get("note", ""), whole_number(request.args.get("card"))
    shown = Shown(
        note=note if note in NOTES else "", card_id=number or None, revealed=request.args.get("show") == "1",
        editing=request.args.get("edit") == "1",
        about_id=whole_number(request.args.get("about")) or None,
    )  # fmt: skip
    with wiring().database.reading() as session:
        guest = guest_id(session)
        is_news = guest is not None and has_news(session, guest)
        context = {} if is_news else compose(session, guest, scope, shown)
    if is_news:
        shown = replace(shown, news=take_news())  # Told in a session that writes, and once.
        with wiring().database.reading() as session:
            context = compose(session, guest, scope, shown)
    return render(context)
