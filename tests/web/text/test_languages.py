"""Every page speaks the reader's language, and nothing on it was forgotten."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studylens.web.door.wiring import Wiring
from tests.web.text import pseudo
from tests.web.text.greek import Greece
from tests.web.world import PAGE, read_page

pytestmark = pytest.mark.xdist_group("languages")  # One process finds every message, 3 s, and writes both.
NAMES = frozenset({"Studylens", "Study", "lens", "Google", "Gemini", "English", *pseudo.TAGS})
FORMATS = frozenset({"UTC", "apkg", "csv", "tsv", "txt", "json", "gz", "ABCDE", "ABCD", "EFGH"})


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both languages that nobody speaks, compiled."""
    made = tmp_path_factory.mktemp("locale")
    pseudo.write_languages(made)
    return made


@pytest.fixture
def app(app: Flask, folder: Path) -> Flask:
    app.config["LOCALE_FOLDER"] = str(folder)
    return app


@pytest.fixture
def greece(app: Flask, client: FlaskClient, wiring: Wiring) -> Greece:
    return Greece(client, wiring)


def said_by(client: FlaskClient, path: str, wanted: str = "", **options: str) -> str:
    """Return the page as a browser gets it that wants this language."""
    headers = {**PAGE, "Accept-Language": wanted, **options}
    return client.get(path, headers=headers, follow_redirects=True).text


def root(page: str) -> str:
    return re.findall(r"<html[^>]*>", page)[0]


def test_no_page_says_a_word_past_the_catalogue_or_lets_a_students_words_turn_a_sentence(
    greece: Greece,
) -> None:
    pages = list(greece.pages(pseudo.RIGHT_TO_LEFT))
    assert len(pages) > 90
    forgotten = [(path, pseudo.unsaid(page, NAMES | FORMATS)) for path, page in pages]
    assert [(path, left) for path, left in forgotten if left] == []
    mixed = [(path, pseudo.mixed_in(page)) for path, page in pages]
    assert [(path, words) for path, words in mixed if words] == []


def test_lines_and_cards_name_the_language_of_their_page(greece: Greece) -> None:
    page = said_by(greece.client, f"/packs/{greece.pack_id}/page", "en")
    assert root(page) == '<html lang="en">'
    assert '<span lang="el">Τα φυτά φτιάχνουν γλυκόζη.</span>' in page


def test_an_error_is_said_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.post("/analyze", data={}, headers={"Accept-Language": pseudo.LEFT_TO_RIGHT})
    assert answer.get_json()["error"]["message"].startswith(pseudo.OPEN)
    assert answer.get_json()["error"]["code"] == "no_file"


def test_a_page_that_is_written_from_the_right_says_so(client: FlaskClient) -> None:
    page = said_by(client, "/", pseudo.RIGHT_TO_LEFT)
    assert root(page) == '<html lang="he" dir="rtl">'
    assert pseudo.unsaid(page, NAMES) == []


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("he-IL, en;q=0.5", "he"), ("fr, he;q=0.2", "he"), ("en-GB, he;q=0.9", "en"), ("fr", "en"),
        ("", "en"), ("*;q=x", "en"),
    ],
)  # fmt: skip
def test_the_browser_is_asked_for_its_language(client: FlaskClient, wanted: str, spoken: str) -> None:
    assert f'lang="{spoken}"' in root(said_by(client, "/", wanted))


def test_a_language_chosen_in_the_settings_counts_before_the_browsers(client: FlaskClient) -> None:
    assert '<option value="he" lang="he"' in read_page(client.get("/settings", headers=PAGE))
    answer = client.post("/settings/language", data={"language": "he"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert 'lang="he"' in root(said_by(client, "/", pseudo.LEFT_TO_RIGHT))


@pytest.mark.parametrize("made_up", ["", "xx", "../../etc", "he\x00"])
def test_a_made_up_language_is_refused_and_never_spoken(client: FlaskClient, made_up: str) -> None:
    assert client.post("/settings/language", data={"language": made_up}).status_code == HTTPStatus.BAD_REQUEST
    client.set_cookie("studylens_language", made_up)
    assert 'lang="en"' in root(said_by(client, "/"))


def test_two_readers_at_once_hear_their_own_language(client: FlaskClient) -> None:
    for wanted in ("he", "en", "eo", "en"):
        page = said_by(client, "/packs", wanted)
        assert f'lang="{wanted}"' in root(page)
        assert (pseudo.OPEN in page) == (wanted != "en")


def test_what_may_be_kept_of_a_page_differs_by_its_language(client: FlaskClient) -> None:
    assert "Accept-Language" in client.get("/", headers=PAGE).headers["Vary"]


def test_english_alone_offers_no_choice(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    app.config["LOCALE_FOLDER"] = str(tmp_path)
    page = read_page(client.get("/settings", headers={**PAGE, "Accept-Language": "he"}))
    assert root(page) == '<html lang="en">'
    assert 'name="language"' not in page
