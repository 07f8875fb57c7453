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
from studylens.models import Pack, now
from studylens.storable import whole_number
from studylens.study.packs import merging, several, subjects, trash
from studylens.study.packs.joins import records
from studylens.study.packs.joins.plan import plan_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.chosen import Every, chosen_ids, chosen_packs, every
from studylens.web.packs.wanted import list_address, list_of
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("many", __name__)
TEXT_CHARS = 200
"""Longer than a subject or tag may be, whose own limits say so."""
NAMED_OF_ALL = 20
"""Packs that the question names, of all that a list shows."""
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
        listed = every(session) if sent.action != "merge" else None
        packs = listed.found.some(session, NAMED_OF_ALL) if listed else chosen_packs(session)
        packs.sort(key=lambda pack: (pack.created_at, pack.id))
        if sent.action == "merge" and len(packs) < 2:
            raise BadText(_("Choose at least two packs to join."))
        guest = guest_id(session) or 0
        known = {"subject": subjects.subjects_in_use, "tag": subjects.tags_in_use}.get(sent.action)
        labels = known(session, guest) if known else ()
        shown: dict[str, Any] = {"labels": labels, "back_address": list_address(sent.back)}
        shown |= {"every": listed, "number": listed.total if listed else len(packs)}
        if sent.action == "merge":
            shown["plan"] = plan_of(session, packs)
        return render_template("packs/many.html", sent=sent, packs=packs, **shown)


@blueprint.post("/packs/bulk")
def change() -> ResponseReturnValue:
    """Do one thing with every chosen pack, or nothing with any. Raises NotFound, BadText."""
    sent = _sent()
    if sent.action == "merge":
        return redirect(_join(sent), HTTPStatus.SEE_OTHER)
    with wiring().database.reading() as session:
        listed = every(session)
    if listed is not None:
        return redirect(_act_on_all(sent, listed), HTTPStatus.SEE_OTHER)
    with wiring().database.writing() as session:
        target = _act(session, sent, chosen_packs(session, to_change=True))
    return redirect(target, HTTPStatus.SEE_OTHER)


def _act_on_all(sent: Sent, listed: Every) -> str:
    """Do it with all that a list shows, in steps; return the address of the result.

    Raises BadText, and NotFound when another click has done it in this moment.
    """
    database = wiring().database
    with database.reading() as session:
        oldest = listed.found.some(session, 1)
        deed = _deed(session, sent, listed)
    if not oldest:
        raise NotFound
    left = several.change(database, listed.found, deed)
    if sent.action == "trash":
        return list_address(sent.back, deleted=oldest[0].id, left=left)
    if sent.action == "subject":
        return list_of({"subject": subjects.checked_subject(sent.subject), "left": left})
    return list_of({"tag": subjects.checked_tag(sent.tag), "left": left})


def _deed(session: Session, sent: Sent, listed: Every) -> several.Deed:
    if sent.action == "trash":
        return several.to_trash(now())
    if sent.action == "subject":
        return several.under(sent.subject)
    if sent.action == "tag":
        return several.tagged(session, listed.found, sent.tag)
    raise BadText(_("Choose what to do with these packs."))


def _join(sent: Sent) -> str:
    """Make one pack of the chosen ones, step by step; return its address. Raises BadText, NotFound, Stale."""
    database = wiring().database
    with database.reading() as session:
        ids = chosen_ids(session)
    try:
        with database.writing() as session:
            versions = {pack_id: whole_number(text) for pack_id, text in zip(ids, _versions(), strict=False)}
            packs = chosen_packs(session, to_change=True)
            first = merging.begin(session, packs, title=sent.title, versions=versions).id
    except (NotFound, BeingJoined):
        first, *others = ids
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
