"""A table is shown before it comes in, read as the student says, and nothing of it is stored until then."""

import io
import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from studylens.errors import Busy
from studylens.import_limits import (
    ASKING_YIELDS_SECONDS,
    IMPORTS_WAITING_GUEST,
    KEEP_ASKING_SECONDS,
    KEEP_IMPORT_SECONDS,
)
from studylens.models import ARRIVED, ASKS, REFUSED, STOPPED, Flashcard, Import, Pack, now
from studylens.serving.places import DATABASE_PLACES
from studylens.web.door.wiring import Wiring
from studylens.web.exchange import previews
from studylens.web.exchange.scratch import Turns
from tests.waiting import until
from tests.web.exchange.asking import ask, bring
from tests.web.world import PAGE, read_page

THREE = b"word;meaning;example\ngo;gehen;I go.\nbe;sein;I am.\n"


def _json(client: FlaskClient, data: bytes, name: str = "words.csv", **fields: Any) -> TestResponse:
    return client.post("/import", data={"file": (io.BytesIO(data), name), **fields})


def _row(wiring: Wiring, address: str) -> Import:
    with wiring.database.reading() as session:
        return session.get_one(Import, address.rpartition("/")[2])


def _sides(wiring: Wiring) -> set[tuple[str, str]]:
    with wiring.database.reading() as session:
        return {(front, back) for front, back in session.execute(select(Flashcard.front, Flashcard.back))}


def _files(wiring: Wiring) -> list[str]:
    return sorted(path.name for path in (wiring.config.instance_path / "imports").glob("*.*"))


