"""Files come in step by step: whole or not at all, after a kill too, and nobody waits for them."""

import io
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.database.pace import MOST_ROWS, STEP_SECONDS, Pace
from studylens.errors import BadFile, Busy, DatabaseDown, QuotaReached, TooLarge
from studylens.import_limits import IMPORTS_WAITING_GUEST
from studylens.jobs.imports import apart, queue
from studylens.jobs.imports.carrier import Carrier, Terms
from studylens.jobs.imports.files import ImportFiles
from studylens.models import (
    ARRIVED,
    BROUGHT_IN,
    READING,
    REFUSED,
    STOPPED,
    STORING,
    Flashcard,
    Import,
    ImportStep,
    Pack,
    ReviewLog,
    new_id,
    now,
)
from studylens.study.exchange import incoming
from studylens.study.exchange.arriving import storing
from studylens.study.exchange.tables.choice import checked
from studylens.study.packs.library import Wanted, browse
from studylens.study.record.tallies import recount
from studylens.web.door.wiring import Wiring
from tests.service import HOME, clean_environment
from tests.study.exchange import world
from tests.waiting import until

TABLE = "front,back\n" + "".join(f"f{n},b{n}\n" for n in range(400))


class _Clock:
    """Time passes with each look, so that a step ends after one chunk of rows."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += STEP_SECONDS
        return self.at


def _files(wiring: Wiring) -> ImportFiles:
    return ImportFiles(wiring.config.instance_path / "imports")


def _arrived(wiring: Wiring, guest_id: int, data: bytes, name: str = "words.csv") -> str:
    """Put a file in line that nobody carries yet."""
    made = Import(id=new_id(), guest_id=guest_id, name=name, folder_id=wiring.folder.folder_id)
    _files(wiring).keep(made.id, io.BytesIO(data))
    with wiring.database.writing() as session:
        session.add(made)
    return made.id


def _carrier(wiring: Wiring, is_stopping: Callable[[], bool] = lambda: False) -> Carrier:
    return Carrier(wiring.database, _files(wiring), Terms(wiring.config, apart.read_here), is_stopping)


def _slow() -> Pace:
    return Pace(clock=_Clock(), sleep=lambda _: None)


def _state(wiring: Wiring, import_id: str) -> str:
    with wiring.database.reading() as session:
        return session.get_one(Import, import_id).state


def _count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _half(wiring: Wiring, import_id: str) -> None:
    """Carry an import until some of it is stored, as if the process ended then."""
    looks = iter([False, False, False])
    _carrier(wiring, lambda: next(looks, True)).carry(import_id, _slow())
    assert _state(wiring, import_id) == STORING


@pytest.mark.own_sql
def test_a_file_that_was_cut_off_goes_on_and_nothing_is_doubled(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    import_id = _arrived(wiring, guest_id, TABLE.encode())
    _half(wiring, import_id)
    with wiring.database.reading() as session:
        found = session.get_one(Import, import_id)
        assert 0 < found.place < found.size
        assert 0 < _count(session, Flashcard) < 400
        assert browse(session, guest_id, Wanted()).total == 0  # Nobody sees half of a deck,
        assert browse(session, guest_id, Wanted(trash=True)).total == 0  # nor takes it for trash.
    _carrier(wiring).carry(import_id, _slow())
    with wiring.database.reading() as session:
        assert session.get_one(Import, import_id).counts == {
            "known": 0, "cards": 400, "packs": 1, "pack": session.scalar(select(Pack.id)),
        }  # fmt: skip
        assert _count(session, Flashcard) == 400
        assert browse(session, guest_id, Wanted()).total == 1
        assert _count(session, ImportStep) == 0
    assert list(_files(wiring).root.glob("*.*")) == []


@pytest.mark.own_sql
@pytest.mark.parametrize("again", [False, True], ids=["into an empty account", "into its own"])
def test_who_stops_an_account_half_way_has_what_was_there_before(wiring: Wiring, again: bool) -> None:
    first = world.add_guest(wiring)
    world.add_history(wiring, first)
    home = first if again else world.add_guest(wiring)
    data = world.exported(wiring, first)
    if again:  # Something is missing.
        with wiring.database.writing() as session:
            session.delete(session.scalars(select(Flashcard)).first())
            session.delete(session.scalars(select(ReviewLog).order_by(ReviewLog.id.desc())).first())
            session.flush()
            recount(session, home)
    before = world.numbers(wiring, home)
    import_id = _arrived(wiring, home, data, "account.json")
    _carry_but_the_end(wiring, import_id)
    assert world.numbers(wiring, home)["review_log"] > before["review_log"]
    with wiring.database.writing() as session:
        queue.cancel(session, session.get_one(Import, import_id))
    _carrier(wiring).carry(import_id, _slow())
    assert _state(wiring, import_id) == STOPPED
    assert world.numbers(wiring, home) == before


def _carry_but_the_end(wiring: Wiring, import_id: str) -> None:
    """Store all lines, but for the last step that shows them."""
    carrier = _carrier(wiring, lambda: False)
    with wiring.database.writing() as session:
        session.get_one(Import, import_id).state = READING
    carrier._read_all(carrier._found(import_id))  # type: ignore[arg-type]
    with wiring.database.writing() as session, _files(wiring).paths(import_id).lines.open("rb") as lines:
        found = session.get_one(Import, import_id)
        while storing.store_some(session, _slow(), found, lines):
            pass


def test_a_full_disk_in_the_middle_waits_and_goes_on(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = _arrived(wiring, world.add_guest(wiring), TABLE.encode())
    _half(wiring, import_id)

    def full(*_: Any, **__: Any) -> bool:
        raise DatabaseDown from sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "store_some", full)
        with pytest.raises(DatabaseDown):
            _carrier(wiring).carry(import_id, _slow())
    assert _state(wiring, import_id) == STORING
    _carrier(wiring).carry(import_id, _slow())
    assert _state(wiring, import_id) == BROUGHT_IN


def test_two_guests_at_once_both_get_all_of_theirs(wiring: Wiring) -> None:
    guests = [world.add_guest(wiring) for _ in range(2)]
    threads = [
        threading.Thread(target=world.taken_in, args=(wiring, guest, TABLE.encode(), "words.csv"))
        for guest in guests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(world.numbers(wiring, guest)["cards"]) for guest in guests] == [400, 400]


@pytest.mark.own_sql
def test_many_files_of_one_student_wait_for_one_of_another(wiring: Wiring) -> None:
    first, second = world.add_guest(wiring), world.add_guest(wiring)
    mine = [_arrived(wiring, first, b"a,b\n") for _ in range(3)]
    theirs = _arrived(wiring, second, b"a,b\n")
    own = wiring.folder.folder_id
    with wiring.database.writing() as session:
        done = session.get_one(Import, mine[0])
        done.state, done.started_at = BROUGHT_IN, now()
        session.flush()
        assert queue.next_import(session, own) == theirs
        assert queue.place_in_line(session, session.get_one(Import, theirs)) == 3
        session.get_one(Import, mine[1]).state = READING
        session.flush()
        assert queue.next_import(session, own) == mine[1]  # What was begun goes on first.


def test_only_so_many_files_of_one_student_wait(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    for _ in range(IMPORTS_WAITING_GUEST):
        _arrived(wiring, guest_id, b"a,b\n")
    with pytest.raises(QuotaReached, match="still on their way"):
        wiring.importer.take(Import(id=new_id(), guest_id=guest_id), io.BytesIO(b"a,b\n"))
    assert len(list(_files(wiring).root.glob("*.sent"))) == IMPORTS_WAITING_GUEST


def test_an_import_that_waits_is_stopped_at_once(wiring: Wiring) -> None:
    import_id = _arrived(wiring, world.add_guest(wiring), b"a,b\n")
    with wiring.database.writing() as session:
        assert session.get_one(Import, import_id).state == ARRIVED
        queue.cancel(session, session.get_one(Import, import_id))
    assert _state(wiring, import_id) == STOPPED


def test_what_cannot_be_stored_is_taken_back_and_said(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest_id = world.add_guest(wiring)
    import_id = _arrived(wiring, guest_id, TABLE.encode())
    _half(wiring, import_id)
    with monkeypatch.context() as patched:
        patched.setattr(storing, "store_some", lambda *_, **__: 1 // 0)
        _carrier(wiring).carry(import_id, _slow())
    with wiring.database.reading() as session:
        found = session.get_one(Import, import_id)
        assert (found.state, found.error_code) == ("failed", Busy.code)
        assert _count(session, Pack) == _count(session, Flashcard) == 0


@pytest.mark.own_sql
def test_a_file_beyond_what_the_server_keeps_is_taken_back_and_said(wiring: Wiring) -> None:
    small = Terms(replace(wiring.config, kept_cards=300), apart.read_here)
    import_id = _arrived(wiring, world.add_guest(wiring), TABLE.encode())
    Carrier(wiring.database, _files(wiring), small, lambda: False).carry(import_id, _slow())
    with wiring.database.reading() as session:
        found = session.get_one(Import, import_id)
        assert (found.state, found.error_code) == (REFUSED, "no_room")
        assert _count(session, Flashcard) == 0


def test_a_step_ends_in_time_and_chunks_become_smaller_where_rows_are_slow() -> None:
    class Slow:
        at = 0.0

        def __call__(self) -> float:
            return self.at

    clock = Slow()
    pace = Pace(clock=clock, sleep=lambda _: None)
    pace.begin()
    rows = pace.rows
    clock.at = STEP_SECONDS / 2
    assert pace.goes_on()
    assert pace.rows == rows // 2
    clock.at = STEP_SECONDS * 0.8
    assert not pace.goes_on()  # The next chunk would end too late.
    for _ in range(20):
        pace.goes_on()
    assert pace.rows == MOST_ROWS


def test_reading_has_a_budget_that_grows_with_what_was_found() -> None:
    at = [0.0]
    budget = incoming.Budget(clock=lambda: at[0])
    at[0] = 6.0
    with pytest.raises(TooLarge, match="takes too long"):
        budget.spend()
    for _ in range(1_100):
        budget._notes += 1
    budget.spend()
    budget._notes = 10**6
    at[0] = incoming.MOST_CPU_SECONDS + 0.1
    with pytest.raises(TooLarge):
        budget.spend()


@pytest.mark.process
def test_a_file_is_read_apart_by_a_process_that_knows_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ImportFiles(tmp_path).paths(new_id())
    paths.sent.write_text("front,back\n" + "".join(f"{n:0100},b\n" for n in range(1_000)))
    found = apart.read_apart(paths, "words.csv", lambda: False, choice=checked(heading=False))
    assert found.size == paths.lines.stat().st_size
    assert paths.lines.read_text().count("\n") == 1_001
    paths.sent.write_bytes(b"PK" + b"x" * 100)
    with pytest.raises(BadFile):
        apart.read_apart(paths, "deck.apkg", lambda: False)
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", "import sys; sys.stdin.read()"))
    with pytest.raises(apart.Stopped):
        apart.read_apart(paths, "deck.apkg", lambda: True)
    told_to_end = (  # As all of a service are at once; whether the reading ends is its parent's to say.
        "import os\nfrom studylens.study.exchange import apart, reading\n"
        "apart.read = lambda *of, **how: (os.kill(os.getpid(), 15), reading.read(*of, **how))[1]\n"
        "apart.main()"
    )
    paths.sent.write_bytes(b"\x1f\x8b")
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", told_to_end))
    with pytest.raises(BadFile):
        apart.read_apart(paths, "account.json.gz", lambda: False)
    spin = "import resource, signal; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", spin))
    with pytest.raises(TooLarge, match="takes too long"):  # What the kernel ends is said, too.
        apart.read_apart(paths, "deck.apkg", lambda: False)


KILLED = """
    import sys
    from itertools import count
    from app import create_app
    from studylens.database.pace import Pace
    from studylens.jobs.imports.apart import read_here
    from studylens.web.door.wiring import EXTENSION
    steps = iter(range(1))
    def rest(_):
        if next(steps, None) is None:
            print("in the middle", flush=True)
            sys.stdin.read()
    time = count(0.0, 0.03)
    importing = {"read": read_here, "pace": lambda: Pace(lambda: next(time), rest)}
    app = create_app({"instance_dir": sys.argv[1], "IMPORTING": importing})
    importer = app.extensions[EXTENSION].importer
    importer.wake()
    importer._thread.join()
"""


@pytest.mark.process
@pytest.mark.sqlite("the database of the killed process is this file")
def test_after_a_kill_in_the_middle_the_next_sweep_goes_on(wiring: Wiring) -> None:
    table = "".join(f"{n},{n}\n" for n in range(5_000)).encode()
    guest_id = world.add_guest(wiring)
    import_id = _arrived(wiring, guest_id, table)
    folder = wiring.config.instance_path
    line = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder)]
    with subprocess.Popen(
        line,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HOME,
        env=clean_environment(folder),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        wiring.importer.sweep()  # Somebody else carries it: nothing happens.
        process.send_signal(signal.SIGKILL)
        process.wait()
    with wiring.database.reading() as session:
        assert 0 < _count(session, Flashcard) < 5_000
    wiring.importer.sweep()
    until(lambda: _state(wiring, import_id) == BROUGHT_IN, "the rest of the file", 20)
    with wiring.database.reading() as session:
        assert _count(session, Flashcard) == 5_000
        assert browse(session, guest_id, Wanted()).total == 10
