"""The local engine against a chat server: what is sent, what is believed, how a call fails."""

import base64
import dataclasses
import json

import pytest

from studylens import limits
from studylens.analysis.llm.client import BadAnswer, ModelUnavailable
from studylens.analysis.llm.deadline import within
from studylens.analysis.llm.page import Prompt
from studylens.analysis.llm.prompt import request as page_request
from studylens.analysis.local.client import ChatClient
from studylens.analysis.local.schema import json_schema
from studylens.analysis.protocol.wire import Standing
from studylens.errors import EngineFailed, EngineSkipped
from tests.analysis.gemini.asking import NOON, PHOTO
from tests.analysis.llm.answers import INJECTED, PAGE
from tests.analysis.local.asking import MODEL, Notes, ask, configured
from tests.analysis.local.behaviours import Reply
from tests.analysis.local.server import ChatServer

WHOLE = ["answer", "streamed", "in_parts", "no_finish", "thoughts", "gzipped"]
CONFIGURATION = ["bad_key", "forbidden", "no_model", "no_path"]
ODD = ["content_filter", "declined", "tool_calls", "no_choices", "null_content", "empty_text", "nothing"]
UNUSABLE = ["not_chat", "invalid_json", "prose", "odd_packing", "bad_request"]
UNAVAILABLE = [
    "error_500",
    "error_503",
    "error_200",
    "html_502",
    "html_200",
    "reset",
    "stream_broken_off",
    "limited",
]
TOO_LARGE = ["fifty_mb", "endless", "gzip_bomb"]
REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("behaviour", WHOLE)
def test_a_photo_becomes_material_and_transcript(config, notes, server, behaviour) -> None:
    server.script.append(behaviour)
    answer = ask(config, notes)
    assert (answer.engine, answer.model, notes.standing) == ("local", MODEL, {})
    assert (notes.calls, notes.hosts) == ([f"{MODEL} at {server.host}"], [server.host])
    assert tuple(line.text for line in answer.transcript) == PAGE
    assert (len(answer.material.cards), len(answer.material.quiz)) == (6, 3)
    assert {card.origin for card in answer.material.cards} == {f"local:{MODEL}"}


def test_the_request_carries_photo_schema_and_no_sampling(config, notes, server) -> None:
    ask(config, notes)
    (sent,) = server.requests
    kind, _, data = sent.picture.partition(";base64,")
    assert (sent.path, sent.model, kind) == ("/v1/chat/completions", MODEL, "data:image/jpeg")
    assert base64.b64decode(data) == PHOTO.image_jpeg
    assert set(sent.body) == {"model", "messages", "stream", "max_tokens", "response_format"}
    assert sent.body["stream"] is False
    assert PHOTO.question in sent.text
    assert "never an instruction" in sent.standing
    assert "authorization" not in sent.headers


def test_the_schema_is_strict_and_the_transcript_comes_first(config, notes, server) -> None:
    ask(config, notes)
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert next(iter(schema["properties"])) == "transcript"
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    assert schema["properties"]["cards"]["items"]["properties"]["source_line"]["type"] == ["integer", "null"]
    assert json.dumps(schema, separators=(",", ":")) in server.requests[0].standing


def test_boxes_are_asked_for_in_no_words(server, notes) -> None:
    server.always = "only_text"
    answer = ask(configured(server.url), notes)
    assert {line.box for line in answer.transcript} == {None}
    assert ["box_2d" in sent.standing for sent in server.requests] == [False] * 3
    assert "unsure: true for a line" in " ".join(server.requests[0].standing.split())


def test_lists_keep_a_bound_that_servers_take() -> None:
    bounded = {"type": "ARRAY", "items": {"type": "INTEGER", "maximum": 9}, "maxItems": 60}
    assert json_schema(bounded) == {"type": "array", "items": {"type": "integer"}, "maxItems": 60}
    assert "maxItems" not in json_schema({**bounded, "maxItems": 2000})


def test_a_key_is_sent_where_there_is_one(server, notes) -> None:
    ask(configured(server.url, local_ai_key="sk-1"), notes)
    assert server.requests[0].headers["authorization"] == "Bearer sk-1"


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_any_way_to_write_the_address_will_do(server, notes, ending) -> None:
    ask(configured(server.url + ending), notes)
    assert server.requests[0].path == "/v1/chat/completions"


def test_a_server_without_a_named_model_is_asked_for_its_only_one(server, notes) -> None:
    assert ask(configured(server.url, local_ai_model=""), notes).model == "default"


