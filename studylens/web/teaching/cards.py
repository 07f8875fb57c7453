"""Cards of a set: a pack of its photos, in reviews and quizzes like others; photos on cards' fronts."""

from http import HTTPStatus

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from studylens.study.teaching import store
from studylens.study.teaching.cards import make_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("set_cards", __name__)


@blueprint.post("/sets/<int:set_id>/cards")
def make(set_id: int) -> ResponseReturnValue:
    """Make a pack of the set's photos; an earlier one goes to the trash. Raises NotFound, BadText."""
    with wiring().database.writing() as session:
        pack = make_pack(session, store.find_set(session, guest_id(session), set_id))
        where = url_for("packs.show_pack", pack_id=pack.id)
    return redirect(where, HTTPStatus.SEE_OTHER)
