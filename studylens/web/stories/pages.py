"""A pack's story: its script with the price, the panels while they are drawn, one drawn again, pictures."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import BadText, Busy, NotFound
from studylens.jobs import queue
from studylens.jobs.turns.place import place_in_queue
from studylens.language import _, mark, said
from studylens.models import STORY, Batch, Job, Pack, StoryPanel
from studylens.models.stories import PANEL_ASKED, PANEL_DRAWN, PANEL_WAITS
from studylens.story_limits import CAPTION_CHARS, LOOK_CHARS, SCENE_CHARS
from studylens.study.packs.store import find_pack
from studylens.study.stories import panels
from studylens.study.stories.prices import price_of
from studylens.study.stories.script import script
from studylens.web.door.accept import wants_fragment, wants_json
from studylens.web.door.guests import address_hash, guest_id
from studylens.web.door.wiring import wiring
from studylens.web.stories import forms

blueprint = Blueprint("stories", __name__)
_STOP_POLLING = 286
"""htmx replaces the part once more, then asks no longer."""
PRIVATE = mark(
    "This pack was made in private mode: none of its words leave this server, so nothing is drawn of them."
)
_LIMITS = {"caption": CAPTION_CHARS, "scene": SCENE_CHARS, "look": LOOK_CHARS}


@blueprint.get("/packs/<pack_id>/story")
def show(pack_id: str) -> ResponseReturnValue:
    """Show the story of a pack, or the script of one; its JSON has the same. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        story = panels.of_pack(session, pack.id)
        if wants_json():
            return jsonify(_plain(session, pack, story))
        if not story:
            return _script_page(session, pack)
        shown = _shown(session, pack, story)
        if not wants_fragment():
            return render_template("stories/story.html", **shown)
        status = HTTPStatus.OK if shown["live"] else _STOP_POLLING
        return render_template("stories/_panels.html", **shown), status


@blueprint.post("/packs/<pack_id>/story")
def begin(pack_id: str) -> ResponseReturnValue:
    """Keep a script and queue its first panel; the others follow. Raises NotFound, QuotaReached, Busy."""
    script_sent = forms.sent()  # Before the database: a body may arrive slowly.
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        _require_open(pack)
        _require_rest(session, pack)
        try:
            drafts, look = forms.checked(script_sent, pack)
        except BadText as error:
            if wants_json():
                raise
            return _script_page(session, pack, script_sent, error.sentence), error.status

    def note(session: Session, batch: Batch) -> None:
        kept = _locked(session, pack_id)
        made = panels.begin(session, kept, drafts, look)
        batch.jobs[0].text = str(made[0].id)

    return _queued(pack, note)


@blueprint.post("/packs/<pack_id>/story/go-on")
def go_on(pack_id: str) -> ResponseReturnValue:
    """Draw the panels that wait, after a stop or on a new day. Raises NotFound, QuotaReached, Busy."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        _require_open(pack)
        _require_rest(session, pack)
        waits = panels.next_to_draw(session, pack.id)
    return _queued(pack, partial(_note_panel, text=str(waits.id))) if waits else _back(pack_id)


@blueprint.post("/packs/<pack_id>/story/<int:panel_id>/again")
def draw_again(pack_id: str, panel_id: int) -> ResponseReturnValue:
    """Draw one panel once more, with new words if they are sent; it is paid for once more.

    Raises NotFound, BadText, QuotaReached, Busy.
    """
    words = forms.new_words()
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        _require_open(pack)
        _require_rest(session, pack)
        panel = panels.find(session, pack.id, panel_id)
        panel.caption, panel.scene = words.caption or panel.caption, words.scene or panel.scene
    return _queued(pack, partial(_note_panel, text=f"{panel_id}{panels.ONLY}"))


@blueprint.get("/packs/<pack_id>/story/delete")
def ask_delete(pack_id: str) -> str:
    """Ask before a story is deleted: its pictures were paid for. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        story = panels.of_pack(session, pack.id)
        if not story:
            raise NotFound
        drawn = sum(panel.state == PANEL_DRAWN for panel in story)
        return render_template("stories/delete.html", pack=pack, panels=len(story), drawn=drawn)


