"""Photos of a pack: the copy that a student asked to keep, and whether a photo was sent before."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import object_session

from studylens.errors import NotFound
from studylens.language import _
from studylens.models import Flashcard, Pack
from studylens.storable import is_sha256
from studylens.study.packs.pictures import PagePicture, answers_in, find_copy, forget_copies, pack_of_photo
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
    return redirect(url_for("packs.show_more", pack_id=pack_id) + "#receipt", HTTPStatus.SEE_OTHER)


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
        return jsonify(pack={"title": pack.title or _("Untitled page"), "url": address})


@blueprint.app_template_global("photo_of_answer")
def photo_of_answer(card: Flashcard) -> PagePicture | None:
    """Return the photo of which a part is the card's answer; None: it is a text, or no photo is known."""
    session = object_session(card)
    if not card.answer_box or session is None:
        return None
    found: dict[str, dict[int, PagePicture]] = g.setdefault("answers", {})
    if card.pack_id not in found:
        found[card.pack_id] = answers_in(session, session.get_one(Pack, card.pack_id))
    return found[card.pack_id].get(card.id)


@blueprint.app_template_filter("view_box")
def view_box(box: Sequence[float], picture: PagePicture) -> str:
    """Return the viewBox through which a box (0-1) of a kept copy is seen, in its pixels."""
    left, top, right, bottom = box
    sides = (left * picture.width, top * picture.height)
    size = ((right - left) * picture.width, (bottom - top) * picture.height)
    return " ".join(str(round(side)) for side in (*sides, *size))
