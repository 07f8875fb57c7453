"""Quizzes: choose what is asked, answer one question after the other, see the result."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, object_session

from studylens.errors import BadText, NotFound, StudylensError
from studylens.language import _
from studylens.models import Pack, QuizAttempt, QuizItem, now
from studylens.study.packs.store import find_pack
from studylens.study.quizzes import making, results, taking
from studylens.study.quizzes.chosen import start_on
from studylens.study.quizzes.making import Wish
from studylens.study.reviews.sitting import sitting_of
from studylens.study.reviews.today import today_of
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.packs.chosen import every
from studylens.web.quizzes.feedback import feedback_of
from studylens.web.quizzes.forms import DEFAULT_COUNT, MOST_PACKS, count_choices, sent_answer, sent_wish

blueprint = Blueprint("quizzes", __name__)
_ITEM = "/quizzes/<attempt_id>/items/<int:position>"


@blueprint.get("/quizzes")
def show_quizzes() -> ResponseReturnValue:
    """Offer a quiz over several packs, and list the guest's attempts."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        packs = results.quiz_packs(session, guest)
        taken = results.list_taken(session, guest)
        chosen = {"counts": count_choices(), "count": DEFAULT_COUNT}
        return render_template("quizzes/list.html", packs=packs, taken=taken, **chosen)


@blueprint.post("/quizzes")
@takes(FIELDS)
def start_mixed() -> ResponseReturnValue:
    """Start a quiz over the chosen packs; none chosen means all. Raises BadText, NotFound."""
    sent = sent_wish()
    with wiring().database.writing() as session:
        guest = guest_id(session)
        packs = _listed(session) or [find_pack(session, guest, pack_id) for pack_id in sent.pack_ids]
        packs = packs or list(results.quiz_packs(session, guest))
        if guest is None or not packs:
            raise BadText(_("A quiz needs a pack. Photograph a page first."))
        title = _title(packs[0]) if len(packs) == 1 else _("Mixed quiz")
        attempt = making.start(session, guest, Wish(packs, sent.count, sent.typed, title))
    return _to("quizzes.show_quiz", attempt_id=attempt.id)


def _listed(session: Session) -> list[Pack]:
    """Return all packs of a library's list, where the form chooses them. Raises BadText for more than 200."""
    listed = every(session)
    if listed is not None and listed.total > MOST_PACKS:
        raise BadText(_("Choose at most %(most)s packs, or none for all of them.", most=MOST_PACKS))
    return listed.found.some(session, MOST_PACKS) if listed else []


@blueprint.post("/quizzes/today")
def start_on_today() -> ResponseReturnValue:
    """Start a quiz on the cards that were reviewed today, in one pack or in all. Raises BadText, NotFound."""
    pack_id = request.form.get("pack", "")
    with wiring().database.writing() as session:
        guest = guest_id(session)
        pack = find_pack(session, guest, pack_id) if pack_id else None
        if guest is None:
            raise BadText(_("A quiz on today's cards needs a review first."))
        sitting = sitting_of(session, today_of(session, guest, now()), pack.id if pack else None)
        title = _title(pack) if pack else _("Today’s cards")
        attempt = start_on(session, guest, sitting.answered, title=title)
    return _to("quizzes.show_quiz", attempt_id=attempt.id)


@blueprint.post("/packs/<pack_id>/quiz/start")
def start(pack_id: str) -> ResponseReturnValue:
    """Start a quiz from one pack. Raises BadText, NotFound."""
    sent = sent_wish()
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        wish = Wish([pack], sent.count, sent.typed, _title(pack))
        attempt = making.start(session, pack.guest_id, wish)
    return _to("quizzes.show_quiz", attempt_id=attempt.id)


@blueprint.get("/quizzes/<attempt_id>")
def show_quiz(attempt_id: str) -> ResponseReturnValue:
    """Go on where the guest left off; after the last answer, show the result. Raises NotFound."""
    with wiring().database.reading() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id)
        item = taking.next_open(attempt)
        if item is not None:
            return _to("quizzes.show_item", attempt_id=attempt_id, position=item.position)
        return _render_result(session, attempt)


@blueprint.get(_ITEM)
def show_item(attempt_id: str, position: int) -> ResponseReturnValue:
    """Show one question: to be answered, or with its answer once one was given. Raises NotFound."""
    with wiring().database.reading() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id)
        item = taking.find_item(attempt, position)
        if item.given is None and attempt.finished_at is not None:
            return _to("quizzes.show_quiz", attempt_id=attempt_id)
        return _render_item(session, attempt, item)


