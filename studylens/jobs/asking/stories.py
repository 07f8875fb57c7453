"""Panels of a story as jobs: each a turn of its own, the next one made when one ends, none paid for twice.

A panel is marked as asked for before the analysis gets it. What becomes of that mark when something dies:
nobody was asked: it is taken back and the job tries again; somebody was, or nobody knows: the panel is lost,
and the next one follows. A job's `text` is the panel's id, with ` only` behind it when no other shall follow.
"""

import base64
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.config import Config
from studylens.errors import NotFound, QuotaReached
from studylens.jobs.turns import order as turns
from studylens.language import mark
from studylens.models import QUEUED, Job, Pack, StoryPanel, new_id, now
from studylens.models.stories import PANEL_ASKED, PANEL_WAITS
from studylens.story_limits import PAUSE_SECONDS
from studylens.study.stories import panels

GONE = mark("This story was deleted.")


def prepare(database: Database, config: Config, text: str) -> PanelWish | Drawn:
    """Return the panel to draw, marked as asked for, or why none is. Raises NotFound, DatabaseDown."""
    with database.writing() as session:
        panel, pack = _found(session, text)
        if panel.state == PANEL_ASKED:
            panels.note_lost(panel)
            return Drawn(reason=panels.LOST)
        if panel.state != PANEL_WAITS:  # Another job was quicker.
            return Drawn(stops=True)
        if pack.private:
            return Drawn(reason="private", stops=True)
        try:
            panels.note_asked(session, panel, config.story_panels_per_day)
        except QuotaReached as full:
            return Drawn(reason=full.sentence, stops=True)
        first = panels.first_picture(session, panel)
        place = [one.id for one in panels.of_pack(session, pack.id)].index(panel.id) + 1
        sent = base64.b64encode(first).decode() if first else ""
        return PanelWish(place, panels.count_of(session, pack.id), panel.scene, panel.look, sent)


def settle(database: Database, text: str, reason: str = "") -> bool:
    """Take back the mark of an attempt that ended before anybody was asked, and say why; True: it is done."""
    with database.writing() as session:
        panel = session.get(StoryPanel, _panel_id(text), with_for_update=True)
        if panel is not None:
            panels.note_not_asked(session, panel, reason)
    return True


def receive(session: Session, job: Job, drawn: Drawn) -> None:
    """Keep what came of the panel, and make the job of the next turn in the same transaction."""
    panel = session.get(StoryPanel, _panel_id(job.text), with_for_update=True)
    if panel is None:  # The student has deleted the story meanwhile.
        return
    wait = panels.receive(session, panel, drawn)
    if job.cancel_requested or drawn.stops:
        return
    if wait is not None:
        _queue(session, job, job.text, max(wait, PAUSE_SECONDS))
    elif not job.text.endswith(panels.ONLY):
        following = panels.next_to_draw(session, panel.pack_id, after=panel.id)
        if following is not None:
            _queue(session, job, str(following.id), PAUSE_SECONDS)


def _queue(session: Session, job: Job, text: str, seconds: float) -> None:
    """Queue a turn of the same request; it holds no place until its time has come."""
    number = session.scalar(select(func.max(Job.number)).where(Job.batch_id == job.batch_id)) or job.number
    session.add(
        Job(
            id=new_id(), batch_id=job.batch_id, guest_id=job.guest_id, address_hash=job.address_hash,
            number=number + 1, kind=job.kind, state=QUEUED, name=job.name, text=text,
            folder_id=job.folder_id, not_before=now() + timedelta(seconds=seconds),
        )
    )  # fmt: skip
    turns.add(session, job.folder_id, job.guest_id)


def _found(session: Session, text: str) -> tuple[StoryPanel, Pack]:
    panel = session.get(StoryPanel, _panel_id(text), with_for_update=True)
    pack = session.get(Pack, panel.pack_id) if panel else None
    if panel is None or pack is None or pack.deleted_at is not None:
        raise NotFound(GONE)
    return panel, pack


def _panel_id(text: str) -> int:
    return int(text.removesuffix(panels.ONLY) or 0)
