"""Study packs: one pack, and its end."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack
from studylens.study.packs import trash
from studylens.study.packs.merging import pages_of
from studylens.study.packs.parts import CARDS, LINES, NAMES, find_part
from studylens.study.packs.pictures import pictures_of
from studylens.study.packs.proposals import corrected_lines
from studylens.study.packs.store import find_pack
from studylens.study.packs.trust import doubts_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.edit_forms import gone_id
from studylens.web.packs.second_reading import pages_to_read_again
from studylens.web.upload.chart import draw

blueprint = Blueprint("packs", __name__)
LOW_SCORE = 0.9
"""Lines that the reader itself trusts less than this are marked: check this."""


@blueprint.get("/packs/<pack_id>")
def show_pack(pack_id: str) -> ResponseReturnValue:
    """Show a pack, without the questions of its quiz. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        chart = draw(pack.job.stages, pack.job.kind) if pack.job else None
        shown: dict[str, Any] = {"chart": chart, "low_score": LOW_SCORE, **_just_deleted(session, pack)}
        shown |= {"pages": pages_of(session, pack), "pictures": pictures_of(session, pack)}
        shown["made"], shown["again"] = _just_made(pack), pages_to_read_again(session, pack)
        shown["corrected"], shown["doubts"] = corrected_lines(pack), doubts_of(shown["pages"])
        return render_template("packs/page.html", pack=pack, **shown)


@blueprint.get("/packs/<pack_id>/delete")
def confirm_deletion(pack_id: str) -> ResponseReturnValue:
    """Ask before a pack is deleted. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("packs/delete.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.post("/packs/<pack_id>/delete")
def delete(pack_id: str) -> ResponseReturnValue:
    """Put a pack into the trash, or delete it for good when the form says so. Raises NotFound."""
    for_good = request.form.get("for_good") == "1"
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        (trash.delete_for_good if for_good else trash.throw_away)(session, pack)
    target = url_for("library.show", deleted=None if for_good else pack_id)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _just_made(pack: Pack) -> Flashcard | None:
    """Return the card that was made from a line a moment ago, so that it can be named there."""
    number = request.args.get("made", "")
    return next((card for card in pack.cards if str(card.id) == number), None)


def _just_deleted(session: Session, pack: Pack) -> dict[str, Any]:
    """Return the line or card that was deleted a moment ago, so that it can be brought back."""
    for kind in (LINES, CARDS):
        number = gone_id(kind)
        if number:
            return {"gone": find_part(session, pack, kind, number), "kind": kind, "name": NAMES[kind]}
    return {}
