"""Explain it back: a form for what a student remembers of a page, and the page's facts beside it."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from studylens.errors import BadText
from studylens.language import mark
from studylens.limits import MAX_EXPLANATION_CHARS
from studylens.models import Pack, PackTerm, now
from studylens.storable import storable, whole_number
from studylens.study.explaining.explain import Explained, bring_up, explain, keep_told, points_to_tell
from studylens.study.packs.store import find_pack
from studylens.web.door.accept import wants_json
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("explaining", __name__, url_prefix="/packs/<pack_id>/explain")
_NOTHING = mark("Write what you remember of this page first, in your own words.")


@blueprint.get("")
def show(pack_id: str) -> ResponseReturnValue:
    """Show the form: for a page, or for one of its terms (`term`). Raises NotFound."""
    return _render(pack_id)


@blueprint.post("")
@takes(FIELDS)
def compare(pack_id: str) -> ResponseReturnValue:
    """Say which facts were told, and let cards of missed ones come up now. Raises NotFound, BadText."""
    raw = request.form.get("text", "")
    try:
        text = _parse(raw)
    except BadText as problem:
        if wants_json():
            raise
        return _render(pack_id, raw, problem=problem.sentence), HTTPStatus.BAD_REQUEST
    with wiring().database.reading() as session:  # Long texts are compared while nobody waits to write.
        pack = find_pack(session, guest_id(session), pack_id)
        found = explain(pack, text, points_to_tell(pack, _term(pack)))
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        found = bring_up(session, pack, found, now())
        told = [term.term for term in keep_told(session, pack, text, now())]
    return jsonify({**_json(found), "terms": told}) if wants_json() else _render(pack_id, text, found)


def _parse(raw: str) -> str:
    text = parse_text(raw, MAX_EXPLANATION_CHARS)
    if not text:
        raise BadText(_NOTHING)
    return text


def _term(pack: Pack) -> PackTerm | None:
    """Return the term that the address names; None for the whole page, or a term that is gone."""
    number = whole_number(request.args.get("term"))
    return next((term for term in pack.key_terms if term.id == number), None)


def _render(pack_id: str, text: str = "", found: Explained | None = None, *, problem: str = "") -> str:
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        term = _term(pack)
        context = {"found": found, "text": storable(text), "problem": problem, "most": MAX_EXPLANATION_CHARS}
        facts = len(points_to_tell(pack, term))
        return render_template("quizzes/explain.html", pack=pack, term=term, facts=facts, **context)


def _json(found: Explained) -> dict[str, Any]:
    facts = [{**asdict(item.fact), "told": item.told, "missing": item.missing} for item in found.facts]
    return {"facts": facts, "due": found.due, "drafts": found.drafts}
