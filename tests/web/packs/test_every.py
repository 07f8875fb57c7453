"""All packs of a list at once: the form sends what the list is narrowed to, and no ids."""

from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, insert, select
from werkzeug.test import TestResponse

from studylens.models import Pack, PackTag, new_id, now
from studylens.study.packs import library, several
from studylens.study.packs.library import Wanted
from studylens.study.packs.several import Found
from studylens.study.packs.subjects import TAGS_A_PACK
from studylens.web.door.wiring import Wiring
from studylens.web.packs.chosen import PACKS_AT_ONCE
from tests.web.packs.test_library import listed, titled
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql
MANY, MOST_VALUES = 5_000, 1_000


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def ids(wiring: Wiring, guest_id: int) -> list[str]:
    return [add_pack(wiring, guest_id, titled(name)) for name in ("Roots", "Stems", "Leaves")]


def add(wiring: Wiring, guest_id: int, packs: int, subject: str = "") -> None:
    row = {"guest_id": guest_id, "title": "Leaf", "subject": subject, "created_at": now()}
    empty: dict[str, Any] = {"engines": [], "notes": [], "receipt": {}}
    with wiring.database.writing() as session:
        session.execute(insert(Pack), [{**row, **empty, "id": new_id()} for _ in range(packs)])


def post(client: FlaskClient, path: str, total: int, back: str = "", **fields: str) -> TestResponse:
    return client.post(path, data={"every": str(total), "back": back, **fields}, headers=PAGE)


def tags(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PackTag)) or 0


@pytest.mark.sqlite("the other tests send the same statements; what is asked here is the number")
def test_five_thousand_packs_are_named_by_what_their_list_is_narrowed_to(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    add(wiring, guest_id, MANY, "Biology")
    add(wiring, guest_id, 3, "Art")
    page = read_page(client.get("/packs?subject=Biology&select=1", headers=PAGE))
    assert 'name="every" value="5000"' in page
    assert "All 5,000, on all pages" in page
    asked = read_page(post(client, "/packs/bulk/ask", MANY, "subject=Biology", action="tag"))
    assert 'name="pack"' not in asked
    assert "Tag 5,000 packs" in asked
    assert "and 4,980 more" in asked
    values: list[int] = []
    event.listen(wiring.database.engine, "before_cursor_execute", lambda *told: values.append(_values(*told)))
    while "left=" in post(client, "/packs/bulk", MANY, "subject=Biology", action="tag", tag="exam").location:
        pass
    assert tags(wiring) == MANY
    assert max(values) <= MOST_VALUES
    assert "5,000 packs found" in read_page(client.get("/packs?tag=exam", headers=PAGE))


def _values(_connection: Any, _cursor: Any, _sql: str, parameters: Any, _context: Any, many: bool) -> int:
    return max(map(len, parameters), default=0) if many else len(parameters)


def test_all_that_a_list_shows_goes_into_the_trash_and_comes_back_together(
    client: FlaskClient, ids: list[str]
) -> None:
    gone = post(client, "/packs/bulk", 3, "sort=title", action="trash")
    page = read_page(client.get(gone.location, headers=PAGE))
    assert "3 packs are in the trash" in page
    assert listed(client) == []
    back = client.post(f"/packs/{ids[2]}/restore", data={"together": "1", "back": "sort=title"})
    assert back.location == "/packs?sort=title"
    assert listed(client, sort="title") == [ids[2], ids[0], ids[1]]
    assert listed(client, q="roots") == ids[:1]


def test_words_that_were_looked_for_choose_too(client: FlaskClient, ids: list[str]) -> None:
    post(client, "/packs/bulk", 1, "q=roots", action="subject", subject="Botany")
    assert listed(client, subject="Botany") == ids[:1]
    assert listed(client, subject="Botany", q="photosynthesis stems") == []


def test_all_that_a_list_shows_is_exported(client: FlaskClient, ids: list[str]) -> None:
    with post(client, "/export/packs", 3, form="md") as answer:
        assert [f"# {name}\n" in answer.text for name in ("Roots", "Stems", "Leaves")] == [True] * 3


def test_another_number_than_the_student_saw_changes_nothing(
    wiring: Wiring, client: FlaskClient, ids: list[str]
) -> None:
    for total in (2, 4):
        answer = post(client, "/packs/bulk", total, action="tag", tag="exam")
        assert answer.status_code == HTTPStatus.CONFLICT
        assert "There are 3 packs by now" in read_page(answer)
    assert tags(wiring) == 0


def test_nobody_reaches_the_packs_of_others_by_their_list(
    wiring: Wiring, client: FlaskClient, ids: list[str]
) -> None:
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    for path in ("/packs/bulk/ask", "/packs/bulk", "/export/packs", "/quizzes"):
        answer = post(stranger, path, len(ids), action="tag", tag="mine", form="csv")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert tags(wiring) == 0


def test_when_one_has_twenty_tags_none_of_the_list_gets_another(
    wiring: Wiring, client: FlaskClient, ids: list[str]
) -> None:
    with wiring.database.writing() as session:
        session.add_all(PackTag(pack_id=ids[1], tag=f"tag {n}") for n in range(TAGS_A_PACK))
    answer = post(client, "/packs/bulk", 3, action="tag", tag="more")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert tags(wiring) == TAGS_A_PACK


def test_only_so_many_are_joined_at_once(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    add(wiring, guest_id, PACKS_AT_ONCE + 1)
    answer = post(client, "/packs/bulk/ask", PACKS_AT_ONCE + 1, action="merge")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "more than 100 packs at once" in read_page(answer)


def test_a_list_that_another_click_has_emptied_is_not_found(
    client: FlaskClient, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(client, "/packs/bulk", 3, "q=xylophone", action="merge").status_code == HTTPStatus.NOT_FOUND
    real = several.check_rest

    def meanwhile(session: Any, found: Found) -> None:
        monkeypatch.undo()
        real(session, found)
        session.rollback()
        assert client.post("/packs/bulk", data={"pack": ids, "action": "trash"}, headers=PAGE).location

    monkeypatch.setattr(several, "check_rest", meanwhile)
    assert post(client, "/packs/bulk", 3, action="trash").status_code == HTTPStatus.NOT_FOUND


def test_what_there_was_no_time_for_is_told_and_can_be_gone_on_with(
    wiring: Wiring, client: FlaskClient, guest_id: int, ids: list[str]
) -> None:
    with wiring.database.reading() as session:
        found = Found(*library.matching(session, guest_id, Wanted()))
    assert several.change(wiring.database, found, several.under("Botany"), seconds=0) == 3
    assert "3 packs are left" in read_page(client.get("/packs?left=3", headers=PAGE))
    assert several.change(wiring.database, found, several.under("Botany")) == 0
    assert len(listed(client, subject="Botany")) == 3
