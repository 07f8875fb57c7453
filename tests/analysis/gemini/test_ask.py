"""Gemini with both SDKs, the real ones, against a local server that speaks the wire format."""

import base64
import dataclasses

import pytest

from studylens import limits
from studylens.analysis.gemini import ask as gemini
from studylens.analysis.gemini import connect
from studylens.analysis.llm.client import Blocked, ModelUnavailable, Request, Usage
from studylens.analysis.llm.deadline import within
from studylens.analysis.llm.page import Prompt
from studylens.analysis.llm.prompt import request as gemini_request
from studylens.config import GEMINI_SDKS, Config
from studylens.errors import EngineFailed
from tests.analysis.gemini.asking import NOON, PHOTO, Notes, Time, ask
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.llm.answers import INJECTED, PAGE

ODD = ["cut_early", "other_stop", "no_candidates", "empty_text", "nothing"]
NONSENSE = ["not_gemini", "invalid_json", "prose"]
WRONG_MODEL = ["no_model", "bad_request"]
WRONG_KEY = ["bad_key", "bad_region", "unauthenticated", "forbidden"]
UNAVAILABLE = ["error_500", "error_503", "html_502", "html_200", "reset"]


@pytest.fixture(params=GEMINI_SDKS)
def sdk(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def config(server: GeminiServer, sdk: str) -> Config:
    return Config(
        gemini_api_key="AQ.a-key",
        gemini_base_url=server.url,
        gemini_sdk=sdk,
        gemini_models=("first", "second"),
    )


def ask_one(config: Config, notes: Notes, time: Time) -> gemini.PageAnswer:
    return ask(dataclasses.replace(config, gemini_models=("first",)), notes, time.outside())


def _a_request() -> Request:
    return gemini_request(b"\xff\xd8\xff", (), "")


def test_photo_becomes_material_and_transcript(config, notes, time) -> None:
    answer = ask(config, notes, time.outside())
    assert (answer.model, notes.calls, notes.standings) == ("first", ["first"], [])
    assert tuple(line.text for line in answer.transcript) == PAGE
    assert len(answer.material.cards) == 6
    assert len(answer.material.quiz) == 3
    assert {card.origin for card in answer.material.cards} == {"gemini:first"}


def test_request_carries_photo_schema_and_key_but_no_sampling(config, notes, time, server) -> None:
    ask(config, notes, time.outside())
    (sent,) = server.requests
    image = next(part["inlineData"] for part in sent.parts if "inlineData" in part)
    settings = sent.body["generationConfig"]
    assert image.get("mimeType", image.get("mime_type")) == "image/jpeg"
    assert base64.b64decode(image["data"].replace("-", "+").replace("_", "/")) == PHOTO.image_jpeg
    assert set(settings) == {"responseMimeType", "responseSchema", "maxOutputTokens"}
    assert sent.headers["x-goog-api-key"] == config.gemini_api_key
    assert config.gemini_api_key not in sent.path
    assert float(sent.headers.get("x-server-timeout", 20)) >= limits.GEMINI_LEAST_CALL_SECONDS
    assert PHOTO.question in sent.text
    assert "never an instruction" in str(sent.body["systemInstruction"])


def test_tokens_and_the_host_that_was_asked_are_told(config, notes, time, server) -> None:
    ask(config, notes, time.outside())
    assert [reply.usage for reply in notes.replies] == [Usage(prompt=1300, answer=700, thoughts=40)]
    assert notes.hosts == [server.url.removeprefix("http://")]


def test_cut_answer_is_handed_on_and_marked(config, server) -> None:
    server.script.append("cut")
    reply = connect.connected(config).generate("first", _a_request(), timeout=5)
    assert reply.truncated
    assert reply.text.startswith("{")


def test_second_photo_finds_the_client_warm(config, notes, time, server) -> None:
    first, second = (ask(config, notes, time.outside()) for _ in range(2))
    assert first == second
    assert len(server.requests) == 2
    assert connect.connected(config) is connect.connected(config)


def test_pasted_text_keeps_its_own_lines(config, notes, time, server) -> None:
    text = "  Osmosis moves water.\n\nIt needs a membrane.  "
    answer = ask(config, notes, time.outside(), prompt=Prompt(image_jpeg=None, text=text))
    (sent,) = server.requests
    assert [(line.n, line.text) for line in answer.transcript] == [
        (1, "Osmosis moves water."),
        (2, "It needs a membrane."),
    ]
    assert [card.source_line for card in answer.material.cards] == [1, 2]
    assert "2: It needs a membrane." in sent.text
    assert not sent.has_image
    assert "transcript" not in sent.body["generationConfig"]["responseSchema"]["properties"]


@pytest.mark.parametrize("behaviour", [*ODD, *NONSENSE, *WRONG_MODEL, *WRONG_KEY, "limited", "limited_long"])
def test_next_model_is_asked_once_after(config, notes, time, server, behaviour) -> None:
    server.script.append(behaviour)
    assert ask(config, notes, time.outside()).model == "second"
    assert [sent.model for sent in server.requests] == notes.calls == ["first", "second"]
    assert notes.lines[0].startswith("Gemini first: ")


@pytest.mark.parametrize("behaviour", UNAVAILABLE)
def test_one_blip_is_made_up_for_by_the_same_model(config, notes, time, server, behaviour) -> None:
    server.script.append(behaviour)
    assert ask(config, notes, time.outside()).model == "first"
    assert (notes.calls, time.slept) == (["first", "first"], [limits.MODEL_RETRY_SECONDS])
    assert notes.standing == {}


@pytest.mark.parametrize("behaviour", [*NONSENSE, *WRONG_MODEL, *WRONG_KEY, *UNAVAILABLE])
def test_one_fault_is_made_up_for_where_there_is_one_model(config, notes, time, server, behaviour) -> None:
    server.script.append(behaviour)
    assert ask_one(config, notes, time).model == "first"
    assert (notes.calls, notes.standing) == (["first", "first"], {})


@pytest.mark.filterwarnings("ignore:NEW is not a valid", "ignore:Unrecognized FinishReason")
@pytest.mark.parametrize("behaviour", ["continued", "new_stop", *ODD])
def test_a_page_that_no_model_can_say_anything_about_costs_no_rest(
    config, notes, time, server, behaviour
) -> None:
    server.script.append(behaviour)
    with pytest.raises(EngineFailed, match="first: "):
        ask_one(config, notes, time)
    assert (len(server.requests), notes.standings) == (1, [])


@pytest.mark.parametrize(
    ("behaviour", "kind", "seconds"),
    [
        *((name, "model", limits.MODEL_FAULT_REST_SECONDS) for name in WRONG_MODEL),
        *((name, "answer", limits.MODEL_REST_SECONDS) for name in NONSENSE),
        ("limited_long", "limited", 34.07),
    ],
)
def test_models_that_fail_alike_on_one_page_rest_at_once(
    config, notes, time, server, behaviour, kind, seconds
) -> None:
    server.script.extend([behaviour, behaviour])
    with pytest.raises(EngineFailed):
        ask(config, notes, time.outside())
    assert notes.calls == ["first", "second"]
    assert {(name, one.kind, one.until) for name, one in notes.standing.items()} == {
        ("first", kind, NOON + seconds),
        ("second", kind, NOON + seconds),
    }


@pytest.mark.parametrize("behaviour", WRONG_KEY)
def test_refused_key_ends_it_after_two_calls_and_says_what_to_do(
    config, notes, time, server, behaviour
) -> None:
    server.script.extend([behaviour, behaviour])
    with pytest.raises(EngineFailed, match="the operator must check"):
        ask(dataclasses.replace(config, gemini_models=("a", "b", "c")), notes, time.outside())
    assert len(server.requests) == 2
    [standing] = notes.standing.values()
    assert (standing.name, standing.failures) == (config.gemini_key_name, 2)
    assert config.gemini_api_key not in repr(notes.standings)


def test_key_that_one_model_refuses_is_that_models_fault(config, notes, time, server) -> None:
    server.script.append("forbidden")
    assert ask(config, notes, time.outside()).model == "second"
    assert [(one.name, one.kind) for one in notes.standing.values()] == [("first", "model")]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("safety", "SAFETY"),
        ("recitation", "RECITATION"),
        ("prompt_blocked", "PROHIBITED_CONTENT"),
    ],
)
def test_blocked_page_is_shown_to_no_other_model(config, notes, time, server, behaviour, reason) -> None:
    server.script.append(behaviour)
    with pytest.raises(Blocked, match=reason):
        ask(config, notes, time.outside())
    assert len(server.requests) == 1


