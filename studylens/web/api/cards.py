"""Cards: listed, made, changed and put away."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, request

from studylens.errors import BadText
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, now
from studylens.study.packs import editing
from studylens.study.packs.parts import CARDS
from studylens.study.packs.store import find_pack
from studylens.study.resources import adding, pages
from studylens.study.resources.adding import Sides
from studylens.study.resources.finding import Wanted, cards_like
from studylens.study.resources.pages import Scheduled
from studylens.study.schedule.moment import moment_of
from studylens.web.api.door import Caller, not_from_one_to, number, route
from studylens.web.api.operations import PREFIX, Given, Operation, Scope
from studylens.web.api.packs import CURSOR, LIMIT, USUAL
from studylens.web.api.shapes import CardChange, CardSearch, CardShape, Many, NewCard
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("api_cards", __name__, url_prefix=PREFIX)
_STATES = {NEW: "new", LEARNING: "learning", REVIEW: "review", RELEARNING: "relearning"}
_DRAFT = "draft"


@route(
    blueprint, Operation("GET", "/packs/<pack_id>/cards", Scope.READ, Many[CardShape], query=(LIMIT, CURSOR))
)
def list_cards(caller: Caller, pack_id: str) -> Many[CardShape]:
    """List the cards of a pack, the oldest first."""
    with wiring().database.reading() as session:
        pack = find_pack(session, caller.guest_id, pack_id)
        part = pages.cards_of(session, pack, cursor=request.args.get("cursor", ""), most=number(LIMIT, USUAL))
        return Many([shape_of(row) for row in part.rows], part.after or None)


@route(blueprint, Operation("GET", "/due", Scope.READ, Many[CardShape], query=(LIMIT,)))
def list_due(caller: Caller) -> Many[CardShape]:
    """List cards that may come up now, whatever the day's limits say; the longest due first."""
    with wiring().database.reading() as session:
        moment = moment_of(session, caller.guest_id, now())
        found = pages.due_of(session, caller.guest_id, moment, most=number(LIMIT, USUAL))
        return Many([shape_of(row) for row in found], None)


@route(blueprint, Operation("GET", "/cards/<card_id>", Scope.READ, CardShape))
def get_card(caller: Caller, card_id: str) -> Given:
    """Return one card; its ETag begins with its version."""
    with wiring().database.reading() as session:
        return _given(pages.card_of(session, caller.guest_id, card_id))


@route(
    blueprint,
    Operation(
        "POST", "/packs/<pack_id>/cards", Scope.WRITE, CardShape, NewCard,
        status=HTTPStatus.CREATED, is_idempotent=True,
    ),
)  # fmt: skip
@takes(FIELDS)
def add_card(caller: Caller, sent: NewCard, pack_id: str) -> Given:
    """Add a card of the student's own to a pack; 200 and the card as it is for an id that is there."""
    sides = Sides(**_texts(sent), id=sent.id, tags=sent.tags)
    with wiring().database.writing() as session:
        pack = find_pack(session, caller.guest_id, pack_id)
        uid, is_new = adding.add_card(session, pack, sides)
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return _given(pages.card_of(session, caller.guest_id, uid), status)


@route(blueprint, Operation("POST", "/cards/search", Scope.READ, Many[CardShape], CardSearch))
@takes(FIELDS)
def search_cards(caller: Caller, sent: CardSearch) -> Many[CardShape]:
    """Find cards by words, fronts or numbers, in one pack or all; nothing is changed."""
    if not 1 <= sent.limit <= LIMIT.most:
        raise BadText(not_from_one_to(LIMIT))
    wanted = Wanted(sent.words, sent.fronts, sent.numbers, sent.pack)
    with wiring().database.reading() as session:
        part = cards_like(session, caller.guest_id, wanted, cursor=sent.cursor, most=sent.limit)
        return Many([shape_of(row) for row in part.rows], part.after or None)


@route(
    blueprint,
    Operation("PUT", "/cards/<card_id>", Scope.WRITE, CardShape, CardChange, needs_version=True),
)
@takes(FIELDS)
def change_card(caller: Caller, sent: CardChange, version: int, card_id: str) -> Given:
    """Change what a card says; 409 when it is not what the caller has seen."""
    texts = _texts(sent)
    with wiring().database.writing() as session:
        card, _schedule = pages.card_of(session, caller.guest_id, card_id)
        editing.edit_part(session, CARDS, card, texts, version=version)
        return _given(pages.card_of(session, caller.guest_id, card_id))


@route(
    blueprint,
    Operation("DELETE", "/cards/<card_id>", Scope.WRITE, None, status=HTTPStatus.NO_CONTENT),
)
def delete_card(caller: Caller, card_id: str) -> Given:
    """Put a card away; its page can bring it back."""
    with wiring().database.writing() as session:
        card, _schedule = pages.card_of(session, caller.guest_id, card_id)
        editing.delete_part(card)
    return Given(None, HTTPStatus.NO_CONTENT)


def shape_of(row: Scheduled) -> CardShape:
    """Return a card as the API shows it."""
    card, known = row
    state: Any = _STATES.get(known.state, _DRAFT) if known else _DRAFT
    due_at: datetime | None = known.due_at if known else None
    return CardShape(
        card.uid or "", card.id, card.pack_id, card.front, card.back,
        card.origin, card.source_line, card.version,
        state, due_at, known.stability if known else None, known.difficulty if known else None,
        known.reps if known else 0, known.lapses if known else 0, bool(known and known.suspended),
    )  # fmt: skip


def _texts(sent: NewCard | CardChange) -> dict[str, str]:
    return {
        "front": parse_text(sent.front, ANSWER_ITEM_CHARS),
        "back": parse_text(sent.back, ANSWER_ITEM_CHARS),
    }


def _given(row: Scheduled, status: HTTPStatus = HTTPStatus.OK) -> Given:
    return Given(shape_of(row), status, row[0].version)
