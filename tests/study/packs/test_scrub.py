"""The words of what was erased leave SQLite's files, however large the index is and whoever writes beside."""

from itertools import count

import pytest
from sqlalchemy import func, select, text

from studylens.models import Erasure, Pack
from studylens.study.packs import search
from studylens.study.packs.ending import erasing
from studylens.study.packs.ending.scrub import RESTS, Scrub
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.study.packs.test_erasing import filled, word, words_in_files
from tests.web.world import add_pack

_SEGMENTS = text("SELECT block FROM pack_search_data")


def erase(wiring: Wiring, pack_id: str) -> None:
    """Erase a pack to its last row."""
    with wiring.database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, pack_id)])
    erasing.finish_all(wiring.database)


def test_taking_words_out_goes_on_where_a_sweep_had_no_more_time(wiring: Wiring) -> None:
    scrub = Scrub()
    erase(wiring, filled(wiring, add_guest(wiring), 0))
    assert not scrub.go_on(wiring.database, seconds=0)
    assert words_in_files(wiring, 1) == {0}
    with wiring.database.writing() as session:
        session.add(Erasure())  # Its words may be in what this round has merged already.
    assert scrub.go_on(wiring.database)
    assert words_in_files(wiring, 1) == set()
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Erasure)) == 1


@pytest.mark.own_sql
def test_after_a_round_through_the_index_another_waits_for_nine_times_as_long(wiring: Wiring) -> None:
    seconds = count()
    scrub = Scrub(lambda: next(seconds))
    for waits in (0, RESTS - 1):  # Each call that does nothing takes a second; so did the first round.
        with wiring.database.writing() as session:
            session.add(Erasure())
        assert [scrub.go_on(wiring.database) for _ in range(waits + 1)] == [False] * waits + [True]


@pytest.mark.sqlite("PostgreSQL has no segments")
def test_packs_that_are_indexed_beside_a_merge_do_not_end_it(wiring: Wiring) -> None:
    guest_id, merge = add_guest(wiring), search.WholeMerge()
    add_large(wiring, guest_id)
    pack_id = filled(wiring, guest_id, 0)
    erasing.take_steps(wiring.database, search.WholeMerge())  # The next has two segments, no more.
    erase(wiring, pack_id)
    assert is_indexed(wiring, word(0))
    with wiring.database.writing() as session:
        assert merge(session, 1)
    for _ in range(2):
        add_pack(wiring, guest_id)
    erasing.take_steps(wiring.database, merge)
    assert not is_indexed(wiring, word(0))


def is_indexed(wiring: Wiring, wanted: str) -> bool:
    """Say whether a segment has the word: its end, since what it shares with the word before is left out."""
    with wiring.database.reading() as session:
        return any(wanted[3:].encode() in block for block in session.scalars(_SEGMENTS))


def add_large(wiring: Wiring, guest_id: int) -> None:
    """Add a pack whose words fill many pages of the index, so that a step of one page leaves some."""
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        pack.title = " ".join(f"term{n}" for n in range(20_000))
        search.index_pack(session, pack)
