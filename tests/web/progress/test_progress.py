"""Progress: the numbers of the page, the files and the JSON are one, and none of them is invented."""

import csv
import io
import itertools
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fsrs import Card, Scheduler, State
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import AGAIN, LOG_QUIZ, NEW, Flashcard, Pack, PackTerm, StudySettings, now
from studylens.study.achievements.rules import RULES
from studylens.study.progress.bands import LEAST_REVIEWS
from studylens.study.progress.cards import chance
from studylens.study.progress.days import share, year_of
from studylens.study.progress.stats import ProgressStats, progress_of
from studylens.study.record.study_days import StudyDay
from studylens.web.door.wiring import Wiring
from studylens.web.progress.calendar import calendar_of
from studylens.web.progress.charts import forecast_bars, hour_bars
from studylens.web.progress.tables import TABLES
from tests.study.record.answers import DAY, NOON, add_cards, answer, new_guest, undo
from tests.test_architecture import HEAVY, loaded
from tests.web.world import PAGE, become_guest, read_page

MATURE, YOUNG = {"stability": 30.0}, {"stability": 5.0}


def stats(session: Session, guest_id: int, at: datetime = NOON) -> ProgressStats:
    return progress_of(session, guest_id, at)


@pytest.mark.parametrize("stability", [0.4, 3.0, 21.0, 365.0])
@pytest.mark.parametrize("days", [0, 1, 10, 400])
def test_the_forgetting_curve_is_that_of_the_package(stability: float, days: int) -> None:
    card = Card(1, State.Review, None, stability, 5.0, NOON, NOON - timedelta(days=days))
    assert chance(stability, days) == pytest.approx(Scheduler().get_card_retrievability(card, NOON))


def test_a_stability_of_nothing_is_forgotten_and_breaks_nothing() -> None:
    assert 0 <= chance(0.0, 10) < 0.5


def test_a_clock_that_went_back_makes_nobody_know_more_than_all() -> None:
    assert chance(5.0, -3) == 1.0


