"""Why a photo gave nothing, in a student's words: what is, what helps, and what to do next."""

import re
from dataclasses import dataclass

from studylens.errors import NothingFound, error_for_code
from studylens.language import _, mark, said
from studylens.models import DOCUMENT, TEXT, Job
from studylens.web.text.words import engine_words

_REASONS = re.compile(r" ?\(([a-z]+: [^()]*(?:; [a-z]+: [^()]*)*)\)$")
"""What became of each engine, at the end of the sentence of a photo in which nothing was found."""
HEADLINES = {
    "nothing_found": mark("Nothing to study in this photo"),
    "upload_lost": mark("We lost your photo"),
    "took_too_long": mark("It took too long"),
    "out_of_memory": mark("This photo is too large to read here"),
    "bad_document": mark("This PDF cannot be opened"),
    "cancelled": mark("Cancelled"),
}
_MEASURED = (
    ("too dark", "bulb", mark("More light."), mark("This one was too dark.")),
    ("blurred", "target", mark("Sharp."), mark("This one was blurred: hold still, and tap to focus.")),
    ("tilted", "turn", mark("Flat."), mark("The lines were tilted: hold the phone level with the page.")),
    (
        "up and down",
        "turn",
        mark("Upright."),
        mark("The lines run up and down: turn the phone by a quarter."),
    ),
)
_USUAL = (
    ("bulb", mark("More light."), mark("Near a window, and without your shadow on the page.")),
    ("crop", mark("Closer."), mark("Let the page fill the picture.")),
    ("turn", mark("Flat."), mark("Hold the phone level with the page.")),
)
HELP_FOR = {"nothing_found", "took_too_long", "out_of_memory", "crashed", "unreadable"}
"""Endings that a better photo may change."""


@dataclass(frozen=True)
class Help:
    """One piece of advice: an icon's name, what to do, and why."""

    icon: str
    what: str
    why: str


@dataclass(frozen=True)
class Trouble:
    """How a job without a pack ended; `reasons` name the engines and belong into the fold."""

    headline: str
    sentence: str
    helps: tuple[Help, ...] = ()
    reasons: tuple[str, ...] = ()


def trouble_of(job: Job) -> Trouble:
    """Return what the page says of a job that failed or was cancelled."""
    message = job.error_message or error_for_code(job.error_code or "").sentence
    found = _REASONS.search(message)
    reasons = tuple(found[1].split("; ")) if found else ()
    sentence = message[: found.start()] if found else message
    helps = _helps(message) if job.error_code in HELP_FOR and job.kind not in {TEXT, DOCUMENT} else ()
    return Trouble(_headline(job), said(_without_advice(sentence)), helps, tuple(map(_reason, reasons)))


def _reason(text: str) -> str:
    engine, _colon, reason = text.partition(": ")
    return f"{engine_words(engine)}: {said(reason)}"


def _headline(job: Job) -> str:
    if job.error_code == NothingFound.code and job.kind == TEXT:
        return _("Nothing to study in this text")
    return said(HEADLINES.get(job.error_code or "", mark("That did not work")))


def _helps(message: str) -> tuple[Help, ...]:
    """Return what was measured in this photo first, then what usually helps; three in all."""
    measured = [Help(*rest) for sign, *rest in _MEASURED if sign in message]
    names = {item.what for item in measured}
    usual = [Help(*item) for item in _USUAL if item[1] not in names]
    return tuple([*measured, *usual][:3])


def _without_advice(sentence: str) -> str:
    """Return the sentence without what the list of advice says in other words."""
    parts = re.split(r"(?<=[.!?]) ", sentence)
    return " ".join(part for part in parts if not part.startswith("Retake it, because"))
