"""One lecture from many photos: the order of a pack's pages."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadText
from studylens.language import _
from studylens.study.packs.pages import move_page
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("lectures", __name__)


@blueprint.post("/packs/<pack_id>/pages/<int:number>/move")
def move(pack_id: str, number: int) -> ResponseReturnValue:
    """Move a page of the pack to place `to`. Raises NotFound, BadText."""
    text = request.form.get("to", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadText(_("There is no such page."))
    with wiring().database.writing() as session:
        move_page(session, find_pack(session, guest_id(session), pack_id), number, to=int(text))
    place = f"{url_for('packs.show_page', pack_id=pack_id, page=int(text))}#page-{int(text)}"
    return redirect(place, HTTPStatus.SEE_OTHER)
