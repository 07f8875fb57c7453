"""Bring it in: a deck of Anki, a table of cards, or an account that was exported here."""

import io
from dataclasses import replace
from http import HTTPStatus
from typing import IO, Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.budget_limits import IMPORTS
from studylens.errors import Cancelled, NoFile, StudylensError, error_for_code
from studylens.jobs.imports import queue
from studylens.language import _
from studylens.models import ARRIVED, ASKS, BROUGHT_IN, ON_ITS_WAY, REFUSED, STOPPED, STORING, Import, new_id
from studylens.storable import printable
from studylens.study.exchange import reading
from studylens.study.exchange.anki.scheduling.reading import ANSWERS_LEFT
from studylens.study.exchange.arriving import history, questions, schedules
from studylens.study.exchange.counted import LEFT_OUT, NO_ROOM, SAID
from studylens.study.exchange.tables import encodings
from studylens.study.exchange.tables.preview import check_text
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import address_hash, guest_id, posting_guest
from studylens.web.door.sizes import SMALL_BYTES, Size, takes
from studylens.web.door.wiring import wiring
from studylens.web.exchange import previews, scratch
from studylens.web.exchange.chosen import asks_first, sent_choice

blueprint = Blueprint("imports", __name__)
MAX_IMPORT_BYTES = 50 * 1024 * 1024
"""A file: a packed account of 1,000,000 reviews, or a deck with some pictures. It waits on disk."""
IMPORT = Size(
    lambda _config: MAX_IMPORT_BYTES + SMALL_BYTES,
    lambda most: _(
        "A file may have %(most)s MB. Export a deck without its media (in Anki: File, Export, without "
        "“Include media”); an account is a tenth as large when it is packed.",
        most=most // 1024**2,
    ),
)
_WHY = tuple(f"left_{why}" for why in LEFT_OUT)
_NEW = ("packs", "cards", "pictures", "reviews", "quizzes", "achievements")
_SHOWN = (
    *_NEW, "known", "skipped", *_WHY, *SAID, f"lost_{NO_ROOM}",
    questions.QUESTIONS, schedules.KEPT, schedules.ANEW, schedules.MENDED, schedules.STAYED, history.HISTORY,
    ANSWERS_LEFT,
)  # fmt: skip
_NAME_CHARS = 100
KEEP = "keep"
"""Of the form's field `schedule`: a deck's schedule is taken over; else its cards begin anew."""
_PASTED = ".txt"
"""Ending under which a pasted list is read: as a table."""
_LOOK_AGAIN_SECONDS = 3
"""How often the page of an import, and a program, look again."""


