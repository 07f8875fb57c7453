"""The library: find, narrow and order packs; the trash."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.models import Pack, now
from studylens.storable import whole_number
from studylens.study.packs import library, several, trash
from studylens.study.packs.ending import erasing
from studylens.study.packs.library import Wanted
from studylens.study.packs.several import Found
from studylens.study.packs.store import find_pack
from studylens.study.reviews.counts import waiting_in
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.chosen import PACKS_AT_ONCE
from studylens.web.packs.wanted import list_address, list_of, wanted_of
from studylens.web.text.due import remember_due
from studylens.web.text.kept import kept_texts

blueprint = Blueprint("library", __name__)
CHIPS = 8
"""Subjects and tags of each that stand in sight; the others are folded."""


@dataclass(frozen=True)
class Gone:
    """A pack in the trash, and how many went there with it, itself among them."""

    pack: Pack
    packs: int


@blueprint.get("/packs")
def show() -> ResponseReturnValue:
    """List the guest's packs as they are looked for, or let some be chosen (`select=1`), 100 on a page.

    A made-up page number shows the nearest page.
    """
    selecting = request.args.get("select") == "1"
    wanted = wanted_of(request.args, a_page=PACKS_AT_ONCE if selecting else library.PACKS_A_PAGE)
    with wiring().database.reading() as session:
        guest = guest_id(session)
        shelf = library.browse(session, guest, wanted)
        remember_due(waiting_in(session, guest, now(), shelf.due_cards).left if guest else 0)
        shown = {"shelf": shelf, "wanted": wanted, "sorts": library.SORTS, "chips": CHIPS}
        shown |= {name: whole_number(request.args.get(name)) for name in ("apart", "left")}
        shown["back"] = _addresses(wanted)().partition("?")[2]
        if selecting:
            address = _addresses(wanted, select="1")
            shown |= {"address": address, "most_named": PACKS_AT_ONCE}
            return render_template("packs/library_select.html", **shown)
        address = _addresses(wanted)
        return render_template("packs/library.html", **shown, gone=_just_deleted(session), address=address)


@blueprint.get("/packs/trash")
def show_trash() -> ResponseReturnValue:
    """List what the guest has deleted within the last 30 days."""
    wanted = wanted_of(request.args, trash=True)
    with wiring().database.reading() as session:
        shelf = library.browse(session, guest_id(session), wanted)

        def address(*, page: int) -> str:
            return url_for("library.show_trash", page=page)

        return render_template("packs/trash.html", shelf=shelf, days=trash.TRASH_DAYS, address=address)


@blueprint.post("/packs/<pack_id>/restore")
def bring_back(pack_id: str) -> ResponseReturnValue:
    """Take a pack out of the trash, or (`together=1`) all that went there in one moment. Raises NotFound."""
    if request.form.get("together") == "1":
        return redirect(_bring_back_together(pack_id), HTTPStatus.SEE_OTHER)
    with wiring().database.writing() as session:
        trash.bring_back(session, find_pack(session, guest_id(session), pack_id, in_trash=True))
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


def _bring_back_together(pack_id: str) -> str:
    """Take out of the trash what went there with a pack; return the list's address, which names the rest."""
    database = wiring().database
    with database.reading() as session:
        found = Found(trash.thrown_with(find_pack(session, guest_id(session), pack_id, in_trash=True)), {})
    several.change(database, found, several.from_trash())
    with database.reading() as session:
        rest = found.some(session, 1)
    return list_address(request.form.get("back", ""), **({"deleted": rest[0].id} if rest else {}))


@blueprint.post("/packs/<pack_id>/erase")
def erase(pack_id: str) -> ResponseReturnValue:
    """Delete a pack of the trash for good. Raises NotFound."""
    with wiring().database.writing() as session:
        erasing.begin(session, [find_pack(session, guest_id(session), pack_id, in_trash=True)])
    kept_texts.clear()
    erasing.finish_soon(wiring().database, pack_id)
    return redirect(url_for("library.show_trash"), HTTPStatus.SEE_OTHER)


def _addresses(wanted: Wanted, *, select: str = "") -> Callable[..., str]:
    """Return what makes the list's address from the present one; an empty value takes a narrowing away."""
    present = {
        "q": wanted.words,
        "subject": wanted.subject,
        "tag": wanted.tag,
        "due": "1" if wanted.due else "",
        "sort": wanted.sort if wanted.sort != "newest" else "",
        "select": select,
    }

    def address(**changes: str | int) -> str:
        return list_of({**present, **changes})

    return address


def _just_deleted(session: Session) -> Gone | None:
    """Return what was put into the trash a moment ago, with the pack that the address names."""
    pack_id = request.args.get("deleted", "")
    try:
        pack = find_pack(session, guest_id(session), pack_id, in_trash=True) if pack_id else None
    except NotFound:
        return None
    return Gone(pack, Found(trash.thrown_with(pack), {}).count(session)) if pack else None