@pytest.mark.own_sql
def test_nothing_of_a_table_is_stored_before_the_students_word(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    page = read_page(client.get(f"{address}/preview", headers=PAGE))
    for said in ("2 cards come in", "gehen\nI go.", "Nothing says what column 3 is"):
        assert said in page
    assert (_row(wiring, address).state, _sides(wiring)) == (ASKS, set())
    wiring.importer.sweep()
    assert _row(wiring, address).state == ASKS
    done = client.post(f"{address}/start", headers=PAGE, follow_redirects=True)
    assert "It is in" in read_page(done)
    assert _sides(wiring) == {("go", "gehen\nI go."), ("be", "sein\nI am.")}
    assert _files(wiring) == []
    again = read_page(client.get(f"{ask(client, THREE + b'do;tun;I do.')}/preview", headers=PAGE))
    assert "1 card comes in." in again
    assert "2 cards are here already." in again


@pytest.mark.own_sql
def test_what_is_chosen_is_kept_and_comes_in_so(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    chosen = {"shown": "semicolon", "separator": "semicolon", "columns": ["back", "front", "out"]}
    page = read_page(client.post(f"{address}/preview", data=chosen, headers=PAGE, follow_redirects=True))
    assert '<option value="out" selected>' in page
    assert "Nothing says what column" not in page
    assert _row(wiring, address).choice == {"separator": "semicolon", "columns": ["back", "front", "out"]}
    read_page(client.post(f"{address}/start", data=chosen, headers=PAGE, follow_redirects=True))
    assert _sides(wiring) == {("gehen", "go"), ("sein", "be")}


def test_who_asks_for_many_looks_at_once_holds_few_threads() -> None:
    looks, done = Turns(seconds=30, waiting=1), threading.Event()

    def look() -> None:
        with looks.held():
            done.set()

    with looks.held():
        second = threading.Thread(target=look)
        second.start()
        until(lambda: not looks._waiting._value, "the second one in line")
        with pytest.raises(Busy), looks.held():
            pass
        assert not done.is_set()
    second.join(30)
    assert done.is_set()
    assert previews._looks._waiting._value < DATABASE_PLACES / 2


def test_a_row_says_in_words_why_it_is_left_out(client: FlaskClient) -> None:
    rows = b"<img src=a.png>\tleaf\nleaf\t[sound:a.mp3]\n#c\tx\nleaf\t\nfront\tback\n"
    address = ask(client, b"#html:true\n" + rows)
    page = read_page(client.get(f"{address}/preview", headers=PAGE))
    for why in ("a picture that could not", "their sound", "with # in front", "nothing to read"):
        assert page.count(why) == 2, why  # Among the counts, and beside the row.


def test_letters_of_windows_are_found_and_one_stray_letter_spoils_no_others(
    wiring: Wiring, client: FlaskClient
) -> None:
    bring(client, "über,ol\xe9\n".encode() + b"na\xefve,b\n")
    assert _sides(wiring) == {("über", "olé"), ("naïve", "b")}


def test_a_table_without_columns_waits_for_its_separator(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, b"a ~ b\nc ~ d\n")
    page = read_page(client.get(f"{address}/preview", headers=PAGE))
    assert "no second column" in page
    answer = client.post(f"{address}/start", headers=PAGE)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "no second column" in read_page(answer)
    assert _row(wiring, address).state == ASKS
    client.post(f"{address}/start", data={"separator": "own", "own": "~"}, headers=PAGE)
    assert _sides(wiring) == {("a", "b"), ("c", "d")}


def test_what_nothing_can_be_read_by_is_said_and_stays_as_it_was_chosen(
    wiring: Wiring, client: FlaskClient
) -> None:
    address = ask(client, THREE)
    for wrong, said in (
        ({"columns": ["front", "front", "tags"]}, "back"),
        ({"heading": "perhaps"}, "yes or no"),
    ):
        for end in ("preview", "start"):
            answer = client.post(f"{address}/{end}", data=wrong, headers=PAGE)
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
            page = read_page(answer)
            assert said in page
            assert page.count('<option value="tags" selected>') == len(wrong.get("columns", "")[2:3])
        answer = client.post(f"{address}/start", data=wrong)
        assert said in answer.get_json()["error"]["message"]
    assert (_row(wiring, address).state, _row(wiring, address).choice) == (ASKS, None)


@pytest.mark.own_sql
def test_who_says_no_finds_nothing_left_of_it(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    assert address in read_page(client.get("/import", headers=PAGE))
    answer = client.post(f"{address}/cancel", headers=PAGE)
    assert answer.location == "/import"
    assert (_row(wiring, address).state, _files(wiring)) == (STOPPED, [])
    assert address not in read_page(client.get("/import", headers=PAGE))
    answer = client.get(f"{address}/preview", headers=PAGE, follow_redirects=True)
    assert "You have stopped this import" in read_page(answer)


def test_a_second_press_brings_nothing_twice(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    for end in ("start", "start", "preview", "cancel"):
        answer = client.post(f"{address}/{end}", data={"html": "yes"}, headers=PAGE, follow_redirects=True)
        assert "It is in" in read_page(answer)
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Pack)) == 1


def test_another_students_table_is_not_there(app: Flask, client: FlaskClient) -> None:
    address = ask(client, THREE)
    other = app.test_client()
    ask(other, b"a,b\n")
    for method, end in (("GET", "preview"), ("POST", "preview"), ("POST", "start"), ("POST", "cancel")):
        assert other.open(f"{address}/{end}", method=method).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.own_sql
def test_a_table_is_forgotten_after_a_day_and_says_so(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    _age(wiring, KEEP_ASKING_SECONDS + 1)
    wiring.importer.sweep()
    assert _row(wiring, address).state == REFUSED
    page = read_page(client.get(f"{address}/preview", headers=PAGE, follow_redirects=True))
    assert "within a day" in page
    _age(wiring, 2 * KEEP_IMPORT_SECONDS)


def _age(wiring: Wiring, seconds: float) -> None:
    with wiring.database.writing() as session:
        session.execute(update(Import).values(created_at=now() - timedelta(seconds=seconds)))


@pytest.mark.own_sql
def test_tables_that_wait_for_a_word_are_few_and_yield_to_others(wiring: Wiring, client: FlaskClient) -> None:
    first, *_others = [ask(client, b"a,b\n") for _ in range(IMPORTS_WAITING_GUEST)]
    answer = _json(client, b"a,b\n")
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "wait for your word" in answer.get_json()["error"]["message"]
    _age(wiring, ASKING_YIELDS_SECONDS + 1)
    latest = ask(client, b"a,b\n")
    page = client.get("/import", headers=PAGE).get_data(as_text=True)
    assert page.count("/preview") == IMPORTS_WAITING_GUEST
    assert latest in page
    assert first not in page
    assert _row(wiring, first).state == REFUSED


def test_a_file_that_is_gone_or_elsewhere_is_said(wiring: Wiring, client: FlaskClient) -> None:
    address = ask(client, THREE)
    [path] = (wiring.config.instance_path / "imports").glob("*.sent")
    path.unlink()
    assert "was lost" in read_page(client.get(f"{address}/preview", headers=PAGE))
    with wiring.database.writing() as session:
        session.execute(update(Import).values(folder_id="another"))
    assert "another machine" in read_page(client.get(f"{address}/preview", headers=PAGE))
    answer = client.post(f"{address}/start", headers=PAGE)
    assert answer.location == address
    assert _row(wiring, address).state == ARRIVED  # Its own machine goes on with it.


def test_a_choice_that_another_release_has_kept_is_refused_not_guessed(
    wiring: Wiring, client: FlaskClient
) -> None:
    address = ask(client, THREE)
    with wiring.database.writing() as session:
        session.execute(update(Import).values(choice={"columns": 5}, state=ARRIVED))
    wiring.importer.sweep()
    wiring.importer.wait(address.rpartition("/")[2])
    assert (_row(wiring, address).state, _sides(wiring)) == (REFUSED, set())


def test_programs_are_asked_only_when_they_want_it(wiring: Wiring, client: FlaskClient) -> None:
    assert _json(client, b"a,b\n").get_json()["counts"]["cards"] == 1
    seen = _json(client, THREE, preview="1").get_json()
    assert (seen["state"], seen["separator"]) == (ASKS, "semicolon")
    assert (seen["columns"], seen["heading"]) == (["front", "back", "below"], True)
    assert seen["rows"][0] == {
        "front": "go", "back": "gehen\nI go.", "tags": [], "pack": "words", "left_out": [], "why": "",
    }  # fmt: skip
    assert seen["counts"] == {"rows": 2, "cards": 2, "folded": 2}
    again = client.post(
        seen["preview_url"], data={"columns": "front,back,tags"}, follow_redirects=True
    ).get_json()
    assert again["rows"][0]["tags"] == ["I", "go."]
    assert client.post(seen["start_url"], follow_redirects=True).get_json()["counts"]["cards"] == 2


def test_programs_say_at_once_how_a_table_is_read(wiring: Wiring, client: FlaskClient) -> None:
    how = {"separator": "|", "columns": "back,front,out", "heading": "1", "html": "yes"}
    assert _json(client, b"x|y|z\n<b>b</b>|f|o\n", **how).get_json()["counts"]["cards"] == 1
    assert _sides(wiring) == {("f", "b")}
    answer = _json(client, b"a,b\n", columns="front,front")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (HTTPStatus.BAD_REQUEST, "bad_text")
