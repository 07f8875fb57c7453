"""Fair turns: one job of each student in a round, whatever comes, is cancelled, crashes or is held back."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from database_config import Database
from studylens import limits
from studylens.errors import Busy, OutOfMemory
from studylens.jobs import leases, queue
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import sweep
from studylens.jobs.turns import order, place
from studylens.models import QUEUED, Batch, Guest, Job, new_id, now
from studylens.reader_limits import FIRST_LINES_SECONDS
from studylens.web.door.wiring import Wiring
from tests.jobs.test_queue import RUNNER, change, job, send, upload

pytestmark = pytest.mark.own_sql


@pytest.fixture
def folder(wiring: Wiring) -> UploadFolder:
    return wiring.folder


@pytest.fixture
def guests(database: Database) -> list[int]:
    with database.writing() as session:
        made = [Guest(token_hash=new_id()) for _ in range(4)]
        session.add_all(made)
        session.flush()
        return [guest.id for guest in made]


def photos(count: int) -> dict[str, Any]:
    return {"uploads": tuple(upload() for _ in range(count))}


def take(database: Database, folder: UploadFolder, count: int) -> list[str]:
    """Claim and end so many jobs; return their ids in order."""
    taken = []
    for _ in range(count):
        claimed = leases.claim(database, folder.folder_id, RUNNER)
        assert claimed is not None
        taken.append(claimed.job_id)
        leases.fail(database, claimed, OutOfMemory())
    return taken


def position(database: Database, job_id: str) -> int:
    with database.reading() as session:
        return place.place_in_queue(session, session.get_one(Job, job_id))


@pytest.mark.parametrize("first", [0, 3])
def test_ten_photos_of_one_student_let_another_ones_go_next(
    database: Database, folder: UploadFolder, guests: list[int], first: int
) -> None:
    many = send(database, folder, guests[first], **photos(10))
    assert take(database, folder, 1) == many[:1]
    (one,) = send(database, folder, guests[3 - first], **photos(1))
    assert (position(database, one), position(database, many[1])) == (1, 2)
    assert take(database, folder, 3) == [one, *many[1:3]]


def test_texts_of_one_student_do_not_starve_the_photo_of_another(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    texts = [send(database, folder, guests[0], text=f"notes {n}")[0] for n in range(4)]
    (photo,) = send(database, folder, guests[1], **photos(1))
    assert position(database, photo) == 2
    assert take(database, folder, 3) == [texts[0], photo, texts[1]]


def test_photos_of_one_student_do_not_starve_the_text_of_another(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    many = send(database, folder, guests[1], **photos(4))
    (note,) = send(database, folder, guests[0], text="notes")
    assert take(database, folder, 2) == [note, many[0]]


def test_a_cancelled_photo_costs_its_student_no_turn(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    first, second = send(database, folder, guests[0], **photos(2))
    theirs = send(database, folder, guests[1], **photos(3))
    queue.cancel(database, folder, first)
    assert position(database, second) == 1
    assert take(database, folder, 2) == [second, theirs[0]]


def test_a_job_that_crashes_lets_the_others_go_before_its_next_attempt(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    (bad,) = send(database, folder, guests[0], **photos(1))
    theirs = send(database, folder, guests[1], **photos(2))
    claimed = leases.claim(database, folder.folder_id, RUNNER)
    assert claimed is not None
    assert claimed.job_id == bad
    leases.retry_or_fail(database, claimed, OutOfMemory())
    assert take(database, folder, 3) == [theirs[0], bad, theirs[1]]


def test_a_job_waits_for_its_own_moment_and_its_student_gets_no_two_turns_for_it(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    held = send(database, folder, guests[0], **photos(3))
    theirs = send(database, folder, guests[1], **photos(5))
    for job_id in held:
        change(database, job_id, not_before=now() + timedelta(minutes=5))
    assert take(database, folder, 3) == theirs[:3]
    assert (position(database, theirs[3]), position(database, theirs[4])) == (1, 2)
    for job_id in held:
        change(database, job_id, not_before=now() - timedelta(seconds=1))
    assert take(database, folder, 4) == [held[0], theirs[3], held[1], theirs[4]]


def test_photos_that_are_lost_leave_no_gap_in_their_student_s_turns(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    mine = send(database, folder, guests[0], **photos(3))
    theirs = send(database, folder, guests[1], **photos(2))
    for lost in mine[:2]:
        folder.remove(lost)
    sweep(database, folder)
    assert take(database, folder, 3) == [mine[2], *theirs]


def test_who_has_little_in_a_full_line_still_gets_in(
    database: Database, folder: UploadFolder, guests: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_QUEUED_JOBS", 3)
    monkeypatch.setattr(limits, "FAIR_QUEUED_JOBS", 2)
    send(database, folder, guests[0], **photos(3))
    with pytest.raises(Busy):
        send(database, folder, guests[0], **photos(1))
    assert position(database, send(database, folder, guests[1], **photos(2))[0]) == 2
    with pytest.raises(Busy):
        send(database, folder, guests[1], **photos(1))
    monkeypatch.setattr(limits, "MOST_QUEUED_JOBS", 5)
    with pytest.raises(Busy):
        send(database, folder, guests[2], **photos(1))


def test_the_estimate_counts_the_jobs_before_by_their_kinds(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    (photo,) = send(database, folder, guests[0], **photos(1))
    (text_before,) = send(database, folder, guests[1], text="notes")
    (mine,) = send(database, folder, guests[2], **photos(1))
    for done, seconds in ((photo, 40), (text_before, 3)):
        began = {"started_at": now() - timedelta(seconds=seconds), "finished_at": now()}
        change(database, done, state="done", **began)
    for _ in range(2):
        send(database, folder, guests[1], text="notes")
    with database.reading() as session:
        row = session.get_one(Job, mine)
        assert place.estimate_seconds(session, row) == pytest.approx(43, abs=1)


def test_a_forecast_counts_the_turns_before_photos_that_would_come_now(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    (timed,) = send(database, folder, guests[0], **photos(1))
    change(database, timed, state="done", started_at=now() - timedelta(seconds=40), finished_at=now())
    send(database, folder, guests[0], **photos(3))
    send(database, folder, guests[1], **photos(1))
    with database.reading() as session:
        told = {
            (guest, pages): place.forecast(session, folder.folder_id, guest, pages)
            for guest, pages in ((None, 1), (None, 2), (guests[0], 1), (guests[1], 1))
        }
    assert {asked: found and round(found.photos / 40) for asked, found in told.items()} == {
        (None, 1): 3,  # One of each student, and one's own.
        (None, 2): 5,  # The next of the first student, and one's own again.
        (guests[0], 1): 5,  # One's own three, and that of the other.
        (guests[1], 1): 4,  # One's own, and two of the other.
    }
    ours = told[None, 1]
    assert ours
    assert ours.lines == pytest.approx(80 + FIRST_LINES_SECONDS, abs=1)


def test_the_forecast_is_the_estimate_of_photos_that_have_come(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    (timed,) = send(database, folder, guests[0], **photos(1))
    change(database, timed, state="done", started_at=now() - timedelta(seconds=40), finished_at=now())
    for guest, count in zip(guests, (3, 1, 2), strict=False):
        send(database, folder, guest, **photos(count))
    take(database, folder, 2)
    with database.reading() as session:
        told = place.forecast(session, folder.folder_id, guests[1], 2)
    *_, last = send(database, folder, guests[1], **photos(2))
    with database.reading() as session:
        found = place.estimate_seconds(session, session.get_one(Job, last))
    assert found
    assert told
    assert told.photos == pytest.approx(found, abs=1)


def test_without_a_photo_that_was_timed_nothing_is_forecast(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    send(database, folder, guests[0], **photos(1))
    with database.reading() as session:
        assert place.forecast(session, folder.folder_id, None, 1) is None


@pytest.mark.parametrize("seed", range(6))
def test_nobody_waits_for_more_jobs_than_there_are_students(
    database: Database, folder: UploadFolder, guests: list[int], seed: int
) -> None:
    """Between two jobs of a student, or from the first one's coming to its turn, others have one each."""
    chance = random.Random(seed)
    served_since: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    waiting: dict[int, list[str]] = defaultdict(list)
    for _ in range(60):
        guest = chance.choice(guests)
        act = chance.choice(["photo", "text", "many", "cancel", "serve", "serve", "serve"])
        if act == "cancel" and waiting[guest]:
            queue.cancel(database, folder, waiting[guest].pop(chance.randrange(len(waiting[guest]))))
        elif act in {"photo", "text", "many"}:
            what = {"photo": photos(1), "text": {"text": "notes"}, "many": photos(3)}[act]
            if not waiting[guest]:
                served_since[guest].clear()
            waiting[guest] += send(database, folder, guest, **what)
        elif any(waiting.values()):
            (taken,) = take(database, folder, 1)
            owner = job(database, taken).guest_id
            waiting[owner].remove(taken)
            for other in guests:
                served_since[other][owner] += other != owner
            assert max(served_since[owner].values(), default=0) <= 1
            served_since[owner].clear()


