"""Reviews: the next card, its answer, and what else a student does with a card while reviewing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.errors import BadText, CardAway, NotFound, Stale
from studylens.models import now
from studylens.storable import whole_number
from studylens.study.packs import editing
from studylens.study.packs.parts import CARDS
from studylens.study.packs.store import find_pack
from studylens.study.reviews import answers, cards
from studylens.study.reviews.queue import Scope
from studylens.study.schedule.settings import CATCH_UP_DAYS, catch_up
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.progress.achievements import news_for, take_news
from studylens.web.reviews.forms import (
    parse_answer,
    parse_key,
    parse_scope,
    parse_texts,
)
from studylens.web.reviews.page import NOTES, Shown, address, compose, render

blueprint = Blueprint("review", __name__)
Act = Callable[[Session, int, datetime], Shown]


@blueprint.get("/review")
def show_review() -> ResponseReturnValue:
    """Show the next card of all packs."""
    return _show(parse_scope())


@blueprint.get("/packs/<pack_id>/review")
def show_pack_review(pack_id: str) -> ResponseReturnValue:
    """Show the next card of one pack. Raises NotFound."""
    with wiring().database.reading() as session:
        find_pack(session, guest_id(session), pack_id)
    return _show(Scope(pack_id, more=parse_scope().more))


@blueprint.post("/review/cards/<int:card_id>/answer")
def answer(card_id: int) -> ResponseReturnValue:
    """Count an answer, then go on to the next card. Raises NotFound, BadText."""
    given = parse_answer(card_id)

    def act(session: Session, guest: int, at: datetime) -> Shown:
        outcome = answers.answer(session, guest, given, at)
        if outcome.leech:
            return Shown(note="leech", about_id=card_id)
        return Shown(counted=outcome.counted, has_news=outcome.news)

    return _act(act)


@blueprint.post("/review/undo")
def undo() -> ResponseReturnValue:
    """Take the last answer back and show its card again. Raises NotFound, BadText."""
    key = parse_key()

    def act(session: Session, guest: int, at: datetime) -> Shown:
        card_id = answers.undo(session, guest, key, at)
        return Shown(note="undone" if card_id else "nothing", card_id=card_id)

    return _act(act)


@blueprint.post("/review/cards/<int:card_id>/suspend")
def suspend(card_id: int) -> ResponseReturnValue:
    """Set a card aside and go on. Raises NotFound."""
    _ = request.form  # It arrives before the database is asked.

    def act(session: Session, guest: int, at: datetime) -> Shown:
        answers.find_own(session, guest, card_id)
        cards.suspend(session, guest, card_id, at)
        return Shown(note="suspended", about_id=card_id)

    return _act(act)


@blueprint.post("/review/cards/<int:card_id>/resume")
def resume(card_id: int) -> ResponseReturnValue:
    """Bring a card back that was set aside; from its pack's page or from a review. Raises NotFound."""
    to_pack = request.form.get("to") == "pack"

    def act(session: Session, guest: int, at: datetime) -> Shown:
        card = answers.find_own(session, guest, card_id)
        cards.resume(session, guest, card_id, at)
        return Shown(note="resumed", pack_id=card.pack_id if to_pack else None)

    return _act(act)


@blueprint.post("/review/cards/<int:card_id>/edit")
def edit(card_id: int) -> ResponseReturnValue:
    """Change the card that is shown; a stale or bad form comes back with what was written."""
    texts, version, scope = parse_texts(), whole_number(request.form.get("version")), parse_scope()
    with wiring().database.writing() as session:
        guest = _known(session)
        card = answers.find_own(session, guest, card_id)
        try:
            editing.edit_part(session, CARDS, card, texts, version=version)
        except (BadText, Stale) as error:
            shown = Shown(card_id=card_id, revealed=True, texts=texts, trouble=error.sentence)
            return render(compose(session, guest, scope, shown)), error.status
    return redirect(address(scope, card=card_id, show=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/review/catch-up")
def spread() -> ResponseReturnValue:
    """Spread a backlog over some days, or stop spreading it (0). Raises BadText, NotFound."""
    days = whole_number(request.form.get("days"), default=-1)
    if days and not CATCH_UP_DAYS.least <= days <= CATCH_UP_DAYS.most:
        raise BadText(f"Choose {CATCH_UP_DAYS.least} to {CATCH_UP_DAYS.most} days.")

    def act(session: Session, guest: int, at: datetime) -> Shown:
        catch_up(session, guest, days=days, begun=cards.today_for(session, guest, at))
        return Shown(note="spread" if days else "gathered")

    return _act(act)


def _act(act: Act) -> ResponseReturnValue:
    """Do something in one transaction; then the next card, in the same answer when a script asked."""
    scope, context = parse_scope(), None
    try:
        with wiring().database.writing() as session:
            guest = _known(session)
            try:
                shown = act(session, guest, now())
            except CardAway:
                shown = Shown(note="away")
            if wants_fragment():
                if shown.has_news:
                    shown = replace(shown, news=news_for(session, guest))
                context = compose(session, guest, scope, shown)
    except IntegrityError:  # The same form twice at the very same moment: the other one was counted.
        shown, context = Shown(), None
    return render(context) if context is not None else _leave(scope, shown)


def _leave(scope: Scope, shown: Shown) -> ResponseReturnValue:
    """Send a browser on to what it shall see: the review, or the pack's page that it came from."""
    if shown.pack_id:
        return redirect(f"{url_for('packs.show_pack', pack_id=shown.pack_id)}#study", HTTPStatus.SEE_OTHER)
    extra = {"note": shown.note or None, "card": shown.card_id, "about": shown.about_id}
    return redirect(address(scope, **extra), HTTPStatus.SEE_OTHER)


def _show(scope: Scope) -> ResponseReturnValue:
    note, number = request.args.get("note", ""), whole_number(request.args.get("card"))
    shown = Shown(
        note=note if note in NOTES else "", card_id=number or None, revealed=request.args.get("show") == "1",
        about_id=whole_number(request.args.get("about")) or None, news=take_news(),
    )  # fmt: skip
    with wiring().database.reading() as session:
        context = compose(session, guest_id(session), scope, shown)
    return render(context)


def _known(session: Session) -> int:
    """Return the guest who posts. Raises NotFound for a newcomer, who has no cards."""
    found = guest_id(session)
    if found is None:
        raise NotFound
    return found
