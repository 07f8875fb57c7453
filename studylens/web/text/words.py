"""Names of the field in a student's words: stages, states, engines, durations, sizes."""

from studylens.analysis.protocol.result import SERVER
from studylens.models import CANCELLED, DONE, FAILED, PHOTO, QUEUED, RUNNING

_STAGES = {
    "before_image_processing": "Its turn has come",
    "after_decode": "Photo opened and turned upright",
    "after_gemini_resize": "Small copy made for Gemini",
    "after_gemini": "Gemini has answered",
    "after_gemini_cleanup": "Gemini's memory given back",
    "after_ocr": "Text read on this server",
    "after_ocr_cleanup": "The reader's memory given back",
    "after_blip_resize": "Small copy made of the picture",
    "after_blip_load": "Picture describer awake",
    "after_blip": "Picture described",
    "after_blip_cleanup": "The describer's memory given back",
    "after_file_cleanup": "Photo deleted from this server",
}
"""What has happened at each stage of a photo, in order."""
_OTHER_STAGES = {
    "before_local": "Text made ready",
    "after_local_resize": "Copy made for the model",
    "after_local": "The operator's model has ended",
    "after_local_cleanup": "Its memory given back",
    "after_listing": "Pages of the document listed",
    "after_boxes": "Lines found on the photo",
    "after_scripts": "Other scripts looked for",
}
"""The same of stages that few jobs have."""
_IN_PLACE_OF = {
    "before_local": "after_gemini_resize",
    "after_local_resize": "after_gemini_resize",
    "after_local": "after_gemini",
    "after_local_cleanup": "after_gemini_cleanup",
    "after_boxes": "after_ocr_cleanup",
    "after_scripts": "after_ocr_cleanup",
}
"""How far along they are: beside which stage of a photo each stands."""
_WITHOUT_PHOTO = {"after_file_cleanup": "Finished"}
"""The same of a job that had no photo to delete."""

STATES = {
    QUEUED: "Waiting",
    RUNNING: "Being read",
    DONE: "Ready",
    FAILED: "Did not work",
    CANCELLED: "Cancelled",
}
_ENGINES = {
    "gemini": "Gemini",
    "local": "Operator's model",
    "pdf": "Text of the PDF",
    "ocr": "Text reader",
    "boxes": "Places of the lines",
    "scripts": "Reader of other scripts",
    "blip": "Picture describer",
    "material": "Cards and quiz",
}
_MAKERS = {
    "student": "you",
    "you": "you",
    "import": "imported",
    "blip": "described on this server",
    "pdf": "taken from the PDF",
    "ocr": "read on this server",
    SERVER: "read on this server",
}
"""Who made a part of a pack, where no model's name belongs to it."""
_OUTCOMES = {"used": "used", "skipped": "not used", "failed": "did not work"}


def stage_words(stage: str, kind: str = PHOTO) -> str:
    """Return what has happened when a job of this kind has reached the stage."""
    if kind != PHOTO and stage in _WITHOUT_PHOTO:
        return _WITHOUT_PHOTO[stage]
    return _STAGES.get(stage) or _OTHER_STAGES.get(stage) or stage.replace("_", " ")


def stage_share(stage: str) -> int:
    """Return how far along this stage is, in per cent of the stages in order."""
    names, stage = list(_STAGES), _IN_PLACE_OF.get(stage, stage)
    return round(100 * (names.index(stage) + 1) / len(names)) if stage in _STAGES else 0


def origin_words(origin: str) -> str:
    """Return who made a part of a pack: an engine's name, this server, or the student."""
    engine, _, detail = origin.partition(":")
    if engine == "gemini":
        return f"Gemini {detail}".strip()
    if engine == "local":
        return f"{detail} on the operator's server"
    return _MAKERS.get(engine, origin)


def engine_words(engine: str) -> str:
    """Return an engine's name."""
    return _ENGINES.get(engine, engine)


def outcome_words(outcome: str) -> str:
    """Return what became of an engine."""
    return _OUTCOMES.get(outcome, outcome)


def duration_words(seconds: float) -> str:
    """Return a duration as people say it: `5 s`, `40 s`, `3 minutes`; never more exact than it is."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{round(seconds / 5) * 5} s"
    return f"{round(seconds / 60)} minutes"


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def capitalize_first(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is (`gemini-3.5` stays small)."""
    return text[:1].upper() + text[1:]
