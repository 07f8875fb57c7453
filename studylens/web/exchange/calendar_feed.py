"""The calendar of due reviews: a secret address that a calendar program may ask, and nothing else."""

import hashlib
import re
import secrets
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from studylens.errors import NotFound
from studylens.models import StudySettings, now
from studylens.study.exchange.calendar import due_calendar
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.sender.hosts import public_address
from studylens.web.door.wiring import wiring

blueprint = Blueprint("calendar", __name__)
_TOKEN = re.compile("[A-Za-z0-9_-]{43}")


@blueprint.post("/calendar")
def make_link() -> ResponseReturnValue:
    """Make a new address, which ends the one before, and show it this once: only its hash is kept."""
    token = secrets.token_urlsafe(32)
    database = wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        settings_to_change(session, guest).calendar_token_hash = _hash(token)
    return render_template(
        "exchange/calendar.html", address=public_address(url_for("calendar.feed", token=token))
    )


@blueprint.post("/calendar/end")
def end_link() -> ResponseReturnValue:
    """Let the address end."""
    database = wiring().database
    with database.writing() as session:
        guest = guest_id(session)
        if guest is not None:  # A newcomer has no address, and must not become a guest by ending it.
            settings_to_change(session, guest).calendar_token_hash = None
    return redirect(url_for("exchange.show_export") + "#calendar", HTTPStatus.SEE_OTHER)


@blueprint.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """Send the due reviews of the next days as iCalendar. Raises NotFound for an address that has ended."""
    if not _TOKEN.fullmatch(token):
        raise NotFound
    with wiring().database.reading() as session:
        owner = select(StudySettings.guest_id).where(StudySettings.calendar_token_hash == _hash(token))
        guest = session.scalar(owner)
        if guest is None:
            raise NotFound
        body = due_calendar(
            session, guest, at=now(), review_url=public_address(url_for("review.show_review"))
        )
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
