"""Follow-up questions: asked on the pack's page, answered there while the student looks."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, object_session

from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, Busy, NotFound, QuotaReached, StudylensError
from studylens.jobs.queue import Submission, quota_of, submit
from studylens.language import _, mark, said
from studylens.limits import MAX_QUESTION_CHARS
from studylens.models import QUESTION, Batch, Pack
from studylens.storable import storable
from studylens.study.packs.privacy import is_private
from studylens.study.packs.store import find_pack
from studylens.study.questions import follow_ups
from studylens.study.questions.follow_ups import Asked
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.text import receivers
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("questions", __name__, url_prefix="/packs/<pack_id>/questions")
_FORM_CHARS = 20_000
"""More than a question may have: one that is too long comes back to be shortened."""
_NOTES = {
    "no key": mark("Gemini is not set up on this server"),
    "private": mark("this pack is private, so nothing of it leaves this server"),
    "switched off": mark("Gemini is switched off on this server"),
    "daily budget used up": mark("this server's questions to Gemini are used up for today"),
    "out of memory": mark("the server had no room to ask Gemini right now"),
}
"""Why no model answered, in a student's words; other reasons are words already."""


@blueprint.get("")
def show_questions(pack_id: str) -> ResponseReturnValue:
    """Show the questions about a pack; htmx gets the part that changes. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        if wants_json():
            return jsonify({"questions": [_json(reply) for reply in follow_ups.replies(session, pack)]})
        return render_template(
            "quizzes/_asked.html" if wants_fragment() else "quizzes/questions.html", pack=pack
        )


@blueprint.post("")
@takes(FIELDS)
def ask(pack_id: str) -> ResponseReturnValue:
    """Find the best lines, and ask a model where one may be asked. Raises NotFound, QuotaReached."""
    raw, hint_only = request.form.get("question", ""), request.form.get("hint_only") == "1"
    try:
        _keep(pack_id, Asked(_parse(raw), hint_only))
    except (BadText, QuotaReached) as error:
        return _render_again(pack_id, raw, error)
    if wants_json():
        return redirect(url_for("questions.show_questions", pack_id=pack_id), HTTPStatus.SEE_OTHER)
    if not wants_fragment():
        address = url_for("questions.show_questions", pack_id=pack_id, _anchor="asked")
        return redirect(address, HTTPStatus.SEE_OTHER)
    with wiring().database.reading() as session:
        return render_template(
            "quizzes/_follow_ups.html", pack=find_pack(session, guest_id(session), pack_id)
        )


@blueprint.post("/asked/<int:question_id>/delete")  # Without `asked` it would be a quiz question's.
def delete(pack_id: str, question_id: int) -> ResponseReturnValue:
    """Delete a question with its answer. Raises NotFound."""
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        session.delete(follow_ups.find(session, pack, question_id))
    if not wants_fragment():
        return redirect(url_for("questions.show_questions", pack_id=pack_id), HTTPStatus.SEE_OTHER)
    with wiring().database.reading() as session:
        return render_template("quizzes/_asked.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.app_template_global("follow_ups_of")
def list_follow_ups(pack: Pack) -> list[follow_ups.Reply]:
    """Return the questions about a pack that is being shown."""
    session = object_session(pack)
    if session is None:
        raise NotFound
    return list(follow_ups.replies(session, pack))


@blueprint.app_template_global("why_not_gemini")
def tell_reason_not_to_ask(pack: Pack) -> str:
    """Return why no model is asked about the pack that is being shown; empty when one is."""
    session = object_session(pack)
    if session is None:
        raise NotFound
    return _why_not(private=_is_private_here(session, pack))


@blueprint.app_template_global("models_for")
def name_models(pack: Pack) -> str:
    """Return who is given a question about the pack that is being shown."""
    session = object_session(pack)
    private = session is not None and _is_private_here(session, pack)
    return receivers.model_words(wiring().config, private=private)


@blueprint.app_template_filter("note_words")
def note_words(note: str) -> str:
    """Return why no model answered, in a student's words."""
    return said(_NOTES.get(note, note))


def _keep(pack_id: str, asked: Asked) -> None:
    parts = wiring()
    with parts.database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        follow_ups.check_room(session, pack.guest_id)
        note = _reason_not_to_ask(session, pack)
        text = "" if note else follow_ups.for_model(pack, asked)
        wishes = Wishes(asked.text, private=is_private(session, pack))
        note = note or ("" if text else mark("this pack has no text"))
        owner = pack.guest_id
    note = note or _queue(pack_id, owner, asked, {"text": text, "wishes": wishes})
    if note:
        with parts.database.writing() as session:
            follow_ups.add(session, find_pack(session, owner, pack_id), asked, note=note)


def _queue(pack_id: str, owner: int, asked: Asked, told: dict[str, Any]) -> str:
    """Queue the question for a model; return why not, when too much is asked or waits already."""

    def alongside(session: Session, batch: Batch) -> None:
        follow_ups.add(session, find_pack(session, owner, pack_id), asked, job_id=batch.jobs[0].id)

    parts = wiring()
    sent = Submission(owner, address_hash(), text_name=mark("your question"), text_kind=QUESTION, **told)
    quota = quota_of(parts.config)
    try:
        submit(parts.database, parts.folder, sent, quota=quota, alongside=alongside)
    except QuotaReached:
        return mark("you have asked as often as one hour allows")
    except Busy:
        return mark("too much is waiting on this server right now")
    parts.runner.wake()
    return ""


def _reason_not_to_ask(session: Session, pack: Pack) -> str:
    """Return why no model is asked about this pack; empty when one is."""
    return _why_not(private=is_private(session, pack))


def _is_private_here(session: Session, pack: Pack) -> bool:
    """Say whether the pack that is being shown is private: a page asks twice, the database once."""
    found: dict[str, bool] = g.setdefault("private_packs", {})
    if pack.id not in found:
        found[pack.id] = is_private(session, pack)
    return found[pack.id]


def _why_not(*, private: bool) -> str:
    config = wiring().config
    if receivers.has_model(config, private=private):
        return ""
    if private:
        return "private"
    return "switched off" if config.gemini_api_key else "no key"


def _parse(raw: str) -> str:
    text = " ".join(parse_text(raw, MAX_QUESTION_CHARS).split())
    if not text:
        raise BadText(_("Write your question first."))
    return text


def _render_again(pack_id: str, raw: str, error: StudylensError) -> ResponseReturnValue:
    """Answer with the form, what was written, and what is wrong with it. Raises NotFound."""
    if wants_json():
        raise error
    kept = storable(raw[:_FORM_CHARS])
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        template = "quizzes/_follow_ups.html" if wants_fragment() else "quizzes/questions.html"
        page = render_template(template, pack=pack, problem=error.sentence, written=kept)
    return page, HTTPStatus.OK if wants_fragment() else error.status


def _json(reply: follow_ups.Reply) -> dict[str, Any]:
    row = reply.asked
    told = {"id": row.id, "question": row.question, "hint_only": row.hint_only, "answer": row.answer}
    job_url = url_for("jobs.show_job", job_id=row.job_id) if row.job_id else None
    found = {
        "lines": [asdict(line) for line in reply.lines],
        "on_page": row.on_page,
        "engine": row.engine,
        "status_url": job_url,
    }
    return {**told, **found, "state": "waiting" if reply.live else "ended", "note": note_words(reply.trouble)}
