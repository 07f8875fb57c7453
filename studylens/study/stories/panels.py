"""The panels of a story: kept, asked for within the day's cap, ended; none is asked for twice by itself."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session, undefer

from studylens.analysis.protocol.drawing import Drawn
from studylens.database.upsert import insert_on
from studylens.errors import BadText, NotFound, QuotaReached
from studylens.language import _, mark
from studylens.models import LIVE_STATES, STORY, Job, Pack, StoryDay, StoryPanel, now
from studylens.models.stories import PANEL_ASKED, PANEL_DRAWN, PANEL_FAILED, PANEL_LOST, PANEL_WAITS
from studylens.story_limits import MAX_PANELS, MAX_TRIES, MOST_WAIT_SECONDS
from studylens.study.budgets import sums

if TYPE_CHECKING:
    from studylens.study.stories.script import Draft

ONLY = " only"
"""What a job's text has behind the id of its panel when no other panel shall follow."""
LOST = mark("Its answer never arrived. It may have been paid for, so it is drawn again only if you ask.")
DAY_OVER = mark("Today's pictures of this server are used up. Go on tomorrow.")


def begin(session: Session, pack: Pack, drafts: "Sequence[Draft]", look: str) -> list[StoryPanel]:
    """Keep the panels of a new story, which takes the place of an older one. Raises BadText."""
    if not 0 < len(drafts) <= MAX_PANELS:
        raise BadText(_("Choose from 1 to %(most)s panels.", most=MAX_PANELS))
    sums.touch(session, pack.id)
    session.execute(delete(StoryPanel).where(StoryPanel.pack_id == pack.id))
    panels = [
        StoryPanel(pack_id=pack.id, line=draft.line, caption=draft.caption, scene=draft.scene, look=look)
        for draft in drafts
    ]
    for panel in panels:  # One by one: their ids are their order.
        session.add(panel)
        session.flush()
    return panels


def of_pack(session: Session, pack_id: str) -> list[StoryPanel]:
    """Return the story of a pack, without its pictures."""
    return list(
        session.scalars(select(StoryPanel).where(StoryPanel.pack_id == pack_id).order_by(StoryPanel.id))
    )


def find(session: Session, pack_id: str, panel_id: int) -> StoryPanel:
    """Return a panel with its picture. Raises NotFound."""
    wanted = select(StoryPanel).where(StoryPanel.pack_id == pack_id, StoryPanel.id == panel_id)
    found = session.scalar(wanted.options(undefer(StoryPanel.jpeg)))
    if found is None:
        raise NotFound
    return found


def first_picture(session: Session, panel: StoryPanel) -> bytes | None:
    """Return the JPEG of the story's first panel that has one, unless that is this panel."""
    wanted = select(StoryPanel).where(StoryPanel.pack_id == panel.pack_id, StoryPanel.jpeg.is_not(None))
    first = session.scalar(wanted.order_by(StoryPanel.id).limit(1).options(undefer(StoryPanel.jpeg)))
    return first.jpeg if first is not None and first.id != panel.id else None


def next_to_draw(session: Session, pack_id: str, after: int = 0) -> StoryPanel | None:
    """Return the next panel without a picture that nobody was asked for."""
    waits = select(StoryPanel).where(
        StoryPanel.pack_id == pack_id, StoryPanel.id > after, StoryPanel.state == PANEL_WAITS
    )
    return session.scalar(waits.order_by(StoryPanel.id).limit(1))


def live_job(session: Session, pack_id: str) -> Job | None:
    """Return the job that draws this story now, or waits to."""
    names = select(StoryPanel.id).where(StoryPanel.pack_id == pack_id)
    texts = [f"{panel_id}{rest}" for panel_id in session.scalars(names) for rest in ("", ONLY)]
    live = select(Job).where(Job.kind == STORY, Job.state.in_(LIVE_STATES), Job.text.in_(texts))
    return session.scalar(live.limit(1))


def ask_again(panel: StoryPanel) -> None:
    """Let a panel be drawn once more; its picture stays until there is a new one."""
    panel.state, panel.reason, panel.tries = PANEL_WAITS, "", 0


def note_asked(session: Session, panel: StoryPanel, cap: int) -> None:
    """Note, before anybody is asked, that a panel is: it counts for the day. Raises QuotaReached."""
    _count(session, 1)  # First: from here on another machine that counts waits for this transaction.
    if asked_today(session) > cap:
        _count(session, -1)
        raise QuotaReached(_(DAY_OVER))
    panel.state = PANEL_ASKED


def note_not_asked(session: Session, panel: StoryPanel, reason: str = "") -> None:
    """Take `note_asked` back: nobody was asked, for this reason."""
    if panel.state == PANEL_ASKED:
        panel.state, panel.reason = PANEL_WAITS, reason
        _count(session, -1)


def note_lost(panel: StoryPanel) -> None:
    """Note that the answer for a panel never arrived."""
    if panel.state == PANEL_ASKED:
        panel.state, panel.reason = PANEL_LOST, LOST


def receive(session: Session, panel: StoryPanel, drawn: Drawn) -> float | None:
    """Keep what came of a panel; return the seconds after which it is asked for again.

    None: only the student asks again.
    """
    if panel.state != PANEL_ASKED:
        panel.reason = panel.reason or drawn.reason
        return None
    sums.touch(session, panel.pack_id)
    if drawn.jpeg_base64:
        panel.jpeg = base64.b64decode(drawn.jpeg_base64)
        panel.width, panel.height, panel.model = drawn.width, drawn.height, drawn.model
        panel.state, panel.reason, panel.made_at = PANEL_DRAWN, "", now()
        return None
    if not drawn.sent_to:
        _count(session, -1)  # Nobody was asked.
    wait = drawn.retry_after
    if wait is not None and wait <= MOST_WAIT_SECONDS and panel.tries + 1 < MAX_TRIES:
        panel.state, panel.tries, panel.reason = PANEL_WAITS, panel.tries + 1, drawn.reason
        _count(session, -1)
        return wait
    panel.reason = drawn.reason
    panel.state = PANEL_WAITS if drawn.stops else PANEL_FAILED
    return None


def asked_today(session: Session) -> int:
    """Return how many panels the whole service asked for on this UTC day."""
    row = session.get(StoryDay, _today(), populate_existing=True)
    return row.panels if row else 0


def count_of(session: Session, pack_id: str) -> int:
    """Return how many panels the story of a pack has."""
    return session.scalar(select(func.count()).where(StoryPanel.pack_id == pack_id)) or 0


def forget(session: Session, pack_id: str) -> None:
    """Delete the story of a pack."""
    sums.touch(session, pack_id)
    session.execute(delete(StoryPanel).where(StoryPanel.pack_id == pack_id))


def _count(session: Session, more: int) -> None:
    """Count panels for today; machines that begin a day at once all count, and a sum never falls below 0."""
    row = insert_on(session.get_bind().dialect.name, StoryDay).values(day=_today(), panels=max(0, more))
    total = case((StoryDay.panels + more > 0, StoryDay.panels + more), else_=0)
    session.execute(row.on_conflict_do_update(index_elements=["day"], set_={"panels": total}))


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
