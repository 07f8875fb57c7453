"""The library: find, narrow and order packs; the trash."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.models import Pack
from studylens.storable import whole_number
from studylens.study.packs import library, subjects, trash
from studylens.study.packs.ending import erasing
from studylens.study.packs.library import Wanted
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.chosen import PACKS_AT_ONCE
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("library", __name__)
SEARCH_CHARS = 200
"""A search of ten words."""
CHIPS = 8
"""Subjects and tags of each that stand in sight; the others are folded."""
_NARROWING = ("q", "subject", "tag", "due", "sort")


@blueprint.get("/packs")
def show() -> ResponseReturnValue:
    """List the guest's packs as they are looked for, or let some be chosen (`select=1`), 100 on a page.

    A made-up page number shows the nearest page.
    """
    selecting = request.args.get("select") == "1"
    wanted = _wanted(a_page=PACKS_AT_ONCE if selecting else library.PACKS_A_PAGE)
    with wiring().database.reading() as session:
        shelf = library.browse(session, guest_id(session), wanted)
        shown = {"shelf": shelf, "wanted": wanted, "sorts": library.SORTS, "chips": CHIPS}
        shown["apart"] = whole_number(request.args.get("apart"))
        shown["back"] = _addresses(wanted)().partition("?")[2]
        if selecting:
            address = _addresses(wanted, select="1")
            return render_template("packs/library_select.html", **shown, address=address)
        address = _addresses(wanted)
        return render_template("packs/library.html", **shown, gone=_just_deleted(session), address=address)


@blueprint.get("/packs/trash")
def show_trash() -> ResponseReturnValue:
    """List what the guest has deleted within the last 30 days."""
    wanted = _wanted(trash=True)
    with wiring().database.reading() as session:
        shelf = library.browse(session, guest_id(session), wanted)

        def address(*, page: int) -> str:
            return url_for("library.show_trash", page=page)

        return render_template("packs/trash.html", shelf=shelf, days=trash.TRASH_DAYS, address=address)


@blueprint.post("/packs/<pack_id>/restore")
def bring_back(pack_id: str) -> ResponseReturnValue:
    """Take a pack out of the trash, or (`together=1`) all that went there in one moment. Raises NotFound."""
    together = request.form.get("together") == "1"
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id, in_trash=True)
        for one in trash.thrown_with(session, pack) if together else [pack]:
            trash.bring_back(session, one)
    if together:
        return redirect(list_address(request.form.get("back", "")), HTTPStatus.SEE_OTHER)
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/packs/<pack_id>/erase")
def erase(pack_id: str) -> ResponseReturnValue:
    """Delete a pack of the trash for good. Raises NotFound."""
    with wiring().database.writing() as session:
        erasing.begin(session, [find_pack(session, guest_id(session), pack_id, in_trash=True)])
    erasing.finish_soon(wiring().database, pack_id)
    return redirect(url_for("library.show_trash"), HTTPStatus.SEE_OTHER)


def list_address(back: str, **more: str) -> str:
    """Return the address of the list, narrowed as `back` (the query of an earlier one) says."""
    narrowing = {name: value for name, value in parse_qsl(back) if name in _NARROWING}
    return _list(narrowing | more)


def _list(asked: Mapping[str, str | int]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{url_for('library.show')}?{query}" if query else url_for("library.show")


def _wanted(*, trash: bool = False, a_page: int = library.PACKS_A_PAGE) -> Wanted:
    given = request.args
    number = given.get("page", "1")
    sort = given.get("sort", "newest")
    return Wanted(
        words=parse_text(given.get("q", ""), SEARCH_CHARS),
        subject=parse_text(given.get("subject", ""), subjects.SUBJECT_CHARS),
        tag=parse_text(given.get("tag", ""), subjects.TAG_CHARS),
        due=given.get("due") == "1",
        sort=sort if sort in library.SORTS else "newest",
        number=int(number[:6]) if number.isascii() and number.isdigit() else 1,
        trash=trash,
        a_page=a_page,
    )


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
        return _list({**present, **changes})

    return address


def _just_deleted(session: Session) -> list[Pack]:
    """Return the packs that were put into the trash a moment ago, with the one that the address names."""
    pack_id = request.args.get("deleted", "")
    try:
        pack = find_pack(session, guest_id(session), pack_id, in_trash=True) if pack_id else None
    except NotFound:
        return []
    return trash.thrown_with(session, pack) if pack else []
