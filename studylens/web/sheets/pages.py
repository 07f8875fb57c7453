"""Sheets of a pack: templates are chosen, a job fills them one after another, the pages are looked at."""

from functools import partial
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens import sheet_limits as limits
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, NotFound
from studylens.jobs import queue
from studylens.jobs.turns.place import place_in_queue
from studylens.language import _, said
from studylens.models import FAILED, LIVE_STATES, SHEETS, Batch, Job, Pack, SheetBatch, SheetPage
from studylens.study.packs.privacy import is_private
from studylens.study.packs.store import find_pack
from studylens.study.sheets import made, own
from studylens.study.sheets.templates import shipped
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.bodies import BodyRequest
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.plain import JSON, json_object
from studylens.web.door.wiring import wiring
from studylens.web.sheets.words import template_name, template_words
from studylens.web.text.dates import listed

blueprint = Blueprint("sheets", __name__)
_STOP_POLLING = 286
"""htmx replaces the part once more, then asks no longer."""


@blueprint.get("/packs/<pack_id>/sheets")
def choose(pack_id: str) -> ResponseReturnValue:
    """Show the templates, and what was made of this pack before. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        offered = own.of_guest(session, pack.guest_id)
        names = {template.id: template_name(template) for template in offered}
        before = [
            (batch, listed([names[name] for name in batch.templates if name in names]))
            for batch in made.of_pack(session, pack.id)
        ]
        shown = {
            "pack": pack,
            "templates": offered,
            "shipped": shipped(),
            "made": before,
        }
        shown |= {"most": limits.MAX_SHEETS, "most_own": limits.MAX_OWN_TEMPLATES}
        shown |= {"template_name": template_name, "template_words": template_words}
        return render_template("sheets/choose.html", **shown)


@blueprint.post("/packs/<pack_id>/sheets")
def begin(pack_id: str) -> ResponseReturnValue:
    """Queue the chosen templates: `templates` of a form, or of a JSON object.

    Raises NotFound, BadText, BadForm, QuotaReached, Busy.
    """
    names = _named()
    parts = wiring()
    with parts.database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        names = own.chosen(session, pack.guest_id, names)
        wishes = Wishes(private=is_private(session, pack))
        guest, title = pack.guest_id, _("sheets of %(title)s", title=pack.title or _("your pack"))
    ids: list[str] = []
    wish = queue.Submission(
        guest, address_hash(), text=" ".join(names), wishes=wishes, text_kind=SHEETS, text_name=title[:100]
    )
    note = partial(_note, pack_id=pack_id, names=names, ids=ids)
    quota = queue.quota_of(parts.config)
    queue.submit(parts.database, parts.folder, wish, quota=quota, alongside=note)
    parts.runner.wake()
    address = url_for("sheets.show", batch_id=ids[0])
    if not wants_json():
        return redirect(address, HTTPStatus.SEE_OTHER)
    status = url_for("jobs.show_job", job_id=ids[0])
    return jsonify(id=ids[0], status_url=status, sheets_url=address), HTTPStatus.ACCEPTED


@blueprint.get("/sheets/<batch_id>")
def show(batch_id: str) -> ResponseReturnValue:
    """Show the pages that are made, and how far the rest is; JSON is for whoever has the id.

    Raises NotFound.
    """
    with wiring().database.reading() as session:
        found = made.find(session, batch_id)
        job = session.get_one(Job, batch_id)
        if wants_json():
            return jsonify(_plain(session, found, job))
        if found.guest_id != guest_id(session):
            raise NotFound(said(made.GONE))
        shown = _shown(session, found, job)
        if not wants_fragment():
            return render_template("sheets/made.html", **shown)
        status = HTTPStatus.OK if shown["live"] else _STOP_POLLING
        return render_template("sheets/_made.html", **shown), status


def _named() -> list[str]:
    """Return the templates that the request names, in its order. Raises BadText, BadForm."""
    if request.mimetype != JSON:
        return request.form.getlist("templates")
    names = json_object(cast("BodyRequest", request)).get("templates")
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise BadText(_("templates must be a list of the names of templates."))
    return names


def _note(session: Session, batch: Batch, *, pack_id: str, names: list[str], ids: list[str]) -> None:
    made.begin(session, batch.jobs[0], pack_id, names)
    ids.append(batch.jobs[0].id)


def _shown(session: Session, found: SheetBatch, job: Job) -> dict[str, Any]:
    columns = (SheetPage.id, SheetPage.n, SheetPage.name, SheetPage.width, SheetPage.height)
    pages = select(*columns).where(SheetPage.batch_id == found.id).order_by(SheetPage.n, SheetPage.place)
    return {
        "batch": found,
        "pack": session.get_one(Pack, found.pack_id),
        "pages": session.execute(pages).all(),
        "job": job,
        "live": job.state in LIVE_STATES,
        "problem": said(job.error_message or "") if job.state == FAILED else "",
        "place": place_in_queue(session, job),
    }


def _plain(session: Session, found: SheetBatch, job: Job) -> dict[str, Any]:
    pages = _shown(session, found, job)["pages"]
    address = partial(url_for, "sheet_files.show_page", batch_id=found.id)
    told = [{"n": page.n, "name": page.name, "url": address(page_id=page.id)} for page in pages]
    archive = url_for("sheet_files.send_all", batch_id=found.id) if pages else None
    error = {"code": job.error_code, "message": job.error_message} if job.error_code else None
    return {
        "id": found.id,
        "state": job.state,
        "templates": found.templates,
        "made": found.made,
        "pages": told,
        "notes": found.notes,
        "zip_url": archive,
        "error": error,
    }
