"""What lies below both SDKs: bodies without end, redirects, versions, thoughts, the host that is asked."""

import dataclasses

import pytest

from studylens import limits
from studylens.analysis.gemini import connect, statuses
from studylens.analysis.llm.client import (
    BadAnswer,
    CallFailed,
    ModelUnavailable,
    OddPage,
    Reply,
    WrongModel,
)
from studylens.analysis.llm.hosts import host_of
from studylens.analysis.llm.prompt import request as gemini_request
from studylens.config import GEMINI_SDKS, Config
from studylens.errors import EngineFailed
from tests.analysis.gemini.asking import Notes, Time, ask
from tests.analysis.gemini.behaviours import Behaviour, redirected
from tests.analysis.gemini.server import GeminiServer

REDIRECTS = [301, 302, 303, 307, 308]


@pytest.fixture(params=GEMINI_SDKS)
def config(server: GeminiServer, request: pytest.FixtureRequest) -> Config:
    sdk = str(request.param)
    models = ("first", "second")
    return Config(gemini_api_key="AQ.k", gemini_base_url=server.url, gemini_sdk=sdk, gemini_models=models)


def call(config: Config, server: GeminiServer, behaviour: str | Behaviour, timeout: float = 10) -> Reply:
    server.script.append(behaviour)
    request = gemini_request(b"\xff\xd8\xff", (), "")
    return connect.connected(config).generate("first", request, timeout=timeout)


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_not_followed_and_neither_photo_nor_key_go_along(config, server, status) -> None:
    with GeminiServer() as other:
        with pytest.raises(WrongModel, match=other.url.removeprefix("http://")) as caught:
            call(config, server, redirected(status, other.url))
        assert "GEMINI_BASE_URL" in caught.value.reason
    assert (other.requests, other.gets, server.gets) == ([], [], [])
    assert len(server.requests) == 1


def test_redirects_cost_a_batch_two_calls(config, server) -> None:
    notes, clock = Notes(), Time()
    with GeminiServer() as other:
        server.script.extend([redirected(307, other.url)] * 9)
        for _ in range(3):
            with pytest.raises(EngineFailed, match="it sends us to"):
                ask(config, notes, clock.outside(), standings=list(notes.standing.values()))
    assert (len(server.requests), other.requests) == (2, [])


@pytest.mark.parametrize("behaviour", ["fifty_mb", "endless", "bomb"])
def test_a_body_is_read_only_as_far_as_an_answer_may_be_long(config, server, behaviour) -> None:
    with pytest.raises(BadAnswer, match="larger than 4 MB"):
        call(config, server, behaviour)


def test_a_body_of_a_million_parts_is_not_parsed(config, server) -> None:
    with pytest.raises(BadAnswer, match="too many parts"):
        call(config, server, "many_parts")


def test_a_body_that_drips_ends_with_the_call(config, server) -> None:
    with pytest.raises(ModelUnavailable, match="no answer within"):
        call(config, server, "drip", timeout=0.4)


def test_a_packed_answer_is_read(config, server) -> None:
    assert call(config, server, "gzipped").text == call(config, server, "answer").text


@pytest.mark.parametrize(("behaviour", "kind"), [("gzip_damaged", ModelUnavailable), ("brotli", BadAnswer)])
def test_what_cannot_be_unpacked_is_named(config, server, behaviour, kind) -> None:
    with pytest.raises(kind, match=r"damaged|packed in a way"):
        call(config, server, behaviour)


def test_what_a_model_thinks_does_not_spoil_what_it_says(config, server) -> None:
    assert call(config, server, "thought").text == call(config, server, "answer").text


def test_the_version_of_the_interface_is_ours_to_say(config, server, monkeypatch) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")
    call(config, server, "answer")
    [sent] = server.requests
    assert sent.path.partition("?")[0] == "/v1beta/models/first:generateContent"


def test_an_address_without_gemini_is_named(config, server) -> None:
    with pytest.raises(WrongModel, match="GEMINI_BASE_URL"):
        call(config, server, "html_404")


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [("listed_error", ModelUnavailable), ("odd_error", WrongModel), ("bad_picture", OddPage)],
)
def test_an_error_in_an_odd_shape_still_says_what_it_is(config, server, behaviour, kind) -> None:
    with pytest.raises(kind):
        call(config, server, behaviour)


def test_a_picture_that_gemini_cannot_open_lets_no_model_rest(config, server) -> None:
    notes = Notes()
    server.script.extend(["bad_picture"] * 2)
    with pytest.raises(EngineFailed, match="it cannot open the picture"):
        ask(config, notes, Time().outside())
    assert notes.standings == []


def test_only_the_host_of_the_receipt_is_asked() -> None:
    statuses.require_host("https://gemini.test/v1beta/models/x:generateContent", "gemini.test")
    with pytest.raises(WrongModel, match=r"elsewhere\.test"):
        statuses.require_host("https://elsewhere.test/v1beta", "gemini.test")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Gemini.test", "gemini.test"),
        ("https://gemini.test:443/", "gemini.test"),
        ("https://me:word@gemini.test:8443/path", "gemini.test:8443"),
        ("http://[::1]:9000", "[::1]:9000"),
        ("http://x:99999", ""),
        ("", ""),
    ],
)
def test_a_receipt_names_a_host_without_what_is_secret_or_usual(address, host) -> None:
    assert host_of(address) == host


def test_proxies_of_the_environment_are_used(config, server, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("http_proxy", server.url)
    far = dataclasses.replace(config, gemini_base_url="http://gemini.invalid")
    reply = connect.connected(far).generate("first", gemini_request(b"\xff\xd8\xff", (), ""), timeout=10)
    assert reply.text.startswith("{")
    assert server.requests[0].path.startswith("http://gemini.invalid/v1beta/")


@pytest.mark.parametrize("status", [100, 204, 206, 299, 408, 425, 500, 599])
def test_any_other_status_may_work_later(status) -> None:
    assert isinstance(statuses.refused(status, b"", {}), ModelUnavailable)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"[" * 10_000, b'{"error": {"details": 7}}'])
def test_whatever_a_refusal_carries_is_a_named_failure(body) -> None:
    for status in (400, 403, 404, 429, 500):
        assert isinstance(statuses.refused(status, body, {}), CallFailed)


def test_an_answer_may_be_as_long_as_the_longest_that_a_model_writes() -> None:
    assert limits.MODEL_BODY_BYTES > 65_536 * 4 * 6  # Tokens, letters of each, bytes of an escaped letter.
