"""Photos of a pack: the copy that a student asked to keep, and whether a photo was sent before."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import NotFound
from studylens.storable import is_sha256
from studylens.study.packs.pictures import find_copy, forget_copies, pack_of_photo
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("pictures", __name__)
_LAST_PAGE = 1_000
"""A pack of so many photos does not exist; a larger number would not fit into the database's integer."""


@blueprint.get("/pictures")
def show_pictures() -> ResponseReturnValue:
    """Show the page on which the browser lists what it keeps itself; the server knows nothing of it."""
    return render_template("packs/pictures.html")


@blueprint.get("/packs/<pack_id>/picture/<int:page>")
def show_copy(pack_id: str, page: int) -> ResponseReturnValue:
    """Send the kept copy as JPEG, to its guest alone. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        copy = find_copy(session, pack, min(page, _LAST_PAGE))
        answer = Response(copy.jpeg, mimetype="image/jpeg")
    answer.cache_control.private = True
    return answer


@blueprint.post("/packs/<pack_id>/picture/delete")
def delete_copies(pack_id: str) -> ResponseReturnValue:
    """Delete all copies of the pack's photos. Raises NotFound."""
    with wiring().database.writing() as session:
        forget_copies(session, find_pack(session, guest_id(session), pack_id))
    return redirect(url_for("packs.show_pack", pack_id=pack_id) + "#receipt", HTTPStatus.SEE_OTHER)


@blueprint.get("/packs/by-photo/<sha256>")
def show_pack_of(sha256: str) -> ResponseReturnValue:
    """Say as JSON which of the guest's packs was made from these bytes; null when none. Raises NotFound."""
    if not is_sha256(sha256):
        raise NotFound
    with wiring().database.reading() as session:
        pack = pack_of_photo(session, guest_id(session), sha256)
        if pack is None:
            return jsonify(pack=None)
        address = url_for("packs.show_pack", pack_id=pack.id)
        return jsonify(pack={"title": pack.title or "Untitled page", "url": address})
