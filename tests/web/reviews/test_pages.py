"""The pages of reviews: shown, answered, undone, edited, set aside, crammed, with and without scripts."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.models import (
    LOG_CRAM,
    LOG_REVIEW,
    CardSchedule,
    Flashcard,
    Pack,
    ReviewLog,
    now,
)
from studylens.web.door.wiring import Wiring
from studylens.web.reviews.forms import interval_words
from tests.study.reviews.world import add_deck, field, learn, set_schedule
from tests.web.world import PAGE, add_pack, become_guest, read_page

SCRIPT = {"HX-Request": "true", **PAGE}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack of five cards, all of them due."""
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id)
        learn(session, pack, now() - timedelta(days=5))
    return pack.id


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


def shown_id(page: str) -> int:
    found = re.search(r"/review/cards/(\d+)/answer", page)
    assert found is not None
    return int(found[1])


def logged(wiring: Wiring, kind: str = LOG_REVIEW) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReviewLog).where(ReviewLog.kind == kind)) or 0


def rate(client: FlaskClient, page: str, rating: str = "3", **fields: str):  # type: ignore[no-untyped-def]
    sent = {"rating": rating, "key": field(page, "key"), "shown": field(page, "shown"), **fields}
    return client.post(f"/review/cards/{shown_id(page)}/answer", data=sent, headers=PAGE)


def test_a_newcomer_is_invited(read: Callable[[str], str]) -> None:
    assert "Nothing to review yet" in read("/review")


def test_drafts_that_wait_are_named(read: Callable[[str], str], wiring: Wiring, guest_id: int) -> None:
    with wiring.database.writing() as session:
        add_deck(session, guest_id)
    assert "5 new cards in your packs wait" in read("/review")


@pytest.mark.own_sql
def test_drafts_are_accepted_one_by_one_or_all(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id)
    path = f"/packs/{pack.id}"
    assert "Learn these 5" in read(path)
    client.post(f"{path}/accept", data={"card": [pack.cards[0].id, "x", "9" * 40]})
    assert "Learn these 4" in read(path)
    taken = client.post(f"{path}/accept", data={"all": "1"}).location
    page = read(taken)
    assert "Learn these" not in page
    assert "Review 5" in page
    assert "All new cards are in your reviews." in page
    client.post(f"{path}/give-back", data={"taken": field(page, "taken")})
    assert "Learn these 4" in read(path)
    client.post(f"{path}/give-back", data={"taken": "x" * 40})
    assert "Review 1" in read(path)


def test_the_answer_shows_only_when_asked_for(read: Callable[[str], str], pack_id: str) -> None:
    page = read("/review")
    assert re.search(r'id="review-back"[^>]* hidden', page)
    assert re.search(r'id="review-rate"[^>]* hidden', page)
    link = re.search(r'id="review-show"[^>]*href="([^"]+)"', page)
    assert link is not None
    page = read(link[1].replace("&amp;", "&"))
    assert not re.search(r'id="review-(back|rate)"[^>]* hidden', page)


