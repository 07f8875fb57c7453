"""Sets as files: sent, and taken in again, here or on another server."""

import re
import unicodedata
from http import HTTPStatus
from typing import IO

from flask import Blueprint, redirect, request, send_file
from flask.typing import ResponseReturnValue

from studylens import teaching_limits as limits
from studylens.budget_limits import EXPORTS, IMPORTS
from studylens.errors import NoFile
from studylens.language import _
from studylens.study.teaching import files, store
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.sizes import SMALL_BYTES, Size, takes
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch
from studylens.web.teaching.sets import address

blueprint = Blueprint("set_files", __name__)
SUFFIX = ".studylens-set"
SET_FILE = Size(
    lambda _config: limits.MAX_FILE_BYTES + SMALL_BYTES,
    lambda most: _("A set's file may have %(most)s MB.", most=most // 2**20),
)


@blueprint.get("/sets/<int:set_id>/export")
def send(set_id: int) -> ResponseReturnValue:
    """Send a set as a file. Raises NotFound, Busy, QuotaReached."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        store.find_set(session, guest, set_id)
    scratch.count(EXPORTS, guest)
    made = scratch.nameless()
    try:
        with scratch.turn(), wiring().database.reading() as session:
            found = store.find_set(session, guest, set_id)
            files.write(session, found, made)
            name = found.name
    except Exception:
        made.close()
        raise
    made.seek(0)
    kind = "application/gzip"
    return send_file(made, mimetype=kind, as_attachment=True, download_name=f"{_file_name(name)}{SUFFIX}")


@blueprint.post("/sets/import")
@takes(SET_FILE)
def take_in() -> ResponseReturnValue:
    """Keep all of a file or nothing of it. Raises NoFile, BadFile, TooLarge, QuotaReached, Busy."""
    found = request.files.get("file")
    if found is None or not found.filename:
        raise NoFile(_("No file arrived. Choose a set that was exported here."))
    with scratch.turn(), posting_guest(wiring().database) as guest:
        set_id = _keep(guest, found.stream)
    return redirect(address(set_id), HTTPStatus.SEE_OTHER)


def _keep(guest: int, file: IO[bytes]) -> int:
    scratch.count(IMPORTS, guest)
    with wiring().database.writing() as session:
        return files.read(session, guest, file).id


def _file_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60] or "set"
