"""Making the cards of a corrected page anew: ask, wait, look at what will change, then take or drop it."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.analysis.protocol.wire import Wishes
from studylens.errors import NotFound
from studylens.jobs import queue
from studylens.language import _
from studylens.models import LIVE_STATES, READ_AGAIN, REBUILD, Batch, Job, Pack, PackProposal
from studylens.study.packs import proposals
from studylens.study.packs.privacy import is_private
from studylens.study.packs.store import find_pack
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.text.receivers import has_model
from studylens.web.upload.waiting import view_job

blueprint = Blueprint("rebuild", __name__, url_prefix="/packs/<pack_id>/rebuild")
_STOP_POLLING = 286
"""htmx replaces the part once more, then asks no longer."""


@blueprint.get("")
def show(pack_id: str) -> ResponseReturnValue:
    """Offer to make new cards, show how far they are, or what will change. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        proposal = session.get(PackProposal, pack_id)
        job = session.get(Job, proposal.job_id) if proposal is not None and proposal.job_id else None
        shown: dict[str, Any] = {
            "pack": pack,
            "job": view_job(session, job) if job else None,
            "gemini": has_model(wiring().config) and not is_private(session, pack),
        }
        shown["corrected"] = proposals.corrected_lines(pack)
        shown["again"] = _read_by(proposal, job)
        shown["texts"] = proposals.told_anew(pack, proposal) if proposal is not None else {}
        ready = proposal is not None and proposal.material is not None
        shown["change"] = proposals.change(pack, proposal) if proposal is not None and ready else None
        if not wants_fragment():
            return render_template("packs/rebuild.html", **shown)
        live = job is not None and job.state in LIVE_STATES
        return render_template("packs/_rebuild.html", **shown), HTTPStatus.OK if live else _STOP_POLLING


@blueprint.post("")
def begin(pack_id: str) -> ResponseReturnValue:
    """Queue the making of new cards from the transcript. Raises NotFound, BadText, QuotaReached, Busy."""
    wants_gemini = request.form.get("engine") == "gemini"
    parts = wiring()
    with parts.database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        guest, (text, numbers) = pack.guest_id, proposals.transcript_text(pack)
        private = not wants_gemini or is_private(session, pack)
        name = _("new cards for %(title)s", title=pack.title or _("your pack"))[:100]
    wish = queue.Submission(
        guest, address_hash(), text=text, wishes=Wishes(private=private), text_kind=REBUILD, text_name=name
    )  # fmt: skip
    note = partial(_note, pack_id, numbers)
    queue.submit(
        parts.database, parts.folder, wish, quota=queue.quota_of(parts.config), alongside=note
    )  # fmt: skip
    parts.runner.wake()
    return redirect(url_for("rebuild.show", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/take")
def take(pack_id: str) -> ResponseReturnValue:
    """Put the proposed cards in the place of the untouched old ones. Raises NotFound."""
    with wiring().database.writing() as session:
        pack, proposal = _proposed(session, pack_id)
        proposals.take(session, pack, proposal)
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/drop")
def drop(pack_id: str) -> ResponseReturnValue:
    """Leave everything as it is. Raises NotFound."""
    with wiring().database.writing() as session:
        _, proposal = _proposed(session, pack_id)
        session.delete(proposal)
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


def _proposed(session: Session, pack_id: str) -> tuple[Pack, PackProposal]:
    """Return the guest's pack and what is proposed for it. Raises NotFound."""
    pack = find_pack(session, guest_id(session), pack_id)
    proposal = session.get(PackProposal, pack_id, with_for_update=True)
    if proposal is None or proposal.material is None:
        raise NotFound(_("There are no new cards for this pack; perhaps you have taken them already."))
    return pack, proposal


def _read_by(proposal: PackProposal | None, job: Job | None) -> str:
    """Name the model that reads, or has read, the photo again; empty: the text is asked about."""
    made = (proposal.material or {}) if proposal is not None else {}
    coming = "gemini" if job is not None and job.kind == READ_AGAIN else ""
    return str(made.get(proposals.READ) or coming)


def _note(pack_id: str, numbers: list[int], session: Session, batch: Batch) -> None:
    proposals.begin(session, pack_id, batch.jobs[0], numbers)
