"""Answers to cards: each id counts once, whoever sends it again; and cards that are set aside."""

import contextlib
import re
from http import HTTPStatus

from flask import Blueprint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.language import _
from studylens.models import now
from studylens.study.resources import pages
from studylens.study.reviews import answers
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.answers import Answer
from studylens.web.api.bounds import REVIEW_ID
from studylens.web.api.cards import shape_of
from studylens.web.api.door import Caller, route
from studylens.web.api.operations import PREFIX, Given, Operation, Scope
from studylens.web.api.shapes import CardShape, NewReview, ReviewShape, Suspension
from studylens.web.door.wiring import wiring
from studylens.web.reviews.forms import LONGEST_MS

blueprint = Blueprint("api_reviews", __name__, url_prefix=PREFIX)
_ID = re.compile(REVIEW_ID)

_ANSWER = Operation(
    "POST", "/reviews", Scope.STUDY, ReviewShape, NewReview, status=HTTPStatus.CREATED, is_idempotent=True
)


@route(blueprint, _ANSWER)
def answer_card(caller: Caller, sent: NewReview) -> Given:
    """Count an answer and schedule its card; 200 and `counted` false for an id that was counted before."""
    if not _ID.fullmatch(sent.id):
        raise BadText(_("“%(field)s” is not as it should be.", field="id"))
    with contextlib.suppress(IntegrityError), wiring().database.writing() as session:
        is_counted = _count(session, caller, sent)
        return _became(session, caller, sent, is_counted=is_counted)
    with wiring().database.reading() as session:  # The same id at the very same moment: the other counted.
        return _became(session, caller, sent, is_counted=False)


_SUSPEND = Operation(
    "PUT", "/cards/<card_id>/suspended", Scope.STUDY, CardShape, Suspension, is_idempotent=True
)


@route(blueprint, _SUSPEND)
def suspend_card(caller: Caller, sent: Suspension, card_id: str) -> Given:
    """Set a card aside, or bring it back."""
    with wiring().database.writing() as session:
        card, known = pages.card_of(session, caller.guest_id, card_id)
        if known is None or known.suspended != sent.suspended:  # A draft is refused by its schedule.
            hold = schedule.suspend if sent.suspended else schedule.resume
            hold(session, caller.guest_id, card.id, now())
            session.flush()
            session.expire_all()
        return Given(shape_of(pages.card_of(session, caller.guest_id, card_id)))


def _count(session: Session, caller: Caller, sent: NewReview) -> bool:
    card, _schedule = pages.card_of(session, caller.guest_id, sent.card)
    took = min(max(0, sent.duration_ms), LONGEST_MS)
    given = Answer(card.id, sent.rating, sent.id, took)
    is_counted = answers.answer(session, caller.guest_id, given, now()).counted
    session.flush()
    session.expire_all()
    return is_counted


def _became(session: Session, caller: Caller, sent: NewReview, *, is_counted: bool) -> Given:
    after = shape_of(pages.card_of(session, caller.guest_id, sent.card))
    status = HTTPStatus.CREATED if is_counted else HTTPStatus.OK
    return Given(ReviewShape(sent.id, is_counted, after), status)
