"""The rows of a pack that is stored before its job ends, whatever happens to either meanwhile."""

import pytest
from sqlalchemy import select

from database_config import Database
from studylens import limits
from studylens.errors import Cancelled
from studylens.jobs import leases, queue, upkeep
from studylens.jobs.folder import UploadFolder
from studylens.models import DONE, Flashcard, Job, Pack, PackPage
from studylens.study.packs.merging import merge
from studylens.study.packs.trash import delete_for_good
from studylens.web.door.wiring import Wiring
from tests.jobs.fake_analysis import CAPTION, analysis, described
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import guest

pytestmark = pytest.mark.own_sql

RUNNER = "r" * 32
MADE = analysis("made")


@pytest.fixture
def folder(wiring: Wiring) -> UploadFolder:
    return wiring.folder


@pytest.fixture
def student(wiring: Wiring) -> int:
    return guest(wiring)


def claim(database: Database, folder: UploadFolder, student: int) -> leases.Claim:
    """Send a photo and claim it."""
    send(database, folder, student, uploads=(upload(),))
    return claim_again(database, folder)


def claim_again(database: Database, folder: UploadFolder) -> leases.Claim:
    claimed = leases.claim(database, folder.folder_id, RUNNER)
    assert claimed is not None
    return claimed


def stored(database: Database, folder: UploadFolder, student: int) -> leases.Claim:
    """Send a photo whose pack is stored and whose job still runs."""
    claimed = claim(database, folder, student)
    leases.store_early(database, claimed, MADE)
    return claimed


def job(database: Database, claimed: leases.Claim) -> Job:
    with database.reading() as session:
        return session.get_one(Job, claimed.job_id)


def fronts(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Flashcard.front).order_by(Flashcard.id)))


def test_a_photo_cancelled_before_its_pack_is_stored_has_none(
    database: Database, folder: UploadFolder, student: int
) -> None:
    claimed = claim(database, folder, student)
    queue.cancel(database, folder, claimed.job_id)
    with pytest.raises(Cancelled):
        leases.store_early(database, claimed, MADE)
    assert fronts(database) == []


def test_a_pack_told_twice_is_stored_once(database: Database, folder: UploadFolder, student: int) -> None:
    claimed = stored(database, folder, student)
    leases.store_early(database, claimed, MADE)
    assert fronts(database) == ["front"]


def test_a_runner_that_has_lost_the_job_stores_nothing(
    database: Database, folder: UploadFolder, student: int
) -> None:
    claimed = claim(database, folder, student)
    leases.recover(database, folder.folder_id)
    leases.store_early(database, claimed, MADE)
    assert fronts(database) == []


def test_the_next_attempt_knows_what_the_pack_holds(
    database: Database, folder: UploadFolder, student: int
) -> None:
    stored(database, folder, student)
    leases.recover(database, folder.folder_id)
    known = claim_again(database, folder).stored
    assert known is not None
    assert (known.title, known.told, known.cards, known.words, known.turned) == ("A pack", False, 1, 1, 0)


def test_a_spent_job_with_a_pack_is_done(database: Database, folder: UploadFolder, student: int) -> None:
    claimed = stored(database, folder, student)
    for _ in range(limits.MAX_ATTEMPTS - 1):
        leases.recover(database, folder.folder_id)
        claim_again(database, folder)
    leases.recover(database, folder.folder_id)
    assert (job(database, claimed).state, job(database, claimed).error_code) == (DONE, None)
    assert fronts(database) == ["front"]


def test_a_lost_photo_with_a_pack_is_done(database: Database, folder: UploadFolder, student: int) -> None:
    claimed = stored(database, folder, student)
    leases.hand_back(database, claimed)
    folder.remove(claimed.job_id)
    upkeep.end_lost_uploads(database, folder)
    assert (job(database, claimed).state, job(database, claimed).error_code) == (DONE, None)


def test_what_was_merged_meanwhile_gets_the_caption_on_its_page(
    database: Database, folder: UploadFolder, student: int
) -> None:
    first = stored(database, folder, student)
    leases.finish(database, first, described(MADE))
    second = stored(database, folder, student)
    with database.writing() as session:
        made = session.scalars(select(Pack).order_by(Pack.created_at)).all()
        merge(session, made)
    assert leases.finish(database, second, described(MADE))
    with database.reading() as session:
        pages = {page.job_id: page.caption for page in session.scalars(select(PackPage))}
        assert len(session.scalars(select(Pack)).one().engines) == 2
    assert pages == {first.job_id: CAPTION, second.job_id: CAPTION}
    assert fronts(database).count("front") == 2


def test_a_pack_deleted_meanwhile_stays_deleted(
    database: Database, folder: UploadFolder, student: int
) -> None:
    claimed = stored(database, folder, student)
    with database.writing() as session:
        delete_for_good(session, session.scalars(select(Pack)).one())
    leases.recover(database, folder.folder_id)
    again = claim_again(database, folder)
    assert again.stored is not None
    assert leases.finish(database, again, described(MADE))
    assert job(database, claimed).state == DONE
    assert fronts(database) == []


def test_what_the_student_wrote_meanwhile_stays(
    database: Database, folder: UploadFolder, student: int
) -> None:
    claimed = stored(database, folder, student)
    with database.writing() as session:
        pack = session.scalars(select(Pack)).one()
        pack.title, pack.cards[0].front = "Mine", "Edited"
    leases.finish(database, claimed, described(MADE))
    with database.reading() as session:
        assert session.scalars(select(Pack)).one().title == "Mine"
    assert fronts(database) == ["Edited", "What does the picture show?"]
