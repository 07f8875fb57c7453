"""Cards from what a student marks on a pack's page, and suggestions that a student takes."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.models import Flashcard, Pack
from studylens.study.material import marking
from studylens.study.material.account import MaterialAccount, account_of, sentences
from studylens.study.material.passages import Passage, find_passage
from studylens.study.packs.store import find_pack
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.cards import card_url
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("marking", __name__, url_prefix="/packs/<pack_id>")
_CARD = "/<any(lines, facts):kind>/<int:number>/card"
_MARKED_CHARS = 2_000
"""More words than any gap takes."""


@blueprint.get(_CARD)
def show(pack_id: str, kind: str, number: int) -> ResponseReturnValue:
    """Show the cards that a line or fact can become, in its place or on a page. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        passage = find_passage(session, pack, kind, number)
        return _form(pack, passage, kind=kind, number=number)


@blueprint.post(_CARD)
def make(pack_id: str, kind: str, number: int) -> ResponseReturnValue:
    """Make the card; what cannot become one comes back with the reason. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        passage = find_passage(session, pack, kind, number)
        try:
            card = _made(session, pack, passage)
        except BadText as error:
            return _form(pack, passage, kind=kind, number=number, problem=error.sentence), error.status
        back = url_for("packs.show_page", pack_id=pack_id, made=card.id, line=card.source_line)
        return redirect(f"{back}#line-{card.source_line}", HTTPStatus.SEE_OTHER)


@blueprint.post("/suggestions/<int:number>/take")
def take(pack_id: str, number: int) -> ResponseReturnValue:
    """Put a suggestion among the cards. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        card = marking.take_suggestion(session, pack, number)
        return redirect(card_url(pack_id, card.id), HTTPStatus.SEE_OTHER)


@blueprint.app_template_global("account_of")
def tell_account(pack: Pack) -> MaterialAccount:
    """Return how the pack's material was made, as it is now."""
    return account_of(pack)


blueprint.add_app_template_filter(sentences, "mark_sentences")


def _made(session: Session, pack: Pack, passage: Passage) -> Flashcard:
    if request.form.get("way") == marking.LABEL:
        return marking.make_label_card(session, pack, passage)
    return marking.make_gap_card(session, pack, passage, _gap(passage))


def _gap(passage: Passage) -> tuple[int, int]:
    """Return the characters to leave out: as marked, or from the first ticked word to the last."""
    marked = parse_text(request.form.get("marked", ""), _MARKED_CHARS)
    if marked:
        return marking.place_of(passage, marked, _number(request.form.get("first", "")))
    places = [_number(word) for word in request.form.getlist("word") if word.isdecimal()]
    chosen = [passage.words[place] for place in sorted(places) if place < len(passage.words)]
    return (chosen[0].first, chosen[-1].last) if chosen else (0, 0)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _form(pack: Pack, passage: Passage, *, kind: str, number: int, problem: str = "") -> str:
    template = "packs/_make_card.html" if wants_fragment() else "packs/make_card.html"
    shown = {"kind": kind, "number": number, "passage": passage, "problem": problem}
    return render_template(template, pack=pack, **shown)
