"""What a pack gets after it was stored: the picture's caption, a card of it, or why there is none.

The student may have rated, edited, merged or deleted it meanwhile: nothing that is there is touched.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import Analysis, EngineReport
from studylens.analysis.protocol.wire import Stored
from studylens.language import mark
from studylens.models import Flashcard, Job, Pack, PackPage, TranscriptLine
from studylens.storable import printable
from studylens.study.packs.search import index_pack
from studylens.study.packs.store import ENGINE_CHARS, card_row, plain

CAPTIONER = "blip"
NOT_DESCRIBED = mark("What the picture shows was not described: that did not work.")


def stored(session: Session, job: Job) -> Stored | None:
    """Return what the job's pack holds since it was stored; None when it was not."""
    if job.stored_at is None:
        return None
    pack, page = _where(session, job)
    if page is not None:
        return Stored(turned=page.receipt.get("turned", 0), told=True)  # One page of many needs no more.
    if pack is None:
        return Stored(told=True)  # Deleted: nothing that comes now is kept.
    lines = session.scalars(select(TranscriptLine.text).where(TranscriptLine.pack_id == pack.id))
    return Stored(
        turned=pack.receipt.get("turned", 0),
        title=pack.title,
        told=bool(pack.explanation or pack.summary),
        cards=len(pack.cards),
        words=sum(len(text.split()) for text in lines),
    )


def add(session: Session, job: Job, found: Analysis) -> None:
    """Add what the end of `job` brought to the pack that its photo is in now; a deleted one gets nothing."""
    pack, page = _where(session, job)
    if pack is None:
        return
    caption, engine = printable(found.caption), printable(found.caption_engine)[:ENGINE_CHARS]
    pack.caption, pack.caption_engine = pack.caption or caption, pack.caption_engine or engine
    if page is not None:
        page.caption, page.caption_engine = caption, engine
    pack.title, teller = pack.title or printable(found.material.title), page or pack
    teller.title = teller.title or printable(found.material.title)
    teller.summary = teller.summary or printable(found.material.summary)
    if found.caption_engine:
        by_caption = [card for card in found.material.cards if card.origin == found.caption_engine]
        pack.cards.extend(Flashcard(**card_row(card)) for card in by_caption)
    _tell(pack, job, found.engines, found.notes)
    index_pack(session, pack)


def add_failure(session: Session, job: Job, reason: str) -> None:
    """Say in the job's pack that the picture was not described, and why."""
    pack, _ = _where(session, job)
    if pack is not None:
        _tell(pack, job, [EngineReport(CAPTIONER, "failed", reason)], [NOT_DESCRIBED])


def _where(session: Session, job: Job) -> tuple[Pack | None, PackPage | None]:
    """Return the pack that the job's photo is in, locked, and its page of it once packs were merged."""
    page = session.scalar(select(PackPage).where(PackPage.job_id == job.id))
    own = Pack.id == page.pack_id if page is not None else Pack.job_id == job.id
    return session.scalar(select(Pack).where(own).with_for_update()), page


def _tell(pack: Pack, job: Job, engines: Sequence[EngineReport], notes: Sequence[str]) -> None:
    """Note what the student is told and, where the pack tells of this photo, what became of engines."""
    pack.notes = list(dict.fromkeys([*pack.notes, *(printable(note) for note in notes)]))
    if pack.job_id == job.id:
        told = {report.engine for report in engines}
        earlier = [report for report in pack.engines if report.get("engine") not in told]
        pack.engines = [*earlier, *(plain(report) for report in engines)]