def test_each_button_says_when_the_card_comes_back(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page = read("/review")
    assert re.search(r"Forgot</span> <small>10 min<", page)
    [days] = re.findall(r"Got it</span> <small>(\d+) days<", page)
    rate(client, page)
    with wiring.database.reading() as session:
        due = session.get_one(CardSchedule, shown_id(page)).due_at
    assert 0 <= (due - now()).days - int(days) + 1 <= 1


def test_four_buttons_are_an_option(read: Callable[[str], str], client: FlaskClient, pack_id: str) -> None:
    form = {"time_zone": "UTC", "daily_cap": "100", "new_per_day": "20", "retention": "90", "buttons": "4"}
    assert client.post("/settings", data=form).status_code == HTTPStatus.SEE_OTHER
    assert re.findall(r"data-key=\"(\d)\"><span>(\w+)", read("/review")) == [
        ("1", "Again"), ("2", "Hard"), ("3", "Good"), ("4", "Easy"),
    ]  # fmt: skip


@pytest.mark.own_sql
def test_an_answer_leads_to_the_next_card_and_counts_once(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page, before = read("/review"), logged(wiring)
    answers = [rate(client, page, ms="2500") for _ in range(3)]
    assert {answer.location for answer in answers} == {"/review"}
    assert logged(wiring) == before + 1
    assert shown_id(read("/review")) != shown_id(page)
    with wiring.database.reading() as session:
        assert session.scalars(select(ReviewLog).order_by(ReviewLog.id.desc())).first().duration_ms == 2500  # type: ignore[union-attr]


def test_a_script_gets_the_next_card_at_once(
    read: Callable[[str], str], client: FlaskClient, pack_id: str
) -> None:
    page = read("/review")
    sent = {"rating": "1", "key": field(page, "key")}
    answer = client.post(f"/review/cards/{shown_id(page)}/answer?pack={pack_id}", data=sent, headers=SCRIPT)
    part = answer.get_data(as_text=True)
    assert part.lstrip().startswith("<main")
    assert shown_id(part) != shown_id(page)
    assert f"?pack={pack_id}" in part


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ms": "99999999999999999"}, 600_000),
        ({"ms": "-5", "shown": "0"}, 600_000),
        ({"shown": "9" * 15}, 0),
        ({"ms": "x", "shown": "y"}, 0),
    ],
)
def test_no_clock_of_a_browser_is_believed_beyond_reason(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str, fields: dict[str, str],
    expected: int,
) -> None:  # fmt: skip
    rate(client, read("/review"), **fields)
    with wiring.database.reading() as session:
        row = session.scalars(select(ReviewLog).order_by(ReviewLog.id.desc())).first()
    assert row is not None
    assert row.duration_ms == expected


