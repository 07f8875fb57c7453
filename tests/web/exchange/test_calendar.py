"""The calendar of due reviews: numbers by study day in the student's zone, behind a secret address."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from studylens.models import CardSchedule, StudySettings, now
from studylens.study.exchange.calendar import due_calendar
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.web.world import PAGE, become_guest, read_page

AT = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)


def _address(client: FlaskClient) -> str:
    page = read_page(client.post("/calendar", headers=PAGE))
    return page.partition('value="http://localhost')[2].partition('"')[0]


def _events(wiring: Wiring, guest_id: int, at: datetime = AT) -> dict[date, str]:
    with wiring.database.reading() as session:
        data = due_calendar(session, guest_id, at=at, review_url="https://example.org/review")
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return {event.decoded("dtstart"): str(event["summary"]) for event in events}


def test_each_study_day_with_due_cards_is_one_event(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    assert _events(wiring, guest_id) == {
        date(2026, 3, 22): "1 card to review",
        date(2026, 3, 23): "1 card to review",
    }
    late = _events(wiring, guest_id, at=AT + timedelta(days=20))
    assert late == {date(2026, 4, 2): "2 cards to review"}


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", 23), ("America/Los_Angeles", 21)])
def test_the_day_is_that_of_the_students_zone(wiring: Wiring, zone: str, day: int) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    with wiring.database.writing() as session:
        settings_to_change(session, guest_id).time_zone = zone
        due = (
            datetime(2026, 3, 22, 16, 0, tzinfo=UTC) if day == 23 else datetime(2026, 3, 22, 8, 0, tzinfo=UTC)
        )
        session.execute(update(CardSchedule).values(due_at=due))
    assert _events(wiring, guest_id) == {date(2026, 3, day): "2 cards to review"}


def test_the_same_cards_give_the_same_bytes_all_day(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    with wiring.database.reading() as session:
        made = [
            due_calendar(session, guest_id, at=AT + timedelta(hours=hour), review_url="/review")
            for hour in (0, 5)
        ]
    assert made[0] == made[1]
    uids = [str(event["uid"]) for event in icalendar.Calendar.from_ical(made[0]).walk("VEVENT")]
    assert len(set(uids)) == 2


@pytest.mark.own_sql
def test_the_address_answers_whoever_has_it_and_only_with_numbers(
    wiring: Wiring, client: FlaskClient
) -> None:
    guest_id = become_guest(wiring, client)
    world.add_history(wiring, guest_id)
    with wiring.database.writing() as session:
        session.execute(update(CardSchedule).values(due_at=now()))
    client.delete_cookie("studylens_guest")
    path = _address_of(wiring, client, guest_id)
    answer = client.get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    text = answer.get_data(as_text=True)
    assert "2 cards to review" in text
    assert "chlorophyll" not in text.lower()
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED


def _address_of(wiring: Wiring, client: FlaskClient, guest_id: int) -> str:
    """Make an address as a newcomer and hand it to this guest."""
    path = _address(client)
    with wiring.database.writing() as session:
        made = session.scalars(
            select(StudySettings).where(StudySettings.calendar_token_hash.is_not(None))
        ).one()
        token_hash, made.calendar_token_hash = made.calendar_token_hash, None
        settings_to_change(session, guest_id).calendar_token_hash = token_hash
    return path


def test_a_new_address_ends_the_old_one_and_it_can_be_ended(client: FlaskClient) -> None:
    first = _address(client)
    assert client.get(first).status_code == HTTPStatus.OK
    second = _address(client)
    assert client.get(first).status_code == HTTPStatus.NOT_FOUND
    assert client.get(second).status_code == HTTPStatus.OK
    client.post("/calendar/end")
    assert client.get(second).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00" * 43, "a" * 5_000])
def test_a_made_up_address_is_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.own_sql
def test_only_the_hash_of_the_address_is_stored(wiring: Wiring, client: FlaskClient) -> None:
    path = _address(client)
    with wiring.database.reading() as session:
        stored = session.scalars(select(StudySettings.calendar_token_hash)).one()
    assert stored is not None
    assert stored not in path
