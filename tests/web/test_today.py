"""The first page: a newcomer's, and that of a student who comes back."""

import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.models import GOOD, now
from studylens.study.progress.greeting import AHEAD, FORGIVEN, MISSED, OPEN, STUDIED, week_of
from studylens.study.record.streaks import streak_of
from studylens.study.record.study_days import StudyDay
from studylens.study.reviews import cards as schedule
from studylens.web.door.wiring import Wiring
from studylens.web.progress.bars import bars_of
from tests.study.record.answers import DAY, add_cards, answer
from tests.study.reviews.world import add_deck
from tests.web.world import PAGE, add_job, add_pack, become_guest, read_page

SATURDAY = date(2026, 11, 28)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def _home(client: FlaskClient) -> str:
    return read_page(client.get("/", headers=PAGE))


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_newcomer_reads_what_it_does_and_can_begin(client: FlaskClient) -> None:
    page = _home(client)
    assert "Know it for good" in page
    assert 'data-pick="camera"' in page
    assert 'action="/sample"' in page


def test_a_guest_without_a_pack_is_still_a_newcomer(client: FlaskClient, guest_id: int) -> None:
    assert guest_id
    assert "Know it for good" in _home(client)


def test_cards_that_are_ready_are_counted_as_the_review_counts_them(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, cards=7)
        schedule.accept(session, pack, pack.cards, now())
    words = _words(_home(client))
    assert "7 cards ready About 1 minute. All new. Start" in words
    assert "Next up Osmosis" in words
    assert "0 / 7" in read_page(client.get("/review", headers=PAGE))


def test_with_nothing_due_the_new_cards_of_a_pack_are_offered(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack_id = add_deck(session, guest_id, cards=4).id
    page = _home(client)
    assert "Nothing due" in page
    assert re.search(rf'href="/packs/{pack_id}">.*\s+Learn 4 new cards', page)


def test_after_the_last_card_the_day_is_done_and_the_next_one_is_named(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        known = {"last_review_at": now() - DAY, "due_at": now() + DAY}
        pack = add_cards(session, guest_id, known, known)
        answer(session, guest_id, now(), pack_id=pack.id, rating=GOOD)
    words = _words(_home(client))
    assert "Done for today 1 answer today. 2 cards come back tomorrow." in words
    assert "1 day in a row" in words
    assert "2 of 2 known" in words


def test_the_newest_packs_stand_there_without_those_of_the_trash(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    shown, thrown = add_pack(wiring, guest_id), add_pack(wiring, guest_id)
    client.post(f"/packs/{thrown}/delete")
    page = _home(client)
    assert f'href="/packs/{shown}"' in page
    assert thrown not in page
    assert f'data-thumb="{"ab" * 32}"' in page


def test_a_page_that_is_being_read_is_found_again(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    add_pack(wiring, guest_id)
    add_job(wiring, guest_id)
    assert re.search(r'being read\.\s+<a href="/batches/\w{32}">', _home(client))


def test_earlier_addresses_of_the_form_lead_to_it(client: FlaskClient) -> None:
    answer = client.get("/?private=1", headers=PAGE)
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/new?private=1")


def test_without_the_database_a_student_is_told_that_nothing_is_lost(
    wiring: Wiring, client: FlaskClient, guest_id: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_pack(wiring, guest_id)

    def down() -> None:
        raise DatabaseDown

    monkeypatch.setattr(database, "ensure_compatible", down)
    answer = client.get("/", headers=PAGE)
    assert answer.status_code == HTTPStatus.OK
    assert "Nothing was lost" in read_page(answer)


def _days(*back: int) -> list[StudyDay]:
    return [StudyDay(SATURDAY - timedelta(days=n), "UTC", reviews=1) for n in sorted(back, reverse=True)]


@pytest.mark.parametrize(
    ("back", "states"),
    [
        ((), [MISSED] * 5 + [OPEN, AHEAD]),
        ((0, 1, 5), [STUDIED, MISSED, MISSED, MISSED, STUDIED, STUDIED, AHEAD]),
        ((1, 2, 4, 5, 6, 7, 8, 9, 10, 11), [STUDIED, STUDIED, FORGIVEN, STUDIED, STUDIED, OPEN, AHEAD]),
    ],
    ids=["nothing", "a streak begun anew", "a day forgiven"],
)
def test_each_day_of_the_week_says_what_became_of_it(back: tuple[int, ...], states: list[str]) -> None:
    days = _days(*back)
    week = week_of(days, SATURDAY, streak_of(days, SATURDAY, "UTC"))
    assert [day.state for day in week] == states
    assert week[0].date.weekday() == 0


def test_without_streaks_no_day_is_called_forgiven() -> None:
    days = _days(1, 2, 4, 5, 6, 7, 8, 9, 10, 11)
    assert FORGIVEN not in [day.state for day in week_of(days, SATURDAY, None)]


def test_bars_stand_on_one_line_and_the_highest_reaches_the_top() -> None:
    chart = bars_of([0, 5, 10], ["a", "b", "c"], "words")
    nothing, half, whole = chart.bars
    assert (nothing.height, nothing.above) == (0, "")
    assert whole.height == 2 * half.height
    assert {bar.y + bar.height for bar in (half, whole)} == {chart.base}
    assert half.x > nothing.x + nothing.width
