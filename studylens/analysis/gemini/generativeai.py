"""google-generativeai: the one file that knows this SDK. Import it late: it costs about 80 MB.

Its maker ended its support on 2025-11-30 and names google-genai as its successor; it is here because the
product's owner named it, and both pass the same tests.
"""

import warnings
from typing import Any

import requests
from google.protobuf import json_format  # type: ignore[import-untyped]  # It ships no types.

from studylens.analysis.gemini import statuses
from studylens.analysis.gemini.statuses import GOOGLE, JSON_TYPE
from studylens.analysis.llm.client import (
    BadAnswer,
    Blocked,
    CallFailed,
    Client,
    ModelUnavailable,
    Reply,
    Request,
    Usage,
)

with warnings.catch_warnings():
    # Said above, and at each start it would only fill the log; so would the year in which Python 3.11 ends.
    warnings.filterwarnings("ignore", r"(?s).*support for the `google\.generativeai`", FutureWarning)
    warnings.filterwarnings("ignore", "You are using a Python version", FutureWarning)
    from google.ai.generativelanguage_v1beta.services.generative_service.transports.rest import (
        GenerativeServiceRestTransport,
    )
    from google.api_core import exceptions
    from google.generativeai.client import configure
    from google.generativeai.generative_models import GenerativeModel


def connect(*, key: str, base_url: str) -> Client:
    """Return a client that has not called anyone yet; `base_url` empty means Google's own.

    The SDK has one configuration for the whole process, so the client made last is the one that counts.
    """
    transport: Any = _Once  # Typed as a name, but handed on to a client that takes a class as well.
    address = base_url or GOOGLE
    configure(api_key=key, transport=transport, client_options={"api_endpoint": address})
    return _Client(statuses.host_of(address))


class _Once(GenerativeServiceRestTransport):
    """The SDK's own REST transport, except that it does not send a photo again after a 401."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._session._max_refresh_attempts = 0  # noqa: SLF001 - its public argument is out of reach.


class _Client:
    def __init__(self, host: str) -> None:
        self.host = host

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        """Make one call; see llm/client.py."""
        try:
            answer = _model(model, request).generate_content(
                # Without `retry: None` a 503 is tried again for up to ten minutes.
                _contents(request),
                request_options={"timeout": timeout, "retry": None},
            )
            return _reply(answer)
        except (Blocked, CallFailed):
            raise
        except exceptions.GoogleAPICallError as error:
            raise _refusal(error) from error
        except requests.Timeout as error:
            raise ModelUnavailable(f"no answer within {timeout:.0f} s") from error
        except (requests.RequestException, exceptions.GoogleAPIError) as error:
            raise ModelUnavailable("the connection failed", type(error).__name__) from error
        except json_format.ParseError as error:
            raise _unreadable(error) from error
        except Exception as error:  # Whatever a vendor's code raises must not end the analysis.
            raise BadAnswer("the SDK failed", repr(error)) from error


def _model(name: str, request: Request) -> Any:
    settings: Any = {"response_mime_type": JSON_TYPE, "response_schema": dict(request.schema)}
    return GenerativeModel(name, generation_config=settings, system_instruction=request.instruction)


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


def _refusal(error: exceptions.GoogleAPICallError) -> CallFailed:
    details = [detail for detail in error.details if isinstance(detail, dict)]
    return statuses.refusal(int(error.code or 0), _status_name(error), str(error.message), details)


def _status_name(error: exceptions.GoogleAPICallError) -> str:
    """Read the status from the response itself, since the SDK's errors only keep its number."""
    try:
        name = error.response.json()["error"]["status"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return str(name)


def _unreadable(error: json_format.ParseError) -> CallFailed:
    if "Failed to load JSON" in str(error):
        return ModelUnavailable("the server answered with something that is not JSON")
    return BadAnswer("the server's answer is not one of Gemini's", str(error))
