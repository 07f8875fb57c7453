"""What the page says about a job: its place, an honest estimate, and what has happened so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import NothingFound, error_for_code
from studylens.jobs.turns.place import estimate_seconds, place_in_queue
from studylens.language import _, said
from studylens.models import (
    DOCUMENT,
    DONE,
    LINES,
    LIVE_STATES,
    PHOTO,
    QUESTION,
    QUEUED,
    READ_AGAIN,
    REBUILD,
    TEXT,
    Document,
    Job,
    Pack,
    PackPage,
    PackProposal,
)
from studylens.study.questions.follow_ups import pack_of_job
from studylens.study.reviews.fresh import first_draft
from studylens.web.text.words import STATES, duration_words, stage_share, stage_words
from studylens.web.upload.chart import Chart, draw
from studylens.web.upload.steps import IS, PROGRESS, Step, steps_of
from studylens.web.upload.trouble import Trouble, trouble_of

READING_ENDS = "after_ocr"
"""The stage that follows when all lines have been read; the only one that tells its progress."""
_MAKING = {PHOTO, TEXT, LINES}
"""Kinds of jobs that make a pack."""
_ABOUT_A_PACK = {REBUILD, READ_AGAIN, QUESTION}
"""Kinds of jobs that are about one that is there."""
_PRIVATE_ADVICE = "private mode"
"""Stands in the message of a photo that Gemini refused, and in no other."""


@dataclass(frozen=True)
class JobView:
    """One job in a student's words; `percent` of its stages, `problem` empty unless it went wrong."""

    id: str
    name: str
    state: str
    state_words: str
    live: bool
    doing: str
    stopping: bool
    estimate: str
    percent: int
    happened: tuple[str, ...]
    chart: Chart | None
    problem: str
    private_helps: bool
    pack_id: str | None
    pack_title: str
    is_document: bool = False
    document_id: str | None = None
    """A document whose pages wait to be chosen."""
    cards: int = 0
    """Of its pack, which may be there while the job still runs."""
    new_cards: int = 0
    """Those of them that the student has not answered yet."""
    sha256: str = ""
    """Of the photo, by which the student's own browser finds it; empty for a page of a document."""
    steps: tuple[Step, ...] = ()
    trouble: Trouble | None = None


def view_job(session: Session, job: Job) -> JobView:
    """Return what the page says about this job."""
    pack = pack_of(session, job)
    return JobView(
        id=job.id,
        name=said(job.name) or (_("Photo") if job.kind == PHOTO else _("Pasted text")),
        state=job.state,
        state_words=said(STATES.get(job.state, job.state)),
        live=job.state in LIVE_STATES,
        doing=_doing(session, job),
        stopping=job.state in LIVE_STATES and job.cancel_requested,
        estimate=_estimate(session, job),
        percent=_percent(job),
        happened=tuple(stage_words(stage.stage, job.kind) for stage in job.stages),
        chart=draw(job.stages, job.kind),
        problem=_problem(job, pack),
        private_helps=_private_helps(job),
        pack_id=pack.id if pack else None,
        pack_title=pack.title if pack else "",
        is_document=job.kind == DOCUMENT,
        document_id=_open_document(session, job),
        cards=len(pack.cards) if pack else 0,
        new_cards=first_draft(session, job.guest_id, pack.id)[1] if pack and job.kind in _MAKING else 0,
        sha256=job.sha256 if job.kind in {PHOTO, LINES} and not job.page else "",
        steps=steps_of(job),
        trouble=trouble_of(job) if job.error_code and not _has_pack(job, pack) else None,
    )


def _has_pack(job: Job, pack: Pack | None) -> bool:
    """Say whether the job has given its pack, whatever became of the rest."""
    return pack is not None and job.stored_at is not None


def _open_document(session: Session, job: Job) -> str | None:
    """Return the id of the document whose pages this job listed, while they can be chosen."""
    document = session.get(Document, job.id) if job.kind == DOCUMENT and job.state == DONE else None
    return document.id if document is not None and document.closed_at is None else None


def _doing(session: Session, job: Job) -> str:
    if job.state not in LIVE_STATES:
        return said(STATES.get(job.state, job.state))
    if job.cancel_requested:
        return _("Stopping")
    if job.state == QUEUED:
        place = place_in_queue(session, job)
        return _("Next in line") if place == 1 else _("Number %(n)s in line", n=place)
    found = PROGRESS.fullmatch(job.progress)
    if found and job.kind == DOCUMENT:
        return _("Looking at page %(n)s of %(all)s", n=found[1], all=found[2])
    return next((step.words for step in steps_of(job) if step.state == IS), _("Reading your page"))


def _percent(job: Job) -> int:
    """Return the share of the stages reached; while a page is being read, its lines count."""
    share = stage_share(job.stage)
    found = PROGRESS.fullmatch(job.progress)
    if found is None:
        return share
    rest = stage_share(READING_ENDS) - share
    return share + round(max(0, rest) * min(1.0, int(found[1]) / max(1, int(found[2]))))


def _estimate(session: Session, job: Job) -> str:
    if job.state not in LIVE_STATES or job.cancel_requested:
        return ""
    seconds = estimate_seconds(session, job)
    if seconds is None:
        return _("usually under a minute")
    if seconds < 1:
        return _("any moment now")
    return _("%(duration)s left", duration=duration_words(seconds))


def _private_helps(job: Job) -> bool:
    """Say whether Gemini refused this photo, so that this server would read it when asked to."""
    advised = _PRIVATE_ADVICE in (job.error_message or "")
    return advised and job.error_code == NothingFound.code and not job.private


def pack_of(session: Session, job: Job) -> Pack | None:
    """Return the pack that the job's photo is in now, also one that it was merged into; None: deleted."""
    return packs_of(session, [job])[job.id]


def packs_of(session: Session, jobs: Sequence[Job]) -> dict[str, Pack | None]:
    """Return the same for many jobs by their ids: what they have made in one statement, others one by one."""
    making = [job.id for job in jobs if job.kind not in _ABOUT_A_PACK]
    made = {pack.job_id: pack for pack in session.scalars(select(Pack).where(Pack.job_id.in_(making)))}
    packs = {job.id: made.get(job.id) or _pack_elsewhere(session, job) for job in jobs}
    return {job_id: pack if pack and pack.deleted_at is None else None for job_id, pack in packs.items()}


def _pack_elsewhere(session: Session, job: Job) -> Pack | None:
    """Return the pack that the job is about, or that its photo was merged into."""
    if job.kind in {REBUILD, READ_AGAIN}:
        meant = select(Pack).join(PackProposal, PackProposal.pack_id == Pack.id)
        return session.scalars(meant.where(PackProposal.job_id == job.id).limit(1)).first()
    if job.kind == QUESTION:
        return pack_of_job(session, job)
    if job.state != DONE and job.stored_at is None:
        return None
    merged = select(Pack).join(PackPage, PackPage.pack_id == Pack.id).where(PackPage.job_id == job.id)
    return session.scalars(merged.limit(1)).first()


def _problem(job: Job, pack: Pack | None) -> str:
    if job.error_code and not _has_pack(job, pack):
        return said(job.error_message or error_for_code(job.error_code).sentence)
    if job.state == DONE and pack is None and job.kind in _MAKING:
        return _("You deleted this pack.")
    return ""
