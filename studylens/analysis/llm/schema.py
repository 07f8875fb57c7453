"""What an answer may look like (OpenAPI subset), in the order in which a model shall write it.

The transcript comes before what names its lines, and the reason before the answer that it leads to: a model
writes from first to last and cannot take back. All is bounded, so that a model that loses its way ends.
"""

from collections.abc import Mapping
from typing import Any

from studylens import limits

KINDS = ("definition", "cloze", "short_answer")
LEVELS = ("remember", "understand", "apply", "analyse")
"""Of Bloom, as far as one page can be asked."""
BOX_SCALE = 1000
"""Boxes count in thousandths of the picture's height and width."""
MOST_SOURCES = 5
"""Lines named as proof of an answer; more than five prove nothing in particular."""

_TEXT = {"type": "STRING"}


def _list_of(most: int, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "ARRAY", "items": _object(**properties), "maxItems": most}


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    required = [name for name, kind in properties.items() if not kind.get("nullable")]
    names = list(properties)
    return {"type": "OBJECT", "properties": properties, "required": required, "propertyOrdering": names}


def _number(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "INTEGER", "minimum": least, "maximum": most, **more}


def _one_of(names: tuple[str, ...], **more: Any) -> dict[str, Any]:
    return {"type": "STRING", "format": "enum", "enum": list(names), **more}


_LINE = _number(1, limits.ANSWER_MAX_LINES)
_SOURCE = {**_LINE, "nullable": True}
_LEVEL = _one_of(LEVELS, nullable=True)
_BOX = {"type": "ARRAY", "items": _number(0, BOX_SCALE), "nullable": True}
_OPTIONS = {"type": "ARRAY", "items": _TEXT}
"""Lists inside of lists have no bounds: Gemini counts them once for each item that may hold them."""
_UNSURE = {"type": "BOOLEAN", "nullable": True}
_TRANSCRIPT = _list_of(limits.ANSWER_MAX_LINES, n=_LINE, text=_TEXT, box_2d=_BOX, unsure=_UNSURE)
_UNPLACED = _list_of(limits.ANSWER_MAX_LINES, n=_LINE, text=_TEXT, unsure=_UNSURE)
_MATERIAL: dict[str, Any] = {
    "title": _TEXT,
    "summary": _TEXT,
    "explanation": _TEXT,
    "key_terms": _list_of(limits.ANSWER_MAX_ITEMS, term=_TEXT, definition=_TEXT, source_line=_SOURCE),
    "cards": _list_of(
        limits.ANSWER_MAX_ITEMS,
        front=_TEXT,
        back=_TEXT,
        kind=_one_of(KINDS),
        level=_LEVEL,
        source_line=_SOURCE,
    ),
    "quiz": _list_of(
        limits.ANSWER_MAX_ITEMS,
        question=_TEXT,
        options=_OPTIONS,
        explanation=_TEXT,
        answer_index=_number(0, limits.ANSWER_MAX_OPTIONS - 1),
        level=_LEVEL,
        source_line=_SOURCE,
    ),
}
TEXT_SCHEMA = _object(**_MATERIAL)
"""For pasted text, whose transcript is the student's own."""
PHOTO_SCHEMA = _object(transcript=_TRANSCRIPT, **_MATERIAL)
"""For a photo. Lines carry their number, so that the model need not count to name a source."""
UNPLACED_SCHEMA = _object(transcript=_UNPLACED, **_MATERIAL)
"""The same for a model of whose boxes nobody knows what they count in."""
QUESTION_SCHEMA = _object(
    source_lines={"type": "ARRAY", "items": _LINE, "maxItems": MOST_SOURCES},
    answer=_TEXT,
    on_page={"type": "BOOLEAN"},
)
"""For a follow-up question: the proof before what it proves."""
PACK_NAMES = ("transcript", "title", "summary", "key_terms", "cards", "quiz")
"""Fields by which a pack is known among other JSON; `explanation` is one of a question's, too."""
QUESTION_NAMES = ("source_lines", "answer", "on_page")
"""The same of an answer to a follow-up question."""
