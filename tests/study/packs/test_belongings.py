"""Whatever belongs to a pack follows it. A new table or column that says nothing, or is forgotten, fails.

The words for a table or column that you add are in models/belonging.py and models/columns.py.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, ForeignKey, Integer, MetaData, String, Table, func, select

from app import create_app
from studylens.errors import BadText
from studylens.models import AGAIN, GOOD, LOG_CRAM, Base, Pack, ReviewLog, TranscriptLine, now
from studylens.models.belonging import BELONGING, JOINING, Merging, belongs
from studylens.models.columns import HOLDS, INSIDE, LINE, PAGE, RANGE, Holds, lines_inside
from studylens.study.exchange.account.writing import OUTSIDE, SECRETS
from studylens.study.exchange.backup import MACHINES, MADE_ANEW, back_up, restore_service
from studylens.study.exchange.portable import to_plain
from studylens.study.packs import search, trash
from studylens.study.packs.belongings import belongings, pack_column
from studylens.study.packs.merging import MAX_NUMBER, begin_parting, merge, step
from studylens.study.packs.pages import move_page
from studylens.study.reviews.cram import next_crammed
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.study.exchange.world import Restored, add_guest, exported, restored
from tests.study.packs import world

pytestmark = pytest.mark.own_sql

KEPT = {table.name: belonging for table, belonging in belongings() if belonging.merging is not Merging.REMADE}


def stickers(metadata: MetaData, *, declared: bool = True) -> Table:
    """Return a table that somebody adds next week: on a line, on a page, with lines inside."""
    info = {"info": belongs(listed="stickers", known_by=("word",))} if declared else {}
    line, page, lines = (LINE, PAGE, lines_inside("*.n")) if declared else ({}, {}, {})
    return Table(
        "stickers",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("pack_id", ForeignKey(Pack.id, ondelete="CASCADE"), nullable=False),
        Column("word", String(40), nullable=False),
        Column("line", Integer, info=line),
        Column("page", Integer, nullable=False, info=page),
        Column("lines", JSON, info=lines),
        **info,
    )


@pytest.fixture(params=["today's tables", "a new table too"])
def world_of_two(wiring: Wiring, request: pytest.FixtureRequest) -> Iterator[tuple[Wiring, int, str, str]]:
    """The app's parts, a guest and two packs of theirs, full of what belongs to packs."""
    added = stickers(Base.metadata) if request.param == "a new table too" else None
    if added is not None:
        with wiring.database.writing() as session:
            added.create(session.connection())
    guest_id = add_guest(wiring)
    first, second = (world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert"))
    yield wiring, guest_id, first, second
    if added is not None:
        Base.metadata.remove(added)


def test_every_row_follows_a_merged_pack_and_names_the_same_line_and_page(
    world_of_two: tuple[Wiring, int, str, str],
) -> None:
    wiring, _, first, second = world_of_two
    with wiring.database.writing() as session:
        rows = world.count(session, first) + world.count(session, second)
        names = world.named(session, first) + world.named(session, second)
        merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])
    with wiring.database.reading() as session:
        gone = {name for name in rows if _merging(name) is Merging.DROP}
        kept = Counter({name: n for name, n in rows.items() if name not in gone})
        kept["pack_joins"] += 1  # What is kept to undo it.
        assert world.count(session, first) == kept
        assert world.named(session, first) == Counter({key: n for key, n in names.items() if key[0] in kept})
        assert "nothing" not in {text for *_, text in names}
        assert world.where_it_stands(session, second) == {"pack_joins.other_id", "pack_joins.kept"}


def test_every_row_comes_home_when_packs_come_apart(world_of_two: tuple[Wiring, int, str, str]) -> None:
    wiring, _, first, second = world_of_two
    with wiring.database.writing() as session:
        before = [(world.count(session, one), world.named(session, one)) for one in (first, second)]
        pack = merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])
        begin_parting(session, pack)
        while step(session, first):
            pass
    with wiring.database.reading() as session:
        assert [(world.count(session, one), world.named(session, one)) for one in (first, second)] == before


