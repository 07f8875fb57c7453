"""Answers to cards: each id counts once, whoever sends it again."""

import re
from http import HTTPStatus

from flask import Blueprint

from studylens.errors import BadText, NotFound
from studylens.language import _
from studylens.models import now
from studylens.study.resources import pages
from studylens.study.reviews import answers
from studylens.study.reviews.answers import Answer
from studylens.web.api.cards import shape_of
from studylens.web.api.door import Caller, route
from studylens.web.api.operations import PREFIX, Given, Operation, Scope
from studylens.web.api.shapes import NewReview, ReviewShape
from studylens.web.door.wiring import wiring

blueprint = Blueprint("api_reviews", __name__, url_prefix=PREFIX)
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
LONGEST_MS = 3_600_000
"""An hour: whoever thought longer was away."""


_ANSWER = Operation(
    "POST", "/reviews", Scope.STUDY, ReviewShape, NewReview, status=HTTPStatus.CREATED, is_idempotent=True
)


@route(blueprint, _ANSWER)
def answer_card(caller: Caller, sent: NewReview) -> Given:
    """Count an answer and schedule its card; 200 and `counted` false for an id that was counted before."""
    if not _ID.fullmatch(sent.id):
        raise BadText(_("“%(field)s” is not as it should be.", field="id"))
    with wiring().database.writing() as session:
        found = pages.card_of(session, caller.guest_id, sent.card)
        if found is None:
            raise NotFound
        took = min(max(0, sent.duration_ms), LONGEST_MS)
        given = Answer(found[0].id, sent.rating, sent.id, took)
        counted = answers.answer(session, caller.guest_id, given, now()).counted
        session.flush()
        session.expire_all()
        after = pages.card_of(session, caller.guest_id, sent.card)
        if after is None:
            raise NotFound
        status = HTTPStatus.CREATED if counted else HTTPStatus.OK
        return Given(ReviewShape(sent.id, counted, shape_of(after)), status)
