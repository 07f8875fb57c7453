"""Changing a pack by hand: in place with scripts, on pages of their own without."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadText, Stale, StudylensError
from studylens.language import mark, said
from studylens.models import Pack
from studylens.study.packs import editing
from studylens.study.packs.parts import CARDS, LINES, QUESTIONS, Part, find_part
from studylens.study.packs.store import find_pack
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.packs.edit_forms import (
    EditForm,
    form_for,
    gone_id,
    heading_form,
    new_form,
    page_of,
    place_of,
    sent_heading,
    sent_texts,
)
from studylens.web.packs.page import LOW_SCORE

blueprint = Blueprint("editing", __name__, url_prefix="/packs/<pack_id>")
_EDITING = {
    LINES: mark("Edit the line"),
    CARDS: mark("Edit the card"),
    QUESTIONS: mark("Edit the question"),
    "pack": mark("Edit the title and summary"),
}
_MAKING = {CARDS: mark("A new card"), QUESTIONS: mark("A new question")}
_DELETED = {
    LINES: mark("The line is deleted."),
    CARDS: mark("The card is deleted."),
    QUESTIONS: mark("The question is deleted."),
}


@blueprint.app_template_global("deleted_words")
def tell_deleted(kind: str) -> str:
    """Return that a line, card or question is deleted."""
    return said(_DELETED[kind])


_PART = "/<any(lines, cards, questions):kind>/<int:item_id>"
_NEW = "/<any(cards, questions):kind>/new"


@blueprint.get("/edit")
def show_heading(pack_id: str) -> ResponseReturnValue:
    """Show the form of title and summary. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return _render_form(pack, "pack", heading_form(session, pack))


@blueprint.post("/edit")
@takes(FIELDS)
def save_heading(pack_id: str) -> ResponseReturnValue:
    """Change title and summary; a stale or bad form comes back with what was written. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        sent = sent_heading(pack)
        try:
            sent.check()
            editing.edit_heading(session, pack, sent.texts, version=sent.version)
        except (BadText, Stale) as error:
            return _render_form(pack, "pack", heading_form(session, pack).answering(sent, error)), _status(
                error
            )
    return redirect(url_for("packs.show_pack", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/quiz/edit")
def show_quiz(pack_id: str) -> ResponseReturnValue:
    """Show the questions with their answers, to be edited. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        number = gone_id(QUESTIONS)
        gone = find_part(session, pack, QUESTIONS, number) if number else None
        return render_template("packs/edit_quiz.html", pack=pack, gone=gone)


@blueprint.get(_PART)
def show_part(pack_id: str, kind: str, item_id: int) -> ResponseReturnValue:
    """Show one part as the pack's page does; without scripts that page itself. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return _after(pack, kind, find_part(session, pack, kind, item_id))


@blueprint.get(f"{_PART}/edit")
def show_form(pack_id: str, kind: str, item_id: int) -> ResponseReturnValue:
    """Show the form of one part. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return _render_form(pack, kind, form_for(pack, kind, find_part(session, pack, kind, item_id)))


@blueprint.post(f"{_PART}/edit")
@takes(FIELDS)
def save(pack_id: str, kind: str, item_id: int) -> ResponseReturnValue:
    """Change one part; a stale or bad form comes back with what was written. Raises NotFound."""
    sent = sent_texts(kind)
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        part = find_part(session, pack, kind, item_id)
        try:
            sent.check()
            editing.edit_part(session, kind, part, sent.texts, version=sent.version)
        except (BadText, Stale) as error:
            form = form_for(pack, kind, part).answering(sent, error)
            return _render_form(pack, kind, form), _status(error)
        return _after(pack, kind, part)


@blueprint.get(_NEW)
def show_new(pack_id: str, kind: str) -> ResponseReturnValue:
    """Show an empty form for a card or question of the student's own. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return _render_form(pack, kind, new_form(pack, kind))


@blueprint.post(_NEW)
@takes(FIELDS)
def add(pack_id: str, kind: str) -> ResponseReturnValue:
    """Add a card or question of the student's own. Raises NotFound."""
    sent = sent_texts(kind)
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        try:
            sent.check()
            editing.add_part(session, pack, kind, sent.texts)
        except BadText as error:
            return _render_form(pack, kind, new_form(pack, kind).answering(sent, error)), _status(error)
    return redirect(page_of(pack_id, kind), HTTPStatus.SEE_OTHER)


@blueprint.post(f"{_PART}/delete")
def delete(pack_id: str, kind: str, item_id: int) -> ResponseReturnValue:
    """Put a part away and offer to bring it back. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        part = find_part(session, pack, kind, item_id)
        editing.delete_part(part)
        if wants_fragment():
            return render_template("packs/_part_gone.html", pack=pack, kind=kind, item=part)
    return redirect(page_of(pack_id, kind, gone=f"{kind}-{item_id}"), HTTPStatus.SEE_OTHER)


@blueprint.post(f"{_PART}/restore")
def restore(pack_id: str, kind: str, item_id: int) -> ResponseReturnValue:
    """Bring a deleted part back. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        part = find_part(session, pack, kind, item_id)
        editing.restore_part(part)
        return _after(pack, kind, part)


def _after(pack: Pack, kind: str, part: Part) -> ResponseReturnValue:
    """Answer with the part as it is now, in its place."""
    if not wants_fragment():
        return redirect(place_of(pack, kind, part), HTTPStatus.SEE_OTHER)
    return render_template(
        "packs/_part.html", pack=pack, kind=kind, item=part, open=True, low_score=LOW_SCORE
    )


def _render_form(pack: Pack, kind: str, form: EditForm) -> str:
    if wants_fragment():
        return render_template("packs/_part_form.html", pack=pack, kind=kind, form=form)
    heading = said((_MAKING if form.is_new else _EDITING)[kind])
    return render_template("packs/edit_part.html", pack=pack, kind=kind, form=form, heading=heading)


def _status(error: StudylensError) -> HTTPStatus:
    """Return the answer's status; htmx puts only a success into the page."""
    return HTTPStatus.OK if wants_fragment() else error.status