def _merging(name: str) -> Merging:
    merging: Merging = Base.metadata.tables[name].info[BELONGING].merging
    return merging


def test_every_row_names_the_same_line_and_page_after_pages_have_moved(
    world_of_two: tuple[Wiring, int, str, str],
) -> None:
    wiring, guest_id, first, second = world_of_two
    third = world.add_full_pack(wiring, guest_id, "Carl")
    with wiring.database.writing() as session:
        pack = merge(session, [session.get_one(Pack, pack_id) for pack_id in (first, second)])
        names = world.named(session, first)
        move_page(session, pack, 1, to=2)
        assert world.named(session, first) == names
        merge(session, [pack, session.get_one(Pack, third)])
        names = world.named(session, first)
        for number, to in ((3, 1), (1, 2), (2, 3)):
            move_page(session, pack, number, to=to)
            assert world.named(session, first) == names
        lines = select(TranscriptLine.n).where(TranscriptLine.pack_id == first).order_by(TranscriptLine.n)
        assert list(session.scalars(lines)) == list(range(1, 16))


def test_a_proposal_s_lines_follow_a_page_that_moves(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    first, second = (world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert"))
    with wiring.database.writing() as session:
        pack = merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])
        proposals = Base.metadata.tables["pack_proposals"]
        made = {"cards": [{"front": "a", "source_line": 3}, {"front": "b", "source_line": None}], "quiz": []}
        session.execute(proposals.insert().values(pack_id=first, line_numbers=[1, 3], material=made))
        move_page(session, pack, 1, to=2)
        row = session.execute(select(proposals)).mappings().one()
        assert row["line_numbers"] == [6, 8]
        assert [card["source_line"] for card in row["material"]["cards"]] == [8, None]


def test_what_names_no_line_any_more_names_none_after_a_move(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    first, second = (world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert"))
    cards = Base.metadata.tables["cards"]
    with wiring.database.writing() as session:
        pack = merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])
        session.execute(cards.update().where(cards.c.source_line == 3).values(source_line=77))
        move_page(session, pack, 1, to=2)
        assert 77 not in set(session.scalars(select(cards.c.source_line)))
        assert "nothing" not in {text for *_, text in world.named(session, first)}


def test_numbers_that_would_not_add_up_are_refused(wiring: Wiring) -> None:
    guest_id = add_guest(wiring)
    first, second = (world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert"))
    cards = Base.metadata.tables["cards"]
    with wiring.database.writing() as session:
        session.execute(cards.update().where(cards.c.pack_id == second).values(source_line=MAX_NUMBER + 1))
        with pytest.raises(BadText, match="too high"):
            merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])


def test_a_round_of_cramming_goes_on_after_a_merge(wiring: Wiring) -> None:
    guest_id, begin = add_guest(wiring), now()
    first, second = (world.add_full_pack(wiring, guest_id, name) for name in ("Anna", "Bert"))
    with wiring.database.writing() as session:
        crammed = session.get_one(Pack, second)
        for card, rating in zip(crammed.cards[:2], (GOOD, AGAIN), strict=True):
            about = {"card_id": card.id, "pack_id": second, "rating": rating}
            clock = {"reviewed_at": now(), "local_date": "2026-03-02", "local_hour": 9, "zone": "UTC"}
            session.add(ReviewLog(guest_id=guest_id, kind=LOG_CRAM, **about, **clock))
        session.flush()
        known = next_crammed(session, crammed, begin).known
        pack = merge(session, [session.get_one(Pack, first), crammed])
        assert known == next_crammed(session, pack, begin).known == 1


def test_the_trash_keeps_everything(world_of_two: tuple[Wiring, int, str, str]) -> None:
    wiring, guest_id, first, _ = world_of_two
    with wiring.database.writing() as session:
        pack, rows, names = (
            session.get_one(Pack, first),
            world.count(session, first),
            world.named(session, first),
        )
        trash.throw_away(session, pack)
        assert search.find(session, guest_id, "Anna", limit=9).total == 0
        trash.bring_back(session, pack)
        assert search.find(session, guest_id, "Anna", limit=9).ids == (first,)
        assert (world.count(session, first), world.named(session, first)) == (rows, names)


