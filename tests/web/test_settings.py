"""Settings: defaults, what is refused and how, and whose word about the time zone counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from database_config import Database
from studylens.errors import NotFound
from studylens.models import Guest, StudySettings
from studylens.study.schedule.settings import settings_of, settings_to_change
from studylens.web.door.cookies import GUEST_COOKIE, ZONE_COOKIE
from studylens.web.door.guests import posting_guest
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_guest
from tests.web.world import PAGE, become_guest, read_page

FORM = {
    "time_zone": "Europe/Rome",
    "daily_cap": "60",
    "new_per_day": "7",
    "retention": "93",
    "buttons": "4",
    "streak_on": "1",
}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


def kept(wiring: Wiring, guest_id: int) -> StudySettings:
    with wiring.database.reading() as session:
        return settings_of(session, guest_id)


def test_what_is_chosen_is_kept_and_shown(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    page = read(client.post("/settings", data=FORM).location)
    assert "Saved." in page
    assert "<option selected>Europe/Rome</option>" in page
    found = kept(wiring, guest_id)
    assert (found.daily_cap, found.new_per_day, found.retention) == (60, 7, 0.93)
    assert (found.four_buttons, found.streak_on, found.zone_chosen) == (True, True, True)


def test_what_is_not_ticked_is_off(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    client.post("/settings", data={name: text for name, text in FORM.items() if name != "streak_on"})
    assert not kept(wiring, guest_id).streak_on


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("daily_cap", "0"), ("daily_cap", "1001"), ("daily_cap", "-5"), ("daily_cap", "1e3"),
        ("daily_cap", ""), ("daily_cap", "٥"), ("daily_cap", "9" * 5_000), ("new_per_day", "201"),
        ("new_per_day", "3.5"), ("retention", "98"), ("retention", "0.9"), ("time_zone", "Mars/Base"),
        ("time_zone", "a\x00"), ("buttons", "3"), ("retention", "nan"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_the_rest_of_the_form_stays(
    client: FlaskClient, wiring: Wiring, guest_id: int, name: str, text: str
) -> None:
    answer = client.post("/settings", data={**FORM, name: text}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    page = answer.get_data(as_text=True)
    assert "Nothing was saved yet: 1 field below needs another value" in page
    assert 'aria-invalid="true"' in page
    assert name == "daily_cap" or 'value="60"' in page
    assert kept(wiring, guest_id).daily_cap == 100


@pytest.mark.own_sql
def test_a_newcomer_may_choose_and_becomes_a_guest(client: FlaskClient, wiring: Wiring) -> None:
    assert client.post("/settings", data=FORM).status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        [found] = session.scalars(select(StudySettings))
    assert found.time_zone == "Europe/Rome"


def test_the_browsers_zone_counts_until_the_student_chooses(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    for zone in ("Asia/Tokyo", "Asia/Seoul"):
        assert client.post("/settings/zone", data={"zone": zone}).status_code == HTTPStatus.NO_CONTENT
        assert kept(wiring, guest_id).time_zone == zone
    client.post("/settings", data=FORM)
    client.post("/settings/zone", data={"zone": "Asia/Tokyo"})
    assert kept(wiring, guest_id).time_zone == "Europe/Rome"


def test_saving_other_things_leaves_the_zone_to_the_browser(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    client.post("/settings/zone", data={"zone": "Asia/Tokyo"})
    client.post("/settings", data={**FORM, "time_zone": "Asia/Tokyo"})
    assert not kept(wiring, guest_id).zone_chosen


def test_a_newcomer_who_saves_other_things_begins_in_the_browsers_zone(
    client: FlaskClient, wiring: Wiring, read: Callable[[str], str]
) -> None:
    assert 'name="zone_shown" value="UTC"' in read("/settings")  # Before the script has told anything.
    client.post("/settings/zone", data={"zone": "Asia/Tokyo"})
    client.post("/settings", data={**FORM, "time_zone": "UTC", "zone_shown": "UTC"})
    assert newest_zone(wiring) == "Asia/Tokyo"
    client.post("/settings", data={**FORM, "time_zone": "UTC", "zone_shown": "Asia/Tokyo"})
    assert newest_zone(wiring) == "UTC"


def test_nothing_is_kept_of_a_newcomers_zone(client: FlaskClient, wiring: Wiring) -> None:
    assert client.post("/settings/zone", data={"zone": "Asia/Tokyo"}).status_code == HTTPStatus.ACCEPTED
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Guest)) == 0


def newest_zone(wiring: Wiring) -> str:
    """Return the time zone of the guest who came last."""
    with wiring.database.reading() as session:
        return settings_of(session, session.scalar(select(func.max(Guest.id)))).time_zone


def test_a_newcomer_begins_in_the_browsers_zone(client: FlaskClient, wiring: Wiring) -> None:
    client.post("/settings/zone", data={"zone": "Asia/Tokyo"})
    client.post("/calendar")
    assert newest_zone(wiring) == "Asia/Tokyo"


def test_who_begins_anew_in_a_browser_gets_its_zone(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    client.post("/settings/zone", data={"zone": "Asia/Tokyo"})
    client.delete_cookie(GUEST_COOKIE)
    client.post("/calendar")
    assert newest_zone(wiring) == "Asia/Tokyo"
    with wiring.database.reading() as session:
        assert (session.scalar(select(func.max(Guest.id))) or 0) > guest_id


def test_a_made_up_zone_in_the_cookie_is_nobodys(client: FlaskClient, wiring: Wiring) -> None:
    client.set_cookie(ZONE_COOKIE, "Mars/Base")
    client.post("/calendar")
    assert newest_zone(wiring) == "UTC"


def test_a_newcomer_who_is_refused_leaves_no_zone(app: Flask, wiring: Wiring) -> None:
    with app.test_request_context("/", headers={"Cookie": f"{ZONE_COOKIE}=Asia/Tokyo"}):
        with pytest.raises(NotFound), posting_guest(wiring.database):
            raise NotFound
        with wiring.database.reading() as session:
            for table in (Guest, StudySettings):
                assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "x" * 300])
def test_a_made_up_zone_is_refused(client: FlaskClient, guest_id: int, zone: str) -> None:
    assert client.post("/settings/zone", data={"zone": zone}).status_code == HTTPStatus.BAD_REQUEST


def test_eight_tabs_that_are_first_at_once_make_one_row(database: Database) -> None:
    with database.writing() as session:
        guest = add_guest(session)

    def change(number: int) -> None:
        with database.writing() as session:
            settings_to_change(session, guest).daily_cap = number + 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(8)))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StudySettings)) == 1
        assert 1 <= settings_of(session, guest).daily_cap <= 8
