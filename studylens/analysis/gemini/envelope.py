"""What a response of Gemini's carries, taken out before an SDK sees it: the same for both, and small.

The SDKs would build objects of whatever a server sends; and the older one knows no thoughts.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studylens import limits
from studylens.analysis.gemini import statuses
from studylens.analysis.llm import bodies
from studylens.analysis.llm.client import BadAnswer, ModelUnavailable
from studylens.story_limits import PICTURE_BODY_BYTES

_COUNTS = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount")
_KNOWN = {"candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId"}
"""An answer of Gemini's has one of them at least."""
_MOST_TOKENS = 2**31 - 1
Take = Callable[[Any], Iterator[str]]
"""What is taken of an answer's content."""


def most_bytes(*, picture: bool) -> int:
    """Return how many bytes a response may have."""
    return PICTURE_BODY_BYTES if picture else limits.MODEL_BODY_BYTES


def opened(status: int, body: bytes, headers: Mapping[str, str], *, picture: bool = False) -> bytes:
    """Return what we read of a response, as JSON again. Raises CallFailed for anything but an answer.

    With `picture` the text of the answer is its first picture, as base64: what is said beside it is not read.
    `headers` by any case: a redirect's Location is never followed, since photo and key would go along.
    """
    if status != 200:
        raise statuses.refused(status, body, headers)
    bodies.require_few_parts(body)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ModelUnavailable("the server answered with something that is not JSON") from error
    if not isinstance(found, dict) or not found.keys() & _KNOWN:
        raise BadAnswer("the server's answer is not one of Gemini's")
    return json.dumps(_reduced(found, _pictures if picture else _texts)).encode()


def _reduced(found: Mapping[str, Any], take: Take) -> dict[str, Any]:
    candidates = found.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    feedback, usage = found.get("promptFeedback"), found.get("usageMetadata")
    return {
        **({"candidates": [_candidate(first, take)]} if isinstance(first, dict) else {}),
        **({"promptFeedback": _named(feedback, "blockReason")} if isinstance(feedback, dict) else {}),
        **({"usageMetadata": _counts(usage)} if isinstance(usage, dict) else {}),
    }


def _candidate(found: Mapping[str, Any], take: Take) -> dict[str, Any]:
    text = "".join(take(found.get("content")))
    content = {"content": {"role": "model", "parts": [{"text": text}]}} if text else {}
    return {**content, **_named(found, "finishReason")}


def _texts(content: Any) -> Iterator[str]:
    """Yield the parts of an answer that are said, not thought."""
    for part in _parts(content):
        if isinstance(part.get("text"), str):
            yield part["text"]


def _pictures(content: Any) -> Iterator[str]:
    """Yield the first picture of an answer, as base64; drafts are thoughts, too."""
    for part in _parts(content):
        held = part.get("inlineData")
        if isinstance(held, dict) and isinstance(held.get("data"), str) and held["data"]:
            yield held["data"]
            return


def _parts(content: Any) -> Iterator[Mapping[str, Any]]:
    parts = content.get("parts") if isinstance(content, dict) else None
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and not part.get("thought"):
            yield part


def _named(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a reason, a name or with the older SDK a number."""
    value = found.get(key)
    sound = isinstance(value, str) or (type(value) is int and 0 <= value <= _MOST_TOKENS)
    return {key: value} if sound else {}


def _counts(found: Mapping[str, Any]) -> dict[str, int]:
    return {
        name: count
        for name in _COUNTS
        if type(count := found.get(name)) is int and 0 <= count <= _MOST_TOKENS
    }
