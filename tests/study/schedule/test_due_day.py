"""Days are days: a card comes back on a study day, in whatever zone the student is when it comes."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import GOOD, REVIEW, CardSchedule, Flashcard
from studylens.study.exchange.calendar import due_calendar
from studylens.study.reviews import cards
from studylens.study.reviews.queue import Scope, next_card
from studylens.study.schedule.days import day_end, day_start, study_date
from studylens.study.schedule.due_day import as_moment, due_day
from studylens.study.schedule.fsrs import Plan, answered
from studylens.study.schedule.live import due_in_packs
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import settings_to_change
from tests.study.reviews.world import add_deck, add_guest, learn, send

pytestmark = pytest.mark.own_sql
ZONES = sorted(available_timezones())
FARTHEST = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "Pacific/Chatham", "Etc/GMT+12")
"""Both sides of the date line: 26 hours lie between the first and the last clock of a date."""
CHANGING = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk")
SECOND = timedelta(seconds=1)
LOS_ANGELES, TOKYO = "America/Los_Angeles", "Asia/Tokyo"


@pytest.fixture
def card(database: Database) -> int:
    """A card that its student knows; the only one."""
    with database.writing() as session:
        return learn(session, add_deck(session, add_guest(session), 1), datetime(2026, 1, 5, 12, tzinfo=UTC))[
            0
        ]


def counts(session: Session, card_id: int, zone: str, at: datetime) -> dict[str, int]:
    """Return how often the card is due now, by whoever says so; the same everywhere."""
    row = session.get_one(CardSchedule, card_id)
    settings_to_change(session, row.guest_id).time_zone = zone
    session.flush()
    queue = next_card(session, row.guest_id, at, Scope())
    per_pack = due_in_packs(session, row.guest_id, moment_of(session, row.guest_id, at)).by_pack
    return {
        "queue": queue.due,
        "shown": int(queue.shown is not None),
        "sum": cards.due_now(session, row.guest_id, at).due,
        "waiting": cards.due_now(session, row.guest_id, at).waiting,
        "forecast": cards.due_by_day(session, row.guest_id, zone, 30, at=at)[0][1],
        "library": per_pack.get(row.pack_id, 0),
    }


def set_due(session: Session, card_id: int, due_at: datetime) -> None:
    session.get_one(CardSchedule, card_id, populate_existing=True).due_at = due_at
    session.flush()


def moments(chosen: random.Random) -> tuple[str, date, list[datetime]]:
    """Draw a zone, a study day in it, and moments around that day's beginning."""
    zone = chosen.choice(chosen.choice([ZONES, FARTHEST, CHANGING]))
    day = date(2026, 1, 6) + timedelta(days=chosen.randrange(700))
    begins = day_start(day, zone)
    around = begins + timedelta(minutes=chosen.randrange(-3_000, 3_000))
    return zone, day, [begins - SECOND, begins, around]


def test_everywhere_a_card_is_due_from_the_beginning_of_its_study_day(database: Database, card: int) -> None:
    chosen = random.Random(1)
    with database.writing() as session:
        for _ in range(60):
            zone, day, ats = moments(chosen)
            set_due(session, card, as_moment(day))
            for at in ats:
                expected = int(study_date(at, zone) >= day)
                found = counts(session, card, zone, at)
                assert set(found.values()) == {expected}, (zone, day, at, found)


def test_a_moment_of_an_earlier_release_stands_for_the_study_day_it_lies_in(
    database: Database, card: int
) -> None:
    chosen = random.Random(2)
    with database.writing() as session:
        for _ in range(40):
            zone, _, ats = moments(chosen)
            written = ats[1] + timedelta(minutes=chosen.randrange(1_400), microseconds=1)
            set_due(session, card, written)
            for at in (*ats, day_start(study_date(written, zone), zone)):
                expected = int(study_date(at, zone) >= study_date(written, zone))
                found = counts(session, card, zone, at)
                assert set(found.values()) == {expected}, (zone, written, at, found)


