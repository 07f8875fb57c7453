"""Answers that come later: each once, in order, at the time it was given; what is not counted is named."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from database_config import Database
from studylens.models import (
    LOG_REVIEW,
    Batch,
    CardSchedule,
    Flashcard,
    Pack,
    ReviewDay,
    ReviewLog,
    ReviewTotal,
    new_id,
    now,
)
from studylens.study.packs import trash
from studylens.study.record.tallies import recount
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.late import OLDEST, settled
from studylens.web.door.guests import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, add_guest, learn, set_schedule
from tests.web.world import become_guest, photo

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PHONE = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def uids(wiring: Wiring, guest_id: int) -> list[str]:
    """Five cards that are due."""
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id)
        learn(session, pack, now() - timedelta(days=5))
        return [card.uid or "" for card in pack.cards]


def given(uid: str, *, ago: timedelta = MINUTE, **fields: Any) -> dict[str, Any]:
    """Return an answer as a browser sends it."""
    spent = {"ms": 4_000, "ago": round(ago / timedelta(milliseconds=1))}
    return {"uid": uid, "key": new_id(), "rating": 3, **spent, **fields}


def send(client: FlaskClient, answers: Any, **fields: str) -> TestResponse:
    return client.post("/sync/answers", data={"answers": json.dumps(answers), **fields})


def became(client: FlaskClient, answers: list[Any]) -> list[str]:
    found = send(client, answers)
    assert found.status_code == HTTPStatus.OK, found.text
    outcomes: list[str] = found.get_json()["outcomes"]
    return outcomes


def late_rows(database: Database, keys: list[str]) -> list[ReviewLog]:
    with database.reading() as session:
        mine = select(ReviewLog).where(ReviewLog.request_key.in_(keys), ReviewLog.kind == LOG_REVIEW)
        return list(session.scalars(mine.order_by(ReviewLog.id)))


@pytest.mark.own_sql
def test_answers_count_in_their_order_at_the_time_they_were_given(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = [given(uid, ago=(8 - n) * MINUTE) for n, uid in enumerate([*uids, uids[0]])]
    assert became(client, sent) == ["counted"] * 6
    rows = late_rows(database, [each["key"] for each in sent])
    assert [row.request_key for row in rows] == [each["key"] for each in sent]
    ages = [round((now() - row.reviewed_at) / MINUTE) for row in rows]
    assert ages == [8, 7, 6, 5, 4, 3]


@pytest.mark.own_sql
def test_the_same_answer_from_two_devices_is_counted_once(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = [given(uid) for uid in uids]
    assert became(client, sent[:3]) == ["counted"] * 3
    assert became(client, sent) == ["known"] * 3 + ["counted"] * 2
    assert len(late_rows(database, [each["key"] for each in sent])) == 5


def test_an_answer_that_was_counted_is_known_also_when_its_card_is_deleted_since(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = given(uids[0])
    assert became(client, [sent]) == ["counted"]
    with database.writing() as session:
        session.scalars(select(Flashcard).where(Flashcard.uid == uids[0])).one().deleted_at = now()
    assert became(client, [sent]) == ["known"]


def test_answers_to_cards_that_are_gone_paused_or_another_students_are_named_and_the_others_count(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    with database.writing() as session:
        deleted = session.scalars(select(Flashcard).where(Flashcard.uid == uids[0])).one()
        deleted.deleted_at = now()
        paused = session.scalars(select(Flashcard.id).where(Flashcard.uid == uids[1])).one()
        foreign = add_deck(session, add_guest(session), cards=1)
        schedule.accept(session, foreign, foreign.cards, AT)
        foreign_uid = foreign.cards[0].uid or ""
    set_schedule(database, paused, suspended=True)
    sent = [given(uid) for uid in (uids[0], uids[1], foreign_uid, new_id(), uids[2])]
    assert became(client, sent) == ["away", "away", "unknown", "unknown", "counted"]
    assert len(late_rows(database, [each["key"] for each in sent])) == 1


def test_an_answer_to_a_pack_in_the_trash_is_named(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    with database.writing() as session:
        trash.throw_away(session, session.scalars(select(Pack).where(Pack.title == "Osmosis")).one())
    assert became(client, [given(uids[0])]) == ["away"]


@pytest.mark.own_sql
def test_what_was_answered_on_an_earlier_day_counts_on_that_day(
    client: FlaskClient, database: Database, guest_id: int, uids: list[str]
) -> None:
    ago = timedelta(days=2)
    assert became(client, [given(uids[0], ago=ago), given(uids[1])]) == ["counted"] * 2
    with database.writing() as session:
        then = session.get_one(ReviewDay, (guest_id, (now() - ago).date().isoformat()))
        assert then.reviews == 1
        total = session.get_one(ReviewTotal, guest_id)
        before = (total.reviews, total.days)
        recount(session, guest_id)
        session.refresh(total)
        assert (total.reviews, total.days) == before


def test_a_card_comes_back_by_the_day_on_which_it_was_answered(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = [given(uids[0], ago=timedelta(days=2)), given(uids[1])]
    became(client, sent)
    with database.reading() as session:
        rows = select(CardSchedule).join(Flashcard, Flashcard.id == CardSchedule.card_id)
        first, second = (
            session.scalars(rows.where(Flashcard.uid == uid)).one().last_review_at for uid in uids[:2]
        )
        assert first is not None
        assert second is not None
        assert timedelta(days=1.9) < second - first < timedelta(days=2.1)


@pytest.mark.parametrize(
    ("given_at", "found"),
    [
        ([AT - 3 * MINUTE, AT - MINUTE], [AT - 3 * MINUTE, AT - MINUTE]),
        ([AT - MINUTE, AT - 3 * MINUTE], [AT - MINUTE, AT - MINUTE]),
        ([AT + timedelta(days=400), AT - MINUTE], [AT - MINUTE, AT - MINUTE]),
        ([AT - MINUTE, AT + timedelta(days=400)], [AT - MINUTE, AT - MINUTE]),
        ([AT - 2 * OLDEST, AT - 5 * MINUTE, None, AT - MINUTE], [AT - 5 * MINUTE] * 3 + [AT - MINUTE]),
        ([AT + 0.5 * MINUTE], [AT]),
        ([None, None], [AT, AT]),
        ([], []),
    ],
)
def test_a_wrong_clock_never_changes_the_order_or_reaches_into_the_future(
    given_at: list[datetime | None], found: list[datetime]
) -> None:
    assert settled(given_at, AT) == found


def test_a_time_that_cannot_be_counts_as_now(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = [{**given(uids[0]), "ago": ago} for ago in (-86_400_000, 10**15, "soon", None, True, 1.5)]
    assert became(client, sent) == ["counted"] * 6
    ages = {now() - row.reviewed_at < MINUTE for row in late_rows(database, [each["key"] for each in sent])}
    assert ages == {True}


def test_an_answer_that_says_nothing_is_named_and_holds_back_no_other(
    client: FlaskClient, uids: list[str]
) -> None:
    broken: list[dict[str, Any]] = [
        {"rating": 5}, {"rating": "3"}, {"rating": True}, {"key": ""}, {"key": "x" * 65}, {"key": None},
        {"uid": "a b"}, {"uid": 7}, {"uid": "x\x00"},
    ]  # fmt: skip
    sent = [{**given(uids[0]), **fields} for fields in broken]
    assert became(client, [*sent, "nothing", None, [], given(uids[1])]) == ["bad"] * 12 + ["counted"]


def test_what_is_no_list_of_answers_is_refused(client: FlaskClient, guest_id: int) -> None:
    for text in ("", "{}", "[", "[" * 5_000, "7"):
        found = client.post("/sync/answers", data={"answers": text})
        assert (found.status_code, found.get_json()["error"]["code"]) == (HTTPStatus.BAD_REQUEST, "bad_text")


def test_two_hundred_answers_go_at_once_and_no_more(client: FlaskClient, guest_id: int) -> None:
    assert became(client, [given(new_id()) for _n in range(200)]) == ["unknown"] * 200
    assert send(client, [given(new_id()) for _n in range(201)]).status_code == HTTPStatus.BAD_REQUEST


def test_answers_are_taken_of_whom_they_are_alone(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = given(uids[0])
    refused = send(client, [sent], owner="0" * 16)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert late_rows(database, [sent["key"]]) == []
    owner = client.get("/sync/hello").get_json()["owner"]
    assert send(client, [sent], owner=owner).get_json() == {"outcomes": ["counted"]}


def test_a_newcomer_has_no_answers_to_count(client: FlaskClient) -> None:
    assert client.get("/sync/hello").get_json() == {"form_token": "", "owner": None}
    assert send(client, [given(new_id())]).status_code == HTTPStatus.NOT_FOUND


def test_a_browser_shows_a_fresh_token_and_a_stale_one_counts_nothing(
    client: FlaskClient, database: Database, uids: list[str]
) -> None:
    sent = given(uids[0])
    data = {"answers": json.dumps([sent])}
    stale = client.post("/sync/answers", data=data, headers={**PHONE, "X-Form-Token": "of yesterday"})
    assert stale.get_json()["error"]["code"] == "stale_form"
    assert late_rows(database, [sent["key"]]) == []
    token = client.get("/sync/hello").get_json()["form_token"]
    fresh = client.post("/sync/answers", data=data, headers={**PHONE, "X-Form-Token": token})
    assert fresh.get_json() == {"outcomes": ["counted"]}


def test_a_students_mark_is_the_same_on_all_devices_and_no_other_students(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    mine = client.get("/sync/hello").get_json()["owner"]
    assert mine == client.get("/sync/hello").get_json()["owner"]
    client.delete_cookie(GUEST_COOKIE)
    become_guest(wiring, client)
    assert client.get("/sync/hello").get_json()["owner"] not in {mine, None}


@pytest.mark.own_sql
def test_a_photo_that_is_sent_again_with_its_key_is_queued_once(
    client: FlaskClient, database: Database, guest_id: int
) -> None:
    def post(key: str) -> TestResponse:
        return client.post("/analyze?wait=0", data={"image": photo()}, headers={"Idempotency-Key": key})

    key = new_id()
    first, again, other = (post(each).get_json()["batch"] for each in (key, key, new_id()))
    assert first == again != other
    with database.reading() as session:
        assert len(session.scalars(select(Batch.id).where(Batch.id.in_([first, other]))).all()) == 2
    assert post("short").status_code == HTTPStatus.BAD_REQUEST


def test_the_key_of_another_students_photo_names_another_batch(
    client: FlaskClient, app_client: Callable[[], FlaskClient], guest_id: int
) -> None:
    key = new_id()
    headers = {"Idempotency-Key": key}
    mine, theirs = (
        each.post("/analyze?wait=0", data={"image": photo()}, headers=headers).get_json()["batch"]
        for each in (client, app_client())
    )
    assert mine != theirs


@pytest.fixture
def app_client(client: FlaskClient) -> Callable[[], FlaskClient]:
    """Make another device, which nobody knows."""
    return client.application.test_client
