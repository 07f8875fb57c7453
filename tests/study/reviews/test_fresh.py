"""New cards at first sight: they come in order whatever the limits say, and an answer keeps them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import NotFound
from studylens.models import NEW, CardSchedule, Pack
from studylens.study.reviews import answers
from studylens.study.reviews.answers import Answer
from studylens.study.reviews.queue import Queue, Scope, next_card
from studylens.study.schedule.settings import settings_to_change
from tests.study.reviews.world import add_deck, add_guest, learn, send

pytestmark = pytest.mark.own_sql
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def queue(session: Session, pack: Pack, at: datetime = AT) -> Queue:
    return next_card(session, pack.guest_id, at, Scope(pack.id, fresh=True))


def test_drafts_come_in_their_order_beyond_every_limit(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=5)
        settings_to_change(session, pack.guest_id).new_per_day = 0
        found = queue(session, pack)
        assert found.shown is not None
        assert (found.shown.card.front, found.shown.is_draft) == ("front 1", True)
        assert (found.done, found.left, found.total) == (0, 5, 5)


def test_an_answer_keeps_the_card_and_goes_on_to_the_next(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=3)
        first = pack.cards[0]
        assert send(session, pack.guest_id, first.id, AT, rating=4).counted
        assert first.accepted_at == AT
        assert session.get_one(CardSchedule, first.id).reps == 1
        found = queue(session, pack, AT + timedelta(seconds=5))
        assert found.shown is not None
        assert found.shown.card.front == "front 2"
        assert (found.done, found.left) == (1, 2)
        assert [card.accepted_at for card in pack.cards[1:]] == [None, None]


def test_a_forgotten_new_card_comes_back_and_the_bar_does_not_go_back(
    database: Database,
) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=1)
        send(session, pack.guest_id, pack.cards[0].id, AT, rating=1)
        found = queue(session, pack, AT + timedelta(seconds=5))
        assert found.shown is not None
        assert not found.shown.is_draft
        assert (found.done, found.total) == (1, 2)


def test_the_same_form_twice_keeps_and_counts_once(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=2)
        given = Answer(pack.cards[0].id, 3, "k" * 12)
        assert answers.answer(session, pack.guest_id, given, AT).counted
        assert not answers.answer(session, pack.guest_id, given, AT).counted
        assert queue(session, pack).done == 1


def test_undo_leaves_a_kept_card_that_was_never_seen(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=2)
        send(session, pack.guest_id, pack.cards[0].id, AT)
        assert answers.undo(session, pack.guest_id, "u" * 12, AT) == pack.cards[0].id
        session.expire_all()
        assert session.get_one(CardSchedule, pack.cards[0].id).state == NEW
        assert queue(session, pack).done == 0


def test_nobody_keeps_a_card_of_somebody_else(database: Database) -> None:
    with database.writing() as session:
        pack, stranger = add_deck(session, add_guest(session)), add_guest(session)
        with pytest.raises(NotFound):
            send(session, stranger, pack.cards[0].id, AT)
        assert pack.cards[0].accepted_at is None
        assert next_card(session, stranger, AT, Scope(pack.id, fresh=True)).shown is None


def test_due_cards_of_the_pack_are_not_new(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        learn(session, pack, AT - timedelta(days=9))
        assert queue(session, pack).shown is None
