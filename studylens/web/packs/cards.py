"""The cards of a pack: listed, narrowed by how far they are and by words, some at a time."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, object_session

from studylens.models import Flashcard, Pack, QuizItem, now
from studylens.storable import whole_number
from studylens.study.packs.parts import CARDS, find_part
from studylens.study.packs.pictures import first_photos
from studylens.study.packs.store import find_pack
from studylens.study.packs.strips import Strip, strips_of
from studylens.study.reviews.contents import (
    STATES,
    Standing,
    cards_with,
    counts_of,
    fitting,
    standing_of,
    standings,
)
from studylens.study.schedule.moment import moment_of
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.edit_forms import gone_id
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("pack_cards", __name__)
CARDS_AT_ONCE = 6
"""Cards that are shown at first, and with each "Show more": three screens of a phone."""
SEARCH_CHARS = 200


@blueprint.get("/packs/<pack_id>/cards")
def show(pack_id: str) -> ResponseReturnValue:
    """Show a pack's cards: `show` a state, `q` words, `from` a place in the list. Raises NotFound, BadText.

    `card` begins the list where that card is.
    """
    template = "packs/_cards.html" if wants_fragment() else "packs/tab_cards.html"
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        number = gone_id(CARDS)
        gone = find_part(session, pack, CARDS, number) if number else None
        about: dict[str, Any] = {"gone": gone, "kind": CARDS, "tab": "cards"}
        about["photo"] = first_photos(session, [pack]).get(pack.id)
        return render_template(template, pack=pack, **about, **_list(session, pack))


def _list(session: Session, pack: Pack) -> dict[str, Any]:
    """Return the cards that fit what is looked for, those of one step of the list, and what follows."""
    wanted = request.args.get("show", "")
    state = wanted if wanted in STATES else ""
    words = parse_text(request.args.get("q", "")[:SEARCH_CHARS], SEARCH_CHARS)
    moment = moment_of(session, pack.guest_id, now())
    ids = fitting(session, pack.id, moment, show=state, words=words)
    first = _first(ids)
    some = cards_with(session, ids[first : first + CARDS_AT_ONCE])
    found: dict[str, Any] = {"some": some, "standings": standings(session, some, moment), "first": first}
    found |= {"state": state, "words": words, "states": STATES, "found": len(ids)}
    found["strips"] = strips_of(session, pack.id, [card.source_line for card in some if card.source_line])
    found["rest"] = max(0, len(ids) - first - len(some))
    found["more"] = _address(pack.id, state, words, first + len(some))
    if not wants_fragment():
        found["counts"] = counts_of(session, pack.id, moment)
    return found


@blueprint.app_template_global("card_url")
def card_url(pack_id: str, card_id: int) -> str:
    """Return where a card stands among the cards of its pack."""
    return f"{url_for('pack_cards.show', pack_id=pack_id, card=card_id)}#card-{card_id}"


@blueprint.app_template_global("standing_of")
def tell_standing(card: Flashcard) -> Standing:
    """Return how far a card is that a template shows alone; read in the page's own session."""
    session = object_session(card)
    if session is None:
        return Standing(STATES[0])
    pack = find_pack(session, guest_id(session), card.pack_id)
    return standing_of(session, card, moment_of(session, pack.guest_id, now()))


@blueprint.app_template_global("strip_for")
def tell_strip(card: Flashcard | QuizItem) -> Strip | None:
    """Return the photo's line of a card or a quiz's question that a template shows alone."""
    session = object_session(card)
    if session is None or not card.source_line or not card.pack_id:
        return None
    return strips_of(session, card.pack_id, [card.source_line]).get(card.source_line)


def _first(ids: list[int]) -> int:
    """Return the place at which the list begins: as asked, or with the card that is looked for."""
    card = whole_number(request.args.get("card"))
    place = ids.index(card) if card in ids else whole_number(request.args.get("from"))
    return min(place, max(0, len(ids) - 1))


def _address(pack_id: str, state: str, words: str, place: int) -> str:
    known: dict[str, Any] = {"show": state or None, "q": words or None, "from": place}
    return url_for("pack_cards.show", pack_id=pack_id, **known)
