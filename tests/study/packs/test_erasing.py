"""An erased pack leaves none of its words in any file of the instance folder, also after a kill half-way."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, String, Table, func, select, update
from sqlalchemy.orm import Session

from studylens.jobs.housekeeper import sweep
from studylens.models import (
    Base,
    Erasure,
    Job,
    Pack,
    PackJoin,
    PackPage,
    PackPicture,
    PackTerm,
    QuizItem,
    TranscriptLine,
    now,
)
from studylens.models.belonging import Merging
from studylens.models.columns import HOLDS
from studylens.study.packs import search
from studylens.study.packs.belongings import belongings
from studylens.study.packs.ending import erasing
from studylens.study.packs.ending.scrub import Scrub
from studylens.study.packs.merging import merge
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.study.packs import world

REMADE = Merging.REMADE
_SHORT, _IDS = 40, (32, 64)
"""Columns that are shorter hold codes; those of just this length ids and fingerprints."""
_OF_JOBS = {"text", "question", "name", "identified"}
_WORDLESS = {
    "review_log.before": "numbers of the schedule",
    "review_log.after": "numbers of the schedule",
    "quiz_items.origin": "what made the question",
    "photo_sets.name": "the set's own words: it is not of the page",
    "photo_sets.description": "the set's own words",
    "photo_sets.head_classes": "ids",
}
"""Columns of rows that stay, and why nothing in them is a word of the pack."""


def word(n: int) -> str:
    """Return a word that only pack `n` has; small letters, as the search index keeps them."""
    return f"quizzaciously{n}x"


def takes_words(column: Column[Any]) -> bool:
    kind = column.type
    room = kind.length if isinstance(kind, String) else 0
    fits = room is None or (room >= _SHORT and room not in _IDS)
    named = column.table.name != "jobs" or column.name in _OF_JOBS
    told = f"{column.table.name}.{column.name}" in _WORDLESS
    return HOLDS not in column.info and not told and named and (isinstance(kind, JSON) or fits)


def plant(session: Session, pack_id: str, planted: str, *, in_json: bool) -> set[str]:
    """Write the word where a row of the pack, or a job behind it, can hold one; return the columns."""
    places: set[str] = set()
    pack = session.get_one(Pack, pack_id)
    kept = [*world.rows(session, pack_id), (Pack.__table__, {"id": pack_id})]
    jobs = {row.get("job_id") for _, row in kept} | {pack.job_id}
    kept += [(Job.__table__, {"id": job_id}) for job_id in jobs - {None}]
    for table, row in kept:
        for column in filter(takes_words, table.columns):
            value: Any = [{"word": planted}] if isinstance(column.type, JSON) else planted
            mine = [key == row[key.name] for key in table.primary_key.columns]
            if column.primary_key or column.foreign_keys or (isinstance(value, list) and not in_json):
                continue
            session.execute(update(table).where(*mine).values({column.name: value}))
            places.add(f"{table.name}.{column.name}")
    return places


def filled(wiring: Wiring, guest_id: int, n: int, *, in_json: bool = True) -> str:
    """Add a pack with a row in every table that belongs to packs, and its word in all of them."""
    pack_id = world.add_full_pack(wiring, guest_id, f"Pack {n}")
    with wiring.database.writing() as session:
        pages = update(PackPage).where(PackPage.pack_id == pack_id)  # Its first page is what its job read.
        session.execute(pages.values(job_id=session.get_one(Pack, pack_id).job_id))
        lines = [f"{word(n)} line {k} {'of a page that is long ' * 8}" for k in range(10, 30)]
        session.add_all(TranscriptLine(pack_id=pack_id, n=k, text=text) for k, text in enumerate(lines, 10))
        session.add_all(PackTerm(pack_id=pack_id, term=word(n), definition=text, origin="") for text in lines)
        assert len(plant(session, pack_id, word(n), in_json=in_json)) >= 30
        session.flush()
        session.expire_all()
        search.index_pack(session, session.get_one(Pack, pack_id))
    return pack_id


def words_in_files(wiring: Wiring, count: int) -> set[int]:
    """Return the numbers of all packs whose word stands in a file of the instance folder."""
    folder = Path(wiring.config.instance_path)
    data = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
    assert data
    return {n for n in range(count) if any(word(n).encode() in one for one in data)}


def test_every_word_of_a_row_that_stays_is_declared() -> None:
    stay = [(table, found) for table, found in belongings() if found.stays and found.merging is not REMADE]
    undeclared = {
        f"{table.name}.{column.name}"
        for table, found in stay
        for column in filter(takes_words, table.columns)
        if column.name not in found.words.columns
    }
    assert undeclared == set()


def test_no_word_of_an_erased_pack_is_in_any_file(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    ids = [filled(wiring, guest_id, n) for n in range(4)]
    assert words_in_files(wiring, 4) == set(range(4))
    with wiring.database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, ids[n]) for n in (1, 2)])
    sweep(wiring.database, wiring.folder)
    assert words_in_files(wiring, 4) == {0, 3}
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Erasure)) == 0


@pytest.mark.own_sql
def test_a_request_goes_on_with_its_own_pack_alone(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    mine, other = (world.add_full_pack(wiring, guest_id, name) for name in ("mine", "another"))
    with wiring.database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, pack_id) for pack_id in (mine, other)])
    erasing.finish_soon(wiring.database, mine)
    with wiring.database.reading() as session:
        assert session.get(Pack, mine) is None
        assert session.get_one(Pack, other).erasing_at is not None


def test_a_picture_counts_for_a_hundred_rows(wiring: Wiring) -> None:
    pack_id = world.add_full_pack(wiring, add_guest(wiring), "Pack")
    pictures: Table = Base.metadata.tables["pack_pictures"]
    mine = [pictures.c.pack_id == pack_id]
    with wiring.database.writing() as session:
        erasing.delete_some(session, pictures, mine, 5_000)
        session.add_all(PackPicture(pack_id=pack_id, page=n, jpeg=b"j", width=1, height=1) for n in range(6))
        session.flush()
        went = [erasing.delete_some(session, pictures, mine, rows) for rows in (250, 1, 5_000, 5_000)]
    assert went == [200, 100, 300, 0]


def test_what_was_kept_to_undo_a_join_goes_too(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    ids = [filled(wiring, guest_id, n, in_json=False) for n in range(3)]
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in ids[:2]])
        assert word(1) in str(session.scalars(select(PackJoin.kept)).all())
        erasing.begin(session, [session.get_one(Pack, ids[0])])
    sweep(wiring.database, wiring.folder)
    assert words_in_files(wiring, 3) == {2}


@pytest.mark.own_sql
def test_a_pack_is_seen_no_more_from_the_first_step_and_goes_on_after_a_kill(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    pack_id = filled(wiring, guest_id, 0)
    with wiring.database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, pack_id)])
        assert erasing.step(session, pack_id, 1)
    with wiring.database.reading() as session:
        before = sum(world.count(session, pack_id).values())
        assert search.find(session, guest_id, word(0), limit=9).total == 0
    erasing.finish_all(wiring.database, seconds=0)
    with wiring.database.reading() as session:
        assert sum(world.count(session, pack_id).values()) == before > 0
    erasing.finish_all(wiring.database)
    assert Scrub().go_on(wiring.database)
    with wiring.database.reading() as session:
        assert session.get(Pack, pack_id) is None
        assert world.where_it_stands(session, word(0)) == set()


@pytest.mark.own_sql
def test_a_result_keeps_its_numbers_and_a_question_without_an_answer_goes(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    pack_id = filled(wiring, guest_id, 0)
    items: Table = Base.metadata.tables["quiz_items"]
    with wiring.database.writing() as session:
        first = session.scalars(select(QuizItem).where(QuizItem.pack_id == pack_id)).first()
        assert first is not None
        attempt_id, number = first.attempt_id, first.id
        session.execute(update(items).where(items.c.id == number).values(correct=True, answered_at=now()))
        session.add(QuizItem(attempt_id=attempt_id, position=2, pack_id=pack_id, kind="choice", prompt="?",
                             answer="!", accepted=[]))  # fmt: skip
        erasing.begin(session, [session.get_one(Pack, pack_id)])
    erasing.finish_all(wiring.database)
    with wiring.database.reading() as session:
        [kept] = session.scalars(select(QuizItem).where(QuizItem.attempt_id == attempt_id)).all()
        assert (kept.id, kept.correct, kept.prompt, kept.given, kept.options) == (number, True, "", "", [])


@pytest.mark.parametrize(("rows", "took", "after"), [(100, 0.01, 200), (100, 0.05, 100), (100, 1.0, 50)])
def test_steps_follow_the_time_that_they_take(rows: int, took: float, after: int) -> None:
    assert erasing.paced(rows, took) == after
