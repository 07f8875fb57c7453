"""What goes wrong beside a file: a machine that is gone, a database that is away, an error of our own."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from studylens.database.pace import MOST_ROWS, Pace
from studylens.errors import BadFile, Busy, DatabaseDown, NotFound, QuotaReached
from studylens.import_limits import IMPORTS_WAITING_GUEST
from studylens.jobs.imports import apart, queue
from studylens.jobs.imports.carrier import Carrier, Terms
from studylens.jobs.imports.files import ImportFiles
from studylens.limits import FOREIGN_QUEUE_SECONDS
from studylens.models import (
    BROUGHT_IN,
    READING,
    REFUSED,
    SHOWING,
    STOPPED,
    STORING,
    Folder,
    Guest,
    Import,
    new_id,
    now,
)
from studylens.study.exchange.arriving import showing, storing
from studylens.study.exchange.reading import Read
from studylens.study.packs.library import Wanted, browse
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.waiting import until

CARDS = b"front,back\none,two\n"


def _files(wiring: Wiring) -> ImportFiles:
    return ImportFiles(wiring.config.instance_path / "imports")


def _arrived(wiring: Wiring, guest_id: int) -> str:
    """Put a file in line that nobody carries yet."""
    made = Import(id=new_id(), guest_id=guest_id, name="words.csv", folder_id=wiring.folder.folder_id)
    _files(wiring).keep(made.id, io.BytesIO(CARDS))
    with wiring.database.writing() as session:
        session.add(made)
    return made.id


def _found(wiring: Wiring, import_id: str) -> Import:
    with wiring.database.reading() as session:
        return session.get_one(Import, import_id)


def _carry(wiring: Wiring, import_id: str, read: Any = apart.read_here) -> None:
    terms = Terms(wiring.config, read)
    Carrier(wiring.database, _files(wiring), terms, lambda: False).carry(
        import_id, Pace(sleep=lambda _: None)
    )


def _packs(wiring: Wiring, guest_id: int) -> int:
    with wiring.database.reading() as session:
        return browse(session, guest_id, Wanted()).total


@pytest.mark.own_sql
def test_of_a_machine_that_is_gone_what_is_shown_stays_and_what_needs_its_file_goes(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, half = (world.add_guest(wiring) for _ in range(2))
    ids = {SHOWING: _arrived(wiring, shown), STORING: _arrived(wiring, half)}
    with monkeypatch.context() as patched:  # It dies when all is shown, and not yet counted.
        patched.setattr(showing, "settle", _fail)
        with pytest.raises(DatabaseDown):
            _carry(wiring, ids[SHOWING])
    long_ago = now() - timedelta(seconds=FOREIGN_QUEUE_SECONDS + 60)
    with wiring.database.writing() as session:
        session.add(Folder(folder_id="f" * 32, seen_at=long_ago))
        for state, import_id in ids.items():
            moved = {"state": state, "folder_id": "f" * 32}
            session.execute(update(Import).where(Import.id == import_id).values(**moved))
    wiring.importer.sweep()
    until(lambda: _found(wiring, ids[SHOWING]).state == BROUGHT_IN, "the end of what is shown")
    until(lambda: _found(wiring, ids[STORING]).state == REFUSED, "the end of the other")
    assert _found(wiring, ids[SHOWING]).error_code is None
    assert (_packs(wiring, shown), _packs(wiring, half)) == (1, 0)


def _fail(*_: object) -> None:
    raise DatabaseDown


def test_a_database_that_is_away_while_a_file_is_read_does_not_refuse_the_file(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    import_id = _arrived(wiring, guest_id)
    with pytest.raises(DatabaseDown):
        _carry(wiring, import_id, _fail)
    assert _found(wiring, import_id).state == READING
    _carry(wiring, import_id)
    assert _packs(wiring, guest_id) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(BadFile(), "bad_file"), (ZeroDivisionError(), Busy.code), (OSError(11, "x"), Busy.code)],
)
def test_a_file_that_cannot_be_read_is_refused_for_good(wiring: Wiring, error: Exception, code: str) -> None:
    def read(*_of: object) -> Read:
        raise error

    import_id = _arrived(wiring, world.add_guest(wiring))
    _carry(wiring, import_id, read)
    found = _found(wiring, import_id)
    assert (found.state, found.error_code) == (REFUSED, code)


@pytest.mark.own_sql
def test_an_import_that_is_stopped_in_the_moment_of_its_turn_does_not_begin(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    import_id = _arrived(wiring, guest_id)
    carrier = Carrier(wiring.database, _files(wiring), Terms(wiring.config, apart.read_here), lambda: False)
    its_turn = _found(wiring, import_id)
    with wiring.database.writing() as session:
        queue.cancel(session, session.get_one(Import, import_id))
    carrier._read_all(its_turn)
    carrier.carry(import_id, Pace(sleep=lambda _: None))
    assert _found(wiring, import_id).state == STOPPED
    assert _packs(wiring, guest_id) == 0


@pytest.mark.parametrize("error", [ZeroDivisionError, DatabaseDown])
def test_one_file_that_cannot_end_holds_up_nobody_else(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    ill, well = (_arrived(wiring, world.add_guest(wiring)) for _ in range(2))
    with monkeypatch.context() as patched:
        real = showing.settle

        def settle(database: Any, found: Import, pace: Any) -> None:
            if found.id == ill:
                raise error
            real(database, found, pace)

        patched.setattr(showing, "settle", settle)
        wiring.importer.sweep()
        until(lambda: _found(wiring, well).state == BROUGHT_IN, "the other file")
        assert _found(wiring, ill).state == SHOWING
        until(lambda: wiring.importer._thread is None, "the thread's end")
    wiring.importer.sweep()
    until(lambda: _found(wiring, ill).state == BROUGHT_IN, "the second try")


def test_who_waits_for_a_slow_database_does_not_hold_up_who_carries(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bool] = []

    def asked_slowly(_import_id: str) -> bool:
        stopping = threading.Thread(target=wiring.importer.stop)
        stopping.start()
        stopping.join(5)
        done.append(not stopping.is_alive())
        return True

    monkeypatch.setattr(wiring.importer, "_is_on_its_way", asked_slowly)
    wiring.importer.wait(new_id())
    assert done == [True]


class _Slow(io.BytesIO):
    """A file during whose writing to disk something happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__(CARDS)
        self.meanwhile = meanwhile

    def seek(self, place: int, whence: int = 0) -> int:
        self.meanwhile()
        return super().seek(place, whence)


