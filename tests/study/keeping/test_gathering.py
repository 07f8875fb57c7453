"""What a browser keeps is always what an export would be, and only what changed is sent again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from studylens.errors import BeingJoined
from studylens.models import GOOD, Import, KeptAccount, Pack, QuizAttempt, ReviewLog, ReviewTotal, new_id, now
from studylens.study.achievements.award import claim_news
from studylens.study.exchange.keeping import gathering
from studylens.study.exchange.keeping.parts import ANSWERS_A_PART, HEAD, TAIL
from studylens.study.keeping.marks import PACK
from studylens.study.packs import trash
from studylens.study.packs.editing import add_part, delete_part, edit_heading
from studylens.study.packs.merging import begin_parting, merge, step
from studylens.study.packs.pictures import forget_copies
from studylens.study.packs.subjects import set_tags
from studylens.study.quizzes import making, taking
from studylens.study.reviews import answers, cards
from studylens.study.schedule.settings import catch_up
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.keeping.browser import Browser, entries
from tests.study.packs.world import add_full_pack

pytestmark = pytest.mark.own_sql
LATER = world.BEGIN + timedelta(days=40)
Change = Callable[[Session, int], object]


def _pack(session: Session, guest_id: int) -> Pack:
    return session.scalars(select(Pack).where(Pack.guest_id == guest_id).order_by(Pack.created_at)).first()  # type: ignore[return-value]


def _answer(session: Session, guest_id: int) -> None:
    card = _pack(session, guest_id).cards[0]
    assert answers.answer(session, guest_id, answers.Answer(card.id, GOOD, new_id()), LATER).counted


def _edit(session: Session, guest_id: int) -> None:
    pack = _pack(session, guest_id)
    edit_heading(
        session, pack, {"title": "T", "summary": "", "subject": "S", "tags": "a, b"}, version=pack.version
    )


def _merge(session: Session, guest_id: int) -> None:
    merge(session, list(session.scalars(select(Pack).where(Pack.guest_id == guest_id))))


def _part(session: Session, guest_id: int) -> None:
    pack_id = _pack(session, guest_id).id
    begin_parting(session, _pack(session, guest_id))
    while step(session, pack_id):
        pass


def _begin_quiz(session: Session, guest_id: int) -> None:
    making.start(session, guest_id, making.Wish([_pack(session, guest_id)], 2))


def _take_quiz(session: Session, guest_id: int) -> None:
    attempt = session.scalars(select(QuizAttempt).order_by(QuizAttempt.created_at.desc())).first()
    assert attempt is not None
    item = attempt.items[0]
    assert taking.answer(session, attempt, item, taking.Given((item.options or ["no"])[-1], now()))


CHANGES: dict[str, Change] = {
    "an answer": _answer,
    "the same once more": _answer,
    "taken back": lambda session, guest: answers.undo(
        session, guest, new_id(), world.BEGIN + timedelta(days=40)
    ),
    "a card set aside": lambda session, guest: cards.suspend(
        session, guest, _pack(session, guest).cards[0].id, now()
    ),
    "a quiz": _begin_quiz,
    "another instead": _begin_quiz,
    "an answer in it": _take_quiz,
    "words": _edit,
    "a new card": lambda session, guest: add_part(
        session, _pack(session, guest), "cards", {"front": "f", "back": "b"}
    ),
    "a card deleted": lambda session, guest: delete_part(_pack(session, guest).cards[1]),
    "into the trash": lambda session, guest: trash.throw_away(session, _pack(session, guest)),
    "out of the trash": lambda session, guest: trash.bring_back(session, _pack(session, guest)),
    "its photo's copy forgotten": lambda session, guest: forget_copies(session, _pack(session, guest)),
    "no tags": lambda session, guest: set_tags(session, _pack(session, guest), ""),
    "an exam": lambda session, guest: cards.set_exam(session, _pack(session, guest), now().date(), now()),
    "settings": lambda session, guest: catch_up(session, guest, days=3, begun=now().date()),
    "medals told": lambda session, guest: claim_news(session, guest, now()),
    "packs joined": _merge,
    "packs apart": _part,
    "for good": lambda session, guest: trash.delete_for_good(session, _pack(session, guest)),
}


def test_what_is_kept_is_what_an_export_would_be_after_each_change(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    add_full_pack(wiring, guest_id, "Bert")
    browser = Browser(wiring, guest_id)
    browser.look()
    assert entries(browser.file()) == entries(world.exported(wiring, guest_id))
    for name, change in CHANGES.items():
        with wiring.database.writing() as session:
            change(session, guest_id)
        browser.look()
        assert entries(browser.file()) == entries(world.exported(wiring, guest_id)), name
        browser.look()
        assert browser.sent == [], name


def test_only_what_changed_is_sent_again(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    first = world.add_history(wiring, guest_id)
    add_full_pack(wiring, guest_id, "Bert")
    browser = Browser(wiring, guest_id)
    browser.look()
    with wiring.database.writing() as session:
        _edit(session, guest_id)
    browser.look()
    assert browser.sent == [f"{PACK}{first}"]
    with wiring.database.writing() as session:
        _answer(session, guest_id)
    browser.look()
    assert [name[:1] for name in browser.sent] == ["5", "2", "3"]  # A medal, the pack, the end of the log.


def test_steps_are_short_and_a_change_between_two_is_not_missed(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "STEP_BYTES", 1)
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    add_full_pack(wiring, guest_id, "Bert")
    browser = Browser(wiring, guest_id)
    changes = iter([_edit, _answer, _answer, _take_nothing])
    real = browser._step

    def step_and_change() -> gathering.Step:
        found = real()
        assert len(found.parts) <= 1 or set(found.parts) == {HEAD, TAIL}
        if HEAD in browser.parts:
            entries(browser.file())  # What there is makes a file at any moment.
        with wiring.database.writing() as session:
            next(changes, _take_nothing)(session, guest_id)
        return found

    browser._step = step_and_change  # type: ignore[method-assign]
    browser.look()
    assert entries(browser.file()) == entries(world.exported(wiring, guest_id))


def _take_nothing(_session: Session, _guest_id: int) -> None:
    """Nothing changes."""


def test_a_long_log_is_sent_in_segments_and_only_its_end_again(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    with wiring.database.writing() as session:
        _copy_answers(session, guest_id, 2 * ANSWERS_A_PART)
    browser = Browser(wiring, guest_id)
    browser.look()
    assert sum(name.startswith("3") for name in browser.parts) == 3
    with wiring.database.writing() as session:
        _answer(session, guest_id)
    browser.look()
    assert sum(name.startswith("3") for name in browser.sent) == 1
    assert entries(browser.file()) == entries(world.exported(wiring, guest_id))


def test_a_browser_that_stopped_half_way_goes_on(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "STEP_BYTES", 1)
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    with wiring.database.writing() as session:
        session.execute(delete(ReviewTotal))  # Sums say nothing then: an older copy of the tables.
    browser = Browser(wiring, guest_id)
    for _ in range(20):
        step = browser._step()
        browser.parts |= step.parts
        browser.since = step.since
    assert not step.is_more
    assert entries(browser.file()) == entries(world.exported(wiring, guest_id))


def _copy_answers(session: Session, guest_id: int, count: int, **changes: int) -> None:
    one = session.scalars(select(ReviewLog).where(ReviewLog.guest_id == guest_id)).first()
    assert one is not None
    columns = [column.name for column in ReviewLog.__table__.columns if column.name != "id"]
    for second in range(count):
        row = {name: getattr(one, name) for name in columns} | {"request_key": new_id(), **changes}
        session.add(ReviewLog(**{**row, "reviewed_at": one.reviewed_at + timedelta(seconds=second)}))


def test_an_answer_that_came_in_under_an_earlier_number_is_found(wiring: Wiring) -> None:
    """As on PostgreSQL, where of two transactions the later number may be seen first."""
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    with wiring.database.writing() as session:
        _copy_answers(session, guest_id, 1, id=1_000)
    browser = Browser(wiring, guest_id)
    browser.look()
    with wiring.database.writing() as session:
        _copy_answers(session, guest_id, 1, id=999)
    browser.look()
    assert entries(browser.file()) == entries(world.exported(wiring, guest_id))


def test_nothing_is_gathered_while_packs_are_half_joined_or_a_file_comes_in(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    browser = Browser(wiring, guest_id)
    browser.look()
    with wiring.database.writing() as session:
        _answer(session, guest_id)
        session.add(Import(guest_id=guest_id, state="storing"))
    with pytest.raises(BeingJoined):
        browser.look()
    with wiring.database.writing() as session:
        session.execute(delete(Import))
        _pack(session, guest_id).joining_at = now()
    with pytest.raises(BeingJoined):
        browser.look()


def test_a_database_that_is_older_than_the_browser_is_told_and_nothing_is_overwritten(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    browser = Browser(wiring, guest_id)
    with wiring.database.writing() as session:
        _edit(session, guest_id)
    browser.look()
    kept = browser.parts.copy()
    with wiring.database.writing() as session:
        newest = select(func.max(ReviewLog.id)).scalar_subquery()
        session.execute(delete(ReviewLog).where(ReviewLog.id == newest))
        session.execute(update(KeptAccount).values(mark=KeptAccount.mark + 1))
    assert browser.look().is_lost
    assert browser.parts == kept
    with wiring.database.writing() as session:
        session.execute(update(KeptAccount).values(mark=0))
    assert browser.look().is_lost
