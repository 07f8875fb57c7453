"""The client of one chat server: it binds answers to a schema by the best way that the server has.

Servers differ in what they take, and say so by 400 or 422: then the next way is tried within the same call,
and what works is remembered while the process lives.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from studylens.analysis.llm.client import Reply, Request
from studylens.analysis.local import chat, http
from studylens.analysis.local.chat import FORMATS, Refused, SeesNothing, Shape
from studylens.config import Config


class ChatClient:
    """One server, ready to be asked; it opens a connection for each call, since calls are minutes apart."""

    def __init__(
        self, url: str, key: str, model: str, *, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._address, self._key, self._model, self._ticks = http.endpoint(url), key, model, ticks
        self.shape = Shape()
        self.blind = ""
        """What it said of it that its model sees no pictures; texts it reads all the same."""

    @property
    def host(self) -> str:
        """Whom it asks, for the privacy receipt."""
        return self._address.netloc

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:  # noqa: ARG002 - see there.
        """Make one call; see llm/client.py. A server is asked for the one model that it was made for."""
        ends = self._ticks() + timeout
        while True:
            try:
                return self._once(request, ends - self._ticks())
            except SeesNothing as refusal:
                self.blind = refusal.reason
                raise
            except Refused as refusal:
                humbler = _humbler(self.shape, refusal)
                if humbler is None:
                    raise
                self.shape = humbler

    def _once(self, request: Request, seconds: float) -> Reply:
        body = chat.body(self._model, request, self.shape)
        return chat.reply(http.post(self._address, body, key=self._key, seconds=max(seconds, 0.1)))


def _humbler(shape: Shape, refusal: Refused) -> Shape | None:
    """Return the same request with less asked for, or None when it is not that which is refused."""
    if refusal.names_length and shape.bounded:
        return replace(shape, bounded=False)
    if refusal.names_format and shape.format != FORMATS[-1]:
        return replace(shape, format=FORMATS[FORMATS.index(shape.format) + 1])
    return None


def connected(config: Config, model: str) -> ChatClient:
    """Return the client of LOCAL_AI_URL; a second photo finds it with what it has learnt."""
    return _client(config.local_ai_url, config.local_ai_key, model)


def forget() -> None:
    """Let go of the client and of what it has learnt."""
    _client.cache_clear()


@lru_cache(maxsize=1)
def _client(url: str, key: str, model: str) -> ChatClient:
    return ChatClient(url, key, model)
