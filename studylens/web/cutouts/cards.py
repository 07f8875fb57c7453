"""A cut-out becomes the picture of a card, and is shown wherever the card is."""

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import object_session

from studylens.errors import NotFound, StudylensError
from studylens.language import mark, said
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.models import Flashcard, Job
from studylens.storable import whole_number
from studylens.study.cutouts import cards, results
from studylens.study.cutouts.cards import Shown, Wanted
from studylens.study.packs.store import find_pack
from studylens.web.cutouts.pages import BEGIN, show_result
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.cards import card_url
from studylens.web.upload.intake import is_yes, parse_text

blueprint = Blueprint("card_pictures", __name__)
NO_PACK = mark("This cut-out belongs to no pack, so it can become no card. Cut it out on a pack's page.")


@blueprint.post("/cutouts/<cutout_id>/card")
def make(cutout_id: str) -> ResponseReturnValue:
    """Put the cut-out on a new card or on one that is there. Raises NotFound."""
    with wiring().database.writing() as session:
        found = results.find(session, cutout_id)
        owner = guest_id(session)
        if found.guest_id != owner:
            raise NotFound
        if found.pack_id is None:
            raise NotFound(said(NO_PACK))
        pack = find_pack(session, owner, found.pack_id)
        try:
            card = cards.put(session, pack, found, _wanted())
        except StudylensError as error:
            job = session.get_one(Job, cutout_id)
            return show_result(session, found, job, problem=error.sentence), error.status
        return redirect(card_url(pack.id, card.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/packs/<pack_id>/cards/<int:card_id>/picture/delete")
def remove(pack_id: str, card_id: int) -> ResponseReturnValue:
    """Take the picture with the number `picture` off a card, or all of them. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        number = whole_number(request.form.get("picture"))
        card = cards.take_away(session, pack, card_id, number)
        return redirect(card_url(pack_id, card.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/card-pictures/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Send a card's picture, to its guest alone. Raises NotFound."""
    with wiring().database.reading() as session:
        found = cards.find(session, guest_id(session), number)
        answer = Response(found.picture, mimetype=found.media_type)
    answer.cache_control.private = True
    return answer


@blueprint.app_template_global("pictures_of")
def pictures_of(card: Flashcard) -> tuple[Shown, ...]:
    """Return the card's pictures; those of a pack are looked up once a request."""
    session = object_session(card)
    if session is None or not card.uid:
        return ()
    found: dict[str, dict[str, tuple[Shown, ...]]] = g.setdefault("card_pictures", {})
    if card.pack_id not in found:
        found[card.pack_id] = cards.shown_in(session, card.pack_id)
    return found[card.pack_id].get(card.uid, ())


def _wanted() -> Wanted:
    """Return what the form asks for. Raises BadText."""
    hidden = _hidden() if is_yes(request.form.get("hide", "")) else None
    return Wanted(
        front=parse_text(request.form.get("front", ""), ANSWER_ITEM_CHARS),
        back=parse_text(request.form.get("back", ""), ANSWER_ITEM_CHARS),
        card_id=whole_number(request.form.get("card")),
        on_back=request.form.get("side") == "back" and hidden is None,
        hidden=hidden,
    )


def _hidden() -> tuple[float, ...] | None:
    """Return the covered part from four fields in per cent; None when it has no size."""
    sides = [whole_number(request.form.get(side), default=old) for side, old in BEGIN]
    left, top, right, bottom = (min(100, side) / 100 for side in sides)
    return (left, top, right, bottom) if left < right and top < bottom else None
