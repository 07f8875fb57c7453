"""What is left running is queued again: at once by lock, else by lease; and lines with several workers."""

from datetime import timedelta
from pathlib import Path

import pytest

from database_config import Database
from studylens import limits
from studylens.errors import Busy
from studylens.jobs import leases
from studylens.jobs.folder import UploadFolder
from studylens.jobs.lock import MachineLock
from studylens.jobs.turns import place
from studylens.models import QUEUED, RUNNING, Job, now
from tests.jobs.test_queue import change, folder, job, send, upload
from tests.jobs.test_turns import guests, photos

__all__ = ["folder", "guests"]
pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest(guests: list[int]) -> int:
    return guests[0]


def test_who_ran_under_this_lock_is_gone_and_who_ran_under_another_may_live(
    database: Database, folder: UploadFolder, guest: int
) -> None:
    mine, theirs, dead = send(database, folder, guest, uploads=(upload(),) * 3)
    for lock in ("a" * 16, "b" * 16, "b" * 16):
        leases.claim(database, folder.folder_id, lock + "0" * 16)
    change(database, dead, lease_until=now() - timedelta(seconds=1))
    leases.recover(database, folder.folder_id, lock_id="a" * 16)
    assert [job(database, each).state for each in (mine, theirs, dead)] == [QUEUED, RUNNING, QUEUED]


def test_a_lock_is_known_again_by_its_next_holder_and_is_no_other(tmp_path: Path) -> None:
    first, next_one, other = (MachineLock(tmp_path / name) for name in ("lock", "lock", "another"))
    assert first.acquire()
    known = first.identity
    assert len(known) == 16
    first.release()
    assert next_one.acquire()
    assert next_one.identity == known
    assert other.acquire()
    assert other.identity != known
    next_one.path.chmod(0o400)  # As if made at another moment, on a machine that is like this one otherwise.
    assert next_one.identity != known
    with pytest.raises(RuntimeError):
        _ = first.identity
    for each in (next_one, other):
        each.release()


def test_the_estimate_shares_the_work_among_who_is_at_it(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    (past,) = send(database, folder, guests[0], **photos(1))
    change(database, past, state="done", started_at=now() - timedelta(seconds=40), finished_at=now())
    for guest_id in guests[:3]:
        send(database, folder, guest_id, **photos(1))
    (mine,) = send(database, folder, guests[3], **photos(1))
    estimates = []
    for at_work in range(4):
        if at_work:
            assert leases.claim(database, folder.folder_id, f"{at_work:032}")
        with database.reading() as session:
            assert place.workers(session, folder.folder_id) == at_work
            estimates.append(place.estimate_seconds(session, session.get_one(Job, mine)))
    assert estimates == pytest.approx([
        40 + 3 * 40,  # Nobody is at work yet: one will be.
        40 + 40 + 2 * 40,
        40 + (2 * 40 + 40) / 2,
        40 + 40,
    ], abs=2)  # fmt: skip


def test_a_line_is_full_by_its_own_folder_and_longer_with_more_workers(
    database: Database, folder: UploadFolder, guests: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_QUEUED_JOBS", 2)
    monkeypatch.setattr(limits, "FAIR_QUEUED_JOBS", 0)
    for each in send(database, folder, guests[0], **photos(2)):
        change(database, each, folder_id="f" * 32)  # Of a machine that is gone, or of a second one.
    send(database, folder, guests[0], **photos(2))
    with pytest.raises(Busy):
        send(database, folder, guests[1], **photos(1))
    for n in range(2):
        assert leases.claim(database, folder.folder_id, f"{n:032}")
    send(database, folder, guests[1], **photos(4))
    with pytest.raises(Busy):
        send(database, folder, guests[1], **photos(1))
