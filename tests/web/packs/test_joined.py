"""Joining packs in the browser's words: asked first, shown when it is whole, and undone."""

import re
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from studylens.models import Pack, now
from studylens.web.door.wiring import Wiring
from tests.web.packs.test_library import listed
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def ids(wiring: Wiring, guest_id: int) -> list[str]:
    """Three packs of the same page, the oldest first."""
    names = ("Roots", "Stems", "Leaves")
    return [
        add_pack(wiring, guest_id, analysis(material=replace(analysis().material, title=name)))
        for name in names
    ]


def form_of(page: str, action: str) -> dict[str, list[str]]:
    """Return what the form with this address sends without a script."""
    [form] = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', form):
        sent.setdefault(name, []).append(value)
    return sent


def question(client: FlaskClient, ids: list[str]) -> str:
    return read_page(client.post("/packs/bulk/ask", data={"action": "merge", "pack": ids}, headers=PAGE))


def test_the_question_says_what_becomes_of_everything(
    client: FlaskClient, wiring: Wiring, ids: list[str]
) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, ids[1]).subject = "Botany"
        session.get_one(Pack, ids[2]).exam_date = "2027-01-15"
    page = " ".join(question(client, ids).split())
    for said in (
        "3 pages",
        "3 + 3 + 3 = 9 cards",
        "will not come twice",
        "Botany",
        "2027-01-15",
        "for 30 days",
    ):
        assert said in page
    assert len(listed(client)) == 3


def test_a_join_is_undone_where_it_was_made_and_under_more(client: FlaskClient, ids: list[str]) -> None:
    for place in ("?joined=1", "/apart"):
        sent = form_of(question(client, ids), "/packs/bulk")
        made = client.post("/packs/bulk", data=sent, headers=PAGE)
        assert made.headers["Location"] == f"/packs/{ids[0]}?joined=1"
        assert listed(client) == ids[:1]
        assert client.get(f"/packs/{ids[1]}", headers=PAGE).headers["Location"] == f"/packs/{ids[0]}"
        assert f"/packs/{ids[0]}/apart" in read_page(client.get(f"/packs/{ids[0]}/more", headers=PAGE))
        page = read_page(client.get(f"/packs/{ids[0]}{place}", headers=PAGE))
        undone = client.post(
            f"/packs/{ids[0]}/apart", data=form_of(page, f"/packs/{ids[0]}/apart"), headers=PAGE
        )
        assert undone.status_code == HTTPStatus.SEE_OTHER
        assert "3 packs are apart again" in read_page(client.get(undone.headers["Location"], headers=PAGE))
        assert sorted(listed(client)) == sorted(ids)
    assert client.get(f"/packs/{ids[0]}/apart", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/packs/{ids[0]}/apart", headers=PAGE).status_code == HTTPStatus.NOT_FOUND


def test_summaries_stand_under_the_title_of_their_page(client: FlaskClient, ids: list[str]) -> None:
    client.post("/packs/bulk", data={"action": "merge", "pack": ids, "title": "The plant"})
    page = read_page(client.get(f"/packs/{ids[0]}", headers=PAGE))
    for n, name in enumerate(("Roots", "Stems", "Leaves"), start=1):
        assert re.search(rf'<section id="summary-{n}".*?>{name}</h2>', page)
    form = read_page(client.get(f"/packs/{ids[0]}/edit", headers=PAGE))
    [field] = re.findall(r'Summary of Stems\s*<textarea name="(summary-\d+)"', form)
    [version] = re.findall(r'name="version" value="(\d+)"', form)
    texts = {"title": "The plant", "summary": "", "subject": "", "tags": "", "version": version}
    client.post(f"/packs/{ids[0]}/edit", data={**texts, field: "What carries water."})
    for path in ("", "/print"):
        assert "What carries water." in read_page(client.get(f"/packs/{ids[0]}{path}", headers=PAGE))
    markdown = client.get(f"/packs/{ids[0]}/pack.md").get_data(as_text=True)
    assert "## Stems\n\nWhat carries water.\n" in markdown


def test_many_summaries_are_folded(
    wiring: Wiring, client: FlaskClient, guest_id: int, ids: list[str]
) -> None:
    more = [*ids, add_pack(wiring, guest_id)]
    client.post("/packs/bulk", data={"action": "merge", "pack": more})
    page = read_page(client.get(f"/packs/{ids[0]}", headers=PAGE))
    fold = page[page.index('<details id="summaries"') :]
    assert "Summaries of 4 pages" in fold
    assert [int(n) for n in re.findall(r'<section id="summary-(\d)"', fold)] == [1, 2, 3, 4]
    assert page.count('<section id="summary') == 4


def test_a_pack_is_not_shown_before_it_is_whole(client: FlaskClient, wiring: Wiring, ids: list[str]) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, ids[0]).joining_at = now()
    for answer in (
        client.get(f"/packs/{ids[0]}", headers=PAGE),
        client.post("/packs/bulk", data={"action": "trash", "pack": ids}, headers=PAGE),
        client.get(f"/packs/{ids[0]}/pack.md", headers={"Accept": "application/json"}),
        client.get("/export/account.json", headers={"Accept": "application/json"}),
    ):
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.headers["Retry-After"] == "2"
    assert 'http-equiv="refresh"' in read_page(client.get(f"/packs/{ids[0]}", headers=PAGE))


def test_a_double_click_joins_once(client: FlaskClient, ids: list[str]) -> None:
    sent = form_of(question(client, ids), "/packs/bulk")
    answers = [client.post("/packs/bulk", data=sent, headers=PAGE) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"/packs/{ids[0]}?joined=1"}


def test_a_form_of_another_day_is_not_believed(client: FlaskClient, ids: list[str]) -> None:
    sent = form_of(question(client, ids), "/packs/bulk")
    client.post("/packs/bulk", data={"action": "merge", "pack": ids[:2]})
    answer = client.post(
        "/packs/bulk", data={**sent, "pack": [ids[0], ids[2]], "version": ["1", "1"]}, headers=PAGE
    )
    assert answer.status_code == HTTPStatus.CONFLICT
    stale = client.post(f"/packs/{ids[0]}/apart", data={"version": "1"}, headers=PAGE)
    assert stale.status_code == HTTPStatus.CONFLICT