@blueprint.get("/import")
def show_import() -> ResponseReturnValue:
    """Show the form, and what waits for the student's word."""
    with wiring().database.reading() as session:
        waiting = queue.asking(session, guest_id(session))
    return render_template("exchange/import.html", most_mb=MAX_IMPORT_BYTES // 1024**2, waiting=waiting)


@blueprint.post("/import")
@takes(IMPORT)
def take_in() -> ResponseReturnValue:
    """Take a file, or a table as `text`; all of it comes in, or nothing.

    Raises NoFile, BadFile, BadText, TooLarge, QuotaReached, NoRoom, Busy.

    A table is shown first, and waits for the student's word; programs are asked only with `preview=1`. Of
    other files a small one is in with the answer; of another one the address tells how far it is.
    `schedule=keep` takes a deck's schedule over.
    """
    file, name = _sent()
    if not reading.is_table(file, name):
        return bring_in(file, name)
    choice = sent_choice()
    if asks_first():
        if not choice.encoding:
            choice = replace(choice, encoding=encodings.found(file))
        check_text(file, choice.encoding)
        return bring_in(file, name, state=ASKS, choice=choice.as_json() or None)
    return bring_in(file, name, choice=choice.as_json() or None)


def _sent() -> tuple[IO[bytes], str]:
    if (pasted := request.form.get("text", "")).strip():
        return io.BytesIO(pasted.encode("utf-8", "replace")), _("Pasted cards") + _PASTED
    found = request.files.get("file")
    if found is None or not found.filename:
        raise NoFile(_("No file arrived. Choose an Anki deck, a table or an account file."))
    return found.stream, printable(found.filename)[-_NAME_CHARS:]


def bring_in(file: IO[bytes], name: str, **how: Any) -> ResponseReturnValue:
    """Put a file in line for whoever asks, wait a little, and answer how far it is. Raises as `take_in`.

    `how`: further columns of its row.
    """
    parts = wiring()
    with posting_guest(parts.database) as guest:
        scratch.count(IMPORTS, guest)
        made = Import(id=new_id(), guest_id=guest, name=name, address_hash=address_hash(), **how)
        made.keeps_schedule = request.form.get("schedule") == KEEP
        parts.importer.take(made, file)
        parts.importer.wait(made.id)
        with parts.database.reading() as session:
            found = session.get_one(Import, made.id)
            if found.state != ASKS or not wants_json():
                return _answer(session, found, HTTPStatus.ACCEPTED)
    return previews.answer(found)


@blueprint.get("/imports/<import_id>")
def show_one(import_id: str) -> ResponseReturnValue:
    """Say how far the guest's import is, or what became of it. Raises NotFound, and why it was refused."""
    with wiring().database.reading() as session:
        found = queue.find_import(session, guest_id(session), import_id)
        return _answer(session, found, HTTPStatus.OK)


@blueprint.post("/imports/<import_id>/cancel")
def cancel(import_id: str) -> ResponseReturnValue:
    """Stop the guest's import: what came in already goes out again. Raises NotFound."""
    parts = wiring()
    with parts.database.writing() as session:
        found = queue.find_import(session, guest_id(session), import_id)
        was_asking = found.state == ASKS
        queue.cancel(session, found)
        session.refresh(found)
        is_over = found.state == STOPPED
    if is_over:
        parts.importer.let_go(import_id)
    if was_asking and is_over and not wants_json():
        return redirect(url_for("imports.show_import"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("imports.show_one", import_id=import_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/import/done")
def show_done() -> ResponseReturnValue:
    """Say what became of a file; the address carries numbers alone."""
    counts = {name: _number(request.args.get(name, "")) for name in _SHOWN}
    pack_id = request.args.get("pack", "")
    return render_template(
        "exchange/imported.html", counts=counts, pack_id=pack_id if len(pack_id) == 32 else ""
    )


def _answer(session: Session, found: Import, waiting: HTTPStatus) -> ResponseReturnValue:
    """Answer with a page or as JSON. Raises what the import was refused for."""
    if found.state == REFUSED:
        raise _error(found)
    if wants_json():
        return jsonify(_plain(session, found)), waiting if found.state in ON_ITS_WAY else HTTPStatus.OK
    if found.state == ASKS:
        return redirect(url_for("previews.show", import_id=found.id), HTTPStatus.SEE_OTHER)
    if found.state == STOPPED:
        raise Cancelled(_("You have stopped this import. Nothing of the file was kept."))
    if found.state == BROUGHT_IN:
        return redirect(url_for("imports.show_done", **_told(found)), HTTPStatus.SEE_OTHER)
    if request.method == "POST":
        return redirect(url_for("imports.show_one", import_id=found.id), HTTPStatus.SEE_OTHER)
    shown = {
        "found": found,
        "percent": _percent(found),
        "every": _LOOK_AGAIN_SECONDS,
        "kind": reading.kind_of(found.name),
    }
    place = queue.place_in_line(session, found) if found.state == ARRIVED else 0
    return render_template("exchange/importing.html", **shown, place=place)


def _error(found: Import) -> StudylensError:
    return error_for_code(found.error_code or "")(found.error_message)


def _plain(session: Session, found: Import) -> dict[str, Any]:
    place = queue.place_in_line(session, found) if found.state == ARRIVED else None
    return {
        "id": found.id,
        "state": found.state,
        "percent": _percent(found),
        "position": place,
        "counts": {name: (found.counts or {}).get(name, 0) for name in _SHOWN},
        "status_url": url_for("imports.show_one", import_id=found.id),
        **({"preview_url": url_for("previews.show", import_id=found.id)} if found.state == ASKS else {}),
    }


def _told(found: Import) -> dict[str, Any]:
    """Return what the address of the result page carries."""
    counts = {name: n for name, n in (found.counts or {}).items() if n and name in (*_SHOWN, "pack")}
    return {"packs": 0, **counts}


def _percent(found: Import) -> int:
    """Return how much of what was read is stored."""
    if found.state in {BROUGHT_IN, "showing"}:
        return 100
    return found.place * 100 // max(1, found.size) if found.state == STORING else 0


def _number(text: str) -> int:
    return int(text[:7]) if text.isascii() and text.isdigit() else 0
