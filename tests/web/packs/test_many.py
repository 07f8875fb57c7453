"""Several packs at once: what is asked first, what happens to all of them, and how it is taken back."""

import csv
import io
import re
import zipfile
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studylens.models import Pack, PackTag
from studylens.study.packs.library import PACKS_A_PAGE
from studylens.study.packs.subjects import TAGS_A_PACK
from studylens.web.door.wiring import Wiring
from studylens.web.packs.chosen import PACKS_AT_ONCE
from tests.web.packs.test_library import listed, titled
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def ids(wiring: Wiring, guest_id: int) -> list[str]:
    """Three packs, the oldest first."""
    return [add_pack(wiring, guest_id, titled(name)) for name in ("Roots", "Stems", "Leaves")]


def post(client: FlaskClient, path: str, ids: list[str], **fields: str) -> TestResponse:
    return client.post(path, data={"pack": ids, **fields}, headers=PAGE)


def ask(client: FlaskClient, action: str, ids: list[str], **fields: str) -> TestResponse:
    return post(client, "/packs/bulk/ask", ids, action=action, **fields)


def test_packs_are_chosen_a_hundred_at_a_time(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    with wiring.database.writing() as session:
        session.add_all(Pack(guest_id=guest_id, title=f"Leaf {n}") for n in range(PACKS_AT_ONCE + 1))
    page = read_page(client.get("/packs?select=1&sort=title", headers=PAGE))
    assert page.count('name="pack"') == PACKS_AT_ONCE > PACKS_A_PAGE
    assert re.search(r'rel="next" href="/packs\?sort=title&amp;select=1&amp;page=2"', page)


def test_as_many_packs_as_a_page_lists_change_at_once(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        session.add_all(Pack(guest_id=guest_id, title=f"Leaf {n}") for n in range(PACKS_AT_ONCE + 1))
    with wiring.database.reading() as session:
        ids = [pack_id for (pack_id,) in session.query(Pack.id)]
    assert post(client, "/packs/bulk", ids, action="tag", tag="exam").status_code == HTTPStatus.BAD_REQUEST
    assert ask(client, "tag", ids[1:]).status_code == HTTPStatus.OK
    post(client, "/packs/bulk", ids[1:], action="tag", tag="exam")
    assert f"{PACKS_AT_ONCE} packs found" in read_page(client.get("/packs?tag=exam", headers=PAGE))


@pytest.mark.parametrize("action", ["tag", "subject", "export"])
def test_what_a_pack_shall_get_is_asked(client: FlaskClient, ids: list[str], action: str) -> None:
    page = read_page(ask(client, action, ids[:2]))
    assert page.count('name="pack"') == 2
    assert "Roots" in page
    assert "Leaves" not in page


def test_tags_in_use_are_offered(client: FlaskClient, ids: list[str]) -> None:
    post(client, "/packs/bulk", ids[:1], action="tag", tag="exam")
    assert '<option value="exam">' in read_page(ask(client, "tag", ids))


def test_a_pack_with_twenty_tags_gets_no_more_and_then_none_does(client: FlaskClient, ids: list[str]) -> None:
    for n in range(TAGS_A_PACK):
        post(client, "/packs/bulk", ids[:1], action="tag", tag=f"tag {n}")
    again = post(client, "/packs/bulk", ids, action="tag", tag="tag 1")
    assert again.status_code == HTTPStatus.SEE_OTHER
    more = post(client, "/packs/bulk", ids, action="tag", tag="more")
    assert more.status_code == HTTPStatus.BAD_REQUEST
    assert listed(client, tag="more") == []
    assert len(listed(client, tag="tag 1")) == 3


def test_joining_asks_first_and_puts_the_oldest_page_first(client: FlaskClient, ids: list[str]) -> None:
    page = read_page(ask(client, "merge", ids[::-1]))
    assert re.findall(r'name="pack" value="(\w+)"', page) == ids
    assert 'name="title" value="Roots"' in page
    assert "Join 3 packs?" in page
    assert len(listed(client)) == 3


def test_a_joined_pack_bears_the_title_that_it_was_given(client: FlaskClient, ids: list[str]) -> None:
    post(client, "/packs/bulk", ids, action="merge", title="The plant")
    assert listed(client, q="plant") == ids[:1]
    assert "The plant</h1>" in read_page(client.get(f"/packs/{ids[0]}", headers=PAGE))


@pytest.mark.parametrize(("action", "count"), [("merge", 1), ("tag", 0), ("trash", 3), ("", 3)])
def test_a_question_that_makes_no_sense_is_refused(
    client: FlaskClient, ids: list[str], action: str, count: int
) -> None:
    assert ask(client, action, ids[:count]).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("path", ["/packs/bulk/ask", "/packs/bulk", "/export/packs"])
def test_nobody_chooses_the_packs_of_others(
    wiring: Wiring, client: FlaskClient, ids: list[str], path: str
) -> None:
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    sent = post(stranger, path, ids, action="tag", tag="mine", form="csv")
    assert sent.status_code == HTTPStatus.NOT_FOUND
    with wiring.database.reading() as session:
        assert session.query(PackTag).count() == 0


@pytest.mark.parametrize("pack_id", ["", "x", "\0", "\ud800", "' OR 1=1", "f" * 32, "f" * 5_000])
def test_an_id_that_is_none_is_not_found(client: FlaskClient, ids: list[str], pack_id: str) -> None:
    body = urlencode({"pack": pack_id, "action": "trash"}, errors="surrogatepass")
    sent = client.post("/packs/bulk", data=body, content_type="application/x-www-form-urlencoded")
    assert sent.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}
    assert len(listed(client)) == len(ids)


def test_what_went_together_comes_back_together(client: FlaskClient, ids: list[str]) -> None:
    post(client, "/packs/bulk", ids[:1], action="trash")
    gone = post(client, "/packs/bulk", ids[1:], action="trash", back="sort=title")
    page = read_page(client.get(gone.headers["Location"], headers=PAGE))
    assert "2 packs are in the trash" in page
    assert listed(client) == []
    back = client.post(f"/packs/{ids[1]}/restore", data={"together": "1", "back": "sort=title"})
    assert back.headers["Location"] == "/packs?sort=title"
    assert listed(client, sort="title") == [ids[2], ids[1]]


@pytest.mark.parametrize("back", ["q=leaf&due=1", "", "next=//evil&q=leaf", "q=%00&&="])
def test_a_list_stays_narrowed_and_leads_nowhere_else(client: FlaskClient, ids: list[str], back: str) -> None:
    gone = post(client, "/packs/bulk", ids[:1], action="trash", back=back).headers["Location"]
    assert gone.startswith("/packs?")
    assert "evil" not in gone
    assert ("q=leaf" in gone) == ("q=leaf" in back)


def _export(client: FlaskClient, ids: list[str], form: str) -> bytes:
    with post(client, "/export/packs", ids, form=form) as answer:
        assert f"studylens-packs.{form}" in answer.headers["Content-Disposition"]
        return answer.data


def test_chosen_packs_are_exported_and_no_others(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    first, second, third = (add_pack(wiring, guest_id) for _ in range(3))
    table = _export(client, [first, second], "csv").decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + 2 * 3
    assert _export(client, [first, third], "md").decode().count("# Photosynthesis\n") == 2
    assert zipfile.is_zipfile(io.BytesIO(_export(client, [second], "apkg")))
    assert post(client, "/export/packs", [first], form="exe").status_code == HTTPStatus.BAD_REQUEST
