"""google-generativeai: the one file that knows this SDK. Import it late: it costs about 80 MB.

Its maker ended its support on 2025-11-30 and names google-genai as its successor; it is here because the
product's owner named it, and both pass the same tests.
"""

import io
import socket
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import connection

from studylens import limits
from studylens.analysis.gemini import envelope, outgoing, statuses
from studylens.analysis.gemini.statuses import GOOGLE, JSON_TYPE
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

with warnings.catch_warnings():
    # Said above, and at each start it would only fill the log; so would the year in which Python 3.11 ends.
    warnings.filterwarnings("ignore", r"(?s).*support for the `google\.generativeai`", FutureWarning)
    warnings.filterwarnings("ignore", "You are using a Python version", FutureWarning)
    from google.ai.generativelanguage_v1beta.services.generative_service.transports.rest import (
        GenerativeServiceRestTransport,
    )
    from google.api_core.exceptions import GoogleAPIError
    from google.generativeai.client import configure
    from google.generativeai.generative_models import GenerativeModel

_CHUNK_BYTES = 65_536
# urllib3 finds out by listening on a port, which the walls of this process refuse: it would know no IPv6.
connection.HAS_IPV6 = socket.has_ipv6


def connect(*, key: str, base_url: str) -> Client:
    """Return a client that has not called anyone yet; `base_url` empty means Google's own.

    The SDK has one configuration for the whole process, so the client made last is the one that counts.
    """
    address = base_url or GOOGLE
    host = host_of(address)

    # Typed as a name, but handed on to a client that takes what makes one as well.
    transport: Any = partial(_Transport, asked=host)
    configure(api_key=key, transport=transport, client_options={"api_endpoint": address})
    return _Client(host)


class _Http(HTTPAdapter):
    """Sends to one host only, follows no redirect, and hands on no more of a response than we read."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Make the call. Raises CallFailed and whatever requests does; so nobody sends again after a 401."""
        statuses.require_host(request.url or "", self._host)
        request.prepare_body(outgoing.completed(request.body), None)
        response = super().send(request, **{**options, "stream": True})
        try:
            seconds = options.get("timeout") or limits.GEMINI_CALL_SECONDS
            encoding = response.headers.get("Content-Encoding", "")
            picture = outgoing.wants_picture(request.body)
            most = envelope.most_bytes(picture=picture)
            body = bodies.whole(_chunks(response), encoding, seconds=seconds, most=most)
        finally:
            response.close()
        found = envelope.opened(response.status_code, body, response.headers, picture=picture)
        return _answered(found, request)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield bytes as they arrive; urllib3's own reading waits for a whole block, however slowly it comes."""
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
        yield chunk


def _answered(body: bytes, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = 200, request.url or "", request
    response.headers["Content-Type"] = JSON_TYPE
    response.raw = io.BytesIO(body)
    return response


class _Transport(GenerativeServiceRestTransport):
    """The SDK's own REST transport, except for what is sent and received below it."""

    def __init__(self, *, asked: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._session.headers["Accept-Encoding"] = bodies.ACCEPTED
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Http(asked))


class _Client:
    def __init__(self, host: str) -> None:
        self.host = host

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        """Make one call; see llm/client.py."""
        try:
            with outgoing.carrying(outgoing.settings_of(model, request)):
                answer = _model(model, request).generate_content(
                    # Without `retry: None` a 503 is tried again for up to ten minutes.
                    _contents(request),
                    request_options={"timeout": timeout, "retry": None},
                )
            return _reply(answer)
        except (Blocked, CallFailed) as error:
            if isinstance(error, WrongModel):
                outgoing.note_refusal(model)
            raise
        except requests.Timeout as error:
            raise ModelUnavailable(f"no answer within {timeout:.0f} s") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, GoogleAPIError) as error:
            raise ModelUnavailable("the connection failed", type(error).__name__) from error
        except Exception as error:  # Whatever a vendor's code raises must not end the analysis.
            raise BadAnswer("the SDK failed", repr(error)) from error


def _model(name: str, request: Request) -> Any:
    settings: Any = {"max_output_tokens": request.max_tokens or None}
    if not request.picture:
        settings["response_mime_type"] = JSON_TYPE
    return GenerativeModel(name, generation_config=settings, system_instruction=request.instruction or None)


def _contents(request: Request) -> list[Any]:
    if not request.image_jpeg:
        return [request.text]
    return [{"mime_type": "image/jpeg", "data": request.image_jpeg}, request.text]


def _reply(answer: Any) -> Reply:
    first = answer.candidates[0] if answer.candidates else None
    text = "".join(part.text for part in first.content.parts) if first else ""
    block = _name(answer.prompt_feedback.block_reason)
    finish = _name(first.finish_reason) if first else ""
    return statuses.checked(text, finish=finish, block=block, usage=_usage(answer.usage_metadata))


def _usage(told: Any) -> Usage:
    """This SDK is older than thinking: it knows the total, but not what of it was thought."""
    prompt, said = told.prompt_token_count, told.candidates_token_count
    return Usage(prompt=prompt, answer=said, thoughts=max(0, told.total_token_count - prompt - said))


def _name(value: Any) -> str:
    """Return the name of a reason; one that is newer than the SDK arrives as a bare number."""
    return str(getattr(value, "name", value))
