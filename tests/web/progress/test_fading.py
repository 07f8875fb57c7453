"""How a page fades: a curve with its band from 20 answers on, and what was remembered after how many days."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studylens.models import AGAIN, GOOD, LEARNING, Pack, StudySettings, now
from studylens.study.progress.fading import DAYS, Fading, Point, fading_of
from studylens.study.schedule.moment import StudyMoment
from studylens.web.door.wiring import Wiring
from tests.study.record.answers import DAY, NOON, add_cards, answer, new_guest, undo
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql
MOMENT = StudyMoment(NOON, StudySettings(time_zone="UTC"))


def ago(days: int, **fields: Any) -> dict[str, Any]:
    """Return the columns of an answer to a card that was seen so many days before."""
    seen = (NOON - timedelta(days=days)).isoformat()
    return {"retrievability": 0.9, "before": {"stability": 10.0, "last_review_at": seen}, **fields}


def _width(point: Point) -> float:
    return point.band.high - point.band.low


def fading(session: Session, pack: Pack) -> Fading:
    return fading_of(session, pack, MOMENT)


def test_the_curve_falls_and_its_band_is_as_wide_as_the_answers_make_it(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        guest_id = new_guest(session)
        pack = add_cards(session, guest_id, *[{"stability": 10.0}] * 8)
        for _ in range(19):
            answer(session, guest_id, pack_id=pack.id, **ago(3))
        found = fading(session, pack)
        assert (found.points, found.answers, found.lacking, found.cards) == ((), 19, 1, 8)
        answer(session, guest_id, pack_id=pack.id, **ago(3))
        few = fading(session, pack).points
        for _ in range(200):
            answer(session, guest_id, pack_id=pack.id, **ago(3))
        many = fading(session, pack).points
    assert [point.days for point in few] == list(DAYS)
    expected = [point.expected for point in few]
    assert expected == sorted(expected, reverse=True)
    assert dict(zip(DAYS, expected, strict=True))[10] == pytest.approx(89.4, abs=0.5)
    assert all(point.band.holds(point.expected) for point in few)
    assert sum(_width(point) for point in many) < sum(_width(point) for point in few)


def test_answers_are_told_by_the_days_since_the_card_was_seen(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        guest_id = new_guest(session)
        pack, other = add_cards(session, guest_id, {}), add_cards(session, guest_id, {})
        for n in range(20):
            answer(session, guest_id, pack_id=pack.id, **ago(3, rating=AGAIN if n % 4 == 0 else GOOD))
        answer(session, guest_id, pack_id=pack.id, **ago(1))
        answer(session, guest_id, pack_id=pack.id, **ago(45))
        answer(session, guest_id, pack_id=other.id, **ago(1))
        answer(session, guest_id, pack_id=pack.id, **ago(1, state_before=LEARNING))
        answer(session, guest_id, pack_id=pack.id, **ago(1, before={"last_review_at": "never"}))
        undo(session, answer(session, guest_id, pack_id=pack.id, **ago(1)))
        found = fading(session, pack)
    told = [(one.name, one.n, one.expected, one.real) for one in found.measured]
    assert told == [("1", 1, 90.0, None), ("2–3", 20, 90.0, 75.0), ("31+", 1, 90.0, None)]


def test_the_page_draws_the_curve_and_says_when_it_cannot(client: FlaskClient, wiring: Wiring) -> None:
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        pack = add_cards(session, guest_id, {"last_review_at": now() - DAY})
        pack_id = pack.id
    page = read_page(client.get(f"/packs/{pack_id}/memory", headers=PAGE))
    assert "Not enough answers yet: 20 more answers to cards of earlier days are needed." in page
    assert "<path" not in page.partition("<main")[2].partition("aria-hidden")[0]
    with wiring.database.writing() as session:
        for _ in range(20):
            answer(session, guest_id, NOON, pack_id=pack_id, **ago(3))
    page = read_page(client.get(f"/packs/{pack_id}/memory", headers=PAGE))
    assert 'class="curve"' in page
    assert "Known, if nobody looks at it: Today" in page
    assert "likely" in page
