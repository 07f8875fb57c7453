"""What a client of a language model is: one structured call, and how it can fail, by what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from studylens.errors import EngineFailed


@dataclass(frozen=True)
class Request:
    """One call: the standing instruction, what this page brings, the answer's schema (OpenAPI subset)."""

    instruction: str
    text: str
    image_jpeg: bytes | None
    schema: Mapping[str, Any]
    max_tokens: int = 0
    """The most that the model may write, its thoughts included; 0: as it likes."""
    picture: bool = False
    """A picture is wanted, and no JSON: the reply's text is then its bytes as base64. There is no schema."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as the server counted them; 0 where it says nothing."""

    prompt: int = 0
    answer: int = 0
    thoughts: int = 0
    """Of a model that thinks first; they are paid for like the answer's."""


@dataclass(frozen=True)
class Reply:
    """What a model said, as a rule JSON; `truncated`: it was cut off at the most tokens that it may write."""

    text: str
    usage: Usage = Usage()
    truncated: bool = False


class Client(Protocol):
    """One server, ready to call; may be kept for the next photo."""

    @property
    def host(self) -> str:
        """Whom it asks, for the privacy receipt: a host name, with the port unless it is the usual one."""

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        """Return the answer; `timeout` in seconds. Raises Blocked or CallFailed; never retries."""


class Blocked(EngineFailed):
    """The model will not read this page, as `reason` says; another engine does only if the student asks."""


class CallFailed(Exception):
    """A call gave nothing; `reason` is a short phrase, `detail` what the server itself said, for the log."""

    kind = ""
    """What is at fault, for who counts such failures in a row (breaker); empty: they are not counted."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = " ".join(detail.split())[:300]


class RateLimited(CallFailed):
    """429; `retry_after` in seconds when the server names a time."""

    kind = "limited"

    def __init__(self, reason: str, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after


class DayUsedUp(RateLimited):
    """The answers of a day are used up; `retry_after` reaches to the next one."""

    kind = "day"


class ModelUnavailable(CallFailed):
    """A 5xx, silence, a broken connection or a page that is not Gemini's: it may work later."""

    kind = "away"


class WrongKey(CallFailed):
    """The key, or the place it is used from, is refused: no model will answer until the operator acts."""

    kind = "key"


class WrongModel(CallFailed):
    """This model does not exist or refuses such requests; another one may answer."""

    kind = "model"


class BadAnswer(CallFailed):
    """An answer that is no JSON, or not what was asked for."""

    kind = "answer"


class OddPage(BadAnswer):
    """A model stopped, or found nothing to say: the page may be the cause, so nobody is blamed."""

    kind = ""