@pytest.mark.own_sql
def test_who_sends_many_files_in_one_moment_has_no_more_of_them_wait(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    file = _Slow(lambda: [_arrived(wiring, guest_id) for _ in range(IMPORTS_WAITING_GUEST)])
    with pytest.raises(QuotaReached):
        wiring.importer.take(Import(id=new_id(), guest_id=guest_id), file)
    assert len(list(_files(wiring).root.glob("*.sent"))) == IMPORTS_WAITING_GUEST


def test_a_file_of_somebody_who_deletes_everything_meanwhile_is_not_kept(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)

    def delete_all() -> None:
        with wiring.database.writing() as session:
            session.delete(session.get_one(Guest, guest_id))

    with pytest.raises(NotFound):
        wiring.importer.take(Import(id=new_id(), guest_id=guest_id), _Slow(delete_all))
    assert list(_files(wiring).root.glob("*.sent")) == []


def test_long_lines_are_held_in_memory_a_few_at_a_time() -> None:
    picture = b'["picture","x","pack_pictures","' + b"A" * 100_000 + b'"]\n'
    staged = io.BytesIO(picture * 50)
    held = []
    while lines := storing._lines(staged, MOST_ROWS):
        held.append(len(lines))
    assert sum(held) == 50
    assert max(held) * len(picture) < 512 * 1024
