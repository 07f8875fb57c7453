"""The owner's page of a pack's links: what they show, until when, and how they are taken back."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadForm, BadText
from studylens.language import _
from studylens.models import now
from studylens.sharing_limits import LINK_DAYS, NAME_CHARS, USUAL_DAYS
from studylens.storable import whole_number
from studylens.study.packs.store import find_pack
from studylens.study.sharing import links
from studylens.study.sharing.parts import USUAL, chosen, has_card_pictures, photos_of
from studylens.web.door.guests import guest_id
from studylens.web.door.sender.hosts import public_address
from studylens.web.door.wiring import wiring
from studylens.web.sharing import qr
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("links", __name__, url_prefix="/packs/<pack_id>/share")


@blueprint.get("")
def show(pack_id: str) -> ResponseReturnValue:
    """Show the pack's links, and the one that was just made with its QR code. Raises NotFound."""
    made, at = request.args.get("made", ""), now()
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        shown = {"links": links.links_of(session, pack, at), "has_photo": bool(photos_of(session, pack))}
        shown["has_pictures"] = has_card_pictures(session, pack)
        address = _address(made) if made and links.leads_to(session, made, pack, at) else ""
        drawn = qr.draw(address, _("The link as a QR code")) if address else ""
        choices = {"usual": USUAL, "days": LINK_DAYS, "usual_days": USUAL_DAYS}
        return render_template(
            "sharing/links.html", pack=pack, address=address, token=made, drawn=drawn, **shown, **choices
        )


@blueprint.post("")
def make(pack_id: str) -> ResponseReturnValue:
    """Make a link and show it. Raises NotFound, BadForm, BadText, QuotaReached."""
    wish = _wish()
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        token = links.make(session, pack, wish, now())
    return redirect(url_for("links.show", pack_id=pack_id, made=token) + "#made", HTTPStatus.SEE_OTHER)


@blueprint.post("/revoke")
def revoke(pack_id: str) -> ResponseReturnValue:
    """Take a link back: it opens nothing from now on. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        links.revoke(session, pack, request.form.get("link", "")[:32], now())
    return redirect(url_for("links.show", pack_id=pack_id) + "#links", HTTPStatus.SEE_OTHER)


def _wish() -> links.Wish:
    """Return what the form asks for. Raises BadForm, BadText."""
    name = parse_text(request.form.get("name", ""), NAME_CHARS)
    parts = chosen(request.form.getlist("part"))
    days = whole_number(request.form.get("days"), default=USUAL_DAYS)
    if not parts:
        raise BadText(_("Choose at least one thing that the link shows."))
    if days not in LINK_DAYS:
        raise BadForm
    return links.Wish(" ".join(name.split()), parts, days)


def _address(token: str) -> str:
    return public_address(url_for("shared.show", token=token))
