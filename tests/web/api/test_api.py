"""The API: who may what, nothing of anybody else's, nothing twice, and a document that says what is true."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, event, func, select, update

from studylens.models import CardSchedule, Flashcard, Guest, GuestDevice, ReviewLog, now
from studylens.study import leaving
from studylens.study.packs import trash
from studylens.web.api import pace
from studylens.web.api.operations import OPERATIONS, Scope
from studylens.web.api.plain import fits
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, add_guest
from tests.web.api.program import Program, code
from tests.web.world import add_pack, become_guest


@pytest.fixture(autouse=True)
def _fresh_buckets() -> None:
    pace.begin_anew()


@pytest.fixture
def guest(wiring: Wiring) -> int:
    with wiring.database.writing() as session:
        return add_guest(session)


@pytest.fixture
def pack_id(wiring: Wiring, guest: int) -> str:
    with wiring.database.writing() as session:
        return add_deck(session, guest, 5).id


@pytest.fixture
def program(app: Flask, wiring: Wiring, guest: int) -> Program:
    return Program(app, wiring, guest)


@pytest.mark.own_sql
def test_packs_and_cards_come_in_parts_and_none_is_missing_or_twice(
    wiring: Wiring, guest: int, program: Program
) -> None:
    with wiring.database.writing() as session:
        made = [add_deck(session, guest, 5) for _ in range(5)]
        for age, pack in enumerate(made):
            pack.created_at = now() - timedelta(hours=age // 2)  # Two of one moment are parted by their id.
        other = add_deck(session, add_guest(session), 1)
        gone = add_deck(session, guest, 1)
        trash.throw_away(session, gone)
        mine = {pack.id for pack in made}
        others = {other.id, gone.id}
    found = [pack["id"] for pack in program.items("/packs")]
    assert (len(found), set(found)) == (5, mine)
    assert not mine & others
    assert [card["front"] for card in program.items(f"/packs/{made[0].id}/cards")] == [
        f"front {n}" for n in range(1, 6)
    ]


def test_a_token_of_the_api_opens_nothing_else(program: Program, pack_id: str) -> None:
    shown = {"Authorization": f"Bearer {program.token}"}
    for path in (f"/packs/{pack_id}", "/export/account.json", "/my-data"):
        assert program.client.get(path, headers=shown).status_code == 403, path
    sent = program.client.post("/analyze?wait=0", data={"text": "Osmosis"}, headers=shown)
    assert sent.status_code == 403


@pytest.mark.own_sql
def test_many_jobs_name_their_packs_in_as_many_statements_as_two(
    wiring: Wiring, guest: int, program: Program
) -> None:
    def ask() -> tuple[list[str], int]:
        sent: list[str] = []
        listen = ("before_cursor_execute", lambda *told: sent.append(told[2]))
        event.listen(Engine, *listen)
        items = program.get("/jobs").get_json()["items"]
        event.remove(Engine, *listen)
        return [job["pack"] for job in items], len(sent)

    packs = [add_pack(wiring, guest) for _ in range(2)]
    ask()  # The first of the day notes it.
    few = ask()
    packs += [add_pack(wiring, guest) for _ in range(6)]
    many = ask()
    assert (set(few[0]), set(many[0])) == (set(packs[:2]), set(packs))
    assert many[1] == few[1]


def test_a_pack_is_found_by_its_words(wiring: Wiring, guest: int, program: Program) -> None:
    pack_id = add_pack(wiring, guest)
    assert [pack["id"] for pack in program.get("/packs?q=chloroph").get_json()["items"]] == [pack_id]
    assert program.get("/packs?q=mitosis").get_json() == {"items": [], "next": None}


def test_an_answer_counts_once_however_often_it_is_sent(
    wiring: Wiring, program: Program, pack_id: str
) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]
    sent = {"id": "answer-0123456789", "card": card["id"], "rating": 3, "duration_ms": 2_000}
    first, again = program.send("POST", "/reviews", sent), program.send("POST", "/reviews", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.get_json()["counted"], again.get_json()["counted"]) == (True, False)
    assert first.get_json()["card"] == again.get_json()["card"]
    assert first.get_json()["card"]["state"] == "learning"
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReviewLog)) == 1
    assert program.get("/progress").get_json()["answers_today"] == 1


@pytest.mark.own_sql
def test_clients_that_answer_a_card_at_the_same_moment_count_each_id_once(
    app: Flask, wiring: Wiring, program: Program, pack_id: str
) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    shown = {"Authorization": f"Bearer {program.token}"}

    def send(n: int) -> tuple[int, bool]:
        sent = {"id": f"answer-0123456789-{n // 4}", "card": card, "rating": 3}
        answer = app.test_client(use_cookies=False).post("/api/v1/reviews", json=sent, headers=shown)
        return answer.status_code, answer.get_json().get("counted")

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(send, range(16)))
    assert found == [(200, False)] * 12 + [(201, True)] * 4
    assert program.get(f"/cards/{card}").get_json()["reps"] == 4


def test_what_is_due_comes_up_and_an_answer_takes_it_away(program: Program, pack_id: str) -> None:
    new = program.send("POST", f"/packs/{pack_id}/cards", {"front": "ATP?", "back": "Energy"})
    assert new.status_code == 201
    assert [card["front"] for card in program.get("/due").get_json()["items"]] == ["ATP?"]
    easy = {"id": "answer-0123456789", "card": new.get_json()["id"], "rating": 4}
    assert program.send("POST", "/reviews", easy).get_json()["card"]["state"] == "review"
    assert program.get("/due").get_json()["items"] == []


def test_a_card_is_changed_only_as_it_was_seen(program: Program, pack_id: str) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]
    path, text = f"/cards/{card['id']}", {"front": "ATP?", "back": "Energy"}
    seen = program.get(path).headers["ETag"]
    assert code(program.send("PUT", path, text)) == (428, "version_missing")
    changed = program.send("PUT", path, text, If_Match=seen)
    assert (changed.status_code, changed.get_json()["front"]) == (200, "ATP?")
    assert code(program.send("PUT", path, text, If_Match=seen)) == (409, "stale")
    assert program.send("PUT", path, text, If_Match=changed.headers["ETag"]).status_code == 200
    assert program.send("DELETE", path).status_code == 204
    assert code(program.get(path)) == (404, "not_found")


def test_a_card_that_was_answered_is_sent_again_and_can_be_changed_as_it_was_seen(
    program: Program, pack_id: str
) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    seen = program.get(f"/cards/{card}").headers["ETag"]
    program.send("POST", "/reviews", {"id": "a" * 16, "card": card, "rating": 3})
    anew = program.get(f"/cards/{card}", If_None_Match=seen)
    assert (anew.status_code, anew.get_json()["state"]) == (200, "learning")
    text = {"front": "ATP?", "back": "Energy"}
    assert program.send("PUT", f"/cards/{card}", text, If_Match=seen).status_code == 200


def test_what_has_not_changed_is_not_sent_again(program: Program, pack_id: str) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    for path in ("/packs", f"/packs/{pack_id}", f"/packs/{pack_id}/cards", f"/cards/{card}", "/progress"):
        seen = program.get(path)
        same = program.get(path, If_None_Match=seen.headers["ETag"])
        assert (seen.status_code, same.status_code, same.data) == (200, 304, b""), path


@pytest.mark.parametrize("scopes", ["read", "study", "write", "read study"])
def test_a_token_does_what_its_scopes_say(
    app: Flask, wiring: Wiring, guest: int, pack_id: str, scopes: str
) -> None:
    program = Program(app, wiring, guest, scopes)
    with wiring.database.reading() as session:
        card = session.scalars(select(Flashcard.uid)).first()
    asked = {
        Scope.READ: program.get("/packs"),
        Scope.STUDY: program.send("POST", "/reviews", {"id": "a" * 16, "card": card, "rating": 3}),
        Scope.WRITE: program.send("POST", f"/packs/{pack_id}/cards", {"front": "a", "back": "b"}),
    }
    for scope, answer in asked.items():
        if scope in scopes.split():
            assert answer.status_code < 300, scope
        else:
            assert code(answer) == (403, "scope_missing")


def test_a_token_for_everything_opens_pages_and_the_api(
    app: Flask, wiring: Wiring, guest: int, pack_id: str
) -> None:
    program = Program(app, wiring, guest, "")
    shown = {"Authorization": f"Bearer {program.token}"}
    assert program.client.get(f"/packs/{pack_id}", headers=shown).status_code == 200
    assert program.get("/packs").status_code == 200


def test_nothing_of_another_student_is_read_or_changed(
    app: Flask, wiring: Wiring, program: Program, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        other = add_guest(session)
    stranger = Program(app, wiring, other)
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    text = {"front": "a", "back": "b"}
    for answer in (
        stranger.get(f"/packs/{pack_id}"),
        stranger.get(f"/packs/{pack_id}/cards"),
        stranger.get(f"/cards/{card}"),
        stranger.send("POST", f"/packs/{pack_id}/cards", text),
        stranger.send("PUT", f"/cards/{card}", text, If_Match='"1"'),
        stranger.send("DELETE", f"/cards/{card}"),
        stranger.send("POST", "/reviews", {"id": "a" * 16, "card": card, "rating": 3}),
    ):
        assert code(answer) == (404, "not_found")
    assert stranger.items("/packs") == []
    assert program.get(f"/cards/{card}").get_json()["front"] == "front 1"


def test_a_cookie_opens_nothing(client: FlaskClient, wiring: Wiring) -> None:
    become_guest(wiring, client)
    refused = client.get("/api/v1/packs")
    assert code(refused) == (401, "unknown_token")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert code(client.get("/api/v1/packs", headers={"Accept": "text/html"})) == (401, "unknown_token")


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "API_KEY", "auth", "key", "t"])
def test_a_token_in_an_address_is_refused_whatever_its_name(program: Program, name: str) -> None:
    in_address = f"/packs?limit=1&{name}={program.token}"
    assert code(program.get(in_address)) == (400, "bad_text")
    assert code(program.client.get(f"/api/v1{in_address}")) == (400, "bad_text")


def test_a_token_of_a_deleted_account_is_refused_before_and_after_its_rows_went(
    app: Flask, wiring: Wiring, guest: int, program: Program
) -> None:
    browser = Program(app, wiring, guest, "")
    shown = {"Authorization": f"Bearer {browser.token}", "Accept": "application/json"}
    assert browser.client.post("/my-data/delete", data={"sure": "1"}, headers=shown).get_json()["deleted"]
    sent = {"id": "a" * 16, "card": "x", "rating": 3}
    for program_of_nobody in (program, browser):
        assert code(program_of_nobody.get("/packs")) == (401, "unknown_token")
        leaving.finish_all(wiring.database)
        assert code(program_of_nobody.send("POST", "/reviews", sent)) == (401, "unknown_token")


def test_a_token_that_was_taken_back_is_refused(wiring: Wiring, program: Program) -> None:
    with wiring.database.writing() as session:
        session.execute(delete(GuestDevice))
    assert code(program.get("/packs")) == (401, "unknown_token")


def test_the_day_of_use_is_kept(wiring: Wiring, program: Program) -> None:
    for _ in range(2):
        program.get("/packs")
    with wiring.database.reading() as session:
        assert session.scalars(select(GuestDevice.used_on)).all() == [now().date().isoformat()]


def test_a_token_may_ask_only_so_fast_and_then_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pace, "A_SECOND", 0.0
    )  # However slow this machine is, the bucket does not fill again.
    answers = [program.get("/due?limit=1") for _ in range(int(pace.AT_ONCE) + 2)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 2
    assert code(refused[0]) == (429, "too_fast")
    assert refused[0].headers["Retry-After"] == "1"
    pace.begin_anew()
    assert program.get("/jobs").status_code == 200


def test_a_bucket_fills_again_and_no_clock_that_goes_back_empties_it() -> None:
    for n in range(int(pace.AT_ONCE)):
        pace.step("a", 1_000.0 - n)
    with pytest.raises(Exception, match="too many"):
        pace.step("a", 900.0)
    pace.step("a", 1_001.0)
    pace.step("b", 1_000.0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/reviews", None),
        ("/reviews", []),
        ("/reviews", {"id": "a" * 16, "card": "x", "rating": 5}),
        ("/reviews", {"id": "a" * 16, "card": "x", "rating": True}),
        ("/reviews", {"id": "short", "card": "x", "rating": 3}),
        ("/reviews", {"id": "a" * 16, "card": "x", "rating": 3, "at": "2020-01-01"}),
        ("/reviews", {"id": "a" * 16, "card": ["x"], "rating": 3}),
        ("/packs/{}/cards", {"front": "", "back": "b"}),
        ("/packs/{}/cards", {"front": "a" * 50_000, "back": "b"}),
        ("/packs/{}/cards", {"front": "a\0", "back": "b"}),
        ("/packs/{}/cards", {"front": "a"}),
    ],
)
def test_what_is_not_as_it_should_be_is_named(
    program: Program, pack_id: str, path: str, body: object
) -> None:
    assert code(program.send("POST", path.format(pack_id), body)) == (400, "bad_text")


@pytest.mark.parametrize("body", ["[" * 60_000, '{"a":' * 10_000, "9" * 5_000, "{", "\xff"])
def test_json_that_is_none_or_far_too_deep_is_named(program: Program, body: str) -> None:
    sent = {"data": body.encode("latin-1"), "headers": {"Authorization": f"Bearer {program.token}"}}
    for kind in ("application/json", "text/plain", None):
        assert code(program.client.post("/api/v1/reviews", content_type=kind, **sent)) == (400, "bad_text")
    as_form = program.client.post("/api/v1/reviews", content_type="application/x-www-form-urlencoded", **sent)
    assert code(as_form)[0] == 400


def test_a_card_that_is_still_on_its_way_is_not_said_to_be_nowhere(
    wiring: Wiring, guest: int, program: Program
) -> None:
    with wiring.database.writing() as session:
        session.get_one(Guest, add_guest(session)).moved_to = guest
    answered = program.send("POST", "/reviews", {"id": "a" * 16, "card": "one of the other's", "rating": 3})
    assert code(answered) == (503, "moving")
    assert code(program.get("/cards/x")) == (503, "moving")


@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "bm9uZQ==", "MjAyNi0wMS0wMXxh", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw", "a" * 5_000,
     "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHxh", "OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHxh"],
)  # fmt: skip
def test_a_made_up_cursor_is_refused(program: Program, pack_id: str, cursor: str) -> None:
    for path in ("/packs", "/jobs", f"/packs/{pack_id}/cards"):
        assert code(program.get(f"{path}?cursor={cursor}")) == (400, "bad_text")


@pytest.mark.parametrize("limit", ["", "0", "-1", "101", "x", "1e1", "٣"])
def test_a_limit_out_of_bounds_is_refused(program: Program, limit: str) -> None:
    assert code(program.get(f"/packs?limit={limit}")) == (400, "bad_text")


def test_an_address_that_is_none_is_a_problem_too(program: Program) -> None:
    assert code(program.get("/nothing")) == (404, "not_found")
    assert code(program.send("PATCH", "/packs")) == (405, "method_not_allowed")


def test_the_document_says_what_every_operation_takes_and_gives(
    program: Program, client: FlaskClient, pack_id: str
) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, found in told["paths"].items() for method in found}
    assert len(described) == len(OPERATIONS)
    shapes = told["components"]["schemas"]
    assert json.dumps(told).count("#/components/schemas/") > len(shapes)
    for path in ("/packs", f"/packs/{pack_id}", f"/packs/{pack_id}/cards", "/due", "/jobs", "/progress"):
        name = path.replace(pack_id, "{pack_id}")
        given = told["paths"][name]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        shape = shapes[given["$ref"].rpartition("/")[2]]
        assert set(program.get(path).get_json()) == set(shape["properties"]), path


def test_the_document_knows_every_refusal_of_an_answer(
    wiring: Wiring, program: Program, client: FlaskClient, pack_id: str
) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    sent = {"id": "a" * 16, "card": card, "rating": 3}
    program.send("POST", "/reviews", sent)
    with wiring.database.writing() as session:
        session.execute(update(CardSchedule).values(suspended=True))
    refused = [
        program.send("POST", "/reviews", sent | {"id": "b" * 16}),
        program.send("POST", "/reviews", sent | {"card": "x" * 70_000}),
        program.send("POST", "/reviews", sent | {"card": "x"}),
        program.send("POST", "/reviews", {}),
    ]
    assert [answer.status_code for answer in refused] == [410, 413, 404, 400]
    told = client.get("/api/v1/openapi.json").get_json()
    assert {"410", "413", "404", "400"} <= set(told["paths"]["/reviews"]["post"]["responses"])
    assert {"Problem410", "Problem413"} <= set(told["components"]["responses"])


def test_a_search_has_no_cursor(program: Program, pack_id: str) -> None:
    assert code(program.get("/packs?q=osmosis&cursor=x")) == (400, "bad_text")


def test_a_whole_number_may_be_written_with_a_point(program: Program, pack_id: str) -> None:
    card = program.items(f"/packs/{pack_id}/cards")[0]["id"]
    sent = {"id": "a" * 16, "card": card, "rating": 3.0, "duration_ms": 2e3}
    assert program.send("POST", "/reviews", sent).status_code == 201
    for rating in (3.5, 1e400, float("nan")):
        assert code(program.send("POST", "/reviews", sent | {"rating": rating})) == (400, "bad_text")


def test_the_document_bounds_what_the_views_refuse(client: FlaskClient) -> None:
    shapes = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    front, rating = shapes["NewCard"]["properties"]["front"], shapes["NewReview"]["properties"]["id"]
    assert (front["maxLength"], rating["pattern"]) == (1_000, "^[A-Za-z0-9_-]{16,64}$")
    for text, is_written in (
        ("a", True),
        ("\n a", True),
        ("細胞", True),
        ("", False),
        (" \n\u00a0", False),
        ("a\0", False),
    ):
        assert (re.search(front["pattern"], text) is not None) is is_written, text
    assert shapes["CardSearch"]["properties"]["numbers"]["maxItems"] == 100


def test_types_are_told_apart() -> None:
    assert fits(int, 3)
    assert not any(fits(kind, truth) for kind in (int, float) for truth in (True, False))
    assert not fits(float, float("nan"))
    assert fits(str | None, None)
    assert not fits(list[str], ["a", 1])
    assert not fits(str, "\ud800")
