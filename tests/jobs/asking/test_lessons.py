"""What is taught goes through the queue: in turn, resumed photo by photo, with what the guest has taught."""

import base64
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from database_config import Database
from studylens.analysis.protocol import taught
from studylens.errors import Cancelled, NotFound, NothingTaught
from studylens.jobs import leases
from studylens.jobs.asking import lessons
from studylens.jobs.queue import NO_BOUND, Asker, Quota, Submission, check_room, submit
from studylens.models import LEARN, PHOTO, QUEUED, RUNNING, TRAIN, Batch, Job, PhotoSet, SetPhoto
from studylens.study.teaching import photos
from studylens.study.teaching.store import Named, add_class, add_set
from studylens.uploads.upload import Upload, accept
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.web.teaching import world

pytestmark = pytest.mark.own_sql
FEATURES = base64.b64encode(b"\0" * 2560).decode()


@pytest.fixture
def guest(wiring: Wiring) -> int:
    return add_guest(wiring)


def uploads(*numbers: int) -> tuple[Upload, ...]:
    return tuple(accept(world.picture(n), f"{n}.jpg", max_bytes=10**6) for n in numbers)


def teach(wiring: Wiring, guest: int, *numbers: int) -> int:
    """Queue photos for a new set of one class, then its training; return the set's id."""
    with wiring.database.writing() as session:
        made = add_set(session, guest, Named("Leaves"))
        class_id, set_id = add_class(session, made, Named("Oak")).id, made.id

    def note(session, batch: Batch) -> None:  # type: ignore[no-untyped-def]
        photos.add(session, session.get_one(PhotoSet, set_id).classes[0], batch.jobs)

    asked = Submission(guest, "", uploads=uploads(*numbers), photo_kind=LEARN)
    submit(wiring.database, wiring.folder, asked, quota=NO_BOUND, alongside=note)
    training = Submission(guest, "", text=str(set_id), text_kind=TRAIN)
    submit(wiring.database, wiring.folder, training, quota=NO_BOUND)
    assert class_id
    return set_id


def claims(wiring: Wiring) -> Iterator[leases.Claim]:
    while claimed := leases.claim(wiring.database, wiring.folder.folder_id, "f" * 32):
        yield claimed


def learnt(database: Database) -> list[bool]:
    with database.reading() as session:
        return [row is not None for row in session.scalars(select(SetPhoto.features).order_by(SetPhoto.id))]


def test_after_a_kill_the_photos_that_were_looked_at_stay_and_the_rest_goes_on(
    wiring: Wiring, guest: int
) -> None:
    set_id = teach(wiring, guest, 1, 2, 3)
    waiting = claims(wiring)
    leases.finish(wiring.database, next(waiting), taught.Learnt(FEATURES, "", 0, 0))
    killed = next(waiting)  # Its runner is gone now.
    leases.recover(wiring.database, wiring.folder.folder_id)
    assert learnt(wiring.database) == [True, False, False]
    again = next(waiting)
    assert (again.job_id, again.attempt) == (killed.job_id, 2)
    for claimed in (again, next(waiting)):
        leases.finish(wiring.database, claimed, taught.Learnt(FEATURES, "", 0, 0))
    training = next(waiting)
    assert training.kind == TRAIN
    path = lessons.prepare(wiring.database, wiring.folder, training).path
    assert path
    [known] = taught.read(path)
    assert (known.set_id, len(known.photos), len(known.features)) == (set_id, 3, 3 * 2560)
    wiring.folder.remove_taught(training.job_id)
    assert not path.exists()


def test_a_training_waits_for_its_photos(wiring: Wiring, guest: int) -> None:
    teach(wiring, guest, 1, 2)
    kinds = []
    for claimed in claims(wiring):
        kinds.append(claimed.kind)
        leases.fail(wiring.database, claimed, Cancelled())
    assert kinds == [LEARN, LEARN, TRAIN]


def test_a_training_of_photos_that_could_not_be_read_says_so(wiring: Wiring, guest: int) -> None:
    teach(wiring, guest, 1)
    waiting = claims(wiring)
    leases.fail(wiring.database, next(waiting), Cancelled())
    with pytest.raises(NothingTaught):
        lessons.prepare(wiring.database, wiring.folder, next(waiting))


def test_a_set_that_was_deleted_meanwhile_ends_its_training(wiring: Wiring, guest: int) -> None:
    set_id = teach(wiring, guest, 1)
    with wiring.database.writing() as session:
        session.delete(session.get_one(PhotoSet, set_id))
    waiting = claims(wiring)
    assert leases.finish(wiring.database, next(waiting), taught.Learnt(FEATURES, "", 0, 0))
    with pytest.raises(NotFound):
        lessons.prepare(wiring.database, wiring.folder, next(waiting))


def test_a_photo_that_is_read_brings_trained_sets_alone(wiring: Wiring, guest: int) -> None:
    trained = world.add_taught(wiring, guest)
    with wiring.database.writing() as session:
        add_set(session, guest, Named("Untrained"))
    submit(wiring.database, wiring.folder, Submission(guest, "", uploads=uploads(9)), quota=NO_BOUND)
    claimed = next(claims(wiring))
    found = lessons.prepare(wiring.database, wiring.folder, claimed)
    assert claimed.kind == PHOTO
    assert found.path
    assert [known.set_id for known in taught.read(found.path)] == [trained]
    answer = taught.Answer(trained, "this", 1, 0.9, 1)
    leases.note_seen(wiring.database, claimed, taught.Seen([answer]))
    with wiring.database.reading() as session:
        [kept] = session.get_one(Job, claimed.job_id).identified or []
        assert kept["verdict"] == "this"


def test_sets_without_a_training_are_only_told(wiring: Wiring, guest: int) -> None:
    with wiring.database.writing() as session:
        add_set(session, guest, Named("Untrained"))
    submit(wiring.database, wiring.folder, Submission(guest, "", uploads=uploads(9)), quota=NO_BOUND)
    assert lessons.prepare(wiring.database, wiring.folder, next(claims(wiring))) == lessons.Lessons(
        untaught=True
    )


def test_photos_that_are_taught_do_not_count_among_those_that_are_read(wiring: Wiring, guest: int) -> None:
    teach(wiring, guest, *range(5))
    with wiring.database.reading() as session:
        states = session.scalars(select(Job.state)).all()
        assert set(states) <= {QUEUED, RUNNING}

        check_room(session, Asker(guest, ""), 2, Quota(2, 2), folder_id="")
