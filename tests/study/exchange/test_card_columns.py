"""A card's columns in a stranger's file: what they say of its schedule, and what cannot be. Pure."""

from datetime import date, timedelta
from typing import Any

import pytest

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW
from studylens.study.exchange.anki.scheduling.columns import schedule_of
from studylens.study.exchange.anki.scheduling.days import FIRST_DAY, Created, created, day_of
from studylens.study.schedule import sm2

CARD = {
    "type": 2, "queue": 2, "due": 4_000, "odue": 0, "odid": 0, "ivl": 30, "factor": 2_500, "reps": 7,
    "lapses": 1, "left": 0, "mod": 1_790_000_000, "data": '{"s":31.5,"d":6.2,"lrt":1789000000}',
}  # fmt: skip


def _read(**columns: Any) -> dict[str, Any]:
    return schedule_of({**CARD, **columns}, None, is_leech=False)


def test_a_card_of_fsrs_keeps_its_memory() -> None:
    found = _read()
    assert (found["state"], found["stability"], found["difficulty"]) == (REVIEW, 31.5, 6.2)
    assert (found["due_day"], found["seen_at"]) == (4_000, 1_789_000_000)
    assert "mended" not in found


def test_a_card_of_sm2_gets_the_memory_that_fsrs_itself_makes_of_it() -> None:
    found = _read(data="", ivl=10)
    assert (found["stability"], found["seen_day"]) == (10, 3_990)
    assert found["difficulty"] == pytest.approx(6.9140563, abs=1e-4)  # fsrs-rs, inference.rs, its own test.
    assert sm2.ease_of(10, found["difficulty"]) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"odid": 7, "odue": 3_990, "due": -100_000},
            {"state": REVIEW, "due_day": 3_990},
        ),  # A filtered deck's.
        ({"queue": -1}, {"state": REVIEW, "suspended": True, "due_day": 4_000}),
        ({"queue": -2}, {"state": REVIEW, "buried_at": 1_790_000_000}),
        ({"type": 1, "queue": 1, "due": 1_790_000_060, "left": 1_001}, {"step": 1, "due_at": 1_790_000_060}),
        ({"type": 1, "queue": 3, "due": 4_001, "left": 9}, {"step": 0, "due_day": 4_001}),
        ({"type": 3, "queue": -1, "due": 1_790_000_060}, {"state": RELEARNING, "due_at": 1_790_000_060}),
        ({"type": 2, "queue": 1, "due": 1_790_000_060, "odue": 4_002}, {"state": RELEARNING}),
        ({"type": 1, "queue": 1, "data": "", "due": 1_790_000_060}, {"state": LEARNING, "stability": None}),
        ({"data": '{"s":31.5,"d":6.2}'}, {"seen_day": 3_970}),
        ({"type": 0, "queue": -1, "due": 12}, {"state": NEW, "suspended": True}),
    ],
)
def test_a_card_keeps_its_place_in_each_of_anki_s_queues(
    columns: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = _read(**columns)
    assert {name: found.get(name) for name in expected} == expected
    assert "mended" not in found


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"data": '{"s":NaN,"d":6.2}'}, {"stability": 30}),
        ({"data": '{"s":-4,"d":6.2}'}, {"stability": 30}),
        ({"data": '{"s":1e300,"d":99}'}, {"stability": 36_500, "difficulty": 10}),
        ({"data": '{"s":"x","d":[1]}'}, {"stability": 30}),
        ({"data": '{"s":1%s,"d":6.2}' % ("0" * 999)}, {"stability": 36_500}),
        ({"data": '{"s":true,"d":Infinity}'}, {"stability": 30}),
        ({"data": "{"}, {"stability": 30}),
        ({"data": "[" * 1_500}, {"stability": 30}),
        ({"data": "", "ivl": 2**31}, {"stability": 36_500}),
        ({"data": "", "ivl": 0}, {"state": NEW, "anew": True}),
        ({"data": "", "ivl": None}, {"state": NEW, "anew": True}),
        ({"data": "", "factor": -1}, {"stability": 30}),
        ({"reps": -3, "lapses": 2**40}, {"reps": 0, "lapses": 99_999}),
        ({"type": 9}, {"state": RELEARNING}),
        ({"type": None}, {"state": NEW}),
        ({"due": "soon"}, {"due_day": None}),
    ],
)
def test_what_cannot_be_is_mended_or_begins_anew(columns: dict[str, Any], expected: dict[str, Any]) -> None:
    found = _read(**columns)
    assert {name: found[name] for name in expected} == expected
    assert found.get("mended") or found.get("anew")


@pytest.mark.parametrize(
    ("made", "number", "zone", "day"),
    [
        (1_411_124_400, 10, "UTC", date(2014, 9, 29)),
        (created(1_411_084_800, -660), 0, "UTC", date(2014, 9, 19)),  # 11 hours east: the day after there.
        (created(1_411_084_800 - 3_600, 0), 0, "UTC", date(2014, 9, 18)),
        (created(1_411_084_800 - 3_600, None), 0, "Asia/Tokyo", date(2014, 9, 19)),
        (created(-1, 0), 5, "UTC", FIRST_DAY + timedelta(days=5)),
        (created(1_411_124_400, 10**9), 3, "UTC", date(2014, 9, 22)),
        ("2014-09-19", 2**31, "UTC", None),
        ("2014-09-19", 3_000_000, "UTC", None),
    ],
)
def test_days_are_counted_from_the_collection_s_own(
    made: Created, number: int, zone: str, day: date | None
) -> None:
    assert day_of(made, number, zone) == day
