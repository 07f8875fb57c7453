"""How the local Gemini server can behave, by name: each makes a reply in Gemini's wire format."""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.analysis.llm import answers

HTML = b"<!DOCTYPE html><html><title>Error</title><p>That is an error. That is all we know.</html>"


@dataclass(frozen=True)
class Sent:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    raw: bytes = b""
    """The body as it came, in its own order."""

    @property
    def model(self) -> str:
        return self.path.rpartition("/")[2].partition(":")[0]

    @property
    def parts(self) -> list[dict[str, Any]]:
        return self.body["contents"][0]["parts"]

    @property
    def text(self) -> str:
        return "".join(part.get("text", "") for part in self.parts)

    @property
    def wants_numbers(self) -> bool:
        """Whether reasons are to be numbers, as google-generativeai asks in the address."""
        return "enum-encoding%3Dint" in self.path

    @property
    def is_follow_up(self) -> bool:
        return "on_page" in json.dumps(self.body.get("generationConfig", {}))

    @property
    def has_image(self) -> bool:
        return any("inlineData" in part for part in self.parts)


@dataclass(frozen=True)
class Reply:
    """What goes back: an HTTP status with a body, JSON unless it is bytes."""

    status: int
    body: Any
    headers: Mapping[str, str] | None = None


Behaviour = Callable[[Sent], Reply | None]
"""Makes a reply; None: break the connection off."""


USAGE = {
    "promptTokenCount": 1300,
    "candidatesTokenCount": 700,
    "thoughtsTokenCount": 40,
    "totalTokenCount": 2040,
}
FINISH_REASONS = {
    "STOP": 1,
    "MAX_TOKENS": 2,
    "SAFETY": 3,
    "RECITATION": 4,
    "OTHER": 5,
    "IMAGE_SAFETY": 11,
    "NO_IMAGE": 16,
    "CONTINUATION": 24,
    "NEW": 99,
}
BLOCK_REASONS = {"SAFETY": 1, "OTHER": 2, "BLOCKLIST": 3, "PROHIBITED_CONTENT": 4}


def numbered(body: Any) -> Any:
    """Return a body with enums as numbers, as google-generativeai asks for them in the address."""
    if isinstance(body, list):
        return [numbered(item) for item in body]
    if not isinstance(body, dict):
        return body
    names = {"finishReason": FINISH_REASONS, "blockReason": BLOCK_REASONS}
    return {key: names[key][value] if key in names else numbered(value) for key, value in body.items()}


def said(text: str, finish: str = "STOP") -> Reply:
    """Reply with one candidate that says `text`."""
    content = {"role": "model", "parts": [{"text": text}]}
    candidates = [{"index": 0, "content": content, "finishReason": finish}]
    return Reply(200, {"candidates": candidates, "usageMetadata": USAGE})


def packed(pack: Mapping[str, Any], finish: str = "STOP") -> Reply:
    """Reply with a pack as JSON text."""
    return said(json.dumps(pack), finish)


def stopped(finish: str) -> Reply:
    """Reply with a candidate that has no content, only a reason why it stopped."""
    return Reply(200, {"candidates": [{"index": 0, "finishReason": finish}]})


def continued() -> Reply:
    """Reply with half an answer and a token with which the other half can be asked for."""
    reply = said('{"title": ', "CONTINUATION")
    candidate = {**reply.body["candidates"][0], "continuationToken": "bW9yZQ=="}
    return Reply(200, {"candidates": [candidate]})


def refused(status: int, name: str, message: str, *details: Mapping[str, Any]) -> Reply:
    """Reply with a google.rpc.Status."""
    error = {"code": status, "message": message, "status": name, "details": list(details)}
    return Reply(status, {"error": error})


