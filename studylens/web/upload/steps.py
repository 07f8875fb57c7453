"""The plain steps of a page on its way: opened, read, made into cards. What made them is in the fold."""

import re
from dataclasses import dataclass

from studylens.language import _
from studylens.models import LINES, QUEUED, TEXT, Job

DONE, IS, AHEAD = "done", "is", "ahead"
PROGRESS = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
"""How far a long stage is, as the runner writes it."""
_NO_PHOTO = {TEXT, LINES}
_READ = {
    "after_gemini",
    "after_gemini_cleanup",
    "after_local",
    "after_local_cleanup",
    "after_ocr",
    "after_ocr_cleanup",
    "after_scripts",
    "after_boxes",
    "after_lines",
}
_DESCRIBING = ("after_blip",)


@dataclass(frozen=True)
class Step:
    """One step in a student's words; `state`: done, is or ahead."""

    words: str
    state: str


def steps_of(job: Job) -> tuple[Step, ...]:
    """Return the steps of a photo, a page of a document or a text, as far as the job is."""
    at = _place(job)
    words = _words(job)
    states = [DONE if place < at else IS if place == at else AHEAD for place in range(len(words))]
    return tuple(Step(told[state], state) for told, state in zip(words, states, strict=True))


def _place(job: Job) -> int:
    """Return the number of the step that is going on, from 0."""
    if job.state == QUEUED or job.stage in {"", "before_image_processing"}:
        return 1 if job.kind in _NO_PHOTO and job.stage else 0
    if job.stored_at is not None or job.stage.startswith(_DESCRIBING):
        return 3
    if job.stage in _READ:
        return 2
    return 1


def _words(job: Job) -> tuple[dict[str, str], ...]:
    lines = PROGRESS.fullmatch(job.progress)
    counted = _("Reading line %(n)s of %(all)s", n=lines[1], all=lines[2]) if lines else _("Reading the page")
    opened = _("Text opened") if job.kind in _NO_PHOTO else _("Photo opened")
    opening = _("Waiting for its turn") if job.state == QUEUED else _("Opening it")
    told = (
        (opened, opening, _("Open it")),
        (_("Page read"), counted, _("Read the page")),
        (_("Cards written"), _("Writing your cards"), _("Write cards")),
        (_("Picture described"), _("Looking at the picture"), _("Look at the picture")),
    )
    return tuple({DONE: done, IS: now, AHEAD: ahead} for done, now, ahead in told)
