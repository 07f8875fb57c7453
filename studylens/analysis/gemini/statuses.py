"""What the statuses and reasons of Gemini's wire format mean: both SDKs speak it, so it is said here once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from studylens.analysis.gemini import quotas
from studylens.analysis.llm.client import (
    Blocked,
    CallFailed,
    ModelUnavailable,
    OddPage,
    Reply,
    Usage,
    WrongKey,
    WrongModel,
)
from studylens.analysis.llm.hosts import host_of

GOOGLE = "https://generativelanguage.googleapis.com"
"""Where Gemini lives unless GEMINI_BASE_URL says otherwise; the SDKs would ask variables of their own."""
VERSION = "v1beta"
"""Of the interface, on both SDKs: aliases such as gemini-flash-lite-latest live nowhere else."""
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
    "IMAGE_PROHIBITED_CONTENT": "its rules forbid such a picture",
    "IMAGE_RECITATION": "the picture would have repeated a published one",
}
"""Finish reasons that mean that Gemini will not read this page, whichever model is asked."""
_ABOUT_THE_PAGE = ("input image", "provided image", "image is not valid")
"""How a 400 speaks that is the picture's fault, not the model's or the operator's."""
_LATER = {408, 409, 425, 499}
"""Statuses below 500 after which the same request may work."""


def refused(status: int, body: bytes, headers: Mapping[str, str]) -> CallFailed:
    """Return what a response other than 200 means; of its headers Location and Retry-After count."""
    if 300 <= status < 400:
        elsewhere = host_of(headers.get("Location", "")) or "another address"
        return WrongModel(f"it sends us to {elsewhere} ({status}); the operator must check GEMINI_BASE_URL")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    # Some proxies wrap the error in a list.
    inner = found[0] if isinstance(found, list) and found else found
    error = inner.get("error") if isinstance(inner, dict) else None
    told = error if isinstance(error, dict) else {}
    details = told.get("details")
    message = str(told.get("message") or body[:200].decode(errors="replace"))
    details = details if isinstance(details, list) else []
    if status == 429:
        return quotas.limited(message, details, headers.get("Retry-After", ""))
    return _refusal(status, str(told.get("status") or ""), message, details)


def _refusal(status: int, name: str, message: str, details: Sequence[Any]) -> CallFailed:
    """Return what a status but 429 means; `name`, `message` and `details` are those of google.rpc.Status."""
    if status >= 500 or status < 400 or status in _LATER:
        return ModelUnavailable(f"the server answered {status}", message)
    return _operators(status, name, message, details)


def _operators(status: int, name: str, message: str, details: Sequence[Any]) -> CallFailed:
    """Return what a status means that stays as it is until somebody acts, or that is the page's."""
    shown = f"{status} {name}".strip()
    if status in {401, 403} or (status == 400 and _is_about_key(message, details)):
        return WrongKey(f"Gemini refused the key ({shown}); the operator must check GEMINI_API_KEY", message)
    if status == 400 and name == "FAILED_PRECONDITION":
        return WrongKey(
            f"Gemini refuses this account or region ({shown}); the operator must check it", message
        )
    if status == 404 and name:
        return WrongModel(f"unknown model ({shown}); the operator must check GEMINI_MODEL", message)
    if status == 404:
        return WrongModel("no Gemini at this address (404); the operator must check GEMINI_BASE_URL", message)
    if any(words in message.lower() for words in _ABOUT_THE_PAGE):
        return OddPage(f"it cannot open the picture ({shown})", message)
    return WrongModel(f"the model refused the request ({shown})", message)


def checked(text: str, *, finish: str, block: str, usage: Usage) -> Reply:
    """Return a reply; `finish`, `block`: names or empty. Raises Blocked or OddPage.

    An answer that was cut off at the most tokens is one, too: its reader keeps what is whole.
    """
    if block and not block.endswith("UNSPECIFIED"):
        raise Blocked(f"{BLOCKED.get(block, 'it blocked the page')}: {block}")
    if finish in BLOCKED:
        raise Blocked(f"{BLOCKED[finish]}: {finish}")
    if finish not in {"", "STOP", "FINISH_REASON_UNSPECIFIED", CUT}:
        raise OddPage(f"it stopped early: {finish}")
    if not text.strip():
        raise OddPage("it gave no answer")
    return Reply(text, usage, truncated=finish == CUT)


def require_host(address: str, host: str) -> None:
    """Raise WrongModel for an address elsewhere: the receipt names `host`, so nobody else gets the photo."""
    if host_of(address) != host:
        raise WrongModel(f"the SDK would ask {host_of(address)}; the operator must check its variables")


def _is_about_key(message: str, details: Sequence[Any]) -> bool:
    """New and old servers differ in the reason that they give, so the sentence counts as well."""
    reasons = {str(detail.get("reason")) for detail in details if isinstance(detail, Mapping)}
    return bool(reasons & {"API_KEY_INVALID", "API_KEY_EXPIRED"}) or "api key" in message.lower()
