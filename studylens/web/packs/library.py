"""The library: find, sort and order packs; many at once; the trash."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.models import Pack
from studylens.study.packs import library, merging, subjects, trash
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("library", __name__)
SEARCH_CHARS = 200
"""A search of ten words."""
PACKS_AT_ONCE = 100
"""Packs that one bulk action changes: five pages of the list."""


@blueprint.get("/packs")
def show() -> ResponseReturnValue:
    """List the guest's packs as they are looked for; a made-up page number shows the nearest page."""
    return _show("packs/library.html", _wanted(in_trash=False))


@blueprint.get("/packs/trash")
def show_trash() -> ResponseReturnValue:
    """List what the guest has deleted within the last 30 days."""
    return _show("packs/trash.html", _wanted(in_trash=True))


@blueprint.post("/packs/bulk")
def change_many() -> ResponseReturnValue:
    """Do one thing with every chosen pack, or nothing with any. Raises NotFound, BadText."""
    form = request.form
    action, subject, tag = form.get("action", ""), form.get("subject", ""), form.get("tag", "")
    ids = form.getlist("pack")
    with wiring().database.writing() as session:
        packs = _chosen(session, ids)
        target = _act(
            session, action, packs, {"subject": parse_text(subject, 200), "tag": parse_text(tag, 200)}
        )
    return redirect(target, HTTPStatus.SEE_OTHER)


@blueprint.post("/packs/<pack_id>/restore")
def bring_back(pack_id: str) -> ResponseReturnValue:
    """Take a pack out of the trash. Raises NotFound."""
    with wiring().database.writing() as session:
        trash.bring_back(session, find_pack(session, guest_id(session), pack_id, in_trash=True))
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/packs/<pack_id>/erase")
def erase(pack_id: str) -> ResponseReturnValue:
    """Delete a pack of the trash for good. Raises NotFound."""
    with wiring().database.writing() as session:
        trash.delete_for_good(session, find_pack(session, guest_id(session), pack_id, in_trash=True))
    return redirect(url_for("library.show_trash"), HTTPStatus.SEE_OTHER)


def _show(template: str, wanted: library.Wanted) -> str:
    with wiring().database.reading() as session:
        shelf = library.browse(session, guest_id(session), wanted)
        undo = _just_deleted(session)
        shown = {"shelf": shelf, "wanted": wanted, "sorts": library.SORTS, "undo": undo}
        return render_template(template, **shown, days=trash.TRASH_DAYS, most=PACKS_AT_ONCE)


def _wanted(*, in_trash: bool) -> library.Wanted:
    given = request.args
    number = given.get("page", "1")
    sort = given.get("sort", "newest")
    return library.Wanted(
        words=parse_text(given.get("q", ""), SEARCH_CHARS),
        subject=parse_text(given.get("subject", ""), subjects.SUBJECT_CHARS),
        tag=parse_text(given.get("tag", ""), subjects.TAG_CHARS),
        sort=sort if sort in library.SORTS else "newest",
        number=int(number[:6]) if number.isascii() and number.isdigit() else 1,
        trash=in_trash,
    )


def _just_deleted(session: Session) -> Pack | None:
    """Return the pack that was put into the trash a moment ago."""
    pack_id = request.args.get("deleted", "")
    try:
        return find_pack(session, guest_id(session), pack_id, in_trash=True) if pack_id else None
    except NotFound:
        return None


def _chosen(session: Session, ids: list[str]) -> list[Pack]:
    """Return the chosen packs in the order of the form. Raises NotFound, BadText."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise BadText("Choose at least one pack.")
    if len(wanted) > PACKS_AT_ONCE:
        raise BadText(f"That is more than {PACKS_AT_ONCE} packs at once. Do it in smaller groups.")
    guest = guest_id(session)
    # Locked, always in the same order: a double click would merge twice, or add a tag that is there.
    mine = select(Pack.id).where(Pack.id.in_(wanted), Pack.guest_id == (guest or 0))
    session.execute(mine.order_by(Pack.id).with_for_update())
    return [find_pack(session, guest, pack_id) for pack_id in wanted]


def _act(session: Session, action: str, packs: list[Pack], texts: dict[str, str]) -> str:
    """Do it; return the address that shows the result. Raises BadText."""
    if action == "merge":
        return url_for("packs.show_pack", pack_id=merging.merge(session, packs).id)
    for pack in packs:
        if action == "trash":
            trash.throw_away(session, pack)
        elif action == "subject":
            subjects.set_subject(pack, texts["subject"])
        elif action == "tag":
            subjects.add_tag(session, pack, texts["tag"])
        else:
            raise BadText("Choose what to do with these packs.")
    return url_for("library.show")
