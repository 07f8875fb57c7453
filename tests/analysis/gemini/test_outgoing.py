"""What is sent, byte by byte, by both SDKs: the schema in its order, its bounds, the least thinking."""

import json

import pytest

from studylens.analysis.gemini import connect, outgoing
from studylens.analysis.llm import prompt, question
from studylens.analysis.llm.client import Request, WrongModel
from studylens.analysis.llm.schema import PHOTO_SCHEMA, QUESTION_SCHEMA
from studylens.config import Config
from tests.analysis.gemini.server import GeminiServer

MODEL = "gemini-3.5-flash-lite"
PHOTO = prompt.request(b"\xff\xd8\xff", (), "")
ASKED = question.request(question.Asked("Why?", ()))


def sent_by(config: Config, server: GeminiServer, request: Request = PHOTO, model: str = MODEL) -> str:
    """Return the body of one call, as it came."""
    connect.connected(config).generate(model, request, timeout=10)
    return server.requests[-1].raw.decode()


def test_schema_goes_out_as_it_is_written(config: Config, server: GeminiServer) -> None:
    sent = sent_by(config, server)
    settings = json.loads(sent)["generationConfig"]
    assert json.dumps(settings["responseSchema"]) == json.dumps(PHOTO_SCHEMA)


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("", ["transcript", "title", "summary", "explanation", "key_terms", "cards", "quiz"]),
        ("transcript", ["n", "text", "box_2d", "unsure"]),
        ("cards", ["front", "back", "kind", "level", "source_line"]),
        ("quiz", ["question", "options", "explanation", "answer_index", "level", "source_line"]),
    ],
)
def test_lines_come_before_their_numbers_and_reasons_before_answers(
    config: Config, server: GeminiServer, part: str, names: list[str]
) -> None:
    schema = json.loads(sent_by(config, server))["generationConfig"]["responseSchema"]
    found = schema["properties"][part]["items"] if part else schema
    assert list(found["properties"]) == found["propertyOrdering"] == names


def test_proof_of_an_answer_comes_before_it(config: Config, server: GeminiServer) -> None:
    schema = json.loads(sent_by(config, server, ASKED))["generationConfig"]["responseSchema"]
    assert list(schema["properties"]) == ["source_lines", "answer", "on_page"]
    assert schema == QUESTION_SCHEMA


def test_request_bounds_its_answer(config: Config, server: GeminiServer) -> None:
    sent = sent_by(config, server)
    settings = json.loads(sent)["generationConfig"]
    assert settings["maxOutputTokens"] == PHOTO.max_tokens > 0
    lists = {
        name: part["maxItems"]
        for name, part in settings["responseSchema"]["properties"].items()
        if "items" in part
    }
    assert set(lists) == {"transcript", "key_terms", "cards", "quiz"}
    assert sum(lists.values()) < 960
    assert sent.count('"type": "INTEGER"') == sent.count('"maximum"') == sent.count('"minimum"') > 4


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("gemini-3.5-flash-lite", {"thinkingLevel": "MINIMAL"}),
        ("gemini-3.1-flash-lite", {"thinkingLevel": "MINIMAL"}),
        ("gemini-3.8-flash", {"thinkingLevel": "LOW"}),
        ("gemini-3.1-pro-preview", {"thinkingLevel": "LOW"}),
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", None),
        ("gemma-3-27b-it", None),
        ("gemini-flash-lite-latest", None),
    ],
)
def test_thinking_is_the_least_that_the_model_is_known_to_allow(
    config: Config, server: GeminiServer, model: str, thinking: dict[str, object] | None
) -> None:
    settings = json.loads(sent_by(config, server, model=model))["generationConfig"]
    assert settings.get("thinkingConfig") == thinking


def test_model_that_refuses_is_asked_for_less_from_then_on(config: Config, server: GeminiServer) -> None:
    server.script.append("bad_request")
    with pytest.raises(WrongModel):
        sent_by(config, server)
    settings = json.loads(sent_by(config, server))["generationConfig"]
    assert "thinkingConfig" not in settings
    assert settings["responseSchema"] == outgoing.unbounded(PHOTO_SCHEMA)
    assert "maxItems" not in json.dumps(settings)
    other = json.loads(sent_by(config, server, model="gemini-3.1-flash-lite"))["generationConfig"]
    assert other["responseSchema"] == PHOTO_SCHEMA


def test_thought_part_does_not_spoil_an_answer(config: Config, server: GeminiServer) -> None:
    server.script.append("thought")
    reply = connect.connected(config).generate(MODEL, PHOTO, timeout=10)
    assert json.loads(reply.text)["title"] == "Photosynthesis"