def test_pasted_text_keeps_its_own_lines(config, notes, server) -> None:
    answer = ask(
        config, notes, prompt=Prompt(image_jpeg=None, text="Osmosis moves water.\n\nIt needs a membrane.")
    )
    assert [line.text for line in answer.transcript] == ["Osmosis moves water.", "It needs a membrane."]
    assert server.requests[0].body["messages"][-1]["content"].startswith("The page, as numbered lines:")


@pytest.mark.parametrize(
    ("behaviour", "formats"),
    [
        ("only_json_object", ["json_schema", "json_object"]),
        ("only_text", ["json_schema", "json_object", "text"]),
        ("bad_grammar", ["json_schema", "json_object", "text"]),
        ("unprocessable", ["json_schema", "json_object", "text"]),
    ],
)
def test_a_server_that_has_no_schema_is_asked_for_less_and_that_is_remembered(
    config, notes, server, behaviour, formats
) -> None:
    server.always = behaviour
    assert len(ask(config, notes).material.cards) == 6
    assert [sent.format for sent in server.requests] == formats
    ask(config, notes)
    assert [sent.format for sent in server.requests] == [*formats, formats[-1]]


def test_a_short_context_is_asked_for_no_more_than_it_has(config, notes, server) -> None:
    server.always = "short_context"
    assert len(ask(config, notes).material.cards) == 6
    assert [sent.body.get("max_tokens") for sent in server.requests] == [limits.LOCAL_AI_MAX_TOKENS, None]


@pytest.mark.parametrize("behaviour", [*UNUSABLE, *UNAVAILABLE])
def test_a_hiccup_costs_a_second_call_and_no_pack(config, notes, server, behaviour) -> None:
    server.script.append(behaviour)
    assert len(ask(config, notes).material.cards) == 6
    assert (len(server.requests), notes.standing) == (2, {})
    assert notes.lines[0].startswith(f"Local AI {MODEL} at 127.0.0.1:")


@pytest.mark.parametrize("behaviour", ODD)
def test_an_odd_page_is_asked_for_once_and_blamed_on_nobody(config, notes, server, behaviour) -> None:
    server.always = behaviour
    with pytest.raises(EngineFailed):
        ask(config, notes)
    assert (len(server.requests), notes.standing) == (1, {})


@pytest.mark.parametrize("behaviour", CONFIGURATION)
def test_a_configuration_fault_costs_two_calls_a_batch_and_says_what_to_check(
    config, notes, server, behaviour
) -> None:
    server.always = behaviour
    for _ in range(10):
        with pytest.raises((EngineFailed, EngineSkipped), match="the operator must check LOCAL_AI_"):
            ask(config, notes, standings=tuple(notes.standing.values()))
    assert len(server.requests) <= 2


def test_a_model_that_sees_no_pictures_is_shown_one_and_reads_texts(config, notes, server) -> None:
    server.script.append("cannot_see")
    for _ in range(10):
        with pytest.raises((EngineFailed, EngineSkipped), match="sees no pictures; the operator must check"):
            ask(config, notes)
    assert (len(server.requests), notes.calls, notes.standing) == (1, notes.calls[:1], {})
    text = Prompt(image_jpeg=None, text="Osmosis moves water.")
    assert len(ask(config, notes, prompt=text).transcript) == 1


@pytest.mark.parametrize("behaviour", ["error_503", "reset", "limited"])
def test_a_server_that_is_away_costs_a_batch_few_calls(config, notes, server, behaviour) -> None:
    server.always = behaviour
    for _ in range(10):
        with pytest.raises((EngineFailed, EngineSkipped)):
            ask(config, notes, standings=tuple(notes.standing.values()))
    assert len(server.requests) <= 3


def test_another_address_has_a_clean_slate(config, notes, server) -> None:
    server.always = "no_model"
    with pytest.raises(EngineFailed):
        ask(config, notes)
    with ChatServer() as other:
        mended = configured(other.url)
        assert ask(mended, Notes(), standings=tuple(notes.standing.values())).model == MODEL


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_not_followed(config, notes, server, status) -> None:
    server.always = f"redirect_{status}"
    with pytest.raises(EngineFailed, match=f"sends us on to collector.example .{status}."):
        ask(config, notes)
    assert {sent.headers["host"] for sent in server.requests} == {server.host}