def test_the_forecast_and_the_calendar_name_the_day_on_which_the_queue_will_show_it(
    database: Database, card: int
) -> None:
    chosen = random.Random(3)
    with database.writing() as session:
        for _ in range(25):
            zone, day, (_, begins, _) = moments(chosen)
            set_due(session, card, as_moment(day))
            before = begins - timedelta(days=3)
            counts(session, card, zone, before)
            guest = session.get_one(CardSchedule, card).guest_id
            forecast = dict(cards.due_by_day(session, guest, zone, 30, at=before))
            assert {at for at, number in forecast.items() if number} == {day}
            feed = due_calendar(session, guest, at=before, review_url="https://example.org/review")
            assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}".encode() in feed


@pytest.mark.parametrize(("there", "here"), [(LOS_ANGELES, TOKYO), (TOKYO, LOS_ANGELES), *[FARTHEST[:2]]])
def test_a_traveller_finds_the_card_on_the_morning_of_its_day(
    database: Database, card: int, there: str, here: str
) -> None:
    at = day_start(date(2026, 2, 10), there) + timedelta(hours=14)
    with database.writing() as session:
        row = session.get_one(CardSchedule, card)
        settings_to_change(session, row.guest_id).time_zone = there
        send(session, row.guest_id, card, at, GOOD)
        session.refresh(row)
        day = due_day(row.state, row.due_at, there)
        assert due_day(row.state, row.due_at, here) == day
        morning = day_start(day, here)
        assert set(counts(session, card, here, morning).values()) == {1}
        assert set(counts(session, card, here, morning - SECOND).values()) == {0}


def test_an_answer_gives_the_same_day_in_every_zone_with_the_same_date() -> None:
    chosen = random.Random(4)
    for _ in range(300):
        zone, day, _ = moments(chosen)
        plan, at = Plan(1, zone), day_start(day, zone) + timedelta(minutes=chosen.randrange(1_380))
        memory = answered(answered(MemoryState(due_at=at), GOOD, at, plan), GOOD, at, plan)
        assert memory.state == REVIEW
        assert due_day(memory.state, memory.due_at, zone) == study_date(at, zone) + timedelta(days=2)


def test_a_card_that_a_sibling_keeps_away_today_is_tomorrows(database: Database, card: int) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with database.writing() as session:
        set_due(session, card, as_moment(date(2026, 3, 1)))
        session.get_one(CardSchedule, card).buried_on = "2026-03-02"
        assert set(counts(session, card, "UTC", at).values()) == {0}
        guest = session.get_one(CardSchedule, card).guest_id
        assert cards.due_by_day(session, guest, "UTC", 2, at=at)[1] == (date(2026, 3, 3), 1)
        assert set(counts(session, card, "UTC", at + timedelta(days=1)).values()) == {1}


@pytest.mark.parametrize("zone", [LOS_ANGELES, TOKYO, "UTC"])
def test_what_a_quiz_missed_is_due_at_once_wherever_the_student_is(
    database: Database, card: int, zone: str
) -> None:
    day = date(2026, 3, 3)
    with database.writing() as session:
        set_due(session, card, as_moment(day))
        at = day_end(day - timedelta(days=1), zone) - SECOND  # The last moment of the day before.
        assert set(counts(session, card, zone, at).values()) == {0}
        cards.make_due(session, session.get_one(Flashcard, card), at)
        assert set(counts(session, card, zone, at).values()) == {1}


def test_a_step_is_counted_as_soon_as_the_queue_would_show_it(database: Database, card: int) -> None:
    with database.writing() as session:
        row = session.get_one(CardSchedule, card)
        pack = add_deck(session, row.guest_id, 1)
        row.suspended = True
        at = datetime(2026, 3, 2, 12, tzinfo=UTC)
        cards.accept(session, pack, pack.cards, at)
        send(session, row.guest_id, pack.cards[0].id, at, GOOD)
        assert set(counts(session, pack.cards[0].id, "UTC", at).values()) == {1}
