"""Who is reminded: whoever's hour has come, has due cards and did not study today; each once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import BadForm, QuotaReached
from studylens.models import CardSchedule, Guest, Pack, PushSubscription
from studylens.study.reminders import subscriptions, turns
from studylens.study.reminders.subscriptions import MOST_DEVICES, Offer, next_time
from studylens.study.reminders.turns import Outcome
from studylens.study.reviews import cards as schedule
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import send
from tests.web.world import add_pack

pytestmark = pytest.mark.own_sql
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SIX = NOON.replace(hour=18)
KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}


def offer(name: str = "a", hour: int = 18) -> Offer:
    return Offer(f"https://fcm.googleapis.com/{name}", **KEYS, hour=hour, language="en")


@pytest.fixture
def student(wiring: Wiring) -> int:
    """With a card that has been due since a while, and a phone that is reminded at six in the evening."""
    with wiring.database.writing() as session:
        guest = Guest(token_hash="h" * 64)
        session.add(guest)
        session.flush()
        guest_id = guest.id
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        schedule.accept(session, pack, pack.cards[:2], NOON - timedelta(days=9))
        session.flush()
        learned = {"state": 2, "stability": 3.0, "difficulty": 5.0, "due_at": NOON - timedelta(days=2)}
        session.execute(update(CardSchedule).values(learned))
        subscriptions.begin(session, guest_id, offer(), NOON)
    return guest_id


def taken(database: Database, at: datetime) -> list[int]:
    """Return how many cards are told to each browser at this moment."""
    with database.reading() as session:
        waiting = turns.look(session, at)
    with database.writing() as session:
        return [turn.due for turn in turns.take(session, waiting)]


def row(session: Session) -> PushSubscription:
    return session.scalars(select(PushSubscription)).one()


@pytest.mark.usefixtures("student")
def test_each_day_at_its_hour_once(database: Database) -> None:
    assert taken(database, SIX - timedelta(minutes=1)) == []
    assert taken(database, SIX) == [2]
    assert taken(database, SIX + timedelta(hours=1)) == []
    assert taken(database, SIX + timedelta(days=1)) == [2]


@pytest.mark.usefixtures("student")
def test_two_that_look_at_once_send_once(database: Database) -> None:
    with database.reading() as session:
        first, second = turns.look(session, SIX), turns.look(session, SIX)
    with database.writing() as session:
        assert len(turns.take(session, first)) == 1
    with database.writing() as session:
        assert turns.take(session, second) == []


def test_whoever_studied_today_has_nothing_due_or_leaves_is_left_alone(
    database: Database, student: int
) -> None:
    with database.writing() as session:
        card = session.scalars(select(CardSchedule.card_id)).first()
        assert card is not None
        send(session, student, card, NOON)
    assert taken(database, SIX) == []
    with database.writing() as session:
        session.execute(update(CardSchedule).values(due_at=SIX + timedelta(days=90)))
    assert taken(database, SIX + timedelta(days=1)) == []
    with database.writing() as session:
        session.execute(update(CardSchedule).values(due_at=NOON))
        session.get_one(Guest, student).erasing_at = NOON
    assert taken(database, SIX + timedelta(days=2)) == []


@pytest.mark.usefixtures("student")
def test_a_service_that_slept_reminds_a_little_later_but_not_at_night(database: Database) -> None:
    assert taken(database, SIX + timedelta(hours=5)) == []
    assert taken(database, SIX + timedelta(days=1, hours=3)) == [2]


def test_the_hour_is_that_of_where_the_student_is_now(database: Database, student: int) -> None:
    with database.writing() as session:
        settings_to_change(session, student).time_zone = "America/Los_Angeles"
    assert taken(database, SIX) == []  # Ten in the morning there.
    assert taken(database, datetime(2026, 11, 3, 2, tzinfo=UTC)) == [2]


@pytest.mark.parametrize(
    ("hour", "zone", "after", "found"),
    [
        (18, "UTC", SIX, SIX + timedelta(days=1)),
        (0, "Asia/Tokyo", NOON, datetime(2026, 11, 2, 15, tzinfo=UTC)),
        (2, "Europe/Berlin", datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (18, "Nowhere/Never", NOON, SIX),
    ],
)
def test_the_next_hour_is_found_also_where_dst_leaves_it_out(
    hour: int, zone: str, after: datetime, found: datetime
) -> None:
    assert next_time(hour, zone, after) == found


@pytest.mark.usefixtures("student")
def test_an_answer_of_the_push_service_is_heeded(database: Database) -> None:
    with database.writing() as session:
        known = row(session).id
    assert taken(database, SIX) == [2]
    with database.writing() as session:
        turns.settle(session, [Outcome(known, turns.WAIT, 900)], SIX)
    assert taken(database, SIX + timedelta(minutes=15)) == [2]
    for failures in range(1, turns.MOST_FAILURES):
        with database.writing() as session:
            turns.settle(session, [Outcome(known, "failed")], SIX)
            session.expire_all()
            assert row(session).failures == failures
    with database.writing() as session:
        turns.settle(session, [Outcome(known, turns.SENT)], SIX)
        session.expire_all()
        assert row(session).failures == 0
        turns.settle(session, [Outcome(known, turns.GONE)], SIX)
        assert session.scalars(select(PushSubscription)).all() == []


@pytest.mark.usefixtures("student")
def test_five_failures_in_a_row_end_it(database: Database) -> None:
    with database.writing() as session:
        known = row(session).id
        for _ in range(turns.MOST_FAILURES):
            turns.settle(session, [Outcome(known, "failed")], SIX)
        assert session.scalar(select(PushSubscription.id)) is None


def test_a_browser_has_one_student_and_a_student_five_browsers(database: Database, student: int) -> None:
    with database.writing() as session:
        for n in range(1, MOST_DEVICES):
            subscriptions.begin(session, student, offer(str(n)), NOON)
        subscriptions.begin(session, student, offer(hour=7), NOON)  # Known: only its hour changes.
        session.flush()
        assert len(subscriptions.subscriptions_of(session, student)) == MOST_DEVICES
        with pytest.raises(QuotaReached):
            subscriptions.begin(session, student, offer("sixth"), NOON)
        other = Guest(token_hash="o" * 64)
        session.add(other)
        session.flush()
        subscriptions.begin(session, other.id, offer(), NOON)
        session.flush()
        assert len(subscriptions.subscriptions_of(session, student)) == MOST_DEVICES - 1
        assert not subscriptions.end(session, student, subscriptions.endpoint_hash(offer().endpoint))
        assert subscriptions.end(session, other.id, subscriptions.endpoint_hash(offer().endpoint))


@pytest.mark.parametrize("wrong", [{"p256dh": "AAAA"}, {"p256dh": "A" * 87}, {"auth": "é"}, {"hour": 24}])
def test_what_is_no_key_and_no_hour_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadForm):
        Offer(**{"endpoint": "https://x", **KEYS, "hour": 1, "language": "en", **wrong})  # type: ignore[arg-type]