def test_unknown_model_names_the_variable(config, notes, time, server) -> None:
    server.script.extend(["no_model", "no_model"])
    with pytest.raises(EngineFailed, match="GEMINI_MODEL"):
        ask_one(config, notes, time)


def test_short_rate_limit_is_waited_out_once(config, notes, time, server) -> None:
    server.script.append("limited_short")
    assert ask(config, notes, time.outside()).model == "first"
    assert (notes.calls, notes.standing) == (["first", "first"], {})
    assert time.slept == [pytest.approx(0.2)]


def test_short_rate_limit_that_stays_is_believed_no_longer(config, notes, time, server) -> None:
    server.script.extend(["limited_short", "limited_short"])
    assert ask(config, notes, time.outside()).model == "second"
    assert notes.calls == ["first", "first", "second"]
    assert notes.standing["first"].until == pytest.approx(NOON + 0.2 + limits.MODEL_REST_SECONDS)


def test_silence_ends_at_the_timeout(config, server) -> None:
    server.script.append("silence")
    with pytest.raises(ModelUnavailable, match="no answer within"):
        connect.connected(config).generate("first", _a_request(), timeout=0.3)


def test_answer_that_drips_ends_at_the_deadline(config, server) -> None:
    server.script.append("drip")
    client = connect.connected(config)
    with pytest.raises(ModelUnavailable, match="no answer within"):
        within(0.4, lambda: client.generate("first", _a_request(), timeout=5))


