"""OpenAI's chat completions as servers at home speak them: what is sent, and what comes back.

Written after the formats of llama.cpp, Ollama, LM Studio and vLLM; see docs/local-ai.md.
"""

import base64
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studylens import limits
from studylens.analysis.llm.client import (
    BadAnswer,
    CallFailed,
    ModelUnavailable,
    OddPage,
    RateLimited,
    Reply,
    Request,
    Usage,
    WrongKey,
    WrongModel,
)
from studylens.analysis.local.http import Answer
from studylens.analysis.local.schema import json_schema

FORMATS = ("json_schema", "json_object", "text")
"""Ways to bind an answer to a schema, the surest first."""
_SCHEMA_WORDS = ("response_format", "json_schema", "json_object", "schema", "grammar", "structured", "guided")
_LENGTH_WORDS = ("max_tokens", "max_completion_tokens", "context length", "context size", "max_model_len")
_PICTURE_WORDS = ("mmproj", "image input", "image_url", "multimodal", "vision", "support image")
BLIND = "the model sees no pictures; the operator must check LOCAL_AI_MODEL"
_LATER = frozenset({408, 409, 425, 499})
"""Refusals that say nothing about the request itself."""


@dataclass(frozen=True)
class Shape:
    """How a request is written for one server: the way to the schema, and whether its length is bounded."""

    format: str = FORMATS[0]
    bounded: bool = True


class Refused(WrongModel):
    """The request as it was written is refused; `names_format`, `names_length`: what to leave out next."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        words = detail.lower()
        self.names_length = any(word in words for word in _LENGTH_WORDS)
        self.names_format = any(word in words for word in _SCHEMA_WORDS)


class SeesNothing(OddPage):
    """The model takes no pictures: no fault of the page, and none for a text."""


def body(model: str, request: Request, shape: Shape) -> bytes:
    """Return the request as JSON; no sampling parameters, since the operator sets them at his server."""
    found: dict[str, Any] = {"model": model, "messages": _messages(request, shape), "stream": False}
    if shape.bounded:
        found["max_tokens"] = min(
            request.max_tokens or limits.LOCAL_AI_MAX_TOKENS, limits.LOCAL_AI_MAX_TOKENS
        )
    if request.schema and shape.format == "json_schema":
        named = {"name": "answer", "strict": True, "schema": json_schema(request.schema)}
        found["response_format"] = {"type": "json_schema", "json_schema": named}
    elif request.schema and shape.format == "json_object":
        found["response_format"] = {"type": "json_object"}
    return json.dumps(found).encode()


def reply(answer: Answer) -> Reply:
    """Return what the model said. Raises CallFailed."""
    if answer.status != 200:
        raise refusal(answer)
    pieces = _events(answer) if _is_stream(answer) else iter([_parsed(answer.body)])
    text, finish = "", ""
    usage: Any = {}
    for piece in pieces:
        choice = _choice(piece)
        text += _content(choice)
        finish = str(choice.get("finish_reason") or finish)
        usage = piece.get("usage") or usage
    _check_finish(finish)
    if _is_stream(answer) and not finish:
        raise ModelUnavailable("the connection broke off in the middle of an answer")
    text = _without_thoughts(text)
    if not text.strip():
        cut = "its answer was cut off before it began"
        raise OddPage(cut if finish == "length" else "it gave no answer")
    tokens = Usage(_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
    return Reply(text, tokens, truncated=finish == "length")


def refusal(answer: Answer) -> CallFailed:
    """Return what a status other than 200 means."""
    status, told = answer.status, _message(answer.body)
    if status == 429:
        return RateLimited("the server has too much to do (429)", told, retry_after=_seconds(answer.headers))
    if status in {401, 403}:
        return WrongKey(f"the server refuses the key ({status}); the operator must check LOCAL_AI_KEY", told)
    return _refused(status, told)


def _refused(status: int, told: str) -> CallFailed:
    """Return what the server has against this request or this model, or that it has a fault of its own."""
    if any(word in told.lower() for word in _PICTURE_WORDS):
        return SeesNothing(BLIND, told)
    if status in {404, 405}:
        advice = "the operator must check LOCAL_AI_MODEL and LOCAL_AI_URL"
        return WrongModel(f"unknown model or address ({status}); {advice}", told)
    found = Refused(f"the server refused the request ({status})", told)
    named = status == 500 and (found.names_format or found.names_length)
    if named or (400 <= status < 500 and status not in _LATER):
        return found
    return ModelUnavailable(f"the server answered {status}", told)


def _messages(request: Request, shape: Shape) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if request.image_jpeg is not None:
        data = base64.b64encode(request.image_jpeg).decode()
        parts.append({"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}})
    if request.text:
        parts.append({"type": "text", "text": request.text})
    # A request without a picture is a plain string: servers of text models know no parts.
    content: Any = parts if request.image_jpeg is not None else request.text
    standing = [{"role": "system", "content": _standing(request, shape)}] if request.instruction else []
    return [*standing, {"role": "user", "content": content}]


def _standing(request: Request, shape: Shape) -> str:
    """Return the instruction with the schema in words: some servers take one and forget it in silence."""
    if not request.schema:
        return request.instruction
    schema = json.dumps(json_schema(request.schema), separators=(",", ":"))
    only = "" if shape.format == "json_schema" else " Nothing before it, nothing after it, no code fence."
    return f"{request.instruction}\n\nAnswer with one JSON object of this JSON schema.{only}\n{schema}"


def _is_stream(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "text/event-stream" or answer.body.lstrip()[:5] == b"data:"


def _events(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """Yield the pieces of a stream that nobody asked for."""
    for line in answer.body.splitlines():
        data = line[5:].strip() if line.startswith(b"data:") else b""
        if data and data != b"[DONE]":
            yield _parsed(data)


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelUnavailable("the server answered with something that is not JSON") from error
    if not isinstance(found, dict):
        raise BadAnswer("the server's answer is not a chat completion")
    if found.get("error"):
        raise ModelUnavailable("the server answered with an error", _message(data))
    return found


def _choice(piece: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = piece.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    return first if isinstance(first, dict) else {}


def _content(choice: Mapping[str, Any]) -> str:
    """Return the text of a message or of a piece of one. Raises OddPage when the model declines."""
    message = choice.get("message") or choice.get("delta")
    if not isinstance(message, dict):
        return ""
    if message.get("refusal"):
        raise OddPage("the model declined to answer")
    content = message.get("content")
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _check_finish(finish: str) -> None:
    if finish == "content_filter":
        raise OddPage("its filter stopped it: content_filter")
    if finish not in {"", "stop", "length", "eos", "eos_token", "end_turn"}:
        raise OddPage(f"it stopped early: {finish[:40]}")


def _without_thoughts(text: str) -> str:
    """Return what follows a model's thoughts, which some servers leave in the answer."""
    before, end, after = text.rpartition("</think>")
    if end and "{" not in before.partition("<think>")[0]:
        return after
    return "" if text.lstrip().startswith("<think>") else text


def _count(usage: Any, name: str) -> int:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) and 0 <= count < 2**31 else 0


def _message(data: bytes) -> str:
    """Return what a server says of a fault; they agree on no shape."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return data[:200].decode(errors="replace")
    while isinstance(found, dict):
        found = next((found[name] for name in ("error", "message", "detail") if found.get(name)), "")
    return found if isinstance(found, str) else json.dumps(found)[:300]


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After where it is a number of seconds."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