def test_the_place_that_is_shown_is_the_order_in_which_jobs_are_taken(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    for guest, count in zip(guests, (3, 1, 2, 2), strict=True):
        send(database, folder, guest, **photos(count))
    take(database, folder, 2)
    send(database, folder, guests[1], text="notes")
    with database.reading() as session:
        waiting = list(session.scalars(select(Job).where(Job.state == QUEUED)))
        shown = {place.place_in_queue(session, row): row.id for row in waiting}
    assert sorted(shown) == list(range(1, len(waiting) + 1))
    assert take(database, folder, len(waiting)) == [shown[n] for n in sorted(shown)]


def test_the_next_job_is_found_by_the_index_without_sorting(
    database: Database, folder: UploadFolder, guests: list[int]
) -> None:
    batch = Batch(guest_id=guests[0])
    batch.jobs = [
        Job(guest_id=guests[0], kind="photo", folder_id=folder.folder_id, turn=n,
            state=QUEUED if n < 200 else "done") for n in range(1000)
    ]  # fmt: skip
    with database.writing() as session:
        session.add(batch)
    with database.writing() as session:
        if not database.is_sqlite:
            session.execute(text("ANALYZE jobs"))
    query = order.next_in(folder.folder_id)
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    word = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.reading() as session:
        plan = " ".join(str(row) for row in session.connection().exec_driver_sql(f"{word} {compiled}"))
    assert "ix_jobs_turn" in plan
    assert "SORT" not in plan.upper()
    assert "TEMP B-TREE" not in plan.upper()
