"""The page of one's own memory: what was expected beside what came, the band of chance, and the switch."""

import random
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from studylens.models import LEARNING, Pack, StudySettings, now
from studylens.study.fits import rows
from studylens.study.fits.found import BETTER, NOT_BETTER, Fit
from studylens.study.progress.bands import band_ahead, band_of
from studylens.study.progress.calibration import calibration_of
from studylens.study.schedule.settings import settings_to_change
from studylens.study.schedule.weights import USUAL, weights_of
from studylens.web.door.wiring import Wiring
from tests.study.record.answers import DAY, NOON, answer, new_guest, undo
from tests.web.world import PAGE, become_guest, read_page


@pytest.mark.parametrize(
    ("n", "passed", "low", "high"), [(20, 20, 83.9, 100.0), (100, 90, 82.6, 94.5), (20, 0, 0.0, 16.1)]
)
def test_a_band_is_wilsons(n: int, passed: int, low: float, high: float) -> None:
    band = band_of(n, passed)
    assert band is not None
    assert (band.low, band.high) == pytest.approx((low, high), abs=0.06)


@pytest.mark.parametrize(
    ("n", "cards", "share"), [(20, 20, 0.9), (60, 10, 0.8), (300, 40, 0.95), (25, 200, 0.5)]
)
def test_a_band_of_what_is_to_come_holds_it_in_95_of_100_cases(n: int, cards: int, share: float) -> None:
    luck = random.Random(20)
    held = 0
    for _ in range(1_000):
        seen = sum(luck.random() < share for _ in range(n))
        known = sum(luck.random() < share for _ in range(cards))
        band = band_ahead(n, seen / n, cards)
        assert band is not None
        held += band.holds(100 * known / cards)
    assert held >= 930


def test_of_no_card_and_under_twenty_answers_nothing_is_said_ahead() -> None:
    assert band_ahead(19, 0.9, 30) is None
    assert band_ahead(20, 0.9, 0) is None


def test_a_band_of_thousands_of_cards_is_narrow_and_holds_their_share() -> None:
    band = band_ahead(5_000, 0.9, 5_000)
    assert band is not None
    assert band.holds(90.0)
    assert band.high - band.low < 3


def test_under_twenty_answers_nothing_is_said(wiring: Wiring) -> None:
    assert band_of(19, 19) is None
    with wiring.database.writing() as session:
        guest_id = new_guest(session)
        for _ in range(19):
            answer(session, guest_id, NOON, retrievability=0.9)
        found = calibration_of(session, guest_id, NOON.date())
    assert found.whole.n == 19
    assert (found.whole.real, found.whole.band, found.whole.is_fair) == (None, None, None)


@pytest.mark.own_sql
def test_each_month_and_subject_has_what_was_expected_and_what_came(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        guest_id, other = new_guest(session), new_guest(session)
        pack = Pack(guest_id=guest_id, title="Cells", subject="Biology")
        session.add(pack)
        session.flush()
        for n in range(40):
            answer(
                session, guest_id, NOON, retrievability=0.9, rating=1 if n % 4 == 0 else 3, pack_id=pack.id
            )
        for _ in range(20):
            answer(session, guest_id, NOON - 40 * DAY, retrievability=0.8)
        answer(session, guest_id, NOON - 400 * DAY, retrievability=0.1)
        answer(session, guest_id, NOON, retrievability=0.1, state_before=LEARNING)
        undo(session, answer(session, guest_id, NOON, retrievability=0.1))
        answer(session, other, NOON, retrievability=0.1)
        found = calibration_of(session, guest_id, NOON.date())
    assert [(one.name, one.n, one.expected, one.real) for one in found.months] == [
        ("2026-03", 40, 90.0, 75.0),
        ("2026-01", 20, 80.0, 100.0),
    ]
    assert [one.is_fair for one in found.months] == [False, False]
    assert [(one.name, one.n) for one in found.subjects] == [("Biology", 40), ("", 20)]
    assert [(one.name, one.n) for one in found.sureness] == [("90–95", 40), ("80–85", 20)]
    assert (found.whole.n, found.whole.expected) == (60, pytest.approx(86.7))


def test_a_newcomer_reads_that_there_are_not_enough_answers(client: FlaskClient) -> None:
    page = read_page(client.get("/progress/memory", headers=PAGE))
    assert "Not enough answers yet: your schedule goes by the weights that fit most people." in page
    assert "Not enough answers yet. Once cards of earlier days come back" in page
    assert "<table" not in page


@pytest.mark.parametrize(
    ("fit", "said"),
    [
        (Fit(BETTER, USUAL, 0.35, 0.33, 200, 0.91), "a little slower than most: 9 % fewer answers"),
        (Fit(BETTER, USUAL, 0.35, 0.33, 200, 1.2), "a little faster than most: 20 % more answers"),
        (Fit(BETTER, USUAL, 0.35, 0.33, 200, 1.0), "about as most people do"),
        (Fit(NOT_BETTER, (), 0.35, 0.36, 200), "as well as any of your own"),
    ],
)
def test_the_page_says_in_a_sentence_what_a_fit_changed(
    wiring: Wiring, client: FlaskClient, fit: Fit, said: str
) -> None:
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        settings_to_change(session, guest_id)
        rows.settle(session, guest_id, fit, answers=2_000, at=now())
        for _ in range(20):
            answer(session, guest_id, now() - timedelta(days=1), retrievability=0.8)
    page = read_page(client.get("/progress/memory", headers=PAGE))
    assert said in page
    assert "usual weights 0.3500" in page
    assert "You remembered more than it expected." in page
    assert "likely 84–100 %" in page


def test_own_weights_can_be_switched_off_and_on_again(wiring: Wiring, client: FlaskClient) -> None:
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        settings_to_change(session, guest_id)
        rows.settle(session, guest_id, Fit(BETTER, USUAL, 0.35, 0.33, 200, 0.9), answers=2_000, at=now())
    for form, own in (({}, ()), ({"on": "1"}, USUAL)):
        client.post("/progress/memory", data=form)
        with wiring.database.reading() as session:
            assert weights_of(session.get_one(StudySettings, guest_id)) == own
