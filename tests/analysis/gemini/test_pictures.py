"""One panel from an image model, by both SDKs: a picture made plain and small, or why there is none."""

import base64
import io
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image

from studylens.analysis import pipeline
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.config import Config
from studylens.story_limits import FIRST_PX, PANEL_PX
from tests.analysis.gemini import pictures
from tests.analysis.gemini.behaviours import Behaviour, limited, stopped
from tests.analysis.gemini.server import GeminiServer

LEAF = PanelWish(2, 8, "a leaf in the sun", "a small sun with a hat")


def draw(config: Config, wish: PanelWish = LEAF, **changes: Any) -> tuple[Drawn, list[wire.Event]]:
    """Draw a panel as the runner asks for one, over the protocol's own JSON."""
    events: list[wire.Event] = []
    asked = wire.Request("0" * 32, draw=wish, **{"calls_left": 9, **changes})
    outcome = pipeline.run(wire.decode_request(wire.encode(asked)), config, events.append)
    told = wire.decode_event(wire.encode(outcome))
    assert isinstance(told, Drawn), told
    return told, events


def opened(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(drawn.jpeg_base64)))


def calls(events: Sequence[wire.Event]) -> int:
    return sum(isinstance(event, wire.GeminiCall) for event in events)


def test_a_picture_comes_back_opaque_small_and_without_metadata(server: GeminiServer, config: Config) -> None:
    server.script.append(pictures.answer)
    drawn, events = draw(config)
    assert (drawn.width, drawn.height, drawn.reason) == (PANEL_PX, PANEL_PX * 3 // 4, "")
    image = opened(drawn)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (drawn.width, drawn.height))
    assert min(image.getpixel((10, 10))) > 250  # type: ignore[arg-type, type-var] - what was clear is white.
    assert drawn.model == "gemini-3.1-flash-image"
    assert drawn.sent_to.startswith("Google Gemini (gemini-3.1-flash-image) at 127.0.0.1")
    assert calls(events) == 1
    [spent] = [event for event in events if isinstance(event, wire.Spent)]
    assert (spent.model, spent.prompt) == ("gemini-3.1-flash-image", 1300)


def test_what_is_sent_asks_for_a_picture_alone_and_brings_the_first_panel_small(
    server: GeminiServer, config: Config
) -> None:
    server.script.append(pictures.answer)
    large = io.BytesIO()
    Image.new("RGB", (1024, 768), "red").save(large, "JPEG")
    draw(config, PanelWish(2, 8, "a leaf", "a sun", base64.b64encode(large.getvalue()).decode()))
    [sent] = server.requests
    assert sent.model == "gemini-3.1-flash-image"
    assert pictures.wants_picture(sent)
    assert "responseMimeType" not in sent.body["generationConfig"]
    assert "responseSchema" not in sent.body["generationConfig"]
    assert "a leaf" in sent.text
    assert "a sun" in sent.text
    [held] = [part["inlineData"] for part in sent.parts if "inlineData" in part]
    plain = held["data"].translate(str.maketrans("-_", "+/"))  # google-genai sends base64 for addresses.
    with Image.open(io.BytesIO(base64.b64decode(plain))) as first:
        assert max(first.size) == FIRST_PX


@pytest.mark.parametrize("first", [b"no picture", pictures.huge_png()], ids=["damaged", "a bomb"])
def test_a_first_panel_of_no_use_from_an_account_file_is_left_out(
    server: GeminiServer, config: Config, first: bytes
) -> None:
    server.script.append(pictures.answer)
    drawn, _ = draw(config, PanelWish(2, 8, "a leaf", first_base64=base64.b64encode(first).decode()))
    assert drawn.jpeg_base64
    assert not server.requests[0].has_image


@pytest.mark.filterwarnings("ignore:Unrecognized FinishReason")
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (lambda _: stopped("IMAGE_SAFETY"), "its safety filter stopped it"),
        (lambda _: stopped("NO_IMAGE"), "it stopped early"),
        ("prompt_blocked", "its rules forbid such content"),
        (pictures.words_only, "the model gave no picture"),
        (lambda _: pictures.drawn(pictures.huge_png()), "the model's picture is too large"),
        (lambda _: pictures.drawn(pictures.png((2_400, 2_400), "RGB")), "the model's picture is too large"),
        (lambda _: pictures.drawn(b"no picture at all"), "the model's picture cannot be opened"),
        (lambda _: pictures.drawn(pictures.png()[:2_000]), "the model's picture cannot be opened"),
        ("fifty_mb", "its answer is larger than 9 MB"),
        ("error_503", "the server answered 503"),
        ("reset", "the connection failed"),
        ("html_200", "the server answered with something that is not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_without_a_picture_the_reason_is_told_and_nobody_is_asked_twice(
    server: GeminiServer, config: Config, behaviour: str | Behaviour, reason: str
) -> None:
    server.script.append(behaviour)
    drawn, events = draw(config)
    assert drawn.reason.startswith(reason)
    assert (drawn.jpeg_base64, drawn.stops, drawn.retry_after) == ("", False, None)
    assert calls(events) == len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "wait"), [("limited_long", 34.07), (lambda _: limited(None), 30.0)], ids=["told", "untold"]
)
def test_a_rate_limit_says_when_to_come_back(
    server: GeminiServer, config: Config, behaviour: str | Behaviour, wait: float
) -> None:
    server.script.append(behaviour)
    drawn, _ = draw(config)
    assert (drawn.retry_after, drawn.stops) == (wait, False)


@pytest.mark.parametrize("behaviour", ["bad_key", "no_model", "day"])
def test_what_no_panel_will_get_over_ends_the_story_for_now(
    server: GeminiServer, config: Config, behaviour: str
) -> None:
    server.script.append(behaviour)
    drawn, _ = draw(config)
    assert drawn.stops


def test_nobody_is_asked_without_a_key_a_model_or_calls(server: GeminiServer, config: Config) -> None:
    for without in ({"gemini_api_key": ""}, {"gemini_image_model": ""}, {"story_panels_per_day": 0}):
        drawn, _ = draw(Config(**{**vars(config), **without}))
        assert (drawn.reason, drawn.stops) == ("no key", True)
    assert draw(config, calls_left=0)[0].reason == "daily budget used up"
    assert server.requests == []


def test_too_little_memory_is_told_before_anybody_is_asked(server: GeminiServer, config: Config) -> None:
    small = Config(**{**vars(config), "memory_limit_mb": 60.0})
    outcome = pipeline.run(wire.Request("0" * 32, draw=LEAF, calls_left=9), small, lambda _: None)
    assert isinstance(outcome, wire.Failed)
    assert outcome.code == "out_of_memory"
    assert server.requests == []