def test_deleted_for_good_leaves_what_is_declared_to_stay_and_no_words(
    world_of_two: tuple[Wiring, int, str, str],
) -> None:
    wiring, guest_id, first, second = world_of_two
    with wiring.database.writing() as session:
        before, of_others = _all_rows(session), world.count(session, second)
        words = world.words_in_jobs(session)
        trash.delete_for_good(session, session.get_one(Pack, first))
    with wiring.database.reading() as session:
        after = _all_rows(session)
        stay = {name for name, belonging in _kept().items() if belonging.stays}
        assert {name for name in _kept() if after[name] == before[name]} == stay
        assert not set(world.count(session, first)) - stay
        assert world.count(session, second) == of_others
        assert search.find(session, guest_id, "Anna", limit=9).total == 0
        assert words == 2 * world.words_in_jobs(session) > 0


def _kept() -> dict[str, Any]:
    return {table.name: found for table, found in belongings() if found.merging is not Merging.REMADE}


def _all_rows(session: Any) -> dict[str, int]:
    tables = [Base.metadata.tables[name] for name in _kept()]
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}


def test_an_account_file_brings_every_row_that_travels(world_of_two: tuple[Wiring, int, str, str]) -> None:
    wiring, guest_id, *_ = world_of_two
    other = add_guest(wiring)
    restored(wiring, other, exported(wiring, guest_id))
    with wiring.database.reading() as session:
        for name, belonging in _kept().items():
            mine, theirs = (_plain_rows(session, name, owner) for owner in (guest_id, other))
            assert mine, name
            assert theirs == (mine if belonging.travels else []), name
    restored(wiring, other, exported(wiring, guest_id))
    with wiring.database.reading() as session:
        assert _plain_rows(session, "cards", other) == _plain_rows(session, "cards", guest_id)


def test_the_same_file_adds_nothing_after_pages_have_moved(
    world_of_two: tuple[Wiring, int, str, str],
) -> None:
    wiring, guest_id, first, second = world_of_two
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, first), session.get_one(Pack, second)])
    file = exported(wiring, guest_id)
    with wiring.database.writing() as session:
        move_page(session, session.get_one(Pack, first), 1, to=2)
        rows, names = world.count(session, first), world.named(session, first)
    assert restored(wiring, guest_id, file) == Restored()
    with wiring.database.reading() as session:
        assert (world.count(session, first), world.named(session, first)) == (rows, names)


def _plain_rows(session: Any, name: str, guest_id: int) -> list[str]:
    """Return the rows of the guest's packs as they travel, in an order of their own."""
    table = Base.metadata.tables[name]
    mine = select(Pack.id).where(Pack.guest_id == guest_id)
    found = session.execute(select(table).where(pack_column(table).in_(mine))).mappings()
    return sorted(str(to_plain(row, table, leave_out=(*OUTSIDE, *SECRETS))) for row in found)


def test_a_backup_brings_every_row(
    world_of_two: tuple[Wiring, int, str, str], settings: dict[str, Any], tmp_path: Path
) -> None:
    wiring, guest_id, first, _ = world_of_two
    with wiring.database.reading() as session:
        back_up(session, tmp_path / "all.gz", at=now())
    other = create_app({**settings, "database_url": f"sqlite:///{tmp_path / 'other.sqlite3'}"})
    there: Wiring = other.extensions[EXTENSION]
    there.database.ensure_compatible()
    with there.database.writing() as session:
        restore_service(session, tmp_path / "all.gz")
        assert search.find(session, guest_id, "Anna", limit=9).ids == (first,)
    tables = [table for name, table in Base.metadata.tables.items() if name not in MADE_ANEW | MACHINES]
    with wiring.database.reading() as here, there.database.reading() as away:
        for table in tables:
            wanted, found = (sorted(map(str, place.execute(select(table)))) for place in (here, away))
            assert wanted == found, table.name
    there.database.engine.dispose()


