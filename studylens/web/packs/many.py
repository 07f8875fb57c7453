"""Several packs at once: what is asked first, and what is then done with all of them."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import BadText, BeingJoined, NotFound
from studylens.language import _
from studylens.limits import ANSWER_TITLE_CHARS
from studylens.models import Pack
from studylens.storable import whole_number
from studylens.study.packs import merging, subjects, trash
from studylens.study.packs.joins import records
from studylens.study.packs.joins.plan import plan_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.chosen import chosen_ids, chosen_packs
from studylens.web.packs.library import list_address
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("many", __name__)
TEXT_CHARS = 200
"""Longer than a subject or tag may be, whose own limits say so."""
ASKED = ("tag", "subject", "merge", "export")
"""What is asked about before it is done; the trash is not, since that can be undone."""


@dataclass(frozen=True)
class Sent:
    """What the form says beside the packs; `back` is the query of the list that it came from."""

    action: str
    subject: str
    tag: str
    title: str
    back: str


@blueprint.post("/packs/bulk/ask")
def ask() -> ResponseReturnValue:
    """Ask what the chosen packs shall get, in which form they are exported, or whether they become one.

    Raises NotFound, BadText.
    """
    sent = _sent()
    if sent.action not in ASKED:
        raise BadText(_("Choose what to do with these packs."))
    with wiring().database.reading() as session:
        packs = sorted(chosen_packs(session), key=lambda pack: (pack.created_at, pack.id))
        if sent.action == "merge" and len(packs) < 2:
            raise BadText(_("Choose at least two packs to join."))
        guest = guest_id(session) or 0
        known = {"subject": subjects.subjects_in_use, "tag": subjects.tags_in_use}.get(sent.action)
        labels = known(session, guest) if known else ()
        shown: dict[str, Any] = {"labels": labels, "back_address": list_address(sent.back)}
        if sent.action == "merge":
            shown["plan"] = plan_of(session, packs)
        return render_template("packs/many.html", sent=sent, packs=packs, **shown)


@blueprint.post("/packs/bulk")
def change() -> ResponseReturnValue:
    """Do one thing with every chosen pack, or nothing with any. Raises NotFound, BadText."""
    sent = _sent()
    if sent.action == "merge":
        return redirect(_join(sent), HTTPStatus.SEE_OTHER)
    with wiring().database.writing() as session:
        target = _act(session, sent, chosen_packs(session, to_change=True))
    return redirect(target, HTTPStatus.SEE_OTHER)


def _join(sent: Sent) -> str:
    """Make one pack of the chosen ones, step by step; return its address. Raises BadText, NotFound, Stale."""
    database = wiring().database
    versions = {pack_id: whole_number(text) for pack_id, text in zip(chosen_ids(), _versions(), strict=False)}
    try:
        with database.writing() as session:
            packs = chosen_packs(session, to_change=True)
            first = merging.begin(session, packs, title=sent.title, versions=versions).id
    except (NotFound, BeingJoined):
        first, *others = chosen_ids()
        with database.reading() as session:  # A double click finds that it was done, or is being done.
            if not records.is_joined(session, guest_id(session) or 0, first, others):
                raise
    merging.finish(database, first)
    return url_for("packs.show_pack", pack_id=first, joined=1)


def _versions() -> list[str]:
    """Return the versions of the packs that the student was asked about, in their order."""
    return request.form.getlist("version")


def _sent() -> Sent:
    form = request.form
    return Sent(
        action=form.get("action", ""),
        subject=parse_text(form.get("subject", ""), TEXT_CHARS),
        tag=parse_text(form.get("tag", ""), TEXT_CHARS),
        title=parse_text(form.get("title", ""), ANSWER_TITLE_CHARS),
        back=form.get("back", ""),
    )


def _act(session: Session, sent: Sent, packs: list[Pack]) -> str:
    """Do it; return the address that shows the result. Raises BadText."""
    if sent.action == "trash":
        trash.throw_away_all(session, packs)
        return list_address(sent.back, deleted=packs[0].id)
    if sent.action == "subject":
        for pack in packs:
            subjects.set_subject(pack, sent.subject)
        return url_for("library.show", subject=packs[0].subject or None)
    if sent.action == "tag":
        return url_for("library.show", tag=subjects.add_tag(session, packs, sent.tag))
    raise BadText(_("Choose what to do with these packs."))
