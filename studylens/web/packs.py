"""Study packs: the list, one pack, its quiz, and its end."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.models import Pack, QuizQuestion
from studylens.study.packs import delete_pack, find_pack, find_question, list_packs
from studylens.study.parts import CARDS, LINES, NAMES, find_part
from studylens.study.pictures import pictures_of
from studylens.web.accept import wants_fragment
from studylens.web.chart import draw
from studylens.web.edit_forms import gone_id
from studylens.web.guests import guest_id
from studylens.web.wiring import wiring

blueprint = Blueprint("packs", __name__)
LOW_SCORE = 0.9
"""Lines that the reader itself trusts less than this are marked: check this."""
_NO_CHOICE = -1
"""The student pressed the button before choosing an option."""


@blueprint.get("/packs")
def show_packs() -> ResponseReturnValue:
    """List the guest's packs, newest first; a made-up page number shows the nearest page."""
    with wiring().database.reading() as session:
        page = list_packs(session, guest_id(session), _page_number(request.args.get("page", "1")))
        return render_template("packs.html", page=page)


@blueprint.get("/packs/<pack_id>")
def show_pack(pack_id: str) -> ResponseReturnValue:
    """Show a pack without the answers of its quiz. Raises NotFound."""
    return _render_pack(pack_id)


@blueprint.post("/packs/<pack_id>/quiz/<int:question_id>")
def answer_question(pack_id: str, question_id: int) -> ResponseReturnValue:
    """Say whether the chosen option is right, and why. Raises NotFound, BadText."""
    _ = request.form  # It arrives before the database is asked: a slow phone must hold no connection.
    if not wants_fragment():
        return _render_pack(pack_id, answered_id=question_id)
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        question = find_question(pack, question_id)
        choice = _choice(question)
        return render_template("_question.html", pack=pack, question=question, choice=choice)


@blueprint.get("/packs/<pack_id>/delete")
def confirm_deletion(pack_id: str) -> ResponseReturnValue:
    """Ask before a pack is deleted. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("delete.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.post("/packs/<pack_id>/delete")
def delete(pack_id: str) -> ResponseReturnValue:
    """Delete a pack for good. Raises NotFound."""
    with wiring().database.writing() as session:
        delete_pack(session, find_pack(session, guest_id(session), pack_id))
    return redirect(url_for("packs.show_packs"), HTTPStatus.SEE_OTHER)


def _render_pack(pack_id: str, answered_id: int | None = None) -> str:
    """Render the whole page; with the answer of one question for browsers without scripts."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        choices = {}
        if answered_id is not None:
            choices[answered_id] = _choice(find_question(pack, answered_id))
        chart = draw(pack.job.stages) if pack.job else None
        shown = {"choices": choices, "chart": chart, "low_score": LOW_SCORE, **_just_deleted(session, pack)}
        shown["pictures"] = pictures_of(session, pack)
        return render_template("pack.html", pack=pack, **shown)


def _just_deleted(session: Session, pack: Pack) -> dict[str, Any]:
    """Return the line or card that was deleted a moment ago, so that it can be brought back."""
    for kind in (LINES, CARDS):
        number = gone_id(kind)
        if number:
            return {"gone": find_part(session, pack, kind, number), "kind": kind, "name": NAMES[kind]}
    return {}


def _choice(question: QuizQuestion) -> int:
    """Return the chosen option's place, or -1 when none was chosen. Raises BadText."""
    text = request.form.get("choice", "")
    if not text:
        return _NO_CHOICE
    places = {str(place): place for place in range(len(question.options))}
    if text not in places:
        raise BadText("This is not one of the answers.")
    return places[text]


def _page_number(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() else 1
