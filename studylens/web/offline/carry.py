"""The cards that a device takes along, each drawn as a review shows it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.language import said
from studylens.models import LABEL, Pack, now
from studylens.study.cutouts.cards import Shown, shown_in
from studylens.study.labels.shown import Hidden, hidden_in
from studylens.study.packs.pictures import PagePicture, answers_in
from studylens.study.packs.strips import Strip, strips_of
from studylens.study.reviews.carried import CarriedCard, Part, Place, carried, stamp_of
from studylens.study.reviews.today import Today, today_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.offline.owner import owner_of
from studylens.web.offline.release import release
from studylens.web.reviews.forms import FOUR_BUTTONS, TWO_BUTTONS

blueprint = Blueprint("carry", __name__)
_PLACE = re.compile("(known|new)-([0-9]{1,4})")
_NAMED_CHARS = 120
"""Of a card's front: enough to name it where its answer could not be counted."""


@blueprint.get("/sync/due")
def show_due() -> ResponseReturnValue:
    """Return as JSON a part of what the device takes along; 304 when all of it is as the device has it.

    `?after=` says where the part begins, as the part before has it in `following`. Raises NotFound.
    """
    place = _place(request.args.get("after"))
    with wiring().database.reading() as session:
        guest = guest_id(session)
        owner = owner_of(session, guest)
        if guest is None:
            return jsonify(owner=None, cards=[], following=None)
        today = today_of(session, guest, now())
        day = _day(today)
        stamp = stamp_of(session, today, owner or "", release(), g.language, json.dumps(day))
        if place == Place() and request.if_none_match.contains_weak(stamp):
            # A proxy that squeezes the answer, as Cloudflare does, makes the tag a weak one.
            return _stamped(Response(status=304), stamp)
        part = carried(session, today, place)
        shown = {"owner": owner, "cards": _draw(session, part), **day}
    following = part.following and f"{part.following.kind}-{part.following.skip}"
    return _stamped(make_response(jsonify(following=following, **shown)), stamp)


def _place(after: str | None) -> Place:
    if after is None:
        return Place()
    found = _PLACE.fullmatch(after)
    if found is None:
        raise NotFound
    return Place(found[1], int(found[2]))


def _stamped(answer: Response, stamp: str) -> Response:
    answer.set_etag(stamp)
    return answer


def _day(today: Today) -> dict[str, Any]:
    """Return what today and any other day allow, and the buttons of a review."""
    settings = today.moment.settings
    offered = FOUR_BUTTONS if settings.four_buttons else TWO_BUTTONS
    reviews = min(today.reviews_left, settings.daily_cap)
    return {
        "left": {"known": reviews, "new": min(today.new_left(0), settings.new_per_day)},
        "per_day": {"known": settings.daily_cap, "new": settings.new_per_day},
        "buttons": [{"rating": rating, "word": said(word)} for rating, word in offered],
    }


def _draw(session: Session, part: Part) -> list[dict[str, Any]]:
    """Return the cards as they are sent; pictures are looked up once a pack."""
    by_pack: dict[str, list[CarriedCard]] = defaultdict(list)
    for each in part.cards:
        by_pack[each.card.pack_id].append(each)
    beside = {pack_id: _Beside(session, pack_id, cards) for pack_id, cards in by_pack.items()}
    return [_sent(each, beside[each.card.pack_id]) for each in part.cards]


class _Beside:
    """What stands beside the cards of one pack: lines of its photos, and pictures of the student's own."""

    def __init__(self, session: Session, pack_id: str, cards: Iterable[CarriedCard]) -> None:
        lines = {each.card.source_line for each in cards if each.card.source_line}
        self.strips: dict[int, Strip] = strips_of(session, pack_id, lines)
        self.own: dict[str, tuple[Shown, ...]] = {}
        self.answers: dict[int, PagePicture] = {}
        self.labels: dict[int, Hidden] = {}
        if any(each.has_picture for each in cards):
            self.own = shown_in(session, pack_id)
        if any(each.card.kind == LABEL for each in cards):
            self.labels = hidden_in(session, session.get_one(Pack, pack_id))
        if any(each.card.answer_box for each in cards):
            self.answers = answers_in(session, session.get_one(Pack, pack_id))


def _sent(each: CarriedCard, beside: _Beside) -> dict[str, Any]:
    return {
        "uid": each.card.uid, "pack": each.card.pack_id, "title": each.pack_title,
        "front": each.card.front[:_NAMED_CHARS], "html": _html(each, beside),
        "new": each.is_new, "steps": each.in_steps, "due": _ms(each.due_at),
        "seen": _ms(each.seen_at) if each.seen_at else 0, "stability": each.stability,
    }  # fmt: skip


def _ms(moment: datetime) -> int:
    """Return milliseconds since 1970, as scripts count."""
    return int(moment.timestamp() * 1000)


def _html(each: CarriedCard, beside: _Beside) -> str:
    g.pop("formulas", None)  # What a page may have of them, each card may have.
    template = current_app.jinja_env.get_template("offline/_card.html")
    card = each.card
    return template.render(
        card=card, title=each.pack_title, spoken=each.language,
        own_pictures=beside.own.get(each.card.uid or "", ()) if each.has_picture else (),
        own_label=beside.labels.get(card.id),
        strip=beside.strips.get(card.source_line or 0), answer_photo=beside.answers.get(card.id),
    )  # fmt: skip
