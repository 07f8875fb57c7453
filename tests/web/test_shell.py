"""What stands on every page: places, the number of due cards, icons; and how pages look on a device."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event

from studylens.models import now
from studylens.study.reviews import cards as schedule
from studylens.web.door.cookies import LOOK_COOKIE
from studylens.web.door.wiring import Wiring
from studylens.web.look import Look, parse_look
from tests.service import HOME
from tests.study.reviews.world import add_deck
from tests.web.world import PAGE, become_guest, read_page

TEMPLATES = sorted((HOME / "templates").rglob("*.html"))


def _page(client: FlaskClient, path: str) -> str:
    return read_page(client.get(path, headers=PAGE))


def _root(page: str) -> str:
    return re.findall(r"<html[^>]*>", page)[0]


def test_every_page_shows_how_many_cards_the_review_shows(wiring: Wiring, client: FlaskClient) -> None:
    guest = become_guest(wiring, client)
    with wiring.database.writing() as session:
        pack = add_deck(session, guest, cards=3)
        schedule.accept(session, pack, pack.cards, now())
    for path in ("/new", "/packs", "/progress", "/settings", f"/packs/{pack.id}"):
        assert '<span class="count">3<span class="unseen"> due' in _page(client, path), path
    assert "0 / 3" in _page(client, "/review")


@pytest.fixture
def pack_id(wiring: Wiring, client: FlaskClient) -> str:
    guest = become_guest(wiring, client)
    with wiring.database.writing() as session:
        pack = add_deck(session, guest, cards=3)
        schedule.accept(session, pack, pack.cards, now())
        return pack.id


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/", "heap"),
        ("/packs", "kind"),
        ("/review", "heap"),
        ("/packs/{}/review", "heap"),
        ("/packs/{}/cards", "steps"),
    ],
)
def test_no_page_asks_twice_which_cards_are_due(
    wiring: Wiring, client: FlaskClient, pack_id: str, path: str, way: str
) -> None:
    """One statement finds the next card of each heap, one counts pack by pack, one counts in all."""
    queues: list[str] = []

    def note(*sent: Any) -> None:
        queues.extend(name for name in ("heap", "kind", "steps") if f"AS {name}" in sent[2])

    event.listen(wiring.database.engine, "before_cursor_execute", note)
    _page(client, path.format(pack_id))
    assert queues == [way] or (path == "/" and queues == ["heap", "kind"])  # Today lists packs, too.


@pytest.mark.parametrize("path", ["/review", "/packs/{}/review", "/review/cram/{}"])
def test_a_page_for_one_thing_counts_nothing_that_it_does_not_show(
    client: FlaskClient, pack_id: str, path: str
) -> None:
    with client:
        assert 'class="nav"' not in _page(client, path.format(pack_id))
        assert "due_count" not in g


def test_a_newcomer_sees_no_number(client: FlaskClient) -> None:
    assert 'class="count"' not in _page(client, "/packs")


def test_the_place_where_the_student_is_is_named(client: FlaskClient) -> None:
    [current] = re.findall(r'<a [^>]*aria-current="page"[^>]*>', _page(client, "/packs"))
    assert 'href="/packs"' in current


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOME)))
def test_every_icon_that_a_template_asks_for_is_drawn(app: Flask, path: Path) -> None:
    known = set(app.jinja_env.get_template("_icons.html").module.PATHS)  # type: ignore[attr-defined]
    asked = set(re.findall(r'icon\("([\w-]+)"\)', path.read_text()))
    assert asked <= known


def test_the_style_guide_shows_every_icon_and_is_for_developers(app: Flask, client: FlaskClient) -> None:
    icons = app.jinja_env.get_template("_icons.html").module.PATHS  # type: ignore[attr-defined]
    assert _page(client, "/styleguide").count('class="medal"') == len(icons) > 0
    app.testing = app.debug = False
    assert client.get("/styleguide", headers=PAGE).status_code == HTTPStatus.NOT_FOUND


def test_a_look_is_kept_for_the_device_and_marks_every_page(client: FlaskClient) -> None:
    assert _root(_page(client, "/packs")) == '<html lang="en">'
    sent = {"theme": "dark", "contrast": "more", "font": "reading"}
    assert client.post("/settings/look", data=sent).status_code == HTTPStatus.SEE_OTHER
    page = _page(client, "/packs")
    assert _root(page) == '<html lang="en" data-theme="dark" data-contrast="more" data-font="reading">'
    assert '<meta name="color-scheme" content="dark">' in page


def test_a_script_that_keeps_a_look_stays_on_its_page(client: FlaskClient) -> None:
    answer = client.post("/settings/look", data={"theme": "light"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.location, answer.data) == (HTTPStatus.NO_CONTENT, None, b"")
    assert 'data-theme="light"' in _root(_page(client, "/packs"))


@pytest.mark.parametrize("theme", ["pink", "dark.more", "x" * 5_000])
def test_a_made_up_look_is_refused(client: FlaskClient, theme: str) -> None:
    answer = client.post("/settings/look", data={"theme": theme})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "text", ["", "dark", "dark.more", "dark.more.reading.x", "Dark.more.reading", "..", '"><b>.more.reading']
)
def test_a_made_up_cookie_is_the_usual_look(client: FlaskClient, text: str) -> None:
    assert parse_look(text) is None
    client.set_cookie(LOOK_COOKIE, text)
    assert _root(_page(client, "/packs")) == '<html lang="en">'


def test_what_the_device_says_needs_no_attribute() -> None:
    assert (Look().attributes, Look().schemes) == ("", "light dark")
