"""What a table will become, before it comes in: its first rows, and how the student wants it to be read."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadFile, BadText, StudylensError, UploadLost
from studylens.jobs.imports import queue
from studylens.language import _, mark
from studylens.models import ARRIVED, ASKS, Import
from studylens.study.exchange.arriving.known import count_known
from studylens.study.exchange.reading import deck_name
from studylens.study.exchange.tables.choice import MOST_COLUMNS, Choice, from_json
from studylens.study.exchange.tables.columns import Role
from studylens.study.exchange.tables.preview import Preview, look
from studylens.study.exchange.tables.separators import LINES, OFFERED, name_of
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch
from studylens.web.exchange.chosen import sent_choice, sent_columns

blueprint = Blueprint("previews", __name__)
_looks = scratch.Turns(seconds=10.0, waiting=8)
"""Each takes 0.1 s of processor time; who asks for twenty at once must not hold twenty threads."""
KNOWN = "known"
"""Among the counts: cards that are here already, so that they do not come in anew."""
_ELSEWHERE = mark(
    "This table lies on another machine of this service, so its rows are not shown. It can still come in."
)


@blueprint.get("/imports/<import_id>/preview")
def show(import_id: str) -> ResponseReturnValue:
    """Show what a table would become, as it is to be read so far. Raises NotFound, Busy."""
    found = _find(import_id)
    if found.state != ASKS:
        return redirect(url_for("imports.show_one", import_id=found.id), HTTPStatus.SEE_OTHER)
    return answer(found)


@blueprint.post("/imports/<import_id>/preview")
def choose(import_id: str) -> ResponseReturnValue:
    """Note how the table is to be read, and show what it would become then. Raises NotFound, BadText."""
    parts, found = wiring(), _find(import_id)
    try:
        choice = sent_choice(_kept(found))
    except BadText as trouble:
        return _refused(found, trouble, _kept(found))
    with parts.database.writing() as session:
        queue.choose(session, found, choice.as_json())
    return redirect(url_for("previews.show", import_id=found.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/imports/<import_id>/start")
def start(import_id: str) -> ResponseReturnValue:
    """Let the table come in as it was chosen; a second time changes nothing.

    Raises NotFound, Busy, BadText, and BadFile while nothing of it would come in: it waits on.
    """
    parts, found = wiring(), _find(import_id)
    try:
        choice = sent_choice(_kept(found))
    except BadText as trouble:
        return _refused(found, trouble, _kept(found))
    if found.state == ASKS and (problem := _problem(found, choice)):
        return _refused(found, BadFile(problem), choice)
    with parts.database.writing() as session:
        is_begun = queue.choose(session, found, choice.as_json(), ARRIVED)
    if is_begun and parts.importer.has(found):  # Else its own machine's next sweep goes on with it.
        parts.importer.wake()
        parts.importer.wait(found.id)
    return redirect(url_for("imports.show_one", import_id=found.id), HTTPStatus.SEE_OTHER)


def answer(found: Import) -> ResponseReturnValue:
    """Return what a table that waits for a word would become, as JSON or a page. Raises Busy."""
    choice = _kept(found)
    seen = _seen(found, choice)
    return jsonify(plain(found, seen)) if wants_json() else _page(found, seen, choice)


def plain(found: Import, seen: Preview) -> dict[str, Any]:
    """Return a preview for programs."""
    return {
        "id": found.id,
        "state": found.state,
        **_read_as(seen),
        "rows": [
            {"front": row.front, "back": row.back, "tags": row.tags, "pack": row.deck,
             "left_out": row.out, "why": row.why}
            for row in seen.rows
        ],
        "counts": seen.counts,
        "is_whole": seen.is_whole,
        "problem": seen.problem,
        "status_url": url_for("imports.show_one", import_id=found.id),
        "preview_url": url_for("previews.show", import_id=found.id),
        "start_url": url_for("previews.start", import_id=found.id),
    }  # fmt: skip


def _problem(found: Import, choice: Choice) -> str:
    """Return why the table would be refused, as far as a look can say."""
    return _seen(found, choice).problem if wiring().importer.has(found) else ""


def _refused(found: Import, trouble: StudylensError, choice: Choice) -> ResponseReturnValue:
    """Answer what cannot be; on the page all stays as it was sent. Raises it for programs."""
    if wants_json() or found.state != ASKS:
        raise trouble
    status = HTTPStatus.OK if wants_fragment() else HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(found, _seen(found, choice), choice, trouble), status


def _find(import_id: str) -> Import:
    with wiring().database.reading() as session:
        return queue.find_import(session, guest_id(session), import_id)


def _seen(found: Import, choice: Choice) -> Preview:
    """Look at the file, one after the other: here its rows take memory and the processor. Raises Busy."""
    importer = wiring().importer
    if not importer.has(found):
        return Preview(None, is_whole=False, problem=_(_ELSEWHERE))
    try:
        with _looks.held(), importer.opened(found) as file:
            seen = look(file, deck_name(found.name), choice)
    except UploadLost as error:
        return Preview(None, problem=error.sentence)
    with wiring().database.reading() as session:
        known = count_known(session, found.guest_id, seen.uids)
    return replace(seen, counts={**seen.counts, KNOWN: known} if known else seen.counts)


def _kept(found: Import) -> Choice:
    try:
        return from_json(found.choice)
    except BadText:  # Another release wrote it: what is shown is what comes in once it is sent anew.
        return Choice()


def _read_as(seen: Preview) -> dict[str, Any]:
    layout = seen.layout
    if layout is None:
        return {"separator": None, "columns": [], "first": [], "heading": None, "html": None}
    return {
        "separator": name_of(layout.sign),
        "columns": [str(role) for role in layout.columns.roles()[:MOST_COLUMNS]] if layout.sign else [],
        "first": list(layout.first[:MOST_COLUMNS]),
        "heading": layout.has_heading,
        "html": layout.is_html,
    }


def _page(found: Import, seen: Preview, choice: Choice, trouble: StudylensError | None = None) -> str:
    """Return the page; columns that cannot be stay as they were chosen, so that they can be mended."""
    read_as = _read_as(seen)
    separator = read_as["separator"] or choice.separator
    columns = (sent_columns() if isinstance(trouble, BadText) else []) or read_as["columns"]
    return render_template(
        "exchange/preview.html",
        found=found,
        name=deck_name(found.name),
        seen=seen,
        problem=trouble.sentence if trouble else seen.problem,
        here=wiring().importer.has(found),
        encoding=choice.encoding,
        is_asked=not choice.columns and Role.BELOW in columns,
        is_own=separator not in {*OFFERED, LINES, ""},
        **{**read_as, "separator": separator, "columns": columns},
    )
