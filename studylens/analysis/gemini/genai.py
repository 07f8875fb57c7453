"""google-genai: the one file that knows this SDK. Import it late: it costs 50-60 MB."""

import weakref
from typing import Any

import httpx2
from google import genai
from google.genai import types

from studylens import limits
from studylens.analysis.gemini import envelope, outgoing, statuses
from studylens.analysis.gemini.statuses import GOOGLE, JSON_TYPE, VERSION
from studylens.analysis.llm import bodies
from studylens.analysis.llm.client import (
    BadAnswer,
    Blocked,
    CallFailed,
    Client,
    ModelUnavailable,
    Reply,
    Request,
    Usage,
    WrongModel,
)
from studylens.analysis.llm.hosts import host_of


def connect(*, key: str, base_url: str) -> Client:
    """Return a client that has not called anyone yet; `base_url` empty means Google's own."""
    return _Client(key, base_url or GOOGLE)


class _Http(httpx2.Client):
    """Sends to one host only, follows no redirect, and hands on no more of a response than we read."""

    def __init__(self, host: str) -> None:
        super().__init__(follow_redirects=False, headers={"Accept-Encoding": bodies.ACCEPTED})
        self._host = host

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Make the call. Raises CallFailed and whatever httpx2 does."""
        statuses.require_host(str(request.url), self._host)
        response = super().send(request, **{**options, "stream": True})
        try:
            seconds = request.extensions.get("timeout", {}).get("read") or limits.GEMINI_CALL_SECONDS
            encoding = response.headers.get("Content-Encoding", "")
            picture = outgoing.wants_picture(request.content)
            most = envelope.most_bytes(picture=picture)
            body = bodies.whole(response.iter_raw(), encoding, seconds=seconds, most=most)
        finally:
            response.close()
        found = envelope.opened(response.status_code, body, response.headers, picture=picture)
        return httpx2.Response(200, headers={"Content-Type": JSON_TYPE}, content=found, request=request)


class _Client:
    """Keeps the SDK's client referenced, since it closes its connections when it is collected."""

    def __init__(self, key: str, base_url: str) -> None:
        self.host = host_of(base_url)
        http = _Http(self.host)
        weakref.finalize(self, http.close)  # The SDK closes only what it has made itself.
        # vertexai is said out loud: left out, the SDK lets variables of the environment decide where to send.
        self._sdk = genai.Client(
            vertexai=False,
            api_key=key,
            http_options=types.HttpOptions(base_url=base_url, api_version=VERSION, httpx_client=http),
        )

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        """Make one call; see llm/client.py."""
        try:
            answer = self._sdk.models.generate_content(
                model=model, contents=_contents(request), config=_settings(model, request, timeout)
            )
            return _reply(answer)
        except (Blocked, CallFailed) as error:
            if isinstance(error, WrongModel):
                outgoing.note_refusal(model)
            raise
        except httpx2.TimeoutException as error:
            raise ModelUnavailable(f"no answer within {timeout:.0f} s") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ModelUnavailable("the connection failed", f"{type(error).__name__}: {error}") from error
        except Exception as error:  # Whatever a vendor's code raises must not end the analysis.
            raise BadAnswer("the SDK failed", repr(error)) from error


def _contents(request: Request) -> types.Content:
    parts = [types.Part(text=request.text)]
    if request.image_jpeg:
        parts.insert(0, types.Part.from_bytes(data=request.image_jpeg, mime_type="image/jpeg"))
    return types.Content(role="user", parts=parts)


def _settings(model: str, request: Request, timeout: float) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        system_instruction=request.instruction or None,
        response_mime_type=None if request.picture else JSON_TYPE,
        max_output_tokens=request.max_tokens or None,
        # Both would call again by themselves: once too often for the day's budget and for the deadline.
        automatic_continuation=False,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        http_options=types.HttpOptions(
            timeout=round(timeout * 1000), extra_body=outgoing.settings_of(model, request)
        ),
    )


def _reply(answer: types.GenerateContentResponse) -> Reply:
    first = answer.candidates[0] if answer.candidates else types.Candidate()
    parts = (first.content.parts if first.content else None) or []
    block = answer.prompt_feedback.block_reason if answer.prompt_feedback else None
    text = "".join(part.text for part in parts if part.text)
    finish = _name(first.finish_reason)
    return statuses.checked(text, finish=finish, block=_name(block), usage=_usage(answer))


def _usage(answer: types.GenerateContentResponse) -> Usage:
    told = answer.usage_metadata or types.GenerateContentResponseUsageMetadata()
    return Usage(
        prompt=told.prompt_token_count or 0,
        answer=told.candidates_token_count or 0,
        thoughts=told.thoughts_token_count or 0,
    )


def _name(value: types.FinishReason | types.BlockedReason | None) -> str:
    return str(value.value) if value else ""
