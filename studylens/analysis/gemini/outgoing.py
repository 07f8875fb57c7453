"""What goes out beside what an SDK hands on: the schema in its order and bounds, and the least thinking.

google-generativeai knows no order and no bounds, and sends properties by the alphabet: the quiz before the
transcript. google-genai would parse the answer once more by it, and fails at what our own reader mends.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from studylens.analysis.llm.client import Request

_BOUNDS = frozenset({"maxItems", "minItems", "minimum", "maximum"})
_CARRIED: ContextVar[Mapping[str, Any] | None] = ContextVar("carried", default=None)
"""Of the call that this thread makes now; a call of before that goes on by itself has a thread of its own."""
_humble: set[str] = set()
"""Models that refused a request as it was; they are asked for less until this process ends."""
_GENERATION = re.compile(r"gemini-(\d+)(?:\.(\d+))?-")


def settings_of(model: str, request: Request) -> dict[str, Any]:
    """Return what is added to the body of a request.

    Bounds count for Gemini's limit on a schema (it refuses sums of maxItems from about 960 on, and says only
    "invalid argument": python-genai #2170), and a model may know no such thinking: who refused gets neither.
    """
    if request.picture:
        return {"generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "4:3"}}}
    if model in _humble:
        return {"generationConfig": {"responseSchema": unbounded(request.schema)}}
    schema = json.loads(json.dumps(request.schema))  # A copy of its own: an SDK may write into it.
    return {"generationConfig": {"responseSchema": schema, **_thinking(model)}}


def wants_picture(body: object) -> bool:
    """Say whether a request's body asks for a picture; in a text of it the quotation marks are escaped."""
    raw = body.encode() if isinstance(body, str) else body
    return isinstance(raw, bytes | bytearray) and b'"responseModalities"' in raw


def note_refusal(model: str) -> None:
    """Note that a model refused a request, so that the next one asks for less."""
    _humble.add(model)


def forget() -> None:
    """Ask every model for all again."""
    _humble.clear()


def unbounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema without bounds of lists and numbers; its order stays."""
    found = {name: value for name, value in schema.items() if name not in _BOUNDS}
    if "items" in found:
        found["items"] = unbounded(found["items"])
    if "properties" in found:
        found["properties"] = {name: unbounded(part) for name, part in found["properties"].items()}
    return found


def _thinking(model: str) -> dict[str, Any]:
    """Return the least thinking that a model allows, by its name; nothing for one whose least is not known.

    From 3 on flash-lite takes MINIMAL; flash from 3.7 on and pro refuse it, and all of them take LOW.
    """
    generation = _GENERATION.match(model)
    if generation is None:
        return {}
    if int(generation[1]) >= 3:
        level = "MINIMAL" if "-flash-lite" in model else "LOW"
        return {"thinkingConfig": {"thinkingLevel": level}}
    is_flash_25 = (generation[1], generation[2]) == ("2", "5") and "-flash" in model
    return {"thinkingConfig": {"thinkingBudget": 0}} if is_flash_25 else {}


@contextmanager
def carrying(settings: Mapping[str, Any]) -> Iterator[None]:
    """Let every body that this thread sends within the block carry the settings."""
    token = _CARRIED.set(settings)
    try:
        yield
    finally:
        _CARRIED.reset(token)


def completed(body: object) -> bytes:
    """Return a request's body with the settings that are carried now."""
    raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"{}"
    settings = _CARRIED.get()
    if settings is None:
        return raw
    whole = json.loads(raw)
    whole.setdefault("generationConfig", {}).update(settings["generationConfig"])
    return json.dumps(whole).encode()
