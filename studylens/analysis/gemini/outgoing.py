"""The schema as it goes out, in its own order and with all its bounds: neither SDK hands it on as it is.

google-generativeai knows no order and no bounds, and sends properties by the alphabet: the quiz before the
transcript. google-genai would parse the answer once more by it, and fails at what our own reader mends.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_CARRIED: ContextVar[Mapping[str, Any] | None] = ContextVar("carried", default=None)
"""Of the call that this thread makes now; a call of before that goes on by itself has a thread of its own."""


def settings_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is added to the body of a request."""
    return {"generationConfig": {"responseSchema": copy.deepcopy(dict(schema))}}


@contextmanager
def carrying(schema: Mapping[str, Any]) -> Iterator[None]:
    """Let every body that this thread sends within the block carry the schema."""
    token = _CARRIED.set(schema)
    try:
        yield
    finally:
        _CARRIED.reset(token)


def completed(body: object) -> bytes:
    """Return a request's body with the schema that is carried now."""
    schema = _CARRIED.get()
    raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"{}"
    if schema is None:
        return raw
    whole = json.loads(raw)
    whole.setdefault("generationConfig", {}).update(settings_of(schema)["generationConfig"])
    return json.dumps(whole).encode()
