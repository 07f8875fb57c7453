"""The frame of every page: its icons, the number of due cards beside Review, and the style guide."""

import logging
from functools import lru_cache

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from studylens.errors import NotFound, StudylensError
from studylens.models import now
from studylens.serving.places import places
from studylens.web.door.checks import WITHOUT_DATABASE
from studylens.web.door.guests import device_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.text.due import remember_due, remembered_due
from studylens.web.text.languages import page_direction

blueprint = Blueprint("shell", __name__)
log = logging.getLogger("studylens.web")

_UNCOUNTED = WITHOUT_DATABASE - {"home.show_home", "capture.show"}
"""Pages that must open no session, not even for this number."""


@blueprint.app_template_global("icon")
def draw_icon(name: str) -> Markup:
    """Return an icon of templates/_icons.html, drawn in the colour and size of the words beside it."""
    if current_app.debug:
        _icon.cache_clear()
    return _icon(name, page_direction())


@lru_cache(maxsize=256)
def _icon(name: str, _direction: str) -> Markup:
    """Draw it once for each way in which pages are written: a page has twenty."""
    drawn: Markup = current_app.jinja_env.get_template("_icons.html").module.icon(name)  # type: ignore[attr-defined]
    return drawn


@blueprint.app_context_processor
def storage() -> dict[str, object]:
    """Let every page know whether this host forgets."""
    return {"storage_forgets": not current_app.config.get("STORAGE_IS_LASTING", True)}


@blueprint.app_template_global("due_count")
def due_count() -> int:
    """Return how many cards are left today, as the review counts them; 0 for a newcomer.

    It is counted in the session that the page has open: five threads that each waited for a second one would
    wait for themselves. A page is shown with or without it: a database that does not answer makes it 0.
    """
    found = remembered_due()
    if found is None:
        found = _count() if request.endpoint not in _UNCOUNTED and device_hash() else 0
        remember_due(found)
    return found


def _count() -> int:
    database = wiring().database
    if (session := database.opened.innermost) is not None:  # That of the page; what it meets is the page's.
        return _left(session)
    try:
        places.take()
        with database.reading() as session:
            return _left(session)
    except StudylensError as error:
        log.warning("No number of due cards on this page: %s", error)
        return 0


def _left(session: Session) -> int:
    from studylens.study.reviews.counts import (  # noqa: PLC0415 - for those alone who were here before.
        waiting_of,
    )

    guest = guest_id(session)
    return waiting_of(session, guest, now()).left if guest else 0


@blueprint.get("/styleguide")
def show_styleguide() -> ResponseReturnValue:
    """Show every part of the pages in each of its states, to developers. Raises NotFound elsewhere."""
    if not (current_app.debug or current_app.testing):
        raise NotFound
    icons = current_app.jinja_env.get_template("_icons.html").module.PATHS  # type: ignore[attr-defined]
    return render_template("styleguide.html", icons=icons)
