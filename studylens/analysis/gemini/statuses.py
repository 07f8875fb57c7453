"""What the statuses and reasons of Gemini's wire format mean: both SDKs speak it, so it is said here once."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from studylens.analysis.llm.client import (
    BadAnswer,
    Blocked,
    CallFailed,
    ModelUnavailable,
    RateLimited,
    Reply,
    Usage,
    WrongKey,
    WrongModel,
)

GOOGLE = "https://generativelanguage.googleapis.com"
"""Where Gemini lives unless GEMINI_BASE_URL says otherwise; the SDKs would ask variables of their own."""
JSON_TYPE = "application/json"
CUT = "MAX_TOKENS"
"""The finish reason of an answer that reached the most tokens that it may have."""

BLOCKED = {
    "SAFETY": "its safety filter stopped it",
    "IMAGE_SAFETY": "its safety filter stopped it",
    "RECITATION": "the answer would have repeated a published text",
    "BLOCKLIST": "it holds a word that may not be used there",
    "PROHIBITED_CONTENT": "its rules forbid such content",
    "SPII": "it holds personal data",
    "JAILBREAK": "it looks like an attempt to misuse the model",
    "MODEL_ARMOR": "its safety filter stopped it",
}
"""Finish reasons that mean that Gemini will not read this page, whichever model is asked."""


def refusal(status: int, name: str, message: str, details: Sequence[Any]) -> CallFailed:
    """Return what an HTTP `status` means; `name`, `message` and `details` are those of google.rpc.Status."""
    shown = f"{status} {name}".strip()
    if status == 429:
        return RateLimited("rate limit reached (429)", message, retry_after=_retry_delay(details))
    if status in {401, 403} or (status == 400 and _is_about_key(message, details)):
        return WrongKey(f"Gemini refused the key ({shown}); the operator must check GEMINI_API_KEY", message)
    if status == 400 and name == "FAILED_PRECONDITION":
        return WrongKey(
            f"Gemini refuses this account or region ({shown}); the operator must check it", message
        )
    if status == 404:
        return WrongModel(f"unknown model ({shown}); the operator must check GEMINI_MODEL", message)
    if 400 <= status < 500 and status not in {408, 409, 499}:
        return WrongModel(f"the model refused the request ({shown})", message)
    return ModelUnavailable(f"the server answered {status}", message)


def checked(text: str, *, finish: str, block: str, usage: Usage) -> Reply:
    """Return a reply; `finish`, `block`: names or empty. Raises Blocked or BadAnswer.

    An answer that was cut off at the most tokens is one, too: its reader keeps what is whole.
    """
    if block and not block.endswith("UNSPECIFIED"):
        raise Blocked(f"{BLOCKED.get(block, 'it blocked the page')}: {block}")
    if finish in BLOCKED:
        raise Blocked(f"{BLOCKED[finish]}: {finish}")
    if finish not in {"", "STOP", "FINISH_REASON_UNSPECIFIED", CUT}:
        raise BadAnswer(f"it stopped early: {finish}")
    if not text.strip():
        raise BadAnswer("it gave no answer")
    return Reply(text, usage, truncated=finish == CUT)


def host_of(address: str) -> str:
    """Return the host of a base address, with its port if it names one."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _is_about_key(message: str, details: Sequence[Any]) -> bool:
    """New and old servers differ in the reason that they give, so the sentence counts as well."""
    reasons = {detail.get("reason") for detail in details if isinstance(detail, Mapping)}
    return bool(reasons & {"API_KEY_INVALID", "API_KEY_EXPIRED"}) or "api key" in message.lower()


def _retry_delay(details: Sequence[Any]) -> float | None:
    """Read google.rpc.RetryInfo, whose retryDelay looks like `34.07s`."""
    for detail in details:
        if isinstance(detail, Mapping) and str(detail.get("@type", "")).endswith("google.rpc.RetryInfo"):
            found = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(detail.get("retryDelay", "")))
            seconds = float(found[1]) if found else math.inf
            return seconds if math.isfinite(seconds) else None
    return None