@pytest.mark.parametrize(
    "fields", [{"rating": "5"}, {"rating": ""}, {"rating": "٣"}, {"key": ""}, {"key": "a\x00bcdefgh"}]
)
def test_a_made_up_answer_is_refused_kindly(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str, fields: dict[str, str]
) -> None:
    page, before = read("/review"), logged(wiring)
    sent = {"rating": "3", "key": field(page, "key"), **fields}
    answer = client.post(f"/review/cards/{shown_id(page)}/answer", data=sent, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert logged(wiring) == before


@pytest.mark.parametrize("headers", [PAGE, SCRIPT], ids=["page", "script"])
def test_a_card_that_was_deleted_meanwhile_leads_kindly_to_the_next(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str, headers: dict[str, str]
) -> None:
    page, before = read("/review"), logged(wiring)
    with wiring.database.writing() as session:
        session.get_one(Flashcard, shown_id(page)).deleted_at = now()
    sent = {"rating": "3", "key": field(page, "key")}
    answer = client.post(f"/review/cards/{shown_id(page)}/answer", data=sent, headers=headers)
    if headers is PAGE:
        answer = client.get(answer.location, headers=PAGE)
    text = answer.get_data(as_text=True)
    assert "not in your reviews any more" in text
    assert shown_id(text) != shown_id(page)
    assert logged(wiring) == before


def test_undo_shows_the_card_again(read: Callable[[str], str], client: FlaskClient, pack_id: str) -> None:
    page = read("/review")
    rate(client, page, "1")
    sent = {"key": field(read("/review"), "key")}
    after = client.get(client.post("/review/undo", data=sent).location, headers=PAGE)
    assert shown_id(read_page(after)) == shown_id(page)
    assert "taken back" in after.get_data(as_text=True)


def test_a_card_is_edited_in_place_and_a_stale_form_loses_nothing(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page = read("/review")
    form = read(f"/review?card={shown_id(page)}&edit=1")
    path = f"/review/cards/{shown_id(page)}/edit"
    sent = {"front": "Mein", "back": "eigenes", "version": field(form, "version")}
    assert "eigenes" in read(client.post(path, data=sent).location)
    answer = client.post(path, data={**sent, "back": "too late"}, headers=PAGE)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "too late</textarea>" in read_page(answer)
    empty = client.post(path, data={**sent, "front": " ", "version": "2"}, headers=PAGE)
    assert empty.status_code == HTTPStatus.BAD_REQUEST
    with wiring.database.reading() as session:
        card = session.get_one(Flashcard, shown_id(page))
        assert (card.front, card.back) == ("Mein", "eigenes")
        assert card.edited_at is not None


def test_a_card_is_set_aside_and_brought_back(
    read: Callable[[str], str], client: FlaskClient, pack_id: str
) -> None:
    card_id = shown_id(read("/review"))
    page = read(client.post(f"/review/cards/{card_id}/suspend").location)
    assert "This card is paused" in page
    assert shown_id(page) != card_id
    assert "1 paused" in read(f"/packs/{pack_id}")
    assert "Paused <b>1</b>" in read(f"/packs/{pack_id}/cards")
    answer = client.post(f"/review/cards/{card_id}/resume", data={"to": "pack"})
    assert answer.location == f"/packs/{pack_id}/cards?card={card_id}"
    assert "paused" not in read(f"/packs/{pack_id}")


def test_a_leech_is_told_with_choices(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page = read("/review")
    set_schedule(wiring.database, shown_id(page), lapses=7)
    page_after = read(rate(client, page, "1").location)
    for words in ("forgotten this card many times", "Edit it", "Keep reviewing it", "Leave it paused"):
        assert words in page_after


@pytest.mark.parametrize("columns", [{"difficulty": None}, {"difficulty": 0.0}, {"stability": None}])
def test_a_restored_card_of_which_little_is_known_is_asked_all_the_same(
    read: Callable[[str], str],
    client: FlaskClient,
    wiring: Wiring,
    pack_id: str,
    columns: dict[str, float | None],
) -> None:
    card_id = shown_id(read("/review"))
    set_schedule(wiring.database, card_id, **columns)
    page = read(f"/review?card={card_id}")
    assert shown_id(page) == card_id
    assert rate(client, page).status_code == HTTPStatus.SEE_OTHER


@pytest.mark.own_sql
def test_new_cards_are_kept_dropped_and_brought_back_at_first_sight(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack_id = add_deck(session, guest_id, 3).id
    page = read(f"/packs/{pack_id}/review?new=1")
    assert "3 cards from your page." in page
    first = shown_id(page)
    where = f"?pack={pack_id}&new=1"
    page = read(client.post(f"/review/cards/{first}/drop{where}").location)
    assert "The card is deleted." in page
    assert "0 / 2</span>" in page
    page = read(client.post(f"/review/cards/{first}/return{where}").location)
    assert (shown_id(page), "0 / 3</span>" in page) == (first, True)
    sent = {"rating": "3", "key": field(page, "key")}
    page = read(client.post(f"/review/cards/{first}/answer{where}", data=sent).location)
    assert shown_id(page) != first
    assert "cards from your page." not in page
    with wiring.database.reading() as session:
        kept = [card.id for card in session.get_one(Pack, pack_id).cards if card.accepted_at]
    assert kept == [first]


def test_the_answer_shows_the_line_of_the_photo(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    page = read(f"/packs/{add_pack(wiring, guest_id)}/review?new=1")
    assert 'data-mark="0.1 0.3 0.9 0.35"' in page
    assert f'data-sha256="{"ab" * 32}"' in page
    assert "line 3 of the page" in page


def test_the_end_names_what_slipped(read: Callable[[str], str], client: FlaskClient, pack_id: str) -> None:
    page = read("/review")
    for rating in ("1", "3", "3", "3", "3"):
        page = read(rate(client, page, rating, ms="2000").location)
    page = read(rate(client, page, "3", ms="2000").location) if "review-show" in page else page
    assert "4 <small>of 5</small>" in page
    assert "This one slipped" in page


@pytest.mark.own_sql
def test_cramming_moves_nothing_and_ends_when_all_are_known(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    with wiring.database.reading() as session:
        before = session.execute(select(CardSchedule.due_at, CardSchedule.reps)).all()
    page = read(f"/review/cram/{pack_id}")
    for rating in ("1", "3", "3", "3", "3", "3"):
        action = re.search(r'id="review-rate"[^>]*action="([^"]+)"', page)
        assert action is not None
        sent = {"rating": rating, "key": field(page, "key")}
        page = read(client.post(action[1].replace("&amp;", "&"), data=sent).location)
    assert "All 5 known" in page
    assert logged(wiring, LOG_CRAM) == 6
    with wiring.database.reading() as session:
        assert session.execute(select(CardSchedule.due_at, CardSchedule.reps)).all() == before


def test_a_made_up_round_is_not_found(client: FlaskClient, pack_id: str) -> None:
    for since in ("-1", "x", "9" * 30):
        answer = client.get(f"/review/cram/{pack_id}?since={since}", headers=PAGE)
        assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-02-31", "no such day"), ("0000-01-01", "no such day"), ("20261224", "no such day"),
        ("2026-W01-1", "no such day"), ("tomorrow", "no such day"), ("2020-01-01", "is over"),
        ("9999-12-31", "five years"), ("２０２７-01-01", "no such day"),
    ],
)  # fmt: skip
def test_an_impossible_exam_is_refused_by_name(
    client: FlaskClient, wiring: Wiring, pack_id: str, text: str, words: str
) -> None:
    answer = client.post(f"/packs/{pack_id}/exam", data={"exam_date": text}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert words in answer.get_data(as_text=True)
    with wiring.database.reading() as session:
        assert session.get_one(Pack, pack_id).exam_date is None


@pytest.mark.own_sql
def test_an_exam_pulls_cards_before_it_and_lets_them_go_again(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    def due() -> list[date]:
        with wiring.database.reading() as session:
            found = session.scalars(select(CardSchedule.due_at).order_by(CardSchedule.card_id))
            return [moment.date() for moment in found]

    with wiring.database.writing() as session:
        for row in session.scalars(select(CardSchedule)):
            row.stability, row.due_at, row.last_review_at = 300.0, now() + timedelta(days=290), now()
    exam = now().date() + timedelta(days=10)
    client.post(f"/packs/{pack_id}/exam", data={"exam_date": exam.isoformat()})
    assert all(exam - timedelta(days=3) <= day < exam for day in due())
    assert re.search(r"Exam in (9|10|11) days", read(f"/packs/{pack_id}"))
    client.post(f"/packs/{pack_id}/exam", data={"exam_date": ""})
    assert min(due()) > exam + timedelta(days=200)


def test_the_cap_holds_cards_back_and_says_how_to_go_on(
    read: Callable[[str], str], client: FlaskClient, pack_id: str
) -> None:
    form = {"time_zone": "UTC", "daily_cap": "2", "new_per_day": "2", "retention": "90", "buttons": "2"}
    client.post("/settings", data=form)
    assert "0 / 2</span>" in read("/review")
    rate(client, read("/review"))
    page = read(rate(client, read("/review")).location)
    assert "That is what your daily limits allow. 3 more are there" in page
    assert "2 / 5</span>" in read("/review?more=1")


def test_a_backlog_is_spread_over_days_and_can_be_gathered_again(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    form = {"time_zone": "UTC", "daily_cap": "4", "new_per_day": "2", "retention": "90", "buttons": "2"}
    client.post("/settings", data=form)
    assert "5 cards are waiting: more than fit into today" in read("/review")
    assert client.post("/review/catch-up", data={"days": "3"}).location == "/review?note=spread"
    assert "0 / 2</span>" in read("/review")
    rate(client, read("/review"))
    assert "today’s fair share" in read(rate(client, read("/review")).location)
    assert "3 more days" in read("/settings")
    client.post("/review/catch-up", data={"days": "0"})
    assert "2 / 4</span>" in read("/review")
    assert client.post("/review/catch-up", data={"days": "61"}).status_code == HTTPStatus.BAD_REQUEST


def test_four_tabs_at_once_count_each_answer_once(
    app,
    client: FlaskClient,
    wiring: Wiring,
    read: Callable[[str], str],
    pack_id: str,  # type: ignore[no-untyped-def]
) -> None:
    card_id, before = shown_id(read("/review")), logged(wiring)
    cookie = client.get_cookie("studylens_guest")
    assert cookie is not None

    def answer(key: str) -> int:
        tab = app.test_client()
        tab.set_cookie("studylens_guest", cookie.value)
        sent = {"rating": "3", "key": key}
        return int(tab.post(f"/review/cards/{card_id}/answer", data=sent, headers=PAGE).status_code)

    keys = [f"some-key-{n // 2}" for n in range(16)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(answer, keys)) == {HTTPStatus.SEE_OTHER}
    assert logged(wiring) == before + 8
    with wiring.database.reading() as session:
        assert session.get_one(CardSchedule, card_id).reps == 2 + 8


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(minutes=1), "1 min"), (timedelta(minutes=10), "10 min"), (timedelta(hours=2), "2 h"),
        (timedelta(days=1), "1 day"), (timedelta(days=30), "30 days"), (timedelta(days=31), "1 month"),
        (timedelta(days=76), "2.5 months"),
        (timedelta(days=731), "2 years"),
    ],
)  # fmt: skip
def test_intervals_read_like_people_say_them(wait: timedelta, words: str) -> None:
    assert interval_words(wait) == words
