"""A page that this server read while Gemini was away is read again by Gemini; what it makes is proposed."""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NoFile, NotFound
from studylens.jobs import queue
from studylens.language import _
from studylens.models import READ_AGAIN, Batch, Pack
from studylens.study.packs import proposals
from studylens.study.packs.pictures import PagePicture, find_copy
from studylens.study.packs.privacy import pages_read_here
from studylens.study.packs.store import find_pack
from studylens.uploads.upload import Upload, accept
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.sizes import PHOTO, takes
from studylens.web.door.wiring import wiring

blueprint = Blueprint("second_reading", __name__)
GONE = "This page cannot be read again by Gemini: it did that already, the pack is private, or it is off."


@blueprint.post("/packs/<pack_id>/read-again")
@takes(PHOTO)
def begin(pack_id: str) -> ResponseReturnValue:
    """Queue the reading of one page, from the photo that the browser sends or from the copy kept here.

    Raises NotFound, NoFile, QuotaReached, Busy, and what `uploads.accept` raises.
    """
    parts = wiring()
    with parts.database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        photo = _offered(session, pack)
        upload = _photo(session, pack, photo)
        guest, numbers = pack.guest_id, _lines(pack, photo.page)
    wish = queue.Submission(guest, address_hash(), uploads=(upload,), photo_kind=READ_AGAIN)
    quota, note = queue.quota_of(parts.config), partial(_note, pack_id, numbers)
    queue.submit(parts.database, parts.folder, wish, quota=quota, alongside=note)
    parts.runner.wake()
    return redirect(url_for("rebuild.show", pack_id=pack_id), HTTPStatus.SEE_OTHER)


def pages_to_read_again(session: Session, pack: Pack) -> list[PagePicture]:
    """Return the photos that Gemini may be asked about now; none without a key or for a private pack."""
    return pages_read_here(session, pack) if wiring().config.asks_gemini else []


def _offered(session: Session, pack: Pack) -> PagePicture:
    wanted = request.form.get("page", "1")
    for photo in pages_to_read_again(session, pack):
        if str(photo.page) == wanted:
            return photo
    raise NotFound(GONE)


def _photo(session: Session, pack: Pack, photo: PagePicture) -> Upload:
    sent = request.files.get("image")
    most = wiring().config.max_upload_bytes
    if sent is not None and sent.filename:
        return accept(sent.stream.read(), sent.filename, max_bytes=most)
    if not photo.kept_bytes:
        raise NoFile(_("The photo is not in this browser any more, and no copy of it was kept."))
    copy = find_copy(session, pack, photo.page)
    return accept(copy.jpeg, f"page {photo.page}.jpg", max_bytes=max(most, len(copy.jpeg)))


def _lines(pack: Pack, page: int) -> list[int]:
    """Return the numbers of the page's lines that hold something."""
    return [line.n for line in pack.transcript if line.page == page and line.text.strip()]


def _note(pack_id: str, numbers: list[int], session: Session, batch: Batch) -> None:
    proposals.begin(session, pack_id, batch.jobs[0], numbers)
