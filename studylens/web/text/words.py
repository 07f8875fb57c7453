"""Names of the field in a student's words: stages, states, engines, durations, sizes."""

from studylens.analysis.protocol.result import SERVER
from studylens.language import _, mark, ngettext, said
from studylens.models import CANCELLED, DONE, FAILED, PHOTO, QUEUED, RUNNING, WITH_PHOTO
from studylens.study.reviews.contents import DUE, FRESH, KNOWN, LEARNING, PAUSED
from studylens.web.text.dates import decimal

_STAGES = {
    "before_image_processing": mark("Its turn has come"),
    "after_decode": mark("Photo opened and turned upright"),
    "after_gemini_resize": mark("Small copy made for Gemini"),
    "after_gemini": mark("Gemini has answered"),
    "after_gemini_cleanup": mark("Gemini's memory given back"),
    "after_ocr": mark("Text read on this server"),
    "after_ocr_cleanup": mark("The reader's memory given back"),
    "after_blip_resize": mark("Small copy made of the picture"),
    "after_blip_load": mark("Picture describer awake"),
    "after_blip": mark("Picture described"),
    "after_blip_cleanup": mark("The describer's memory given back"),
    "after_file_cleanup": mark("Photo deleted from this server"),
}
"""What has happened at each stage of a photo, in order."""
_OTHER_STAGES = {
    "before_local": mark("Text made ready"),
    "after_local_resize": mark("Copy made for the model"),
    "after_local": mark("The operator's model has ended"),
    "after_local_cleanup": mark("Its memory given back"),
    "after_listing": mark("Pages of the document listed"),
    "after_boxes": mark("Lines found on the photo"),
    "after_scripts": mark("Other scripts looked for"),
    "after_lines": mark("Lines of your device put in order"),
}
"""The same of stages that few jobs have."""
_CUTTING = {
    "after_cutout_model": mark("Looked for by a network"),
    "after_cutout": mark("Cut out"),
    "after_cutout_cleanup": mark("Its memory given back"),
}
"""The same of a job that cuts something out of a photo."""
_IN_PLACE_OF = {
    "before_local": "after_gemini_resize",
    "after_local_resize": "after_gemini_resize",
    "after_local": "after_gemini",
    "after_local_cleanup": "after_gemini_cleanup",
    "after_boxes": "after_ocr_cleanup",
    "after_scripts": "after_ocr_cleanup",
    "after_lines": "after_ocr_cleanup",
}
"""How far along they are: beside which stage of a photo each stands."""
_WITHOUT_PHOTO = {"after_file_cleanup": mark("Finished")}
"""The same of a job that had no photo to delete."""

STATES = {
    QUEUED: mark("Waiting"),
    RUNNING: mark("Being read"),
    DONE: mark("Ready"),
    FAILED: mark("Did not work"),
    CANCELLED: mark("Cancelled"),
}
_ENGINES = {
    "gemini": mark("Gemini"),
    "local": mark("Operator's model"),
    "pdf": mark("Text of the PDF"),
    "ocr": mark("Text reader"),
    "device": mark("Text reader on your device"),
    "white": mark("Text reader, on the page made white"),
    "boxes": mark("Places of the lines"),
    "scripts": mark("Reader of other scripts"),
    "blip": mark("Picture describer"),
    "material": mark("Cards and quiz"),
}
_MAKERS = {
    "student": mark("you"),
    "you": mark("you"),
    "import": mark("imported"),
    "blip": mark("described on this server"),
    "pdf": mark("taken from the PDF"),
    "ocr": mark("read on this server"),
    "device": mark("read on your device"),
    SERVER: mark("read on this server"),
}
"""Who made a part of a pack, where no model's name belongs to it."""
_OUTCOMES = {"used": mark("used"), "skipped": mark("not used"), "failed": mark("did not work")}
_CARD_STATES = {
    FRESH: mark("New"),
    DUE: mark("Due"),
    LEARNING: mark("Learning"),
    KNOWN: mark("Known"),
    PAUSED: mark("Paused"),
}


def stage_words(stage: str, kind: str = PHOTO) -> str:
    """Return what has happened when a job of this kind has reached the stage."""
    if kind not in WITH_PHOTO and stage in _WITHOUT_PHOTO:
        return said(_WITHOUT_PHOTO[stage])
    return said(_STAGES.get(stage) or {**_OTHER_STAGES, **_CUTTING}.get(stage) or stage.replace("_", " "))


def stage_share(stage: str) -> int:
    """Return how far along this stage is, in per cent of the stages in order."""
    names, stage = list(_STAGES), _IN_PLACE_OF.get(stage, stage)
    return round(100 * (names.index(stage) + 1) / len(names)) if stage in _STAGES else 0


def origin_words(origin: str) -> str:
    """Return who made a part of a pack: an engine's name, this server, or the student."""
    engine, _colon, detail = origin.partition(":")
    if engine == "gemini":
        return f"Gemini {detail}".strip()
    if engine == "local":
        return _("%(model)s on the operator's server", model=detail)
    return said(_MAKERS.get(engine, origin))


def engine_words(engine: str) -> str:
    """Return an engine's name."""
    return said(_ENGINES.get(engine, engine))


def outcome_words(outcome: str) -> str:
    """Return what became of an engine."""
    return said(_OUTCOMES.get(outcome, outcome))


def duration_words(seconds: float) -> str:
    """Return a duration as people say it: `5 s`, `40 s`, `3 minutes`; never more exact than it is."""
    if seconds < 10:
        return _("%(n)s s", n=max(1, round(seconds)))
    if seconds < 90:
        return _("%(n)s s", n=round(seconds / 5) * 5)
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60))


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1024:
        return ngettext("%(num)s byte", "%(num)s bytes", size)
    if size < 1024 * 1024:
        return _("%(n)s kB", n=f"{size / 1024:.0f}")
    return _("%(n)s MB", n=decimal(f"{size / 1024 / 1024:.1f}"))


def kept_words(text: str) -> str:
    """Return in the reader's language what was kept in English; what has a colon is said half by half."""
    whole = said(text)
    head, colon, tail = text.partition(": ")
    if whole != text or not colon:
        return whole
    end = "." * tail.endswith(".")
    return f"{said(head)}: {said(tail.removesuffix('.'))}{end}"


def state_words(state: str) -> str:
    """Return how far a card is, to begin a label with."""
    return said(_CARD_STATES.get(state, state))


def capitalize_first(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is (`gemini-3.5` stays small)."""
    return text[:1].upper() + text[1:]