def undeclared(metadata: MetaData) -> list[str]:
    """Return what does not say how it follows its pack: tables, numbers, JSON, and columns of the pack."""
    found = [f"{table.name}: belongs(...)" for table in metadata.sorted_tables if _is_silent(table)]
    of_packs = [table for table in metadata.sorted_tables if _is_of_pack(table) or table.name == "packs"]
    for table in of_packs:
        found += [f"{column}: line, page or what?" for column in table.columns if _is_silent_number(column)]
        found += [f"{column}: are lines inside?" for column in table.columns if _is_silent_json(column)]
        found += [f"{column}: a line of which pack?" for column in _lines(table) if not _names_pack(table)]
    packs = metadata.tables["packs"].columns
    return found + [f"{column}: joins(...)" for column in packs if JOINING not in column.info]


def _names_pack(table: Table) -> bool:
    return any(_is_pack_id(column) for column in table.columns)


def _is_pack_id(column: Column[Any]) -> bool:
    leads = any(key.column.table.name == "packs" for key in column.foreign_keys)
    return leads or column.name.endswith("pack_id") or column.info.get(HOLDS) is Holds.PACK


def _lines(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.info.get(HOLDS) in {Holds.LINE, Holds.PAGE}]


def _is_of_pack(table: Table) -> bool:
    """Say whether it names a pack or a line, or hangs on a table whose rows go with their pack."""
    parents = (key.column.table.info.get(BELONGING) for key in table.foreign_keys)
    hangs = any(parent is not None and not parent.stays for parent in parents)
    return _names_pack(table) or bool(_lines(table)) or hangs


def _is_silent(table: Table) -> bool:
    return _is_of_pack(table) and BELONGING not in table.info


def _is_remade(table: Table) -> bool:
    belonging = table.info.get(BELONGING)
    return belonging is not None and belonging.merging is Merging.REMADE


def _is_silent_number(column: Column[Any]) -> bool:
    if not isinstance(column.type, Integer) or column.foreign_keys or _is_remade(column.table):
        return False
    counts_itself = column.primary_key and column.name == "id"
    return not counts_itself and HOLDS not in column.info and RANGE not in column.info


def _is_silent_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON) and INSIDE not in column.info


def test_every_table_and_column_of_a_pack_says_what_it_is() -> None:
    assert undeclared(Base.metadata) == []


def test_a_new_table_that_says_nothing_is_found() -> None:
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    stickers(metadata, declared=False)
    assert undeclared(metadata) == [
        "stickers: belongs(...)",
        "stickers.line: line, page or what?",
        "stickers.page: line, page or what?",
        "stickers.lines: are lines inside?",
    ]
    Table("sticker_dots", metadata, Column("card_id", ForeignKey("cards.id")))
    assert "sticker_dots: belongs(...)" in undeclared(metadata)


@pytest.mark.parametrize(
    ("column", "key"),
    [
        (column, key)
        for name in (*KEPT, "packs")
        for column in Base.metadata.tables[name].columns
        for key in (HOLDS, INSIDE, JOINING)
        if key in column.info and column.info.get(HOLDS) not in {Holds.DAY, Holds.RANDOM_ID, Holds.PACK}
    ],
    ids=str,
)
def test_a_declaration_that_is_taken_away_is_missed(
    monkeypatch: pytest.MonkeyPatch, column: Column[Any], key: str
) -> None:
    kept = {name: value for name, value in column.info.items() if name not in {key, RANGE}}
    monkeypatch.setattr(column, "info", kept)
    assert [found for found in undeclared(Base.metadata) if found.startswith(f"{column}:")]


@pytest.mark.parametrize("name", KEPT)
def test_a_table_whose_declaration_is_gone_is_missed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delitem(Base.metadata.tables[name].info, BELONGING)
    assert f"{name}: belongs(...)" in undeclared(Base.metadata)
