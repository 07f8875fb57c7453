"""Packs that were joined come apart as they were, with what the student did to them meanwhile."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from studylens.errors import BeingJoined, NotFound, Stale
from studylens.models import (
    GOOD,
    CardPicture,
    CardSchedule,
    Flashcard,
    Pack,
    PackJoin,
    PackPage,
    PackTag,
    ReviewLog,
    new_id,
    now,
)
from studylens.models.belonging import Merging
from studylens.study.packs import editing, merging, search, trash
from studylens.study.packs.belongings import belongings, pack_column
from studylens.study.packs.joins import records
from studylens.study.packs.merging import begin, begin_parting, finish_all, step
from studylens.study.packs.pages import move_page, pages_of, told_of
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.store import find_pack
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.answers import Answer, answer
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest, exported, restored
from tests.study.packs import world
from tests.web.world import add_pack

pytestmark = pytest.mark.own_sql
NAMES = ("Anna", "Bert", "Carl")
COUNTED = {"packs.version", "key_terms.id", "pack_pages.id", "pack_joins.id"}
"""Columns that say how often something was done."""
STAYING = {table.name for table, one in belongings() if one.stays}


class Interrupted(Exception):
    """A process that ends at this place."""


@pytest.fixture
def guest_id(wiring: Wiring) -> int:
    return add_guest(wiring)


@pytest.fixture
def full(wiring: Wiring, guest_id: int) -> list[str]:
    """Three packs of one page that were never joined, with a row in every other table."""
    made = [world.add_full_pack(wiring, guest_id, name) for name in NAMES]
    with wiring.database.writing() as session:
        session.execute(delete(PackPage))
        session.execute(delete(PackJoin))
        _tell_apart(session, made)
    return made


@pytest.fixture
def ids(wiring: Wiring, guest_id: int) -> list[str]:
    """Three packs of one page, with its lines, cards and questions."""
    made = [add_pack(wiring, guest_id) for _ in NAMES]
    with wiring.database.writing() as session:
        for pack, name in zip(packs(session, made), NAMES, strict=True):
            pack.title = name
            for line in pack.transcript:
                line.text = f"{name}'s: {line.text}"
        session.flush()
        _tell_apart(session, made)
    return made


def _tell_apart(session: Session, ids: list[str]) -> None:
    for pack in packs(session, ids):
        count_copies(session, pack)
        search.index_pack(session, pack)
        session.execute(  # Else they are doubles of one another.
            update(Flashcard).where(Flashcard.pack_id == pack.id).values(back=f"{pack.title}'s card")
        )


def packs(session: Session, ids: list[str]) -> list[Pack]:
    return [session.get_one(Pack, pack_id) for pack_id in ids]


def join(wiring: Wiring, ids: list[str], title: str = "") -> None:
    with wiring.database.writing() as session:
        begin(session, packs(session, ids), title=title)
    merging.finish(wiring.database, ids[0])


def undo(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        begin_parting(session, session.get_one(Pack, pack_id))
    merging.finish(wiring.database, pack_id)


@contextmanager
def joined(wiring: Wiring, ids: list[str]) -> Iterator[tuple[Session, Pack]]:
    """Let the caller do something to a joined pack, which then comes apart."""
    join(wiring, ids)
    with wiring.database.writing() as session:
        yield session, session.get_one(Pack, ids[0])
    undo(wiring, ids[0])


def rows(wiring: Wiring, ids: list[str]) -> Counter[str]:
    """Return every value of every row of these packs, but for counters."""
    found: Counter[str] = Counter()
    tables = [(table, pack_column(table)) for table, one in belongings() if one.merging is not Merging.REMADE]
    with wiring.database.reading() as session:
        for table, column in [*tables, (Pack.__table__, Pack.__table__.c.id)]:
            for row in session.execute(select(table).where(column.in_(ids))).mappings():
                which = row.get("uid") or row.get("term") or row.get("id") or row[column.name]
                for name in {*row.keys()} - {one.rpartition(".")[2] for one in COUNTED if table.name in one}:
                    value = json.dumps(row[name], default=str, sort_keys=True)
                    found[f"{table.name} {which} {name}: {value}"] += 1
    return found


def test_packs_come_apart_as_they_were(wiring: Wiring, guest_id: int, full: list[str]) -> None:
    before = rows(wiring, full)
    join(wiring, full, title="All of them")
    undo(wiring, full[0])
    after = rows(wiring, full)
    assert (after - before, before - after) == (Counter(), Counter())
    with wiring.database.reading() as session:
        for pack_id, name in zip(full, NAMES, strict=True):
            find_pack(session, guest_id, pack_id)
            assert search.find(session, guest_id, name, limit=9).ids == (pack_id,)


def test_joins_of_joined_packs_are_undone_one_after_the_other(wiring: Wiring, full: list[str]) -> None:
    before = rows(wiring, full)
    join(wiring, full[1:])
    between = rows(wiring, full)
    join(wiring, full[:2])
    undo(wiring, full[0])
    after = rows(wiring, full)
    assert (after - between, between - after) == (Counter(), Counter())
    undo(wiring, full[1])
    assert rows(wiring, full) == before


def test_ratings_and_pictures_go_where_their_card_goes(wiring: Wiring, guest_id: int, ids: list[str]) -> None:
    with joined(wiring, ids) as (session, pack):
        cards = {card.id: card.back for card in pack.cards}
        schedule.accept(session, pack, pack.cards, now())
        for card_id in cards:
            assert answer(session, guest_id, Answer(card_id, GOOD, new_id()), now()).counted
        for card in pack.cards:
            drawn = {"picture": b"webp", "width": 1, "height": 1}
            session.add(CardPicture(pack_id=pack.id, card_uid=card.uid, **drawn))
    with wiring.database.reading() as session:
        for pack in packs(session, ids):
            own = {card.id for card in pack.cards}
            assert {cards[card_id] for card_id in own} == {f"{pack.title}'s card"}
            log = select(ReviewLog.card_id).where(
                ReviewLog.pack_id == pack.id, ReviewLog.reviewed_at > world.AT
            )
            assert set(session.scalars(log)) == own
            pictures = select(CardPicture.card_uid).where(CardPicture.pack_id == pack.id)
            assert set(session.scalars(pictures)) == {card.uid for card in pack.cards}
            due = select(CardSchedule.card_id).where(CardSchedule.pack_id == pack.id, CardSchedule.reps > 0)
            assert set(session.scalars(due)) == own


def test_new_cards_go_with_their_line_and_others_stay(wiring: Wiring, ids: list[str]) -> None:
    with joined(wiring, ids) as (session, pack):
        line = next(line for line in pack.transcript if line.text.startswith("Bert"))
        for front, source in (("Of Bert's line", line.n), ("Of no line", None)):
            card = Flashcard(front=front, back="x", kind="cloze", source_line=source, origin="student")
            editing.add_card(session, pack, card)
    with wiring.database.reading() as session:
        found = {card.front: card for card in session.scalars(select(Flashcard))}
        assert found["Of no line"].pack_id == ids[0]
        assert found["Of Bert's line"].pack_id == ids[1]
        assert found["Of Bert's line"].source_line == 1


def test_a_new_title_stays_and_a_new_subject_holds_for_all(wiring: Wiring, ids: list[str]) -> None:
    with joined(wiring, ids) as (session, pack):
        pack.title, pack.subject = "Mine", "Biology"
        session.add(PackTag(pack_id=pack.id, tag="new"))
        pack.receipt = {**pack.receipt, "sent_to": [*pack.receipt["sent_to"], "Somebody"]}
    with wiring.database.reading() as session:
        found = packs(session, ids)
        assert [pack.title for pack in found] == ["Mine", "Bert", "Carl"]
        assert {pack.subject for pack in found} == {"Biology"}
        assert [pack.receipt["sent_to"].count("Somebody") for pack in found] == [1, 1, 1]
        assert [pack.receipt["sent_to"].count("Google Gemini") for pack in found] == [1, 1, 1]
        assert session.scalars(select(PackTag.pack_id).where(PackTag.tag == "new")).all() == ids[:1]


def test_summaries_are_told_apart_and_go_home_as_they_were_corrected(wiring: Wiring, ids: list[str]) -> None:
    with joined(wiring, ids) as (session, pack):
        assert [(told.page, told.title) for told in told_of(pack)] == [(1, "Anna"), (2, "Bert"), (3, "Carl")]
        assert len({told.summary for told in told_of(pack)}) == 1
        pages_of(session, pack)[1].summary = "Corrected"
    with wiring.database.reading() as session:
        summaries = [pack.summary for pack in packs(session, ids)]
        assert summaries[1] == "Corrected" != summaries[0] == summaries[2]
        assert [len(told_of(pack)) for pack in packs(session, ids)] == [1, 1, 1]
        assert session.scalar(select(func.count()).select_from(PackPage)) == 0


def test_pages_that_have_moved_go_home_too(wiring: Wiring, ids: list[str]) -> None:
    before = rows(wiring, ids)
    with joined(wiring, ids) as (session, pack):
        for number, to in ((3, 1), (2, 3)):
            move_page(session, pack, number, to=to)
    after = rows(wiring, ids)
    lost = {found.split(" ")[0] for found in before - after}
    assert lost <= {"pack_proposals"}  # Made for another numbering, as whenever pages move.
    assert after - before == Counter()


def test_the_same_draft_comes_once_and_is_back_afterwards(
    wiring: Wiring, guest_id: int, ids: list[str]
) -> None:
    with wiring.database.writing() as session:
        session.execute(delete(ReviewLog))
        session.execute(delete(CardSchedule))
        values = {"front": "Same", "accepted_at": None, "edited_at": None}
        session.execute(update(Flashcard).values(**values, back=func.lower(Flashcard.kind)))
        counts = [len(pack.cards) for pack in packs(session, ids)]
        kept = session.scalars(select(Flashcard).where(Flashcard.pack_id == ids[2])).first()
        assert kept is not None
        kept.edited_at = now()
    with joined(wiring, ids) as (_, pack):
        assert len(pack.cards) == counts[0] + 1  # The edited one is the student's.
    with wiring.database.reading() as session:
        assert [len(pack.cards) for pack in packs(session, ids)] == counts


def test_what_is_half_joined_is_hidden_and_taken_up_again(
    wiring: Wiring, guest_id: int, ids: list[str]
) -> None:
    """A kill between or within any two steps loses nothing."""
    before = rows(wiring, ids)
    for is_parting in (False, True):
        with wiring.database.writing() as session:
            if is_parting:
                begin_parting(session, session.get_one(Pack, ids[0]))
            else:
                begin(session, packs(session, ids))
        more = True
        while more:
            with pytest.raises(Interrupted):
                _step_and_die(wiring, ids[0])
            with wiring.database.reading() as session, pytest.raises(BeingJoined):
                find_pack(session, guest_id, ids[0])
            with wiring.database.writing() as session:
                more = step(session, ids[0])
        with wiring.database.reading() as session:
            find_pack(session, guest_id, ids[0])
    assert rows(wiring, ids) == before


def _step_and_die(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        step(session, pack_id)
        raise Interrupted


def test_the_sweep_ends_what_was_cut_off(wiring: Wiring, guest_id: int, ids: list[str]) -> None:
    with wiring.database.writing() as session:
        begin(session, packs(session, ids))
        step(session, ids[0])
    finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert len(pages_of(session, find_pack(session, guest_id, ids[0]))) == 3
        assert records.unfinished(session) == []


def test_a_join_that_cannot_go_on_leaves_whole_packs(wiring: Wiring, guest_id: int, ids: list[str]) -> None:
    with wiring.database.writing() as session:
        begin(session, packs(session, ids))
        step(session, ids[0])
        merging.give_up(session, ids[0])
    with wiring.database.reading() as session:
        assert len(pages_of(session, find_pack(session, guest_id, ids[0]))) == 2
        assert len(find_pack(session, guest_id, ids[2]).transcript) == 5
    undo(wiring, ids[0])
    with wiring.database.reading() as session:
        assert len(find_pack(session, guest_id, ids[1]).transcript) == 5


def test_two_joins_of_one_pack_do_not_mix(wiring: Wiring, ids: list[str]) -> None:
    with wiring.database.writing() as session:
        seen = {pack.id: pack.version for pack in packs(session, ids)}
        begin(session, packs(session, ids[:2]), versions=seen)
    for others in ([ids[0], ids[2]], [ids[2], ids[1]]):
        with pytest.raises(BeingJoined), wiring.database.writing() as session:
            begin(session, packs(session, others), versions=seen)
    merging.finish(wiring.database, ids[0])
    with pytest.raises(Stale), wiring.database.writing() as session:
        begin(session, packs(session, [ids[0], ids[2]]), versions=seen)
    with pytest.raises(Stale), wiring.database.writing() as session:
        begin_parting(session, session.get_one(Pack, ids[0]), version=seen[ids[0]])


def test_after_thirty_days_a_join_stays_and_nothing_is_kept(wiring: Wiring, ids: list[str]) -> None:
    join(wiring, ids)
    with wiring.database.writing() as session:
        assert records.forget_old(session) == 0
        old = now() - timedelta(days=records.JOIN_DAYS, minutes=1)
        session.execute(update(PackJoin).values(joined_at=old))
        assert records.undoable(session, session.get_one(Pack, ids[0])) is None
        with pytest.raises(NotFound):
            begin_parting(session, session.get_one(Pack, ids[0]))
        assert records.forget_old(session) == 2
        assert world.where_it_stands(session, ids[1]) == set()


def test_erasing_a_joined_pack_erases_what_was_kept_of_the_others(wiring: Wiring, full: list[str]) -> None:
    with wiring.database.writing() as session:
        session.execute(update(Pack).where(Pack.id == full[1]).values(summary="A secret of Bert's"))
    join(wiring, full)
    with wiring.database.writing() as session:
        assert world.where_it_stands(session, "A secret of Bert's") == {
            "pack_joins.kept",
            "pack_pages.summary",
        }
        trash.delete_for_good(session, session.get_one(Pack, full[0]))
    with wiring.database.reading() as session:
        assert world.where_it_stands(session, "A secret of Bert's") == set()
        for words in full:
            left = world.where_it_stands(session, words)
            assert {place.partition(".")[0] for place in left} <= STAYING


def test_a_pack_that_came_back_from_a_file_does_not_stop_the_undo(
    wiring: Wiring, guest_id: int, ids: list[str]
) -> None:
    file = exported(wiring, guest_id)
    join(wiring, ids)
    restored(wiring, guest_id, file)
    undo(wiring, ids[0])
    with wiring.database.reading() as session:
        titles = session.scalars(select(Pack.title).where(Pack.joining_at.is_(None)).order_by(Pack.title))
        assert titles.all() == ["Anna", "Bert", "Bert", "Carl", "Carl"]
