"""The first page: what it does and how to begin, or, to a student who has packs, what is ready today."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import StudylensError
from studylens.language import _
from studylens.models import QUEUED, RUNNING, Job, Pack, now
from studylens.serving.places import places
from studylens.study.keeping.names import name_of
from studylens.study.packs.pictures import FirstPhoto, first_photos
from studylens.study.progress.greeting import Greeting, greeting_of
from studylens.web.door.guests import device_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.progress.bars import Bars, bars_of
from studylens.web.text.dates import date_words, listed
from studylens.web.text.due import remember_due
from studylens.web.upload.capture import has_sample

blueprint = Blueprint("home", __name__)
log = logging.getLogger("studylens.web")


@blueprint.get("/")
def show_home() -> ResponseReturnValue:
    """Greet the student; touches no database for a newcomer, and says so when it does not answer."""
    if request.args.keys() & {"pack", "private"}:  # Earlier addresses of the form.
        return redirect(f"{url_for('capture.show')}?{request.query_string.decode()}", HTTPStatus.SEE_OTHER)
    shown: dict[str, Any] = {}
    unreachable = False
    if device_hash():
        try:
            shown = _returning()
        except StudylensError as error:
            log.warning("The first page comes without cards and packs: %s", error)
            unreachable = True
    if shown:
        return render_template("today/returning.html", **shown)
    return render_template("today/first.html", sample=has_sample(), unreachable=unreachable)


def _returning() -> dict[str, Any]:
    """Return what the page shows; nothing without packs. Raises Busy, DatabaseDown, TablesUnfit."""
    places.take()
    database = wiring().database
    database.ensure_compatible()
    with database.reading() as session:
        guest = guest_id(session)
        if guest is None:
            return {}
        greeting = greeting_of(session, guest, now())
        remember_due(greeting.queue.left)
        if not greeting.packs:
            return {}
        return {
            "greeting": greeting,
            "next_photo": _next_photo(session, greeting),
            "coming": _coming(greeting),
            "reading": _being_read(session, guest),
            "kept_name": name_of(session, guest),
        }


def _next_photo(session: Session, greeting: Greeting) -> FirstPhoto | None:
    """Return the photo of the pack whose card comes first."""
    shown = greeting.queue.shown
    if shown is None:
        return None
    listed = {item.pack.id: item.photo for item in greeting.packs}
    if shown.pack_id in listed:
        return listed[shown.pack_id]
    return first_photos(session, [session.get_one(Pack, shown.pack_id)]).get(shown.pack_id)


def _coming(greeting: Greeting) -> Bars:
    """Return the chart of the next days; today has the cards that are ready, new ones too."""
    values = [greeting.queue.left, *(day.cards for day in greeting.ahead[1:])]
    names = [_("Today"), *(date_words(day.date, "short") for day in greeting.ahead[1:])]
    words = listed(f"{name} {value}" for name, value in zip(names, values, strict=True))
    return bars_of(values, names, _("Cards that come back: %(list)s", list=words))


def _being_read(session: Session, guest: int) -> Job | None:
    """Return the newest photo or text of the guest that is still being read, or waits for it."""
    live = select(Job).where(Job.guest_id == guest, Job.state.in_([QUEUED, RUNNING]))
    return session.scalars(live.order_by(Job.created_at.desc()).limit(1)).first()