def test_a_redirect_to_no_address_is_a_configuration_fault_too(config, notes, server) -> None:
    server.always = lambda _: Reply(302, b"", {"Location": "http://[nobody/"})
    for _ in range(3):
        with pytest.raises((EngineFailed, EngineSkipped), match=r"another address \(302\); the"):
            ask(config, notes, standings=tuple(notes.standing.values()))
    assert len(server.requests) <= 2


@pytest.mark.parametrize("behaviour", TOO_LARGE)
def test_no_more_is_read_than_an_answer_may_have(server, behaviour) -> None:
    server.script.append(behaviour)
    with pytest.raises(BadAnswer, match="larger than"):
        generate(server, timeout=30)


def generate(server: ChatServer, *, timeout: float) -> None:
    ChatClient(server.url, "", MODEL).generate("", page_request(b"\xff\xd8\xff", (), ""), timeout=timeout)


@pytest.mark.parametrize("behaviour", ["silence", "drip"])
def test_a_server_that_takes_for_ever_ends_at_the_timeout(server, behaviour) -> None:
    server.script.append(behaviour)
    with pytest.raises(ModelUnavailable, match="no answer within"):
        within(20, lambda: generate(server, timeout=0.3))


def test_a_short_wait_that_the_server_asks_for_is_waited_out(config, notes, time, server) -> None:
    server.script.append("limited_short")
    assert ask(config, notes, time).model == MODEL
    assert time.slept == [pytest.approx(0.2)]


def test_a_model_that_rests_is_not_asked(config, notes, server) -> None:
    resting = Standing(f"{MODEL} at {server.host}", "away", 3, NOON + 60, "it is away")
    with pytest.raises(EngineSkipped, match="asked again at"):
        ask(config, notes, standings=[resting])
    assert server.requests == []


def test_private_pages_go_there_only_when_the_operator_says_that_it_is_his(config, notes, server) -> None:
    with pytest.raises(EngineSkipped, match="private"):
        ask(config, notes, private=True)
    assert (server.requests, notes.calls) == ([], [])
    assert ask(dataclasses.replace(config, local_ai_private=True), notes, private=True).engine == "local"


def test_proxies_of_the_environment_are_not_asked(config, notes, server, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(config, notes).model == MODEL


def test_a_sign_of_life_goes_out_while_the_model_thinks(config, notes, server, monkeypatch) -> None:
    monkeypatch.setattr(limits, "LOCAL_AI_PULSE_SECONDS", 0.01)
    server.delay = 0.3
    ask(config, notes)
    assert notes.lives > 2


def test_an_instruction_on_the_page_stays_text(config, notes, server) -> None:
    server.script.append("injected")
    answer = ask(config, notes)
    assert answer.transcript[-1].text == INJECTED
    assert answer.material.title == "Photosynthesis"


def test_what_validates_of_a_broken_answer_is_kept(config, notes, server) -> None:
    server.script.append("broken")
    answer = ask(config, notes)
    assert (len(answer.transcript), len(answer.material.cards)) == (len(PAGE) + 1, 6)


def test_whole_items_of_a_cut_answer_are_kept_and_the_cut_is_told(config, notes, server) -> None:
    server.script.append("cut")
    answer = ask(config, notes)
    assert (len(answer.material.cards), len(server.requests)) == (3, 1)
    assert any("broke off" in note for note in answer.notes)
    assert any(entry.reason == "not_whole" for entry in answer.material.judged.dropped)


def test_a_model_that_thinks_until_it_is_cut_off_blames_nobody(config, notes, server) -> None:
    server.script.append("endless_thoughts")
    with pytest.raises(EngineFailed, match="cut off before it began"):
        ask(config, notes)
    assert (len(server.requests), notes.standing) == (1, {})


def test_a_server_that_asks_for_an_hour_is_left_alone_for_it(config, notes, time, server) -> None:
    server.always = "limited_long"
    for _ in range(3):
        with pytest.raises((EngineFailed, EngineSkipped)):
            ask(config, notes, time, standings=tuple(notes.standing.values()))
    assert (len(server.requests), time.slept) == (1, [])
    (standing,) = notes.standing.values()
    assert (standing.kind, standing.until) == ("limited", NOON + 3600)


def test_a_huge_answer_is_cut_to_size(config, notes, server) -> None:
    server.script.append("huge")
    answer = ask(config, notes)
    assert len(answer.transcript) == limits.ANSWER_MAX_LINES
    assert len(answer.material.explanation) <= limits.ANSWER_EXPLANATION_CHARS
