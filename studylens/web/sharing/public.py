"""What a link opens: a page without an account, a cookie or a script, and a copy to study.

Nobody becomes a guest by reading. Pages ask search engines to stay away and tell no other site their
address, which is the whole key.
"""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.language import _, mark
from studylens.models import Import, Pack, SharedLink, new_id, now
from studylens.sharing_limits import (
    COPIES,
    GUESS_SECONDS,
    WRONG_LINKS_OF_ALL,
    WRONG_LINKS_OF_ONE,
)
from studylens.storable import whole_number
from studylens.study.budgets import rates
from studylens.study.packs.pictures import find_copy
from studylens.study.sharing import copying, links
from studylens.study.sharing.as_file import write_file
from studylens.study.sharing.parts import Part, chosen, shown_of
from studylens.web.door.guests import address_hash, guest_id, posting_guest, spender
from studylens.web.door.sender.hosts import public_address
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch
from studylens.web.sharing import qr
from studylens.web.sharing.guesses import Attempts, Window

blueprint = Blueprint("shared", __name__, url_prefix="/s/<token>")
_LAST_PAGE = 1_000
"""No pack has so many photos, and a larger number fits into no database."""


def fresh_attempts() -> Attempts:
    """Return a count of wrong links in which nobody has tried yet."""
    sentence = mark("Too many links from here were wrong. Wait ten minutes, then scan the code again.")
    return Attempts(Window(WRONG_LINKS_OF_ONE, WRONG_LINKS_OF_ALL, GUESS_SECONDS), sentence)


_attempts = fresh_attempts()


@blueprint.get("")
def show(token: str) -> ResponseReturnValue:
    """Show what the owner chose. Raises NotFound, QuotaReached for whoever guesses."""
    with wiring().database.reading() as session:
        link, pack = _open(session, token)
        page = whole_number(request.args.get("page"), default=1)
        shown = shown_of(session, pack, chosen(link.parts), page=page, at=now())
        is_mine = pack.guest_id == guest_id(session)
        return render_template(
            "sharing/read.html", shown=shown, token=token, link=link, is_mine=is_mine, pack_id=pack.id
        )


@blueprint.get("/qr")
def show_code(token: str) -> ResponseReturnValue:
    """Show the link as a QR code, to print or to hold up. Raises NotFound."""
    with wiring().database.reading() as session:
        link, pack = _open(session, token)
        address = public_address(url_for("shared.show", token=token))
        drawn = qr.draw(address, _("The link as a QR code"))
        return render_template(
            "sharing/code.html", title=pack.title, link=link, address=address, token=token, drawn=drawn
        )


@blueprint.get("/picture/<int:page>")
def show_photo(token: str, page: int) -> ResponseReturnValue:
    """Send the kept copy of a photo, where its owner chose to share it. Raises NotFound."""
    with wiring().database.reading() as session:
        link, pack = _open(session, token)
        if Part.PHOTO not in chosen(link.parts):
            raise NotFound(links.OVER)
        return Response(find_copy(session, pack, min(page, _LAST_PAGE)).jpeg, mimetype="image/jpeg")


@blueprint.post("/copy")
def take_copy(token: str) -> ResponseReturnValue:
    """Give the reader a pack of their own, who becomes a guest by it.

    Raises NotFound, NoRoom, QuotaReached, BeingJoined; Busy and DiskFull for a large one.
    """
    database = wiring().database
    with database.reading() as session:
        link, pack = _open(session, token)
        is_large = copying.is_large(session, pack, chosen(link.parts))
    with posting_guest(database) as guest:
        if is_large:
            return _take_large(token, guest)
        with database.writing() as session:
            link, pack = _open(session, token)
            rates.spend(session, COPIES, spender(guest))
            taken = copying.take(session, guest, pack, chosen(link.parts))
    return redirect(url_for("packs.show_pack", pack_id=taken), HTTPStatus.SEE_OTHER)


def _take_large(token: str, guest: int) -> ResponseReturnValue:
    """Let a large copy come in as a file does, in steps between which others write."""
    parts = wiring()
    with parts.database.writing() as session:
        link, pack = _open(session, token)
        if pack.guest_id == guest:
            return redirect(url_for("packs.show_pack", pack_id=pack.id), HTTPStatus.SEE_OTHER)
        rates.spend(session, COPIES, spender(guest))
        own = copying.own_id(session, guest, pack.id)
    made = Import(id=new_id(), guest_id=guest, name=_("A shared pack"), address_hash=address_hash())
    with scratch.turn(), scratch.nameless() as file:
        with parts.database.reading() as session:
            link, pack = _open(session, token)
            write_file(session, pack, chosen(link.parts), own=own, file=file)
        parts.importer.take(made, file)
    parts.importer.wait(made.id)
    return redirect(url_for("imports.show_one", import_id=made.id), HTTPStatus.SEE_OTHER)


def _open(session: Session, token: str) -> tuple[SharedLink, Pack]:
    """Return link and pack. Whoever has a right link is never kept out by others who guess."""
    try:
        return links.find(session, token, now())
    except NotFound:
        _attempts.check(address_hash())
        _attempts.count(address_hash())
        raise
