"""The form of settings: its texts, what they may be, and what to say when they are not."""

from collections.abc import Mapping

from studylens.models import StudySettings
from studylens.study.days import is_zone
from studylens.study.settings import DAILY_CAP, NEW_PER_DAY, RETENTION, Choices, Range

_PER_CENT = 100
_NUMBERS = {"daily_cap": DAILY_CAP, "new_per_day": NEW_PER_DAY, "retention": RETENTION}


def as_text(settings: StudySettings) -> dict[str, str]:
    """Return the settings as the fields of the form; what is off is missing, as browsers send it."""
    found = {
        "time_zone": settings.time_zone, "daily_cap": str(settings.daily_cap),
        "new_per_day": str(settings.new_per_day), "retention": str(round(settings.retention * _PER_CENT)),
    }  # fmt: skip
    if settings.streak_on:
        found["streak_on"] = "1"
    return found | {"buttons": "4" if settings.four_buttons else "2"}


def parse_choices(sent: Mapping[str, str]) -> tuple[Choices | None, dict[str, str]]:
    """Return what was chosen, or None and a sentence for each field that needs another value."""
    problems = {
        name: problem for name, span in _NUMBERS.items() if (problem := _problem(sent.get(name), span))
    }
    zone = sent.get("time_zone", "")
    if not is_zone(zone):
        problems["time_zone"] = "This time zone is not known here. Choose one from the list."
    if sent.get("buttons") not in {"2", "4"}:
        problems["buttons"] = "Choose two or four buttons."
    if problems:
        return None, problems
    cap, new, retention = (int(sent[name]) for name in _NUMBERS)
    choices = Choices(
        zone,
        cap,
        new,
        retention / _PER_CENT,
        four_buttons=sent["buttons"] == "4",
        streak_on="streak_on" in sent,
    )
    return choices, {}


def _problem(text: str | None, span: Range) -> str:
    """Return what is wrong with a whole number; nothing when it is fine."""
    text = (text or "").strip()
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(span.most))
    if plain and span.least <= int(text) <= span.most:
        return ""
    return f"Write a whole number from {span.least} to {span.most}."
