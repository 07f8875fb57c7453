"""The labels of a page are chosen on its picture and saved as cards that hide them; on paper with numbers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadText, NotFound
from studylens.language import _
from studylens.models import Pack
from studylens.storable import whole_number
from studylens.study.labels.sets import MOST_LABELS, bring_back, choices_of, save
from studylens.study.labels.shown import labels_of
from studylens.study.packs.pictures import PagePicture, pictures_of
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.labels.form import ALL, CARD, Shown, as_sent, at_first, parse_wish

blueprint = Blueprint("labels", __name__, url_prefix="/packs/<pack_id>")


@blueprint.get("/labels")
def show(pack_id: str) -> ResponseReturnValue:
    """Show a page's picture and its labels, to choose which of them are hidden. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        photos = pictures_of(session, pack)
        photo = _photo(photos, request.args.get("page"))
        choices, hides_all = choices_of(session, pack, photo.page)
        return _render(pack, photo, photos, at_first(choices), hides_all=hides_all)


@blueprint.post("/labels")
@takes(FIELDS)
def keep(pack_id: str) -> ResponseReturnValue:
    """Make, change and put away cards, so that just these labels are hidden. Raises NotFound."""
    try:
        with wiring().database.writing() as session:
            pack = find_pack(session, guest_id(session), pack_id)
            photo = _photo(pictures_of(session, pack), request.form.get("page"))
            done = save(session, pack, parse_wish(photo.page))
    except BadText as error:
        return _again(pack_id, error), error.status
    told = {"made": done.made or None, "changed": done.changed or None}
    away = ",".join(map(str, done.away)) or None
    return redirect(_address(pack_id, photo.page, away=away, **told), HTTPStatus.SEE_OTHER)


@blueprint.post("/labels/return")
def restore(pack_id: str) -> ResponseReturnValue:
    """Bring back labels that were put away a moment ago. Raises NotFound."""
    page = whole_number(request.form.get("page"))
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        back = bring_back(session, pack, page, _away(request.form.get("away", "")))
    return redirect(_address(pack_id, page, changed=back or None), HTTPStatus.SEE_OTHER)


@blueprint.get("/print/labels")
def show_print(pack_id: str) -> ResponseReturnValue:
    """Show the pictures with numbers in place of their hidden labels, and the answers. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return render_template("labels/print.html", pack=pack, pages=labels_of(session, pack))


def _again(pack_id: str, error: BadText) -> str:
    """Return the form with what it brought, and why it cannot be kept; nothing was written."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        photos = pictures_of(session, pack)
        photo = _photo(photos, request.form.get("page"))
        shown = as_sent(choices_of(session, pack, photo.page)[0])
        hides_all = request.form.get("mode") == ALL
        return _render(pack, photo, photos, shown, hides_all=hides_all, problem=error.sentence)


def _render(
    pack: Pack,
    photo: PagePicture,
    photos: Sequence[PagePicture],
    shown: Sequence[Shown],
    *,
    hides_all: bool,
    problem: str = "",
) -> str:
    told = {name: whole_number(request.args.get(name)) for name in ("made", "changed")}
    told["away"] = len(_away(request.args.get("away", "")))
    about = {"problem": problem, "hides_all": hides_all, "most": MOST_LABELS, "told": told}
    known = [one.key[1:] for one in shown if one.key.startswith(CARD)]
    return render_template(
        "labels/choose.html", pack=pack, photo=photo, photos=photos, shown=shown, known=known, **about
    )


def _photo(photos: Sequence[PagePicture], page: str | None) -> PagePicture:
    """Return the pack's photo on this page, the first one where none is named. Raises NotFound."""
    for photo in photos:
        if page is None or str(photo.page) == page:
            return photo
    raise NotFound(_("This page has no picture on which labels could be hidden."))


def _address(pack_id: str, page: int, **told: Any) -> str:
    return url_for("labels.show", pack_id=pack_id, page=page, **told)


def _away(text: str) -> list[int]:
    """Return the cards' numbers that an address or a form names, with commas between."""
    numbers = [whole_number(number) for number in text.split(",")[:MOST_LABELS]]
    return [number for number in numbers if number]
