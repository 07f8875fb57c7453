"""What was made of a pack: one page as a picture, or all pages as a ZIP that is written while it is sent."""

import zipfile
from collections.abc import Iterator

from flask import Blueprint, Response
from sqlalchemy import select

from studylens.errors import NotFound
from studylens.language import said
from studylens.models import SheetPage
from studylens.storable import LARGEST_INTEGER
from studylens.study.sheets import made
from studylens.web.door.wiring import Wiring, wiring

blueprint = Blueprint("sheet_files", __name__)
_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a ZIP can say: when something was made is nobody's business but the student's."""


@blueprint.get("/sheets/<batch_id>/<int:page_id>")
def show_page(batch_id: str, page_id: int) -> Response:
    """Send one page as a picture to whoever has the random id. Raises NotFound."""
    with wiring().database.reading() as session:
        made.find(session, batch_id)
        found = session.get(SheetPage, min(page_id, LARGEST_INTEGER))
        if found is None or found.batch_id != batch_id:
            raise NotFound(said(made.GONE))
        answer = Response(found.picture, mimetype=found.media_type)
    answer.cache_control.private = True
    return answer


@blueprint.get("/sheets/<batch_id>.zip")
def send_all(batch_id: str) -> Response:
    """Send all pages as a ZIP, to whoever has the random id. Raises NotFound."""
    parts = wiring()
    with parts.database.reading() as session:
        made.find(session, batch_id)
        ids = made.page_ids(session, batch_id)
    if not ids:
        raise NotFound(said(made.GONE))
    answer = Response(_archive(parts, ids), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="sheets-{batch_id[:8]}.zip"'
    return answer


class _Sent:
    """What a ZIP is written into, and read from again in pieces; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def _archive(parts: Wiring, ids: list[int]) -> Iterator[bytes]:
    """Yield a ZIP piece by piece; one page is held at a time, and no connection between two."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for page_id in ids:
            with parts.database.reading() as session:
                row = session.execute(
                    select(SheetPage.name, SheetPage.picture).where(SheetPage.id == page_id)
                ).one_or_none()
            if row is not None:  # Deleted while it is sent: the rest is whole all the same.
                archive.writestr(zipfile.ZipInfo(row.name, _WRITTEN), row.picture)
            yield sent.taken()
    yield sent.taken()
