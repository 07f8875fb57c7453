"""Pages say who is given what, for every set of engines: beside the upload, a question, and new cards."""

from typing import Any

import pytest

from app import create_app
from studylens.config import Config
from studylens.web.text import receivers

GEMINI: dict[str, Any] = {"gemini_api_key": "AQ.test"}
LOCAL: dict[str, Any] = {"local_ai_url": "http://cellar:11434", "local_ai_model": "qwen3-vl"}
OWN: dict[str, Any] = {**LOCAL, "local_ai_private": True}
READS: dict[str, Any] = {**LOCAL, "local_ai_task": "read", "engines": ("local", "gemini")}
OFF: dict[str, Any] = {**LOCAL, "engines": ("ocr",)}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "read on this server alone"),
        (OFF, "read on this server alone"),
        (GEMINI, "your photo goes to Google’s Gemini, which is for adults only"),
        (LOCAL, "goes to the model qwen3-vl at cellar:11434, which this server’s operator has chosen."),
        (OWN, "by the model qwen3-vl at cellar:11434, its operator’s own; nobody else is sent it."),
        ({**GEMINI, **LOCAL}, "Where Gemini gives nothing it goes to the model qwen3-vl at cellar:11434"),
        ({**GEMINI, **LOCAL, "engines": ("local", "gemini")}, "where that gives nothing to Google’s Gemini"),
        ({**GEMINI, **READS}, "Where Gemini gives nothing it goes to the model qwen3-vl at cellar:11434"),
    ],
)
def test_the_notice_names_everybody_who_may_get_the_photo(settings: dict[str, Any], told: str) -> None:
    notice = receivers.photo_notice(Config(**settings))
    assert told in notice
    assert ("Gemini" in notice) is ("gemini_api_key" in settings)


@pytest.mark.parametrize(
    ("settings", "public", "private"),
    [
        ({}, False, False),
        (GEMINI, True, False),
        (LOCAL, True, False),
        (OWN, True, True),
        (OFF, False, False),
        ({**OWN, "local_ai_task": "read"}, False, False),
    ],
)
def test_a_private_page_has_a_model_only_on_the_operators_own_machine(
    settings: dict[str, Any], public: bool, private: bool
) -> None:
    config = Config(**settings)
    assert receivers.has_model(config) is public
    assert receivers.has_model(config, private=True) is private
    assert bool(receivers.model_words(config)) is public


def test_the_page_of_the_upload_says_so(settings: dict[str, Any]) -> None:
    def page(**changes: Any) -> str:
        return (
            create_app({**settings, **changes})
            .test_client()
            .get("/new", headers={"Accept": "text/html"})
            .text
        )

    assert "the model qwen3-vl at cellar:11434, its operator’s own" in page(**OWN)
    both = page(**OWN, **GEMINI)
    assert "Private: nothing leaves this server and the model qwen3-vl at cellar:11434" in both
    assert 'aria-label="Private"' in both


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ""), (OWN, ""), (OFF, ""),
        (GEMINI, "Off: Google’s Gemini reads the page (adults only"),
        (
            LOCAL,
            "Off: the model qwen3-vl at cellar:11434, which this server’s operator has chosen, reads",
        ),
        ({**GEMINI, **LOCAL}, "Off: Google’s Gemini or the model qwen3-vl at cellar:11434 reads the page"),
    ],
)  # fmt: skip
def test_the_switch_is_there_when_a_photo_leaves_the_server(settings: dict[str, Any], told: str) -> None:
    words = receivers.off_words(Config(**settings))
    assert words.startswith(told)
    assert bool(words) is bool(told)