def test_memory_is_mean_retrievability_times_cards(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        ago = {"stability": 10.0, "last_review_at": NOON - 10 * DAY}
        add_cards(session, guest_id, *[ago] * 10, {"state": NEW, "stability": None, "last_review_at": None})
        found = stats(session, guest_id).memory
        assert (found.cards, found.known, found.mean_retrievability, found.new_cards) == (10, 9, 0.9, 1)


def test_under_twenty_reviews_there_is_no_percentage() -> None:
    assert share(LEAST_REVIEWS - 1, 10).percent is None
    assert share(LEAST_REVIEWS, 10).percent == 50.0


def test_true_retention_knows_young_and_mature_and_its_periods(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for n in (0, 6, 7, 29, 30):
            answer(session, guest_id, NOON - n * DAY, before=YOUNG)
        answer(session, guest_id, before=MATURE, rating=AGAIN)
        answer(session, guest_id, state_before=NEW)
        found = {item.period: item for item in stats(session, guest_id).retention}
        assert [item.young.n for item in found.values()] == [1, 2, 4, 5]
        assert (found["Today"].mature.n, found["Today"].mature.passed) == (1, 0)
        assert (found["Ever"].both.n, found["Ever"].both.passed) == (6, 5)


def test_today_is_the_study_day_of_the_students_zone(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add(StudySettings(guest_id=guest_id, time_zone="Asia/Tokyo"))
        answer(session, guest_id, NOON, zone="Asia/Tokyo", duration_ms=60_000)
        late = datetime(2026, 3, 10, 18, 59, tzinfo=UTC)  # 3:59 in Tokyo: still the same evening.
        assert stats(session, guest_id, late).done_today.minutes == 1
        assert stats(session, guest_id, late + timedelta(minutes=1)).done_today.answers == 0


def test_days_of_another_zone_stay_what_they_were(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        settings = StudySettings(guest_id=guest_id, time_zone="Europe/Berlin")
        session.add(settings)
        for n in (2, 1):
            answer(session, guest_id, NOON - n * DAY, zone="Europe/Berlin")
        before = stats(session, guest_id)
        settings.time_zone = "America/New_York"
        session.flush()
        after = stats(session, guest_id)
        assert after.year.days == before.year.days
        assert (after.streak, after.studied_in_30) == (before.streak, 2)


def test_a_streak_can_be_switched_off_and_the_days_remain(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add(StudySettings(guest_id=guest_id, streak_on=False))
        answer(session, guest_id)
        found = stats(session, guest_id)
        assert (found.streak, found.studied_in_30) == (None, 1)


@pytest.mark.own_sql
def test_the_past_stays_when_cards_and_packs_go(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        pack = add_cards(session, guest_id, {}, {})
        other = add_cards(session, guest_id, {})
        first = pack.cards[0]
        answer(session, guest_id, card_id=first.id, pack_id=pack.id, before=YOUNG)
        answer(session, guest_id, card_id=other.cards[0].id, pack_id=other.id, before=YOUNG)
        first.deleted_at = NOON
        session.flush()
        other_id = other.id
        session.delete(other)
        session.flush()
        found = stats(session, guest_id)
        assert (found.retention[-1].both.n, found.year.answers, found.done_today.answers) == (2, 2, 2)
        assert [(item.pack_id, item.cards) for item in found.packs] == [(pack.id, 1)]
        assert other_id not in {item.pack_id for item in found.packs}


@pytest.mark.parametrize("column", ["deleted_at", "accepted_at"])
def test_drafts_and_packs_in_the_trash_are_not_known(database: Database, column: str) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        pack = add_cards(session, guest_id, {})
        if column == "deleted_at":
            pack.deleted_at = NOON
        else:
            session.add(Flashcard(pack_id=pack.id, front="f", back="b", kind="cloze", origin="server"))
        session.flush()
        assert stats(session, guest_id).memory.cards == (0 if column == "deleted_at" else 1)


def test_what_is_known_follows_the_published_rule(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        new = {"state": NEW, "stability": None, "last_review_at": None}
        add_cards(session, guest_id, {}, {"stability": 20.9}, {"state": 3, "stability": 40.0}, new)
        [found] = stats(session, guest_id).packs
        assert (found.cards, found.known_cards, found.young, found.learning, found.new) == (4, 1, 1, 1, 1)
        assert (found.percent, found.all_known) == (25, False)


def test_trouble_is_sorted_by_how_bad_it_is(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        rows = [{"lapses": 2}, {"lapses": 5}, {"lapses": 9, "leech": True}, {"lapses": 7}]
        add_cards(session, guest_id, *rows)
        found = stats(session, guest_id).trouble
        assert [(card.lapses, card.leech) for card in found] == [(9, True), (7, False), (5, False)]


def test_sources_say_who_made_the_cards(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        add_cards(session, guest_id, {}, {"card": {"origin": "student"}}, {"card": {"origin": "student"}})
        found = stats(session, guest_id)
        assert [(item.origin, item.cards) for item in found.sources] == [("student", 2), ("server", 1)]


def test_quality_is_by_hour_of_the_students_clock_and_by_state(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for _ in range(LEAST_REVIEWS):
            answer(session, guest_id, zone="Asia/Tokyo")
        answer(session, guest_id, state_before=NEW, rating=AGAIN)
        found = stats(session, guest_id)
        assert [(item.hour, item.share.percent) for item in found.hours if item.share.n] == [(21, 100.0)]
        assert {item.state: item.share.n for item in found.states if item.share.n} == {"new": 1, "review": 20}


def test_the_forecast_has_thirty_days_and_the_overdue_today(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        dues = [NOON - 5 * DAY, NOON + DAY, NOON + 29 * DAY, NOON + 30 * DAY]
        add_cards(session, guest_id, *[{"due_at": due} for due in dues])
        found = stats(session, guest_id).forecast
        assert [(day.date.day, day.cards) for day in found if day.cards] == [(10, 1), (11, 1), (8, 1)]
        assert len(found) == 30


def test_the_year_begins_eleven_months_before_this_one() -> None:
    day = StudyDay(date(2025, 3, 31), reviews=9)
    assert year_of([day], date(2026, 3, 10)).first == date(2025, 4, 1)
    assert year_of([day], date(2026, 2, 28)).days[0].answers == 9


def test_the_calendar_has_a_square_for_each_day_up_to_today() -> None:
    found = calendar_of(year_of([StudyDay(date(2024, 2, 29), reviews=12)], date(2024, 3, 1)))
    days = (date(2024, 3, 1) - date(2023, 4, 1)).days + 1
    [square] = found.squares
    assert (square.words, square.level, len(found.empty)) == ("29 February: 12", 2, days - 1)
    assert "The busiest day was 29 February 2024" in found.summary
    assert [(month.name, month.days, month.answers) for month in found.months] == [("February 2024", 1, 12)]


def test_the_calendar_has_a_column_a_week_and_a_row_a_weekday() -> None:
    today = date(2026, 3, 11)  # A Wednesday.
    studied = [StudyDay(today - timedelta(days=n), reviews=1) for n in (0, 2, 3, 7)]
    places = [(square.x, square.y) for square in calendar_of(year_of(studied[::-1], today)).squares][::-1]
    now_at, monday, sunday, week_ago = places
    assert monday[0] == now_at[0] > sunday[0] == week_ago[0]
    assert monday[1] < now_at[1] == week_ago[1] < sunday[1]


@pytest.mark.parametrize("first", [date(2026, 3, 1) + timedelta(days=n) for n in range(7)])
def test_no_name_of_a_month_stands_on_another_or_outside(first: date) -> None:
    found = calendar_of(year_of([], first))
    names = [word for word in found.words if word.y < 18]
    gaps = [later.x - earlier.x for earlier, later in itertools.pairwise(names)]
    assert min(gaps) >= 3 * 13
    assert names[-1].x + 3 * 13 <= found.width


def test_the_forecast_is_drawn_for_two_weeks(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        dues = [NOON - 5 * DAY, NOON - DAY, NOON + 13 * DAY, NOON + 14 * DAY]
        add_cards(session, guest_id, *[{"due_at": due} for due in dues])
        drawn = forecast_bars(stats(session, guest_id).forecast)
    assert [bar.above for bar in drawn.bars if bar.height] == ["2", "1"]
    assert drawn.words == "Cards that come back: 10 March 2026 2, 23 March 2026 1"
    assert (len(drawn.bars), drawn.bars[0].below) == (14, "Today")


def test_an_hour_has_a_bar_from_twenty_answers_on(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for n in range(LEAST_REVIEWS - 1):
            answer(session, guest_id, before=MATURE, rating=AGAIN if n < 5 else 3)
        assert hour_bars(stats(session, guest_id).hours) is None
        answer(session, guest_id, before=MATURE)
        drawn = hour_bars(stats(session, guest_id).hours)
    assert drawn is not None
    assert drawn.words == "Recalled, by hour: 12:00 75 %"
    [bar] = [bar for bar in drawn.bars if bar.height]
    assert bar.height == pytest.approx(0.75 * (102 - 22), abs=0.1)


def test_what_was_undone_is_in_no_number(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        undo(session, answer(session, guest_id, before=MATURE))
        found = stats(session, guest_id)
        assert (found.done_today.answers, found.year.answers, found.streak.days) == (0, 0, 0)  # type: ignore[union-attr]
        assert found.is_first_day


# --- The page, its files, and the JSON ------------------------------------------------------------


@pytest.fixture
def student(wiring: Wiring, client: FlaskClient) -> int:
    """A guest with a pack whose title is a formula, an explained term, 25 reviews and a quiz answer."""
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        hard = {"lapses": 8, "leech": True, "last_review_at": now() - DAY, "due_at": now() - DAY}
        new = {"state": NEW, "stability": None, "last_review_at": None, "due_at": now()}
        pack = add_cards(session, guest_id, hard, new, title="=1+1")
        said = {"explained_on": "2026-03-10", "explained": 1, "points": 1}
        pack.key_terms = [PackTerm(term="cell", origin="server", **said)]
        for n in range(25):
            answer(session, guest_id, now(), pack_id=pack.id, before=MATURE, rating=AGAIN if n % 5 else 3)
        answer(session, guest_id, now(), kind=LOG_QUIZ, state_before=None)
    return guest_id


def get_json(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/get_progress_stats")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_a_newcomer_is_invited_and_gets_zeros(client: FlaskClient) -> None:
    text = read_page(client.get("/progress", headers=PAGE))
    assert "Nothing to measure yet" in text
    assert "%" not in text
    assert "What happens next" in text
    found = get_json(client)
    assert (found["memory"]["cards"], found["due"]["due"], found["trouble"]) == (0, 0, [])


def test_the_first_day_says_what_will_be_known_and_shows_no_chart(
    wiring: Wiring, client: FlaskClient
) -> None:
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        soon = {"stability": 3.0, "last_review_at": now(), "due_at": now() + DAY}
        add_cards(session, guest_id, soon, soon)
        for _ in range(2):
            answer(session, guest_id, now(), state_before=NEW)
    text = read_page(client.get("/progress", headers=PAGE))
    assert "2 answers today. 2 cards seen for the first time." in text
    assert "2 cards come back. This page then shows what stayed" in text
    assert not set(re.findall(r'class="(chart|tile|heat)', text))
    assert "%" not in text
    with wiring.database.writing() as session:
        answer(session, guest_id, now() - 2 * DAY, state_before=NEW)
    assert 'class="chart heat"' in read_page(client.get("/progress", headers=PAGE))


@pytest.mark.usefixtures("student")
def test_page_files_and_json_say_the_same(client: FlaskClient) -> None:
    text, found = read_page(client.get("/progress", headers=PAGE)), get_json(client)
    retention = found["retention"][-1]
    assert (retention["mature"]["n"], retention["mature"]["percent"]) == (25, 20.0)
    assert "<b>20 %</b>" in text
    assert found["done_today"]["answers"] == 26
    rows = list(csv.reader(io.StringIO(client.get("/progress/retention.csv").data.decode("utf-8-sig"))))
    assert rows[-1][:7] == ["Ever", "", "0", "20.0", "25", "20.0", "25"]
    assert rows[-1][7:] == ["", "", "8.9", "39.1", "8.9", "39.1"]


@pytest.mark.usefixtures("student")
def test_json_has_plain_days_and_the_way_to_the_next_achievement(client: FlaskClient) -> None:
    found = get_json(client)
    assert date.fromisoformat(found["today"])
    assert found["achievements"]["mature_recalls"] == {"tier": 0, "tiers": 4, "value": 5, "needed": 10}


@pytest.mark.usefixtures("student")
@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_file(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/progress/{name}.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.mimetype == "text/csv"
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_page_of_many_packs_stays_light_and_the_file_has_all(wiring: Wiring, client: FlaskClient) -> None:
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        for n in range(120):
            add_cards(session, guest_id, {}, title=f"Pack {n}")
    text = read_page(client.get("/progress", headers=PAGE))
    assert "The first 100 of 120; the file has all." in text
    assert text.count('<th scope="row" dir="auto">Pack ') == 100
    assert client.get("/progress/packs.csv").data.count(b"\r\nPack ") == 120


@pytest.mark.usefixtures("student")
def test_no_file_holds_a_formula(client: FlaskClient) -> None:
    assert "\r\n'=1+1," in client.get("/progress/packs.csv").data.decode("utf-8-sig")


def test_a_table_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    assert client.get("/progress/secrets.csv").status_code == 404


def test_progress_is_for_its_student_only(client: FlaskClient, student: int, wiring: Wiring) -> None:
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    assert student
    assert get_json(stranger)["year"]["answers"] == 0
    assert b"=1+1" not in stranger.get("/progress/packs.csv").data


@pytest.mark.usefixtures("student")
def test_an_achievement_is_told_once_on_whichever_page_comes_first(
    client: FlaskClient, student: int, wiring: Wiring
) -> None:
    with wiring.database.writing() as session:
        for _ in range(5):
            answer(session, student, now(), before=MATURE)
    assert ' news" role="status"' in read_page(client.get("/progress", headers=PAGE))
    for path in ("/progress", "/achievements"):
        assert ' news" role="status"' not in read_page(client.get(path, headers=PAGE))


@pytest.mark.usefixtures("student")
def test_the_page_of_achievements_names_every_rule(client: FlaskClient) -> None:
    text = read_page(client.get("/achievements", headers=PAGE))
    assert [rule.name for rule in RULES if f"<h3>{rule.name}" not in text] == []
    assert text.count('class="md-rim"') == len(RULES)
    assert "5 of 10" in text


def test_every_medal_has_a_drawing_of_its_own(app: Flask) -> None:
    drawn = app.jinja_env.get_template("progress/_medals.html").module.DRAWN  # type: ignore[attr-defined]
    assert set(drawn) == {rule.key for rule in RULES}
    assert len({name for name, _ in drawn.values()}) == len(RULES)


@pytest.mark.own_sql
@pytest.mark.usefixtures("student")
def test_words_of_a_card_stay_words(client: FlaskClient, student: int, wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        pack = session.query(Pack).filter_by(guest_id=student, title="=1+1").one()
        pack.title = "<script>alert(1)</script>"
        pack.cards[0].front = '"><img src=x>'
    text = read_page(client.get("/progress", headers=PAGE))
    assert "<script>alert" not in text
    assert "<img src=x>" not in text


JOURNEY = """
from app import create_app
client = create_app().test_client()
paths = ("/progress", "/get_progress_stats", "/achievements", "/progress/hours.csv")
answers = [client.get(path).status_code for path in paths]
if answers != [200] * 4:
    raise SystemExit(f"the journey failed: {answers}")
"""


@pytest.mark.process
def test_no_page_of_progress_loads_anything_heavy(tmp_path: Path) -> None:
    names = loaded(JOURNEY, tmp_path)
    assert "studylens.study.progress.stats" in names
    assert names & HEAVY == set()
