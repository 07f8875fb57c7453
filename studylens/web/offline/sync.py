"""What was done without a network, and comes later: who is asking, and the answers of reviews."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from studylens.errors import BadText, NotFound, Stale
from studylens.language import _
from studylens.models import AGAIN, EASY, now
from studylens.study.reviews.late import AHEAD, MOST_AT_ONCE, OLDEST, LateAnswer, take_in
from studylens.web.door.guests import guest_id
from studylens.web.door.sender.form_tokens import form_token
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.offline.owner import owner_of
from studylens.web.reviews.forms import KEY, LONGEST_MS

blueprint = Blueprint("sync", __name__, url_prefix="/sync")
_UID = re.compile("[0-9A-Za-z_-]{1,32}")
BAD = "bad"
"""What became of an answer that says nothing."""


@blueprint.get("/hello")
def say_hello() -> ResponseReturnValue:
    """Return as JSON a fresh token for forms, and the mark of whoever is known here; null for a newcomer."""
    with wiring().database.reading() as session:
        owner = owner_of(session, guest_id(session))
    return jsonify(form_token=form_token(), owner=owner)


@blueprint.post("/answers")
@takes(FIELDS)
def take_answers() -> ResponseReturnValue:
    """Count answers that were given without a network, each once and in order; return what became of each.

    Raises BadText, NotFound for a newcomer, Stale for answers of somebody else.
    """
    sent = _parse()
    database = wiring().database
    with database.reading() as session:
        guest = guest_id(session)
        owner = owner_of(session, guest)
    if guest is None:
        raise NotFound
    if request.form.get("owner", owner) != owner:
        raise Stale(_("These answers belong to somebody else who used this browser. They wait for them."))
    good = [(place, each) for place, each in enumerate(sent) if isinstance(each, LateAnswer)]
    outcomes = dict.fromkeys(range(len(sent)), BAD)
    became = take_in(database, guest, [each for _place, each in good], now())
    outcomes |= {place: found for (place, _each), found in zip(good, became, strict=True)}
    return jsonify(outcomes=list(outcomes.values()))


def _parse() -> list[LateAnswer | None]:
    """Return the answers that were sent; None for each that says nothing. Raises BadText."""
    try:
        sent = json.loads(request.form.get("answers", ""))
    except (ValueError, RecursionError) as error:
        raise BadText(_("These answers could not be read. None was counted.")) from error
    if not isinstance(sent, list):
        raise BadText(_("These answers could not be read. None was counted."))
    if len(sent) > MOST_AT_ONCE:
        raise BadText(_("At most %(most)s answers may be sent at once. None was counted.", most=MOST_AT_ONCE))
    at = now()
    return [_answer(each, at) for each in sent]


def _answer(sent: Any, at: datetime) -> LateAnswer | None:
    if not isinstance(sent, dict):
        return None
    uid, key, rating, spent = (sent.get(name) for name in ("uid", "key", "rating", "ms"))
    if not (isinstance(uid, str) and _UID.fullmatch(uid) and isinstance(key, str) and KEY.fullmatch(key)):
        return None
    if type(rating) is not int or not AGAIN <= rating <= EASY:
        return None
    took = min(max(0, spent), LONGEST_MS) if type(spent) is int else 0
    return LateAnswer(uid, rating, key, took, _given_at(sent.get("ago"), at))


def _given_at(ago: Any, at: datetime) -> datetime | None:
    """Return the moment so many ms ago; None for what cannot be.

    The browser says how long ago, by its own clock: one that goes wrong by hours says so rightly.
    """
    least, most = (int(span / timedelta(milliseconds=1)) for span in (-AHEAD, OLDEST))
    if type(ago) is not int or not least <= ago <= most:
        return None
    return at - timedelta(milliseconds=ago)
