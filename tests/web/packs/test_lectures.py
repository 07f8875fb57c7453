"""One lecture from many photos: at once, later, in another order; and what happens when it cannot be."""

from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol.result import EngineReport, Receipt
from studylens.models import CANCELLED, DONE, QUEUED, Job, Pack
from studylens.study.packs import trash
from studylens.study.packs.joins.lectures import begin_ended
from studylens.study.packs.merging import finish_all, merge
from studylens.study.packs.pages import move_page, pages_of
from studylens.study.packs.store import find_pack, keep
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, photo, read_page

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def send(client: FlaskClient, count: int, **fields: str) -> list[str]:
    """Send photos; return the ids of their jobs in order."""
    data: dict[str, Any] = {"image": [photo(f"{n}.png") for n in range(count)], **fields}
    answer = client.post("/analyze?wait=0", data=data)
    assert answer.status_code == HTTPStatus.ACCEPTED
    return [job["id"] for job in answer.get_json()["jobs"]]


def end(wiring: Wiring, *job_ids: str, state: str = DONE) -> None:
    with wiring.database.writing() as session:
        for job_id in job_ids:
            job = session.get_one(Job, job_id)
            job.state = state
            if state == DONE:
                keep(session, job, analysis())


def join(wiring: Wiring) -> int:
    with wiring.database.writing() as session:
        due = begin_ended(session)
    finish_all(wiring.database)
    return due


def packs(wiring: Wiring) -> list[Pack]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(Pack).order_by(Pack.created_at, Pack.id)))


def test_photos_of_one_lecture_become_one_pack_in_their_order(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    ids = send(client, 3, together="1")
    end(wiring, ids[2], ids[0])
    assert join(wiring) == 0
    end(wiring, ids[1])
    assert join(wiring) == 1
    [pack] = packs(wiring)
    with wiring.database.reading() as session:
        pages = pages_of(session, find_pack(session, guest_id, pack.id))
    assert [page.job_id for page in pages] == ids
    assert join(wiring) == 0


def test_photos_stay_packs_of_their_own_when_nobody_asks(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    end(wiring, *send(client, 2))
    assert join(wiring) == 0
    assert len(packs(wiring)) == 2


def test_one_failed_photo_does_not_keep_the_others_apart(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    ids = send(client, 3, together="1")
    end(wiring, ids[0], ids[2])
    end(wiring, ids[1], state=CANCELLED)
    join(wiring)
    [pack] = packs(wiring)
    with wiring.database.reading() as session:
        assert len(find_pack(session, guest_id, pack.id).transcript) == 10


def test_a_photo_is_added_to_a_pack_later(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id)
    assert "becomes the next pages of" in read_page(client.get(f"/new?pack={pack_id}", headers=PAGE))
    [job_id] = send(client, 1, into=pack_id)
    end(wiring, job_id)
    join(wiring)
    assert [pack.id for pack in packs(wiring)] == [pack_id]
    waiting = client.get(f"/jobs/{job_id}", headers={"Accept": "application/json"}).get_json()
    assert waiting["pack_url"] == f"/packs/{pack_id}"
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert "Page 2" in page


def test_a_photo_for_a_pack_that_is_gone_becomes_a_pack(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    [job_id] = send(client, 1, into=pack_id)
    with wiring.database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, pack_id))
    end(wiring, job_id)
    join(wiring)
    assert [pack.job_id for pack in packs(wiring)] == [job_id]


def test_the_waiting_page_leads_to_the_one_pack(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    ids = send(client, 2, together="1")
    with wiring.database.reading() as session:
        batch_id = session.get_one(Job, ids[0]).batch_id
        assert session.get_one(Job, ids[1]).state == QUEUED
    end(wiring, *ids)
    assert client.get(f"/batches/{batch_id}", headers=PAGE).status_code == HTTPStatus.OK
    join(wiring)
    [pack] = packs(wiring)
    assert client.get(f"/batches/{batch_id}", headers=PAGE).headers["Location"] == (
        f"/packs/{pack.id}/review?new=1"
    )


def test_pages_are_moved_by_buttons(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    first, second = (add_pack(wiring, guest_id) for _ in range(2))
    client.post("/packs/bulk", data={"action": "merge", "pack": [first, second]})
    with wiring.database.reading() as session:
        before = [page.job_id for page in pages_of(session, find_pack(session, guest_id, first))]
    moved = client.post(f"/packs/{first}/pages/2/move", data={"to": "1"}, headers=PAGE)
    assert moved.status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        after = [page.job_id for page in pages_of(session, find_pack(session, guest_id, first))]
    assert after == before[::-1]
    for number, to in ((1, "3"), (9, "1"), (1, "x"), (1, "")):
        answer = client.post(f"/packs/{first}/pages/{number}/move", data={"to": to}, headers=PAGE)
        assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_joined_pack_tells_whom_any_photo_was_sent_to_and_stays_private(
    wiring: Wiring, guest_id: int
) -> None:
    alone = analysis(
        receipt=Receipt(10, 1, 1, "cd" * 32), engines=(EngineReport("gemini", "skipped", "private"),)
    )
    ids = [add_pack(wiring, guest_id, alone), add_pack(wiring, guest_id)]
    for first, second in (ids, [add_pack(wiring, guest_id), add_pack(wiring, guest_id, alone)]):
        with wiring.database.writing() as session:
            session.get_one(Pack, second).exam_date = "2026-12-01"
            joined = merge(session, [find_pack(session, guest_id, pack_id) for pack_id in (first, second)])
            assert joined.receipt["sent_to"] == ["Google Gemini"]
            assert joined.private
            assert joined.exam_date == "2026-12-01"


def test_a_page_that_a_restored_file_made_up_moves_nothing_over(wiring: Wiring, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = find_pack(session, guest_id, pack_id)
        pack.transcript[0].page = 7
        move_page(session, pack, 1, to=1)
        assert sorted(line.page for line in pack.transcript) == [1, 1, 1, 1, 7]