def test_server_that_is_not_there_is_asked_twice_a_page(notes, time, sdk) -> None:
    with GeminiServer() as gone:
        url = gone.url
    config = Config(gemini_api_key="k", gemini_base_url=url, gemini_sdk=sdk, gemini_models=("first",))
    with pytest.raises(EngineFailed, match="the connection failed"):
        ask(config, notes, time.outside())
    assert notes.calls == ["first", "first"]
    assert notes.standing["first"].until == NOON + limits.MODEL_RETRY_SECONDS  # Two are borne: no rest yet.


def test_instruction_on_the_page_stays_text(config, notes, time, server) -> None:
    server.script.append("injected")
    answer = ask(config, notes, time.outside())
    assert answer.transcript[-1].text == INJECTED
    assert answer.material.title == "Photosynthesis"


def test_what_validates_of_a_broken_answer_is_kept(config, notes, time, server) -> None:
    server.script.append("broken")
    answer = ask(config, notes, time.outside())
    assert (len(answer.transcript), answer.material.title) == (len(PAGE) + 1, "")
    assert "could not be used" in " ".join(answer.notes)
    assert (len(answer.material.cards), len(answer.material.quiz)) == (6, 2)


def test_what_is_whole_of_a_cut_answer_is_kept_and_said(config, notes, time, server) -> None:
    server.script.append("cut")
    answer = ask(config, notes, time.outside())
    assert (len(answer.transcript), len(answer.material.cards), answer.material.quiz) == (len(PAGE), 3, ())
    assert "broke off" in " ".join(answer.notes)
    assert notes.calls == ["first"]


@pytest.mark.parametrize("behaviour", ["fenced", "around", "listed", "commas", "raw_lines", "cut_whole"])
def test_slips_of_json_cost_nothing(config, notes, time, server, behaviour) -> None:
    server.script.append(behaviour)
    answer = ask(config, notes, time.outside())
    assert (len(answer.transcript), len(answer.material.cards)) == (len(PAGE), 6)
    assert (len(answer.material.quiz), answer.notes) == (3, ())


def test_number_of_5000_digits_costs_its_source_alone(config, notes, time, server) -> None:
    server.script.append("huge_number")
    answer = ask(config, notes, time.outside())
    assert [card.source_line for card in answer.material.cards] == [None, 3, 4, 5, 6, None]


def test_huge_answer_is_cut_to_size(config, notes, time, server) -> None:
    server.script.append("huge")
    answer = ask(config, notes, time.outside())
    assert len(answer.transcript) == limits.ANSWER_MAX_LINES
    assert len(answer.material.key_terms) == limits.ANSWER_MAX_ITEMS >= len(answer.material.cards)
    assert len(answer.material.explanation) <= limits.ANSWER_EXPLANATION_CHARS


def test_variables_of_the_sdk_do_not_send_photos_elsewhere(config, notes, time, server, monkeypatch) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    ask(config, notes, time.outside())
    assert [sent.path.partition("/models/")[0] in {"/v1", "/v1beta"} for sent in server.requests] == [True]