def limited(delay: str | None) -> Reply:
    """Reply with 429, which names a time (`2s`) or none."""
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    quota = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaValue": "10"}]}
    details = [quota, retry] if delay else [quota]
    return refused(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", *details)


def used_up(*quotas: str) -> Reply:
    """Reply with 429 for these quota ids, with the delay of seconds that comes along with any of them."""
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38s"}
    violations = [{"quotaMetric": "requests", "quotaId": quota, "quotaValue": "20"} for quota in quotas]
    failure = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations}
    return refused(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", failure, retry)


def redirected(status: int, address: str) -> Behaviour:
    """Send on to another address, with the path that was asked."""
    return lambda sent: Reply(status, b"", {"Location": address + sent.path})


def thoughtful() -> Reply:
    """Reply with a part that the model thought, and the answer after it."""
    reply = packed(answers.pack())
    parts = reply.body["candidates"][0]["content"]["parts"]
    parts.insert(0, {"text": 'First I look for a heading. {"title": "No', "thought": True})
    return reply


def _gzipped(sent: Sent) -> Reply:
    reply = _answer(sent)
    body = numbered(reply.body) if sent.wants_numbers else reply.body
    return Reply(200, gzip.compress(json.dumps(body).encode()), {"Content-Encoding": "gzip"})


@cache
def bomb(mb: int = 50) -> bytes:
    """Return so many million bytes as a thousandth of them."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join([*(pack.compress(bytes(1_000_000)) for _ in range(mb)), pack.flush()])


def _bomb(_: Sent) -> Reply:
    return Reply(200, bomb(), {"Content-Encoding": "gzip"})


def _answer(sent: Sent) -> Reply:
    if sent.is_follow_up:
        return packed(answers.follow_up(sent.text, hint="just a hint" in json.dumps(sent.body)))
    if sent.has_image:
        return packed(answers.pack())
    return packed(answers.text_pack(re.findall(r"^\d+: (.*)$", sent.text, re.MULTILINE)))


def _cut(sent: Sent) -> Reply:
    whole = json.dumps(answers.pack())
    return said(whole[: len(whole) * 2 // 3], "MAX_TOKENS")


_WRONG_KEY = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "API_KEY_INVALID",
    "domain": "googleapis.com",
}
_NO_MODEL = "models/none is not found for API version v1beta."
BEHAVIOURS: dict[str, Behaviour] = {
    "answer": _answer,
    "cut": _cut,
    "cut_early": lambda _: said('{"transcript": [{"n": 1, "te', "MAX_TOKENS"),
    "cut_whole": lambda _: packed(answers.pack(), "MAX_TOKENS"),
    "fenced": lambda _: said(f"```json\n{json.dumps(answers.pack(), indent=2)}\n```"),
    "around": lambda _: said(f"Here is {{the}} pack [1]:\n{json.dumps(answers.pack())}\nGood luck {{you}}!"),
    "listed": lambda _: said(json.dumps([answers.pack()])),
    "commas": lambda _: said(
        json.dumps(answers.pack(), indent=0).replace("\n}", ",\n}").replace("\n]", ",\n]")
    ),
    "raw_lines": lambda _: said(json.dumps(answers.pack()).replace("\\n", "\n")),
    "huge_number": lambda _: said(
        json.dumps(answers.pack()).replace('"source_line": 2', f'"source_line": {"2" * 5000}')
    ),
    "safety": lambda _: stopped("SAFETY"),
    "recitation": lambda _: stopped("RECITATION"),
    "prompt_blocked": lambda _: Reply(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}),
    "other_stop": lambda _: stopped("OTHER"),
    "continued": lambda _: continued(),
    "new_stop": lambda _: stopped("NEW"),
    "no_candidates": lambda _: Reply(200, {"usageMetadata": {"promptTokenCount": 7}}),
    "empty_text": lambda _: said(""),
    "bad_key": lambda _: refused(400, "INVALID_ARGUMENT", "API key not valid.", _WRONG_KEY),
    "bad_region": lambda _: refused(400, "FAILED_PRECONDITION", "User location is not supported."),
    "bad_request": lambda _: refused(400, "INVALID_ARGUMENT", "Invalid JSON payload received."),
    "unauthenticated": lambda _: refused(401, "UNAUTHENTICATED", "Request had invalid credentials."),
    "forbidden": lambda _: refused(403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
    "no_model": lambda _: refused(404, "NOT_FOUND", _NO_MODEL),
    "limited_short": lambda _: limited("0.2s"),
    "limited_long": lambda _: limited("34.07s"),
    "limited": lambda _: limited(None),
    "error_500": lambda _: refused(500, "INTERNAL", "An internal error has occurred."),
    "error_503": lambda _: refused(503, "UNAVAILABLE", "The model is overloaded."),
    "html_502": lambda _: Reply(502, HTML, {"Content-Type": "text/html"}),
    "html_200": lambda _: Reply(200, HTML, {"Content-Type": "text/html"}),
    "not_gemini": lambda _: Reply(200, ["a", "list"]),
    "reset": lambda _: None,
    "invalid_json": lambda _: said('{"title": "Photosynthesis", "cards": [}'),
    "prose": lambda _: said("Here is your study pack! Photosynthesis is a process."),
    "broken": lambda _: packed(answers.broken_pack()),
    "off_page": lambda _: packed(answers.off_page()),
    "made_up_sources": lambda _: packed(answers.made_up_sources()),
    "nothing": lambda _: packed({"transcript": [], "title": "A page", "cards": []}),
    "injected": lambda _: packed(answers.injected_pack()),
    "huge": lambda _: packed(answers.huge_pack()),
    "day": lambda _: used_up("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
    "thought": lambda _: thoughtful(),
    "gzipped": _gzipped,
    "gzip_damaged": lambda _: Reply(200, b"no gzip at all", {"Content-Encoding": "gzip"}),
    "brotli": lambda _: Reply(200, b"\x0b\x02\x80{}\x03", {"Content-Encoding": "br"}),
    "bomb": _bomb,
    "fifty_mb": lambda _: Reply(200, b" " * 50_000_000),
    "many_parts": lambda _: Reply(200, b'{"candidates": [' + b"{}," * 1_000_000 + b"{}]}"),
    "html_404": lambda _: Reply(404, HTML, {"Content-Type": "text/html"}),
    "listed_error": lambda _: Reply(
        503, [{"error": {"code": 503, "status": "UNAVAILABLE", "message": "Busy"}}]
    ),
    "odd_error": lambda _: Reply(400, {"error": ["what?"]}),
    "bad_picture": lambda _: refused(400, "INVALID_ARGUMENT", "Unable to process input image."),
}
"""`silence` (no byte), `drip` (a byte now and then) and `endless` are the server's own: they take time."""
