"""Cramming: a pack's cards once through, without moving any of them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.errors import CardAway, NotFound
from studylens.judging.languages import spoken
from studylens.models import Flashcard, Pack, now
from studylens.storable import whole_number
from studylens.study.packs.store import find_pack
from studylens.study.reviews.cram import cram, next_crammed
from studylens.study.reviews.statements import SUMMARY_CHARS
from studylens.study.reviews.typed import asks_typed
from studylens.study.schedule.settings import settings_of
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.reviews.forms import TWO_BUTTONS, new_key, now_ms, parse_answer, parse_given, parse_shown
from studylens.web.reviews.nearness import typed_answer

blueprint = Blueprint("cram", __name__, url_prefix="/review/cram/<pack_id>")


@dataclass(frozen=True)
class Round:
    """A round through a pack, known by the second in which it began."""

    pack: Pack
    began: datetime

    @property
    def since(self) -> int:
        """Seconds since 1970, as the address carries them."""
        return int(self.began.timestamp())


@blueprint.get("")
def show_cram(pack_id: str) -> ResponseReturnValue:
    """Show the next card of a round; a new one begins without `since`. Raises NotFound."""
    with wiring().database.reading() as session:
        found = Round(find_pack(session, guest_id(session), pack_id), _began())
        return _render(session, found, revealed=request.args.get("show") == "1")


@blueprint.post("/cards/<int:card_id>/check")
def check(pack_id: str, card_id: int) -> ResponseReturnValue:
    """Show a card's answer beside the one that was typed; nothing is kept. Raises NotFound, BadText."""
    given, began = parse_given(), _began()
    with wiring().database.reading() as session:
        found = Round(find_pack(session, guest_id(session), pack_id), began)
        return _render(session, found, revealed=True, typed=(card_id, given))


@blueprint.post("/cards/<int:card_id>")
def answer(pack_id: str, card_id: int) -> ResponseReturnValue:
    """Write down how it went, then show the next card. Raises NotFound, BadText."""
    given, began = parse_answer(card_id), _began()
    try:
        with wiring().database.writing() as session:
            pack = find_pack(session, guest_id(session), pack_id)
            with suppress(CardAway):  # Deleted meanwhile: the next card is there.
                cram(session, pack.guest_id, given, now())
            if wants_fragment():
                return _render(session, Round(pack, began))
    except IntegrityError:  # The same form twice at the very same moment.
        pass
    since = int(began.timestamp())
    return redirect(url_for("cram.show_cram", pack_id=pack_id, since=since), HTTPStatus.SEE_OTHER)


def _began() -> datetime:
    """Return when the round began; a made-up number is refused. Raises NotFound."""
    text = request.args.get("since")
    if text is None:
        return now().replace(microsecond=0)
    seconds = whole_number(text, default=-1)
    if seconds < 0:
        raise NotFound
    return datetime.fromtimestamp(seconds, UTC)


def _render(
    session: Session, found: Round, *, revealed: bool = False, typed: tuple[int, str] | None = None
) -> str:
    """Render the round's next card; `typed` is the id of the card that was answered, and what was typed."""
    template = "reviews/_cram.html" if wants_fragment() else "reviews/cram.html"
    round_ = next_crammed(session, found.pack, found.began)
    context = {"pack": found.pack, "since": found.since, "round": round_, "buttons": TWO_BUTTONS}
    context |= {
        "swapped": wants_fragment(),
        "key": new_key(),
        "shown_ms": parse_shown() if typed else now_ms(),
    }
    card = round_.card
    given = typed[1] if typed and card and typed[0] == card.id else None
    is_shown = revealed and (typed is None or given is not None)  # Else another tab went on meanwhile.
    context |= {"swipes": settings_of(session, found.pack.guest_id).swipe_on, "revealed": is_shown}
    return render_template(template, **context, **_asked(found.pack, card, given, is_shown=is_shown))


def _asked(pack: Pack, card: Flashcard | None, given: str | None, *, is_shown: bool) -> dict[str, object]:
    """Return how the card is asked: whether its answer is typed, in which language, how near it came."""
    if card is None:
        return {}
    language = spoken(f"{card.front} {card.back}", pack.summary[:SUMMARY_CHARS])
    accepted = [card.back, *(card.also_right or [])]
    typed = None if given is None else typed_answer(given, accepted, language, card.origin)
    asks = not is_shown and asks_typed(card, of_pack=pack.typed)
    return {"spoken": language, "typed": typed, "asks": asks}
