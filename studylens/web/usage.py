"""What I use of what I may: packs, cards and space, and what was asked for within the hour."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.budget_limits import EXPORTS, IMPORTS, MAX_CARDS, MAX_KEPT_BYTES, MAX_PACKS
from studylens.jobs.queue import sent_this_hour
from studylens.language import _
from studylens.study.budgets import rates, room
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("usage", __name__)


@dataclass(frozen=True)
class Line:
    """One budget: its stable name, its name on the page, and so much of so much in its unit."""

    code: str
    name: str
    used: float
    most: float
    unit: str = ""


@blueprint.get("/usage")
def show() -> ResponseReturnValue:
    """Show what the student uses of each budget, as a page or as JSON."""
    with wiring().database.reading() as session:
        guest = guest_id(session) or 0
        kept, hour = _kept(session, guest), _within_the_hour(session, guest)
    if wants_json():
        return jsonify({line.code: _json(line) for line in (*kept, *hour)})
    return render_template("usage.html", kept=kept, hour=hour)


def _kept(session: Session, guest: int) -> tuple[Line, ...]:
    use = room.use_of(session, guest)
    size = use.bytes + room.answers_bytes(session, guest)
    return (
        Line("packs", _("Packs"), use.packs, MAX_PACKS),
        Line("cards", _("Cards"), use.cards, MAX_CARDS),
        Line("megabytes", _("Space"), round(size / 2**20, 1), MAX_KEPT_BYTES >> 20, "MB"),
    )


def _within_the_hour(session: Session, guest: int) -> tuple[Line, ...]:
    sent, most = sent_this_hour(session, guest), wiring().config.analyses_per_hour
    imports, exports = (rates.spent_by_guest(session, rate, guest) for rate in (IMPORTS, EXPORTS))
    return (
        Line("analyses", _("Photos, pages and texts"), sent, most),
        Line("imports", _("Imports"), imports, IMPORTS.guest),
        Line("exports", _("Exports"), exports, EXPORTS.guest),
    )


def _json(line: Line) -> dict[str, Any]:
    return {"used": line.used, "most": line.most}
