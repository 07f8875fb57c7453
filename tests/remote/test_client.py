"""The client of the API: asks twice only what may be asked twice, and names what went wrong."""

import pytest

from studylens.remote.answers import MOST_BYTES
from studylens.remote.client import LONGEST_WAIT, WAITS, Client, Question, part_of_path
from studylens.remote.faults import (
    AskedTooFast,
    BadPlace,
    ChangedMeanwhile,
    NotThere,
    Refused,
    RemoteFault,
    ScopeRefused,
    ServiceAway,
    StrangeAnswer,
    TokenRefused,
)
from studylens.remote.place import Place, place_of
from tests.remote.server import Reply, ScriptedServer

TOKEN = "a-token-of-tests"
PROBLEM = {"code": "some_code", "title": "No", "detail": "A sentence."}
ADD = Question("POST", "/packs/p/cards", {"front": "Was?", "back": "Das: ß"})
COUNT = Question("POST", "/reviews", {"id": "x"}, again=True)


def client_of(server: ScriptedServer, waited: list[float] | None = None) -> Client:
    pauses: list[float] = [] if waited is None else waited
    return Client(Place(server.url, TOKEN), pause=pauses.append, silence_seconds=10)


def test_the_token_goes_in_the_head_and_never_into_the_address() -> None:
    with ScriptedServer(Reply(body={"id": "c"}, headers={"ETag": '"3-abc"'})) as server:
        answer = client_of(server).get("/cards/c", q="zwei Wörter", cursor="")
    assert (answer.body, answer.etag) == ({"id": "c"}, '"3-abc"')
    (asked,) = server.asked
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.path == "/api/v1/cards/c?q=zwei+W%C3%B6rter"


def test_what_is_sent_is_json_and_names_the_version_that_was_seen() -> None:
    with ScriptedServer(Reply(201, {"id": "c"}), Reply(204, b"")) as server:
        client = client_of(server)
        assert client.ask(ADD).status == 201
        assert client.ask(Question("DELETE", "/cards/c", if_match='"3-abc"')).body is None
    first, second = server.asked
    assert (first.body, first.headers["content-type"]) == (ADD.body, "application/json")
    assert second.headers["if-match"] == '"3-abc"'


def test_all_parts_are_followed() -> None:
    parts = Reply(body={"items": [1, 2], "next": "n"}), Reply(body={"items": [3], "next": None})
    with ScriptedServer(*parts) as server:
        assert list(client_of(server).items("/packs", limit=2)) == [1, 2, 3]
    assert server.asked[1].path == "/api/v1/packs?cursor=n&limit=2"


def test_a_lost_answer_is_asked_for_again_where_that_does_no_more() -> None:
    waited: list[float] = []
    with ScriptedServer(None, Reply(503, PROBLEM), Reply(201, {"counted": False})) as server:
        assert client_of(server, waited).ask(COUNT).status == 201
    assert waited == list(WAITS)
    with ScriptedServer(None) as server, pytest.raises(ServiceAway):
        client_of(server).ask(ADD)
    assert len(server.asked) == 1


def test_who_asks_too_fast_waits_a_little_but_not_for_long() -> None:
    waited: list[float] = []
    with ScriptedServer(Reply(429, PROBLEM, {"Retry-After": "3"}), Reply(201, {})) as server:
        client_of(server, waited).ask(ADD)
    assert waited == [3.0]
    late = Reply(429, PROBLEM, {"Retry-After": str(int(LONGEST_WAIT) + 1)})
    with ScriptedServer(late) as server, pytest.raises(AskedTooFast) as told:
        client_of(server).ask(ADD)
    assert told.value.problem.retry_after == LONGEST_WAIT + 1


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, Refused),
        (401, TokenRefused),
        (403, ScopeRefused),
        (404, NotThere),
        (409, ChangedMeanwhile),
        (410, NotThere),
        (413, Refused),
        (507, Refused),
        (500, ServiceAway),
    ],
)
def test_a_refusal_has_the_name_and_the_sentence_of_the_service(
    status: int, fault: type[RemoteFault]
) -> None:
    with (
        ScriptedServer(Reply(status, PROBLEM)) as server,
        pytest.raises(fault, match=r"A sentence\.") as told,
    ):
        client_of(server).ask(ADD)
    assert (told.value.problem.status, told.value.problem.code) == (status, "some_code")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>Welcome to your router</html>"),
        Reply(200, b"[" * 100_000),
        Reply(404, b"<html>Not found</html>"),
        Reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
        Reply(307, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
        Reply(200, b"[" + b" " * MOST_BYTES + b"]"),
    ],
    ids=["page", "deep", "page-404", "redirect", "redirect-307", "long"],
)
def test_who_does_not_speak_the_api_is_not_believed(reply: Reply) -> None:
    with ScriptedServer(reply) as server, pytest.raises(StrangeAnswer):
        client_of(server).get("/packs")
    assert len(server.asked) == 1


def test_a_proxy_is_not_told_what_stays_in_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(Reply(body=[])) as server, ScriptedServer() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        client_of(server).get("/packs")
    assert (len(server.asked), proxy.asked) == (1, [])


def test_nobody_there_is_said_with_the_address() -> None:
    with ScriptedServer() as server:
        place = Place(server.url, TOKEN)
    with pytest.raises(ServiceAway, match=server.url):
        Client(place, pause=lambda _seconds: None).get("/packs")


@pytest.mark.parametrize(
    "url",
    [
        "https://studylens.example",
        "https://studylens.example/notes/",
        "https://studylens.example/api/v1/",
        "http://127.0.0.1:10000",
        "http://localhost:10000",
        "http://192.168.1.20:10000",
        "http://web:10000",
    ],
)
def test_a_place_is_a_service_over_https_or_one_nearby(url: str) -> None:
    assert place_of(url, TOKEN).url == url.rstrip("/").removesuffix("/api/v1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "studylens.example",
        "ftp://studylens.example",
        "http://studylens.example",
        "http://8.8.8.8",
        "https://name:secret@studylens.example",
        "https://studylens.example/?token=x",
        "https://studylens.example:99999",
        "https://[::1",
        "https://studylens.example/ HTTP/1.1",
        "file:///etc/passwd",
    ],
)
def test_no_token_is_sent_in_the_clear_or_to_what_is_no_service(url: str) -> None:
    with pytest.raises(BadPlace, match=r"STUDYLENS_URL|https://"):
        place_of(url, TOKEN)


@pytest.mark.parametrize("token", ["", "short", "two words of it", "line\nbreak-in-it", "ümläute-überall"])
def test_a_token_that_is_none_is_never_sent_nor_shown(token: str) -> None:
    with pytest.raises(BadPlace, match="STUDYLENS_TOKEN") as told:
        place_of("http://127.0.0.1:10000", token)
    assert not token or token not in str(told.value)
    assert TOKEN not in repr(place_of("http://127.0.0.1:10000", TOKEN))


def test_a_stranger_s_id_stays_one_part_of_the_path() -> None:
    assert part_of_path("../packs?x=1#") == "..%2Fpacks%3Fx%3D1%23"
