"""Study packs: the list, one pack, and its end."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.models import Pack
from studylens.study.packs import delete_pack, find_pack, list_packs
from studylens.study.parts import CARDS, LINES, NAMES, find_part
from studylens.study.pictures import pictures_of
from studylens.web.chart import draw
from studylens.web.edit_forms import gone_id
from studylens.web.guests import guest_id
from studylens.web.wiring import wiring

blueprint = Blueprint("packs", __name__)
LOW_SCORE = 0.9
"""Lines that the reader itself trusts less than this are marked: check this."""


@blueprint.get("/packs")
def show_packs() -> ResponseReturnValue:
    """List the guest's packs, newest first; a made-up page number shows the nearest page."""
    with wiring().database.reading() as session:
        page = list_packs(session, guest_id(session), _page_number(request.args.get("page", "1")))
        return render_template("packs.html", page=page)


@blueprint.get("/packs/<pack_id>")
def show_pack(pack_id: str) -> ResponseReturnValue:
    """Show a pack, without the questions of its quiz. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        chart = draw(pack.job.stages) if pack.job else None
        shown = {"chart": chart, "low_score": LOW_SCORE, "pictures": pictures_of(session, pack)}
        return render_template("pack.html", pack=pack, **shown, **_just_deleted(session, pack))


@blueprint.get("/packs/<pack_id>/delete")
def confirm_deletion(pack_id: str) -> ResponseReturnValue:
    """Ask before a pack is deleted. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("delete.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.post("/packs/<pack_id>/delete")
def delete(pack_id: str) -> ResponseReturnValue:
    """Delete a pack for good. Raises NotFound."""
    with wiring().database.writing() as session:
        delete_pack(session, find_pack(session, guest_id(session), pack_id))
    return redirect(url_for("packs.show_packs"), HTTPStatus.SEE_OTHER)


def _just_deleted(session: Session, pack: Pack) -> dict[str, Any]:
    """Return the line or card that was deleted a moment ago, so that it can be brought back."""
    for kind in (LINES, CARDS):
        number = gone_id(kind)
        if number:
            return {"gone": find_part(session, pack, kind, number), "kind": kind, "name": NAMES[kind]}
    return {}


def _page_number(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() else 1
