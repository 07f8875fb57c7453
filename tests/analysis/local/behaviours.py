"""How the chat server can behave, by name: each makes a reply as servers at home write them."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.analysis.gemini.behaviours import HTML
from tests.analysis.llm import answers

USAGE = {"prompt_tokens": 1200, "completion_tokens": 800, "total_tokens": 2000}


@dataclass(frozen=True)
class Sent:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def model(self) -> str:
        return str(self.body.get("model"))

    @property
    def format(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def standing(self) -> str:
        return "".join(m["content"] for m in self.body["messages"] if m["role"] == "system")

    @property
    def parts(self) -> list[dict[str, Any]]:
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, list) else [{"type": "text", "text": content}]

    @property
    def text(self) -> str:
        return "".join(part.get("text", "") for part in self.parts)

    @property
    def picture(self) -> str:
        return next((part["image_url"]["url"] for part in self.parts if "image_url" in part), "")


@dataclass(frozen=True)
class Reply:
    """What goes back: a status with a body, JSON unless it is bytes; `length` None: as long as the body."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    """How often the body is sent; 0: without end."""


Behaviour = Callable[[Sent], Reply | None]
"""Makes a reply; None: break the connection off."""


def completion(message: Any, finish: str | None = "stop") -> Reply:
    """Reply with one choice."""
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return Reply(200, {"id": "c1", "object": "chat.completion", "choices": [choice], "usage": USAGE})


def said(text: str, finish: str = "stop") -> Reply:
    """Reply with one choice that says `text`."""
    return completion({"role": "assistant", "content": text}, finish)


def packed(pack: Mapping[str, Any]) -> Reply:
    """Reply with a pack as JSON text."""
    return said(json.dumps(pack))


def streamed(text: str, *, whole: bool = True) -> Reply:
    """Reply with a stream, in pieces of 50 letters, as if it had been asked for."""
    pieces = [text[start : start + 50] for start in range(0, len(text), 50)]
    deltas = [
        {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces
    ]
    last = [
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": USAGE},
    ]
    events = [f"data: {json.dumps(event)}\n\n" for event in [*deltas, *(last if whole else [])]]
    body = "".join([*events, *(["data: [DONE]\n\n"] if whole else [])])
    return Reply(200, body.encode(), {"Content-Type": "text/event-stream"})


def refused(status: int, message: str, **headers: str) -> Reply:
    """Reply with an error in OpenAI's shape."""
    error = {"message": message, "type": "invalid_request_error", "code": status}
    return Reply(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


def redirected(status: int) -> Behaviour:
    """Send the client on to another host."""
    return lambda _: Reply(status, b"", {"Location": "http://collector.example/v1/chat/completions"})


def answer(sent: Sent) -> Reply:
    """Answer as a good model would."""
    if "on_page" in sent.standing:
        return packed(answers.follow_up(sent.text, hint="just a hint" in sent.standing))
    if sent.picture:
        return packed(answers.pack())
    return packed(answers.text_pack(re.findall(r"^\d+: (.*)$", sent.text, re.MULTILINE)))


def _cut(_: Sent) -> Reply:
    whole = json.dumps(answers.pack())
    return said(whole[: len(whole) * 2 // 3], "length")


def _only(*formats: str) -> Behaviour:
    """Refuse every other way to a schema, as LM Studio refuses json_object and old servers json_schema."""
    told = "'response_format.type' must be " + " or ".join(formats)
    return lambda sent: answer(sent) if sent.format in formats else refused(400, told)


def _short_context(sent: Sent) -> Reply:
    told = "This model's maximum context length is 8192 tokens. However, you requested 9400 tokens."
    return refused(400, told) if "max_tokens" in sent.body else answer(sent)


def _but_text(reply: Reply) -> Behaviour:
    """Reply so to every way to a schema."""
    return lambda sent: answer(sent) if sent.format == "text" else reply


def _gzipped(body: bytes) -> Reply:
    return Reply(200, gzip.compress(body, 9), {"Content-Encoding": "gzip"})


BEHAVIOURS: dict[str, Behaviour] = {
    "answer": answer,
    "cut": _cut,
    "streamed": lambda sent: streamed(answer(sent).body["choices"][0]["message"]["content"]),
    "stream_broken_off": lambda sent: streamed(json.dumps(answers.pack())[:600], whole=False),
    "content_filter": lambda _: completion({"role": "assistant", "content": None}, "content_filter"),
    "declined": lambda _: completion({"role": "assistant", "content": None, "refusal": "I cannot."}),
    "tool_calls": lambda _: completion({"role": "assistant", "content": None}, "tool_calls"),
    "no_choices": lambda _: Reply(200, {"choices": [], "usage": USAGE}),
    "null_content": lambda _: completion({"role": "assistant", "content": None}),
    "in_parts": lambda _: completion({"content": [{"type": "text", "text": json.dumps(answers.pack())}]}),
    "no_finish": lambda _: completion({"content": json.dumps(answers.pack())}, None),
    "empty_text": lambda _: said(""),
    "thoughts": lambda _: said(f"<think>The page is {{about}} plants.</think>\n{json.dumps(answers.pack())}"),
    "endless_thoughts": lambda _: said("<think>Let me see. Let me see.", "length"),
    "bad_key": lambda _: refused(401, "Invalid API Key"),
    "forbidden": lambda _: refused(403, "Not for you."),
    "bad_request": lambda _: refused(400, "Invalid JSON payload received."),
    "no_model": lambda _: Reply(404, {"error": "model 'none' not found"}),
    "no_path": lambda _: Reply(404, b"404 page not found", {"Content-Type": "text/plain"}),
    "cannot_see": lambda _: refused(
        500, "image input is not supported - hint: you may need to provide the mmproj"
    ),
    "only_json_object": _only("json_object", "text"),
    "only_text": _only("text"),
    "bad_grammar": lambda sent: (
        refused(400, "failed to parse grammar") if sent.format != "text" else answer(sent)
    ),
    "unprocessable": lambda sent: (
        Reply(422, {"detail": [{"loc": ["body", "response_format"], "msg": "extra"}]})
        if sent.format != "text"
        else answer(sent)
    ),
    "short_context": _short_context,
    "limited_short": lambda _: refused(429, "Too many requests", Retry_After="0.2"),
    "limited_long": lambda _: refused(429, "Too many requests", Retry_After="3600"),
    "limited": lambda _: refused(429, "Too many requests"),
    "error_500": lambda _: refused(500, "Internal Server Error"),
    "error_503": lambda _: refused(503, "Loading model"),
    "error_200": lambda _: Reply(200, {"error": {"message": "out of memory on device"}}),
    "html_502": lambda _: Reply(502, HTML, {"Content-Type": "text/html"}),
    "html_200": lambda _: Reply(200, HTML, {"Content-Type": "text/html"}),
    "not_chat": lambda _: Reply(200, ["a", "list"]),
    "reset": lambda _: None,
    "invalid_json": lambda _: said('{"title": "Photosynthesis", "cards": [}'),
    "prose": lambda _: said("Here is your study pack! Photosynthesis is a process."),
    "broken": lambda _: packed(answers.broken_pack()),
    "off_page": lambda _: packed(answers.off_page()),
    "made_up_sources": lambda _: packed(answers.made_up_sources()),
    "nothing": lambda _: packed({"transcript": [], "title": "A page", "cards": []}),
    "injected": lambda _: packed(answers.injected_pack()),
    "huge": lambda _: packed(answers.huge_pack()),
    "fifty_mb": lambda _: Reply(200, b" " * 1_000_000, repeat=50),
    "endless": lambda _: Reply(200, b" " * 100_000, repeat=0),
    "gzip_bomb": lambda _: _gzipped(b" " * 50_000_000),
    "gzipped": lambda sent: _gzipped(json.dumps(answer(sent).body).encode()),
    "odd_packing": lambda sent: Reply(200, b"x", {"Content-Encoding": "br"}),
    **{f"redirect_{status}": redirected(status) for status in (301, 302, 303, 307, 308)},
}
"""`silence` (no byte) and `drip` (a byte now and then) are the server's own, since they take time."""
