"""Packs that became one: how they come apart again."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import NotFound
from studylens.language import _
from studylens.storable import whole_number
from studylens.study.packs import merging
from studylens.study.packs.joins.records import undoable
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("joined", __name__)


@blueprint.get("/packs/<pack_id>/apart")
def confirm(pack_id: str) -> ResponseReturnValue:
    """Ask before the latest join of a pack is undone, and say what becomes of what was done since.

    Raises NotFound when there is none, or it is more than 30 days ago.
    """
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        if (join := undoable(session, pack)) is None:
            raise NotFound(_("These packs cannot be taken apart any more."))
        return render_template("packs/apart.html", pack=pack, join=join)


@blueprint.post("/packs/<pack_id>/apart")
def undo(pack_id: str) -> ResponseReturnValue:
    """Take the latest join of a pack apart. Raises NotFound, Stale, BeingJoined."""
    version = whole_number(request.form.get("version"))
    database = wiring().database
    with database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        came = merging.begin_parting(session, pack, version=version)
    merging.finish(database, pack_id)
    return redirect(url_for("library.show", apart=came + 1), HTTPStatus.SEE_OTHER)
