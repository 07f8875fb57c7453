"""One panel of a story from an image model: one call, never repeated here, since a late one may be paid for.

Wire: `generateContent` with `responseModalities: ["IMAGE"]`, `inlineData` back
(https://ai.google.dev/gemini-api/docs/image-generation, looked at in November 2026).
"""

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from studylens.analysis.gemini import connect
from studylens.analysis.llm.breaker import Breaker
from studylens.analysis.llm.client import (
    Blocked,
    CallFailed,
    Client,
    DayUsedUp,
    OddPage,
    RateLimited,
    Reply,
    Request,
    WrongKey,
    WrongModel,
)
from studylens.analysis.llm.deadline import within
from studylens.analysis.llm.round import HANG_UP_SECONDS, Watch
from studylens.analysis.protocol.drawing import PanelWish
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory
from studylens.language import mark
from studylens.story_limits import CALL_SECONDS

NO_PICTURE = mark("the model gave no picture")
INSTRUCTION = (
    "Draw one panel of a picture story that explains a page of study notes to a student. Clear shapes, few "
    "things, calm colours. No writing of any kind in the picture: no letters, numbers, labels, formulas, "
    "speech bubbles, captions, logos or signatures. What the panel says is written below it by others."
)
SAME = (
    "The enclosed picture is the first panel. Keep its characters, its things and its style; "
    "do not copy its scene."
)


@dataclass(frozen=True)
class Outside:
    """What is not ours: the clock (seconds since the epoch), and how a client is had."""

    now: Callable[[], float] = time.time
    connect: Callable[[Config], Client] = connect.connected


OUTSIDE = Outside()


class NoPanel(EngineFailed):
    """Nothing was drawn; `retry_after` seconds later it may be, `stops`: no panel will be drawn today."""

    def __init__(self, reason: str, *, retry_after: float | None = None, stops: bool = False) -> None:
        super().__init__(reason)
        self.retry_after, self.stops = retry_after, stops


def draw(
    wish: PanelWish, config: Config, breaker: Breaker, watch: Watch, *, outside: Outside = OUTSIDE
) -> bytes:
    """Return the picture as the model sent it.

    Raises NoPanel, EngineSkipped when nobody was asked, OutOfMemory.
    """
    model = config.gemini_image_model
    if not config.draws:
        raise EngineSkipped(mark("no key"))
    breaker.awake([model])
    try:
        reply = _reply(wish, config, watch, outside)
    except MemoryError as error:
        connect.forget()
        raise OutOfMemory from error
    except Blocked as error:
        breaker.answered(model)
        raise NoPanel(error.reason) from error
    except CallFailed as error:
        detail = f" ({error.detail})" if error.detail else ""
        watch.log(f"Gemini {model}: {error.reason}{detail}")
        breaker.failed(model, error)
        raise _no_panel(error) from error
    breaker.answered(model)
    return _decoded(reply)


def _reply(wish: PanelWish, config: Config, watch: Watch, outside: Outside) -> Reply:
    model, client = config.gemini_image_model, outside.connect(config)
    asked = request(wish)
    watch.on_call(model, client.host)
    late = CALL_SECONDS + HANG_UP_SECONDS
    reply = within(late, lambda: client.generate(model, asked, timeout=CALL_SECONDS))
    watch.on_reply(model, replace(reply, text=""))  # Who takes notes need not hold a picture of 10 MB.
    return reply


def _decoded(reply: Reply) -> bytes:
    try:
        return base64.b64decode(reply.text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NoPanel(NO_PICTURE) from error


def request(wish: PanelWish) -> Request:
    """Return what is sent: the panel's words, and the first panel."""
    first = base64.b64decode(wish.first_base64) if wish.first_base64 else None
    parts = [INSTRUCTION, *([SAME] if first else [])]
    parts += [f"Who and what returns in every panel: {wish.look}"] if wish.look else []
    parts.append(f"Panel {wish.place} of {wish.of} shows: {wish.scene}")
    return Request("", "\n\n".join(parts), first, {}, picture=True)


def _no_panel(error: CallFailed) -> NoPanel:
    """Say what a failure means for this panel, and for the next."""
    if isinstance(error, OddPage):
        return NoPanel(NO_PICTURE if error.reason == "it gave no answer" else error.reason)
    if isinstance(error, DayUsedUp | WrongKey | WrongModel):
        return NoPanel(error.reason, stops=True)
    if isinstance(error, RateLimited):
        return NoPanel(error.reason, retry_after=error.retry_after or 30.0)
    return NoPanel(error.reason)
