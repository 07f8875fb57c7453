"""A document's pages: the list with thumbnails to choose from, and what is chosen."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.jobs import documents
from studylens.jobs.queue import Asker, left_this_hour, quota_of
from studylens.limits import MAX_PAGES
from studylens.models import Document, DocumentPage
from studylens.storable import is_id
from studylens.uploads.page_range import parse_pages
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import is_yes
from studylens.web.upload.jobs import answer_batch

blueprint = Blueprint("documents", __name__, url_prefix="/documents/<document_id>")


@blueprint.get("")
def show(document_id: str) -> ResponseReturnValue:
    """Show the pages to choose from, as a page or as JSON. Raises NotFound."""
    parts = wiring()
    with parts.database.reading() as session:
        document = _find(session, document_id)
        if wants_json():
            return jsonify(document_json(document))
        asker = Asker(document.guest_id, address_hash())
        left = left_this_hour(session, asker, quota_of(parts.config))
        shown = {"left": left, "most": parts.config.analyses_per_hour}
        return render_template("upload/document.html", document=document, **shown)


@blueprint.get("/pages/<int:number>.jpg")
def show_thumbnail(document_id: str, number: int) -> ResponseReturnValue:
    """Send the small picture of a page, to its guest alone. Raises NotFound."""
    with wiring().database.reading() as session:
        document = _find(session, document_id)
        page = session.get(DocumentPage, (document.id, min(number, MAX_PAGES)))
        if page is None or page.thumbnail is None:
            raise NotFound
        answer = Response(page.thumbnail, mimetype="image/jpeg")
    answer.cache_control.private = True
    return answer


@blueprint.post("/pages")
def choose(document_id: str) -> ResponseReturnValue:
    """Queue the chosen pages: `page`, repeated, and `pages` as 1-5, 8.

    Raises BadText, NotFound, UploadLost, QuotaReached, Busy.
    """
    parts = wiring()
    named = ",".join([*request.form.getlist("page"), request.form.get("pages", "")])
    together = request.form.getlist("together") or ["1"]  # The form's hidden "0" comes before its tick.
    choice = documents.Choice(parse_pages(named), together=is_yes(together[-1]))
    with parts.database.reading() as session:
        document = _find(session, document_id)
    batch_id = documents.choose(
        parts.database,
        parts.folder,
        document,
        choice,
        address_hash=address_hash(),
        quota=quota_of(parts.config),
    )
    parts.runner.wake()
    if wants_json():
        return answer_batch(batch_id, 0)
    return redirect(url_for("jobs.show_batch", batch_id=batch_id), HTTPStatus.SEE_OTHER)


def document_json(document: Document) -> dict[str, object]:
    """Return an open document as JSON: its pages, where their pictures are, and until when it waits."""
    return {
        "id": document.id,
        "name": document.name,
        "url": url_for("documents.show", document_id=document.id),
        "open_until": documents.open_until(document).isoformat(),
        "pages": [_page_json(document, page) for page in document.pages],
    }


def _page_json(document: Document, page: DocumentPage) -> dict[str, object]:
    address = url_for("documents.show_thumbnail", document_id=document.id, number=page.n)
    size = {"n": page.n, "width": page.width, "height": page.height}
    return {**size, "thumbnail_url": address if page.thumbnail else None}


def _find(session: Session, document_id: str) -> Document:
    """Return the guest's own open document. Raises NotFound."""
    document = session.get(Document, document_id) if is_id(document_id) else None
    if document is None or document.guest_id != guest_id(session):
        raise NotFound
    if document.closed_at is not None:
        raise NotFound(documents.GONE)
    return document
