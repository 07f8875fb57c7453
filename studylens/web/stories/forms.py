"""The panels of a story as a form or a program sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import request

from studylens.errors import BadText
from studylens.language import _
from studylens.models import Pack
from studylens.storable import is_storable, whole_number
from studylens.story_limits import CAPTION_CHARS, LOOK_CHARS, MAX_PANELS, SCENE_CHARS
from studylens.study.stories.script import Draft
from studylens.web.door.bodies import BodyRequest
from studylens.web.door.plain import JSON, json_object, told
from studylens.web.upload.intake import is_yes


@dataclass(frozen=True)
class Sent:
    """A script as it was sent, believed or not: shown again where something is wrong."""

    panels: Sequence[Mapping[str, Any]]
    """Each with caption, scene, line and chosen."""
    look: object
    agreed: bool


@dataclass(frozen=True)
class NewWords:
    """What a panel shall say and show from now on; None: what it did."""

    caption: str | None
    scene: str | None


def new_words() -> NewWords:
    """Return what a form or a JSON object has for one panel. Raises BadText, BadForm."""
    fields = told(cast("BodyRequest", request))

    def word(name: str, most: int) -> str | None:
        return needed_text(fields[name], most) if name in fields else None

    return NewWords(word("caption", CAPTION_CHARS), word("scene", SCENE_CHARS))


def sent() -> Sent:
    """Return what a form or a JSON object holds. Raises BadText, BadForm."""
    if request.mimetype != JSON:
        names = ("caption", "scene", "line")
        panels = [
            {name: request.form.get(f"{name}{place}", "") for name in names}
            | {"chosen": is_yes(request.form.get(f"draw{place}", ""))}
            for place in range(1, MAX_PANELS + 1)
            if f"caption{place}" in request.form
        ]
        return Sent(panels, request.form.get("look", ""), is_yes(request.form.get("agreed", "")))
    body = json_object(cast("BodyRequest", request))
    listed = body.get("panels")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadText(_("panels must be a list of objects with caption and scene."))
    chosen = [{**one, "chosen": True} for one in listed[: MAX_PANELS + 1]]
    return Sent(chosen, body.get("look", ""), body.get("agreed") is True)


def checked(script: Sent, pack: Pack) -> tuple[list[Draft], str]:
    """Return the chosen panels and the look. Raises BadText."""
    if not script.agreed:
        raise BadText(_("Say first that you are of age and agree that these words go to Google."))
    lines = {line.n for line in pack.transcript}
    drafts = [_draft(panel, lines) for panel in script.panels if panel["chosen"]]
    if not 0 < len(drafts) <= MAX_PANELS:
        raise BadText(_("Choose from 1 to %(most)s panels.", most=MAX_PANELS))
    return drafts, text_of(script.look, LOOK_CHARS)


def text_of(value: object, most: int) -> str:
    """Return a text on one line. Raises BadText for one that is too long, or no text."""
    text = " ".join(value.split()) if isinstance(value, str) else None
    if text is None or len(text) > most or not is_storable(text):
        raise BadText(_("A text here may have %(most)s characters.", most=most))
    return text


def needed_text(value: object, most: int) -> str:
    """Return a text that says something. Raises BadText."""
    text = text_of(value, most)
    if not text:
        raise BadText(_("Each panel needs a caption and what it shows."))
    return text


def _draft(panel: Mapping[str, Any], lines: set[int]) -> Draft:
    told = panel.get("line")
    number = told if type(told) is int else whole_number(told) if isinstance(told, str) else 0
    caption = needed_text(panel.get("caption"), CAPTION_CHARS)
    scene = text_of(panel.get("scene") or caption, SCENE_CHARS)
    return Draft(caption, scene, number if number in lines else None)
