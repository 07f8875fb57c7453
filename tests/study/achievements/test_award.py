"""Achievements: what earns them, once each, whoever asks and however often."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import (
    AGAIN,
    NEW,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    StudySettings,
    TranscriptLine,
    UserAchievement,
)
from studylens.study.achievements import rules
from studylens.study.achievements.award import award, claim_news, has_news
from studylens.study.achievements.facts import all_facts
from studylens.study.record import tallies
from tests.study.record.answers import DAY, NOON, add_cards, answer, entry, new_guest, undo

pytestmark = pytest.mark.own_sql

MATURE = {"stability": 30.0}
RACERS = 8


def tiers(session: Session, guest_id: int, key: str) -> list[int]:
    mine = select(UserAchievement.tier).where(UserAchievement.guest_id == guest_id)
    return list(session.scalars(mine.where(UserAchievement.achievement_name == key).order_by("tier")))


def answer_many(session: Session, guest_id: int, number: int, at: datetime = NOON, **fields: Any) -> None:
    for _ in range(number):
        answer(session, guest_id, at, **fields)


def add_quiz(session: Session, guest_id: int, pack_id: str, *right: bool, at: datetime = NOON) -> QuizAttempt:
    attempt = QuizAttempt(guest_id=guest_id, pack_id=pack_id, created_at=at, finished_at=at)
    attempt.items = [
        QuizItem(position=n, kind="choice", prompt="?", answer="a", given="a", correct=correct)
        for n, correct in enumerate(right)
    ]
    session.add(attempt)
    session.flush()
    return attempt


def test_there_are_enough_rules_and_none_twice() -> None:
    keys = [rule.key for rule in rules.RULES]
    assert len(keys) == len(set(keys)) >= 15
    assert all(list(rule.tiers) == sorted(set(rule.tiers)) for rule in rules.RULES)


def test_every_rule_has_its_fact(database: Database) -> None:
    with database.writing() as session:
        facts = all_facts(session, new_guest(session), NOON)
    assert {rule.fact for rule in rules.RULES} == set(facts)


def test_criteria_are_plain_words() -> None:
    rule = rules.BY_KEY["leeches_repaired"]
    assert rule.criteria(1).startswith("Repair 1 stubborn card:")
    assert rule.criteria(2).startswith("Repair 5 stubborn cards:")


def test_the_answer_that_reaches_a_number_earns_it(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 9, before=MATURE)
        assert tiers(session, guest_id, "mature_recalls") == []
        last = answer(session, guest_id, before=MATURE)
        [row] = session.scalars(select(UserAchievement).filter_by(achievement_name="mature_recalls"))
        assert (row.tier, row.awarded_at) == (1, NOON)
        proof = {"fact": "mature_passed", "value": 10, "needed": 10, "log_id": last.id}
        assert row.evidence == proof


def test_pressing_buttons_earns_nothing(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 40, state_before=NEW, before=None)
        answer_many(session, guest_id, 40, rating=AGAIN, before=MATURE)
        assert session.scalars(select(UserAchievement)).all() == []


def test_an_answer_taken_back_is_no_step_on_the_way(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for _ in range(12):
            undo(session, answer(session, guest_id, before=MATURE))
        assert tiers(session, guest_id, "recalls") == []


def test_what_was_earned_stays_when_the_answer_is_taken_back(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 9, before=MATURE)
        for _ in range(2):
            undo(session, answer(session, guest_id, before=MATURE))
        assert tiers(session, guest_id, "recalls") == [1]


def test_a_log_from_elsewhere_earns_what_it_proves(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add_all(entry(guest_id, NOON + n * DAY, before=MATURE) for n in range(100))
        tallies.recount(session, guest_id)
        award(session, guest_id, NOON)
        assert tiers(session, guest_id, "mature_recalls") == [1, 2]
        assert tiers(session, guest_id, "days") == [1, 2, 3]
        assert award(session, guest_id, NOON) == []


def test_a_new_rule_is_looked_at_with_the_first_answer_of_a_day(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 10, before=MATURE)
        session.query(UserAchievement).delete()  # As if the rule had not been declared then.
        answer(session, guest_id, before=MATURE)
        assert tiers(session, guest_id, "recalls") == []
        answer(session, guest_id, NOON + DAY, before=MATURE)
        assert tiers(session, guest_id, "recalls") == [1]


def test_eight_at_once_earn_it_once(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add_all(entry(guest_id, before=MATURE) for _ in range(10))
        tallies.recount(session, guest_id)
    start, added = threading.Barrier(RACERS), []

    def race() -> None:
        start.wait()
        with database.writing() as session:
            added.extend(award(session, guest_id, NOON))

    threads = [threading.Thread(target=race) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [(row.achievement_name, row.tier) for row in added]
    assert sorted(keys) == [("mature_recalls", 1), ("recalls", 1)]


def test_eight_answers_at_once_are_counted_and_earn_once(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 5, before=MATURE)
    start, trouble = threading.Barrier(RACERS), []

    def race() -> None:
        start.wait()
        try:
            with database.writing() as session:
                answer(session, guest_id, before=MATURE)
        except Exception as error:  # noqa: BLE001 - whatever it is, no thread may have it.
            trouble.append(error)

    threads = [threading.Thread(target=race) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReviewLog)) == 13
        assert all_facts(session, guest_id, NOON)["recalls"].value == 13
        assert tiers(session, guest_id, "recalls") == [1]


def test_news_are_told_once(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 10, before=MATURE)
        assert has_news(session, guest_id)
        assert {row.achievement_name for row in claim_news(session, guest_id, NOON)} == {
            "recalls", "mature_recalls",
        }  # fmt: skip
        assert not has_news(session, guest_id)
        assert claim_news(session, guest_id, NOON) == []


def test_the_last_card_to_mature_masters_the_pack(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        pack = add_cards(session, guest_id, *[{}] * 5)
        answer(session, guest_id, pack_id=pack.id, state_before=NEW)
        session.query(UserAchievement).delete()
        answer(session, guest_id, pack_id=pack.id, before={"stability": 9.0}, after={"stability": 30.0})
        [row] = session.scalars(select(UserAchievement).filter_by(achievement_name="packs_mastered"))
        assert row.evidence
        assert row.evidence["pack_ids"] == [pack.id]


@pytest.mark.parametrize(
    "schedules",
    [[{}] * 4, [{}] * 5 + [{"stability": 20.0}], [{}] * 5 + [{"state": NEW, "stability": None}]],
    ids=["four cards", "a young card", "a new card"],
)
def test_a_pack_with_a_gap_is_not_known_whole(database: Database, schedules: list[dict[str, Any]]) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        add_cards(session, guest_id, *schedules)
        assert all_facts(session, guest_id, NOON)["packs_mastered"].value == 0


def test_only_the_first_quiz_of_a_pack_can_be_perfect(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        first, second = add_cards(session, guest_id), add_cards(session, guest_id)
        add_quiz(session, guest_id, first.id, *[True] * 5)
        add_quiz(session, guest_id, first.id, *[True] * 5, at=NOON + DAY)
        add_quiz(session, guest_id, second.id, *[False, True, True, True, True])
        add_quiz(session, guest_id, second.id, *[True] * 5, at=NOON + DAY)
        assert all_facts(session, guest_id, NOON)["perfect_quizzes"].value == 1


def test_a_verdict_of_ones_own_makes_no_quiz_perfect(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        attempt = add_quiz(session, guest_id, add_cards(session, guest_id).id, *[True] * 5)
        attempt.items[0].overruled = True
        session.flush()
        assert all_facts(session, guest_id, NOON)["perfect_quizzes"].value == 0


def test_a_corrected_line_counts(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        pack = add_cards(session, guest_id)
        for n, edited in enumerate((NOON, None)):
            session.add(TranscriptLine(pack_id=pack.id, n=n, text="II", edited_at=edited))
        award(session, guest_id, NOON)
        assert tiers(session, guest_id, "lines_corrected") == [1]


def test_own_words_count_when_they_are_remembered(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        mine = {"edited_at": NOON}
        add_cards(session, guest_id, {"card": mine}, {"card": mine, "stability": 3.0}, {})
        assert all_facts(session, guest_id, NOON)["own_words"].value == 1


def test_who_comes_back_and_recalls_is_welcome(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id)
        back = NOON + 20 * DAY
        answer_many(session, guest_id, 9, back)
        assert tiers(session, guest_id, "comebacks") == []
        answer(session, guest_id, back)
        assert tiers(session, guest_id, "comebacks") == [1]


def test_a_day_is_called_sharp_when_it_is_over(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer_many(session, guest_id, 2, rating=AGAIN)
        answer_many(session, guest_id, 18)
        assert tiers(session, guest_id, "sharp_days") == []
        answer(session, guest_id, NOON + DAY)
        assert tiers(session, guest_id, "sharp_days") == [1]


def test_no_streak_for_who_wants_none(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add(StudySettings(guest_id=guest_id, streak_on=False))
        for n in range(4):
            answer(session, guest_id, NOON + n * DAY)
        assert tiers(session, guest_id, "streak") == []


def test_ten_days_in_any_thirty_are_most_days(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for n in range(10):
            answer(session, guest_id, NOON + 3 * n * DAY)
        assert all_facts(session, guest_id, NOON + 400 * DAY)["steady"].value == 10
        assert tiers(session, guest_id, "steady") == [1]


def test_a_time_before_the_first_of_all_days_breaks_nothing(database: Database) -> None:
    early = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=1)
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id)
        answer(session, guest_id, early)
        assert all_facts(session, guest_id, early)["days"].value == 2