@blueprint.post("/packs/<pack_id>/story/delete")
def delete(pack_id: str) -> ResponseReturnValue:
    """Delete the story; a panel that is drawn just now goes, too. Raises NotFound."""
    parts = wiring()
    with parts.database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        job = panels.live_job(session, pack.id)
    if job is not None:  # First, since panels name their job: whoever is cut off here can try again.
        queue.cancel(parts.database, parts.folder, job.id)
    with parts.database.writing() as session:
        panels.forget(session, pack.id)
    return redirect(url_for("packs.show_more", pack_id=pack_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/packs/<pack_id>/story/<int:panel_id>/picture")
def picture(pack_id: str, panel_id: int) -> Response:
    """Send a panel's picture. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        jpeg = panels.find(session, pack.id, panel_id).jpeg
    if jpeg is None:
        raise NotFound
    answer = Response(jpeg, mimetype="image/jpeg")
    answer.cache_control.private = True
    return answer


def _require_open(pack: Pack) -> None:
    """Raise BadText where nothing may leave this server, or nobody draws."""
    config = wiring().config
    if pack.private:
        raise BadText(said(PRIVATE))
    if not config.draws:
        raise BadText(_("No image model is set up on this server."))


def _require_rest(session: Session, pack: Pack) -> None:
    if panels.live_job(session, pack.id) is not None:
        raise Busy(_("This story is being drawn just now. Stop it first, or wait for it."), retry_after=30)


def _locked(session: Session, pack_id: str) -> Pack:
    """Return the pack, held until the job is queued: a story is drawn once at a time. Raises Busy."""
    pack = session.get_one(Pack, pack_id, with_for_update=True)
    _require_rest(session, pack)
    return pack


def _note_panel(session: Session, batch: Batch, *, text: str) -> None:
    """Let a panel wait for its turn in the transaction that queues it."""
    panel = session.get(StoryPanel, int(text.removesuffix(panels.ONLY)))
    if panel is None:
        raise NotFound
    _locked(session, panel.pack_id)
    panels.ask_again(panel)
    batch.jobs[0].text = text


def _queued(pack: Pack, note: Any) -> ResponseReturnValue:
    parts = wiring()
    name = _("story of %(title)s", title=pack.title or _("your pack"))[:100]
    wish = queue.Submission(pack.guest_id, address_hash(), text="0", text_kind=STORY, text_name=name)
    queue.submit(parts.database, parts.folder, wish, quota=queue.quota_of(parts.config), alongside=note)
    parts.runner.wake()
    return _back(pack.id)


def _back(pack_id: str) -> ResponseReturnValue:
    address = url_for("stories.show", pack_id=pack_id)
    if wants_json():
        return jsonify(story_url=address), HTTPStatus.ACCEPTED
    return redirect(address, HTTPStatus.SEE_OTHER)


def _script_page(session: Session, pack: Pack, told: forms.Sent | None = None, problem: str = "") -> str:
    """Return the script to be read and changed: what was sent, where something is wrong with it."""
    config = wiring().config
    drafts = told.panels if told else [{**vars(draft), "chosen": True} for draft in script(pack)]
    asked = panels.asked_today(session)
    shown = {
        "pack": pack, "drafts": drafts, "returning": told.look if told else "", "problem": problem,
        "private_words": said(PRIVATE), "draws": config.draws, "model": config.gemini_image_model,
        "price": price_of(config.gemini_image_model, len(drafts)), "limits": _LIMITS,
        "left": max(0, config.story_panels_per_day - asked),
    }  # fmt: skip
    return render_template("stories/script.html", **shown)


def _shown(session: Session, pack: Pack, story: list[StoryPanel]) -> dict[str, Any]:
    config, job = wiring().config, panels.live_job(session, pack.id)
    now_drawn = _drawn_now(job)
    return {
        "pack": pack, "panels": story, "job": job, "live": job is not None, "drawn_now": now_drawn,
        "place": place_in_queue(session, job) if job else 0, "lost_said": said(panels.LOST),
        "done": sum(panel.state == PANEL_DRAWN for panel in story),
        "waits": sum(panel.state == PANEL_WAITS for panel in story), "ASKED": PANEL_ASKED,
        "draws": config.draws and not pack.private, "limits": _LIMITS,
        "price": price_of(config.gemini_image_model, 1),
    }  # fmt: skip


def _drawn_now(job: Job | None) -> int:
    """Return the id of the panel that a job draws, or will; 0: none."""
    return int(job.text.removesuffix(panels.ONLY) or 0) if job else 0


def _plain(session: Session, pack: Pack, story: list[StoryPanel]) -> dict[str, Any]:
    job = panels.live_job(session, pack.id)
    address = partial(url_for, "stories.picture", pack_id=pack.id)
    return {
        "live": job is not None,
        "draws": wiring().config.draws and not pack.private,
        "script": [vars(draft) for draft in script(pack)] if not story else [],
        "panels": [
            {
                "id": panel.id, "caption": panel.caption, "scene": panel.scene, "line": panel.line,
                "state": panel.state, "reason": panel.reason, "model": panel.model,
                "picture_url": address(panel_id=panel.id) if panel.width else None,
            }
            for panel in story
        ],
    }  # fmt: skip