@blueprint.post(_ITEM)
def answer(attempt_id: str, position: int) -> ResponseReturnValue:
    """Grade an answer; a second one changes nothing. Raises NotFound."""
    sent = sent_answer()
    with wiring().database.writing() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id, to_change=True)
        item = taking.find_item(attempt, position)
        try:
            taking.answer(session, attempt, item, sent.given(item, now()))
        except BadText as error:
            return _render_item(session, attempt, item, problem=error, typed=sent.typed), error.status
    return _to("quizzes.show_item", attempt_id=attempt_id, position=position)


@blueprint.post(f"{_ITEM}/overrule")
def overrule(attempt_id: str, position: int) -> ResponseReturnValue:
    """Take the student's word that the answer was right; back to where it was said. Raises NotFound."""
    to_result = request.form.get("to") == "result"
    with wiring().database.writing() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id, to_change=True)
        taking.overrule(session, attempt, taking.find_item(attempt, position), now())
    if to_result:
        return _to("quizzes.show_quiz", attempt_id=attempt_id)
    return _to("quizzes.show_item", attempt_id=attempt_id, position=position)


@blueprint.post("/quizzes/<attempt_id>/finish")
def finish(attempt_id: str) -> ResponseReturnValue:
    """End a quiz early and show its result. Raises NotFound."""
    with wiring().database.writing() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id, to_change=True)
        taking.finish(attempt, now())
    return _to("quizzes.show_quiz", attempt_id=attempt_id)


@blueprint.post("/quizzes/<attempt_id>/resume")
def resume(attempt_id: str) -> ResponseReturnValue:
    """Go on with a quiz that was ended early. Raises NotFound."""
    with wiring().database.writing() as session:
        attempt = taking.find_attempt(session, guest_id(session), attempt_id, to_change=True)
        taking.resume(attempt)
    return _to("quizzes.show_quiz", attempt_id=attempt_id)


@blueprint.post("/quizzes/<attempt_id>/retry")
def retry(attempt_id: str) -> ResponseReturnValue:
    """Start a quiz of what was answered wrong. Raises NotFound, BadText."""
    with wiring().database.writing() as session:
        old = taking.find_attempt(session, guest_id(session), attempt_id)
        sources = results.wrong_sources(session, old)
        attempt = making.begin(session, old.guest_id, sources, title=old.title)
    return _to("quizzes.show_quiz", attempt_id=attempt.id)


@blueprint.app_template_global("quiz_of")
def describe_quiz(pack: Pack, was_tried: bool = True) -> Mapping[str, Any]:  # noqa: FBT001, FBT002 - templates'.
    """Return what the pack's page says about its quiz: what can be asked, and the last attempts, if any."""
    session = object_session(pack)
    if session is None:
        raise NotFound
    choices, typed = making.count_askable(session, pack.id)
    taken = results.list_taken(session, pack.guest_id, pack.id) if was_tried else []
    counts = count_choices(choices + typed)
    shown = {"counts": counts, "count": min(DEFAULT_COUNT, counts[-1][0])}
    return {"choices": choices, "typed": typed, "taken": taken, **shown}


def _render_item(
    session: Session,
    attempt: QuizAttempt,
    item: QuizItem,
    *,
    problem: StudylensError | None = None,
    typed: str = "",
) -> str:
    """Render one question; its answer is in the page only once the student has given one."""
    packs = taking.packs_of(session, attempt)
    shown = {
        "attempt": attempt,
        "item": item,
        "pack": packs.get(attempt.pack_id or ""),
        "score": results.score_of(attempt),
        "following": taking.next_open(attempt),
    }
    if item.given is not None:
        [feedback] = feedback_of(session, packs, [item])
        return render_template("quizzes/answered.html", **shown, feedback=feedback)
    asked = {"shown_ms": round(now().timestamp() * 1000), "typed": typed}
    return render_template("quizzes/page.html", **shown, **asked, problem=problem.sentence if problem else "")


def _render_result(session: Session, attempt: QuizAttempt) -> str:
    """Render what came of a quiz: what was missed first, then what was right."""
    packs = taking.packs_of(session, attempt)
    told = feedback_of(session, packs, [item for item in attempt.items if item.given is not None])
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        score=results.score_of(attempt),
        pack=packs.get(attempt.pack_id or ""),
        missed=[feedback for feedback in told if not feedback.item.correct],
        right=[feedback for feedback in told if feedback.item.correct],
    )


def _title(pack: Pack) -> str:
    return pack.title or _("Untitled page")


def _to(endpoint: str, **values: Any) -> ResponseReturnValue:
    return redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER)
