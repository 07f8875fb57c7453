"""Templates of a student's own: four corners on a colour or a picture, as a form or as JSON."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from studylens.analysis.protocol.sheets import Template
from studylens.errors import BadText
from studylens.language import _
from studylens.sheet_limits import MAX_TEMPLATE_BYTES
from studylens.storable import is_id
from studylens.study.packs.store import find_pack
from studylens.study.sheets import own, templates
from studylens.uploads.upload import accept
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.sizes import PHOTO, takes
from studylens.web.door.wiring import wiring

blueprint = Blueprint("sheet_templates", __name__)
_CORNERS = ("left_top", "right_top", "right_bottom", "left_bottom")
"""Names of fields: the two numbers of a corner follow as _x and _y, in hundredths."""


@blueprint.post("/sheets/templates")
@takes(PHOTO)
def keep() -> ResponseReturnValue:
    """Keep a template: `template` as JSON (text or file), or the fields of the form; `background` a picture.

    Raises BadText, and for the picture what `accept` raises.
    """
    picture = request.files.get("background")
    data = picture.stream.read() if picture is not None and picture.filename else None
    size = _size_of(data, picture.filename or "") if data and picture is not None else None
    template = _template(size)
    with posting_guest(wiring().database) as guest, wiring().database.writing() as session:
        template_id = own.keep(session, guest, template, data)
    if wants_json():
        return jsonify(id=template_id, name=template.name), HTTPStatus.CREATED
    return _back()


@blueprint.post("/sheets/templates/<template_id>/delete")
def forget(template_id: str) -> ResponseReturnValue:
    """Delete a template of one's own; one that is not there is gone already."""
    with wiring().database.writing() as session:
        own.forget(session, guest_id(session) or 0, template_id)
    return _back()


def _template(size: tuple[int, int] | None) -> Template:
    sent = request.files.get("template")
    text = sent.stream.read(MAX_TEMPLATE_BYTES + 1) if sent is not None else request.form.get("template", "")
    if text:
        return templates.parse(text, size=size)
    body: dict[str, Any] = {"id": "own", "name": request.form.get("name", "")}
    body |= {"background": request.form.get("colour", ""), "content": request.form.get("content", "")}
    body["corners"] = [[_share(f"{name}_x"), _share(f"{name}_y")] for name in _CORNERS]
    return templates.checked(body, size=size)


def _share(name: str) -> float:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        raise BadText(_("Each corner needs two whole numbers from 0 to 100."))
    return int(text) / 100


def _size_of(data: bytes, name: str) -> tuple[int, int]:
    """Return width and height of a picture as stored. Raises what `accept` raises."""
    upload = accept(data, name, max_bytes=wiring().config.max_upload_bytes)
    return upload.width, upload.height


def _back() -> ResponseReturnValue:
    """Return to the pack from whose page the form came, if it is the student's own."""
    pack_id = request.form.get("pack", "")
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id) if is_id(pack_id) else None
        address = url_for("sheets.choose", pack_id=pack.id) if pack else url_for("library.show")
    return redirect(address, HTTPStatus.SEE_OTHER)
