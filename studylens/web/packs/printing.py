"""A pack on paper: as notes, and its cards as a sheet to cut and fold."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("printing", __name__, url_prefix="/packs/<pack_id>/print")


@blueprint.get("")
def show_notes(pack_id: str) -> ResponseReturnValue:
    """Show the pack as notes to print. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("packs/print_notes.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.get("/cards")
def show_cards(pack_id: str) -> ResponseReturnValue:
    """Show the pack's cards, front beside back, to be cut out and folded. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("packs/print_cards.html", pack=find_pack(session, guest_id(session), pack_id))
