"""Accounts leave and come home: nothing is lost, nothing is doubled, strangers' rows are not touched."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import create_app
from studylens.errors import BadFile, Refused
from studylens.models import Flashcard, Pack, ReviewLog
from studylens.study.exchange.account import file
from studylens.study.keeping.arrivals import holdings
from studylens.study.packs import trash
from studylens.study.packs.editing import edit_part
from studylens.study.packs.ending import erasing
from studylens.study.packs.library import Wanted, browse
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.study.exchange import world

pytestmark = pytest.mark.own_sql


def test_an_account_survives_the_way_into_an_empty_one_on_another_database(
    wiring: Wiring, tmp_path: Path, settings: dict[str, Any]
) -> None:
    first = world.add_guest(wiring)
    world.add_history(wiring, first)
    other = create_app({**settings, "database_url": f"sqlite:///{tmp_path / 'other.sqlite3'}"})
    there: Wiring = other.extensions[EXTENSION]
    there.database.ensure_compatible()
    world.add_guest(there)  # Numbers differ there.
    second = world.add_guest(there)
    world.restored(there, second, world.exported(wiring, first))
    assert world.numbers(there, second) == world.numbers(wiring, first)
    there.database.engine.dispose()


def test_the_same_file_twice_changes_nothing(wiring: Wiring) -> None:
    first = world.add_guest(wiring)
    world.add_history(wiring, first)
    before, data = world.numbers(wiring, first), world.exported(wiring, first)
    found = world.restored(wiring, first, data)
    assert found == world.Restored()
    assert world.numbers(wiring, first) == before
    assert world.exported(wiring, first) == data


def test_a_pack_that_is_being_erased_is_in_no_file_and_comes_back_from_an_earlier_one(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    pack_id = world.add_history(wiring, guest_id)
    data = world.exported(wiring, guest_id)
    with wiring.database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, pack_id)])
        assert holdings(session, guest_id)[0] == 0
    assert b"Photosynthesis" in data
    assert b"Photosynthesis" not in world.exported(wiring, guest_id)
    assert world.restored(wiring, guest_id, data).packs == 1
    erasing.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert session.scalars(select(Pack.id).where(Pack.guest_id == guest_id)).all() == [pack_id]


def test_what_lies_in_the_trash_comes_into_the_trash(wiring: Wiring) -> None:
    first, second = (world.add_guest(wiring) for _ in range(2))
    gone, _kept = (world.add_history(wiring, first) for _ in range(2))
    with wiring.database.writing() as session:
        trash.throw_away(session, session.get_one(Pack, gone))
        since = session.get_one(Pack, gone).deleted_at
    world.restored(wiring, second, world.exported(wiring, first))
    with wiring.database.reading() as session:
        in_trash, on_the_list = (browse(session, second, Wanted(trash=lies)).packs for lies in (True, False))
        assert [listed.pack.deleted_at for listed in in_trash] == [since]
        assert len(on_the_list) == 1


def test_ids_of_somebody_else_here_are_changed_and_known_again(wiring: Wiring) -> None:
    first, second = world.add_guest(wiring), world.add_guest(wiring)
    pack_id = world.add_history(wiring, first)
    before, data = world.numbers(wiring, first), world.exported(wiring, first)
    assert world.restored(wiring, second, data).packs == 1
    assert world.restored(wiring, second, data) == world.Restored()
    assert world.numbers(wiring, second) == before == world.numbers(wiring, first)
    with wiring.database.reading() as session:
        assert session.get_one(Pack, pack_id).guest_id == first
        moved = select(Pack.id).where(Pack.guest_id == second)
        assert session.scalars(moved).one() != pack_id
        unknown = select(ReviewLog).where(ReviewLog.guest_id == second, ReviewLog.pack_id == pack_id)
        assert session.scalars(unknown).all() == []


def test_the_text_that_was_edited_more_often_wins(wiring: Wiring) -> None:
    first = world.add_guest(wiring)
    world.add_history(wiring, first)
    old = world.exported(wiring, first)
    with wiring.database.writing() as session:
        card = session.scalars(select(Flashcard).order_by(Flashcard.id)).first()
        assert card is not None
        edit_part(session, "cards", card, {"front": "Mine", "back": "own"}, version=card.version)
    new = world.exported(wiring, first)
    world.restored(wiring, first, old)
    assert world.exported(wiring, first) == new
    second = world.add_guest(wiring)
    world.restored(wiring, second, old)
    world.restored(wiring, second, new)
    assert ("Mine", "own") in {(front, back) for _, front, back in world.numbers(wiring, second)["cards"]}


def test_an_undone_answer_stays_undone(wiring: Wiring) -> None:
    first, second = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, first)
    world.restored(wiring, second, world.exported(wiring, first))
    with wiring.database.reading() as session:
        undo = select(ReviewLog).where(ReviewLog.guest_id == second, ReviewLog.undoes_id.is_not(None))
        undone = session.get_one(ReviewLog, session.scalars(undo).one().undoes_id)
        assert (undone.guest_id, undone.kind) == (second, "review")


def test_a_packed_file_is_read_too(wiring: Wiring) -> None:
    first, second = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, first)
    assert world.restored(wiring, second, gzip.compress(world.exported(wiring, first))).packs == 1


def test_no_secret_is_in_the_file(wiring: Wiring) -> None:
    first = world.add_guest(wiring)
    world.add_history(wiring, first)
    text = world.exported(wiring, first).decode()
    assert json.loads(text)["studylens_account"] == 1
    # A receipt's `tokens` are counts of words that a model was sent and gave.
    assert set(re.findall(r'"(\w*token\w*)"', text)) <= {"tokens"}


def _with(data: bytes, kind: str, **changes: Any) -> bytes:
    """Change the first entry of a kind in a file."""
    whole = json.loads(data)
    entry = next(item[kind] for item in whole["entries"] if kind in item)
    entry.update(changes)
    return json.dumps(whole).encode()


DEEP: Any = []
for _ in range(40):
    DEEP = [DEEP]
WRONG = [
    ("pack", {"id": 5}),
    ("pack", {"id": "../../etc/passwd"}),
    ("pack", {"title": ["a"]}),
    ("pack", {"title": "a\x00b"}),
    ("pack", {"title": "\ud800"}),
    ("pack", {"created_at": "yesterday"}),
    ("pack", {"created_at": "2026-01-01T00:00:00"}),
    ("pack", {"created_at": "9999-12-31T23:59:59+00:00"}),
    ("pack", {"version": 2**31}),
    ("pack", {"version": True}),
    ("pack", {"exam_date": "2026-02-30"}),
    ("pack", {"notes": "text"}),
    ("pack", {"receipt": {"uploaded_bytes": "many"}}),
    ("pack", {"receipt": []}),
    ("pack", {"quality": {"advice": [[]]}}),
    ("pack", {"quality": {"more": DEEP}}),
    ("pack", {"cards": {}}),
    ("pack", {"cards": [5]}),
    ("pack", {"cards": [{"front": "a", "back": "b", "kind": "x", "origin": "o"}]}),
    ("pack", {"lines": [{"n": 0, "text": "a"}]}),
    ("pack", {"lines": [{"n": 1, "text": "a", "box": ["a", 1, 2, 3]}]}),
    ("review", {"rating": 9}),
    ("review", {"n": None}),
    ("review", {"local_date": "2026-13-01"}),
    ("review", {"retrievability": 1e999}),
    ("review", {"retrievability": 10**400}),
    ("review", {"before": {"due_at": 5}}),
    ("review", {"duration_ms": -1}),
    ("quiz", {"items": [{}]}),
    ("settings", {"retention": 40}),
    ("settings", {"four_buttons": 1}),
    ("picture", {"jpeg": "no base64!"}),
]


@pytest.mark.parametrize(("kind", "changes"), WRONG, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(WRONG)])
def test_a_value_of_the_wrong_type_refuses_the_whole_file(
    wiring: Wiring, kind: str, changes: dict[str, Any]
) -> None:
    first, second = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, first)
    with pytest.raises(BadFile):
        world.restored(wiring, second, _with(world.exported(wiring, first), kind, **changes))
    assert world.numbers(wiring, second)["packs"] == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\x1f\x8b garbage",
        gzip.compress(mtime=0, data=b'{"studylens_account": 1, "entries": [')[:-9],
        b'{"studylens_account": 1, "made_at": "", "entries": [',
        b'{"studylens_account": 1, "made_at": "", "entries": [{"pack": ',
        b'{"studylens_account": 1, "made_at": "", "entries": [5]}',
        b'{"studylens_account": 1, "made_at": "", "entries": [{"pack": 5}]}',
        b'{"studylens_account": 1, "made_at": "", "entries": [{"a": 1, "b": 2}]}',
        b'{"studylens_account": 2, "made_at": "", "entries": []}',
        b'{"studylens_account": 1, "made_at": "", "entries": [' + b"[" * 100_000,
        b'{"studylens_account": 1, "made_at": "", "entries": [{"pack": ' + b"1" * 5_000 + b"}]}",
        b'{"studylens_account": 1, "made_at": "\xff", "entries": []}',
        '{"studylens_account": 1, "made_at": "", "entries": []}'.encode("utf-16"),
    ],
)
def test_what_is_no_account_file_is_refused_with_a_sentence(wiring: Wiring, data: bytes) -> None:
    with pytest.raises(Refused) as found:
        world.restored(wiring, world.add_guest(wiring), data)
    assert found.value.sentence


def test_a_gzip_bomb_ends_at_the_limit(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_BYTES", 3_000_000)
    head = b'{"studylens_account": 1, "made_at": "", "entries": ['
    bomb = gzip.compress(head + b'{"later": 1},' * 1_000_000)
    with pytest.raises(Refused, match="larger than"):
        world.restored(wiring, world.add_guest(wiring), bomb)


def test_entries_of_a_later_version_are_left_out(wiring: Wiring) -> None:
    head = b'{"studylens_account": 1, "made_at": "", "entries": [{"later": {"a": 1}}]}'
    assert world.restored(wiring, world.add_guest(wiring), head) == world.Restored()
