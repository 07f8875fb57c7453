"""What a pack's page says about studying it: drafts to accept, what is due, its exam, cards set aside."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import object_session

from studylens.errors import NotFound
from studylens.models import Pack, now
from studylens.storable import whole_number
from studylens.study.packs.store import find_pack
from studylens.study.reviews import cards
from studylens.study.schedule.exam import LAST_DAYS
from studylens.study.schedule.moment import moment_of
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring

blueprint = Blueprint("review_pack", __name__, url_prefix="/packs/<pack_id>")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT_DIGITS = 16
"""Microseconds until the year 2286: no made-up number names a moment that a database does not take."""


@dataclass(frozen=True)
class PackStudy:
    """The student's study day, and how long before an exam every card comes once more."""

    today: date
    last_days: int = LAST_DAYS

    def days_to(self, exam_date: str | None) -> int | None:
        """Return how many study days are left before the exam; None without one or when it is over."""
        exam = cards.exam_of(exam_date)
        return (exam - self.today).days if exam and exam >= self.today else None


@blueprint.app_template_global("study_of")
def study_of(pack: Pack) -> PackStudy:
    """Return the study day of a pack that a template shows; read in the page's own session."""
    session = object_session(pack)
    if session is None:
        raise NotFound
    return PackStudy(moment_of(session, pack.guest_id, now()).today)


@blueprint.post("/accept")
@takes(FIELDS)
def accept(pack_id: str) -> ResponseReturnValue:
    """Add drafts to the reviews: those that are named, or with `all` every one. Raises NotFound."""
    named = {whole_number(text) for text in request.form.getlist("card")}
    every = bool(request.form.get("all"))
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        at = now()
        cards.accept(session, pack, [card for card in pack.cards if every or card.id in named], at)
    taken = round(at.timestamp() * 1_000_000) if every else None
    return redirect(url_for("packs.show_pack", pack_id=pack_id, taken=taken), HTTPStatus.SEE_OTHER)


@blueprint.post("/give-back")
def give_back(pack_id: str) -> ResponseReturnValue:
    """Let cards be new again that were all taken at one moment (`taken`, microseconds). Raises NotFound."""
    text = request.form.get("taken", "")
    taken = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOMENT_DIGITS else 0
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        cards.take_back(session, pack, _EPOCH + timedelta(microseconds=taken))
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/exam")
def set_exam(pack_id: str) -> ResponseReturnValue:
    """Set the day of the exam, or clear it, and move the cards accordingly. Raises NotFound, BadText."""
    text = request.form.get("exam_date", "")
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        at = now()
        exam = cards.parse_exam(text, moment_of(session, pack.guest_id, at).today)
        cards.set_exam(session, pack, exam, at)
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)
