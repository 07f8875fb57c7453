"""Uploads that wait in a bucket: all or none of a request, no attempt lost, nothing left behind."""

import errno
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from studylens.errors import BucketDown, UploadLost
from studylens.jobs import folders
from studylens.jobs.folder import FETCHED, UploadFolder
from studylens.jobs.housekeeper import sweep
from studylens.models import DONE, FAILED, QUEUED, RUNNING, Job, new_id, now
from studylens.storage.bucket import Bucket
from studylens.storage.folder import BucketFolder
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.in_any_order.world import Killed, Plan, World
from tests.jobs.test_queue import change, job, send, upload
from tests.storage.server import S3Server
from tests.web.exchange.asking import ask
from tests.web.world import PAGE

pytestmark = pytest.mark.xdist_group("s3")
DATA = b"a photo" * 1_000
WHOLE = {"size": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}
PACK = Plan(lambda _job_id: "w1x")


@pytest.fixture
def settings(settings: dict[str, Any], s3: S3Server, bucket_name: str) -> dict[str, Any]:
    """An app whose uploads wait in the bucket."""
    return {**settings, "upload_url": f"s3://{bucket_name}/studylens", "upload_endpoint": s3.url}


@pytest.fixture
def world(app: Flask, wiring: Wiring, client: FlaskClient) -> World:
    made = World(app)
    made.browsers = [client]
    made.folder = wiring.folder  # type: ignore[assignment]
    return made


@pytest.fixture
def folder(tmp_path: Path, bucket: Bucket) -> BucketFolder:
    return BucketFolder(tmp_path / "uploads", bucket)


def in_reach(world: World) -> None:
    """Forget that the bucket was away: a test does not wait for that."""
    assert isinstance(world.wiring.folder, BucketFolder)
    world.wiring.folder.bucket._away_until = -1.0


def only_job(world: World) -> Job:
    with world.database.reading() as session:
        return session.scalars(select(Job)).one()


# --- One folder ---
@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 32, "0" * 31 + "/"])
def test_only_ids_become_objects(folder: BucketFolder, s3: S3Server, name: str) -> None:
    s3.asked.clear()
    for use in (folder.holds, folder.remove, lambda bad: folder.write(bad, b"x")):
        with pytest.raises(ValueError, match="not a job id"):
            use(name)
    assert s3.asked == []


def test_the_analysis_gets_a_copy_that_goes_with_the_upload(folder: BucketFolder) -> None:
    job_id = new_id()
    folder.write(job_id, DATA)
    assert not folder.root.exists()
    copy = folder.fetch(job_id, **WHOLE)
    assert copy.read_bytes() == DATA
    assert folder.fetch(job_id, **WHOLE) == copy
    assert [path.name for path in folder.root.iterdir()] == [f"{job_id}{FETCHED}"]
    folder.put_away(job_id)
    assert list(folder.root.iterdir()) == []
    assert folder.holds(job_id)
    folder.fetch(job_id, **WHOLE)
    folder.remove(job_id)
    assert list(folder.root.iterdir()) == []
    assert not folder.holds(job_id)


@pytest.mark.parametrize(
    "data", [DATA + b"more", DATA[:-1], b"A" + DATA[1:]], ids=["longer", "shorter", "other"]
)
def test_an_object_that_is_not_what_was_uploaded_is_not_believed(folder: BucketFolder, data: bytes) -> None:
    job_id = new_id()
    folder.write(job_id, data)
    with pytest.raises(UploadLost):
        folder.fetch(job_id, **WHOLE)
    assert list(folder.root.iterdir()) == []


def test_an_endless_object_fills_no_disk(folder: BucketFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def blocks(_name: str) -> Any:
        while True:
            read.append(1)
            yield bytes(100_000)

    monkeypatch.setattr(folder.bucket, "blocks", blocks)
    with pytest.raises(UploadLost):
        folder.fetch(new_id(), size=250_000, sha256="")
    assert len(read) == 3


def test_a_copy_that_is_cut_is_none(folder: BucketFolder, s3: S3Server) -> None:
    job_id = new_id()
    folder.write(job_id, DATA)
    s3.fault = s3.cut_get
    with pytest.raises(BucketDown):
        folder.fetch(job_id, **WHOLE)
    assert list(folder.root.iterdir()) == []


def test_machines_with_one_bucket_share_a_line_and_keep_their_own_ids(
    tmp_path: Path, s3: S3Server, bucket_name: str
) -> None:
    one, other = (BucketFolder(tmp_path / name, Bucket(s3.address(bucket_name, "a"))) for name in "xy")
    elsewhere = BucketFolder(tmp_path / "z", Bucket(s3.address(bucket_name, "b")))
    assert one.folder_id == other.folder_id != elsewhere.folder_id
    assert one.machine_id != other.machine_id


# --- The whole way ---
def test_a_photo_waits_in_the_bucket_alone_and_nothing_is_left(
    world: World, s3: S3Server, bucket_name: str
) -> None:
    world.upload(world.browsers[0], 2, "", together=False)
    assert len(s3.keys(bucket_name)) == 2
    assert not world.folder.root.exists() or not list(world.folder.root.glob(f"*{FETCHED}"))
    first = world.work(PACK)
    assert first is not None
    assert job(world.database, first).state == DONE
    assert len(s3.keys(bucket_name)) == 1
    world.work(PACK)
    assert s3.keys(bucket_name) == {}
    assert list(folders.strangers(world.wiring.config.instance_path)) == []
    assert not list(world.folder.root.glob(f"*{FETCHED}"))


def test_a_bucket_that_is_away_refuses_photos_and_keeps_nothing(
    world: World, client: FlaskClient, s3: S3Server, bucket_name: str
) -> None:
    s3.fault = s3.away
    answer = world.upload(client, 2, "", together=False)
    assert (answer.status_code, int(answer.headers["Retry-After"])) == (503, BucketDown.retry_after)
    assert BucketDown.sentence in answer.text
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    s3.fault = None
    in_reach(world)
    assert world.upload(client, 2, "", together=False).status_code == 303
    assert len(s3.keys(bucket_name)) == 2


def test_pasted_text_needs_no_bucket(world: World, client: FlaskClient, s3: S3Server) -> None:
    s3.fault = s3.away
    s3.asked.clear()
    assert client.post("/analyze", data={"text": "Osmosis is water."}, headers=PAGE).status_code == 303
    assert world.work(PACK) is not None
    assert only_job(world).state == DONE
    assert s3.asked == []


def test_an_outage_costs_no_attempt_and_the_photo_is_tried_again(world: World, s3: S3Server) -> None:
    world.upload(world.browsers[0], 1, "", together=False)
    s3.fault = s3.away
    world.work(PACK)
    waiting = only_job(world)
    assert (waiting.state, waiting.attempts, waiting.error_code) == (QUEUED, 0, None)
    assert world.work(PACK) is None  # It rests, so that nobody asks without a pause.
    s3.fault = None
    in_reach(world)
    change(world.database, waiting.id, not_before=None)
    world.work(PACK)
    assert (only_job(world).state, only_job(world).attempts) == (DONE, 1)


def test_a_disk_that_is_full_costs_no_photo_and_no_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    world.upload(world.browsers[0], 1, "", together=False)
    with monkeypatch.context() as full:
        full.setattr(world.wiring.folder, "_fetch", refuse)
        world.work(PACK)
    waiting = only_job(world)
    assert (waiting.state, waiting.attempts, waiting.error_code) == (QUEUED, 0, None)
    assert world.work(PACK) is None
    change(world.database, waiting.id, not_before=None)
    world.work(PACK)
    assert only_job(world).state == DONE


def test_a_copy_stays_for_the_other_pages_of_its_document(world: World) -> None:
    crash, there = Plan(lambda _job_id: "", end="crash"), world.wiring.folder
    assert isinstance(there, BucketFolder)
    world.upload(world.browsers[0], 1, "", together=False)
    page, document = only_job(world), new_id()
    there.write(document, b"".join(there.bucket.blocks(page.id)))
    world.work(crash)
    assert not there.path(page.id).with_suffix(FETCHED).exists()
    change(world.database, page.id, document_id=document)
    world.work(crash)
    assert there.path(document).with_suffix(FETCHED).exists()


def test_an_object_that_is_gone_ends_its_photo_by_name(world: World) -> None:
    world.upload(world.browsers[0], 1, "", together=False)
    world.wiring.folder.remove(only_job(world).id)
    sweep(world.database, world.folder)
    assert (only_job(world).state, only_job(world).error_code) == (FAILED, UploadLost.code)


def test_a_bucket_that_is_away_has_lost_nothing(world: World, s3: S3Server) -> None:
    world.upload(world.browsers[0], 1, "", together=False)
    s3.fault = s3.away
    sweep(world.database, world.folder)
    assert only_job(world).state == QUEUED


def test_what_a_kill_between_put_and_row_left_goes_after_an_hour(
    world: World, s3: S3Server, bucket_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as killed:
        killed.setattr("studylens.jobs.turns.order.add", die)
        with pytest.raises(Killed):
            world.upload(world.browsers[0], 1, "", together=False)
    s3.grow_old(bucket_name, timedelta(minutes=59))
    sweep(world.database, world.folder)
    assert len(s3.keys(bucket_name)) == 1
    s3.grow_old(bucket_name, timedelta(minutes=2))
    sweep(world.database, world.folder)
    assert s3.keys(bucket_name) == {}


@pytest.mark.own_sql
def test_what_a_kill_after_the_end_left_goes_with_the_next_sweep(
    world: World, s3: S3Server, bucket_name: str
) -> None:
    world.upload(world.browsers[0], 1, "", together=False)
    change(world.database, only_job(world).id, state=DONE)
    assert world.folder.machine_id
    copy = world.folder.root / f"{only_job(world).id}{FETCHED}"
    copy.write_bytes(DATA)
    os.utime(copy, (0, 0))
    s3.grow_old(bucket_name, timedelta(seconds=25))
    sweep(world.database, world.folder)
    assert s3.keys(bucket_name) == {}
    assert not copy.exists()


def test_other_objects_below_the_prefix_are_nobody_s(world: World, s3: S3Server, bucket_name: str) -> None:
    s3.fill(bucket_name, ["studylens/notes.txt", "studylens/deeper/" + "a" * 32])
    s3.grow_old(bucket_name, timedelta(days=3))
    sweep(world.database, world.folder)
    assert len(s3.keys(bucket_name)) == 2


def test_a_photo_that_is_cancelled_leaves_the_bucket(
    world: World, client: FlaskClient, s3: S3Server, bucket_name: str
) -> None:
    world.upload(client, 1, "", together=False)
    client.post(f"/jobs/{only_job(world).id}/cancel", headers=PAGE)
    assert only_job(world).state == "cancelled"
    assert s3.keys(bucket_name) == {}


# --- From the folder to the bucket ---
@pytest.fixture
def moved(world: World, s3: S3Server, bucket_name: str) -> World:
    """Photos that waited in the folder when UPLOAD_URL was set, and one whose file is gone."""
    before = UploadFolder(world.folder.root)
    bucket_folder, world.folder = world.folder, before  # type: ignore[assignment]
    object.__setattr__(world.wiring, "folder", before)
    world.upload(world.browsers[0], 3, "", together=False)
    before.remove(min(before.job_ids()))
    object.__setattr__(world.wiring, "folder", bucket_folder)
    world.folder = bucket_folder
    assert s3.keys(bucket_name) == {}
    return world


@pytest.mark.own_sql
def test_what_waits_in_the_folder_is_brought_into_the_bucket(
    moved: World, s3: S3Server, bucket_name: str
) -> None:
    sweep(moved.database, moved.folder)
    assert len(s3.keys(bucket_name)) == 2
    assert [path.name for path in moved.folder.root.iterdir()] == ["folder_id"]
    while moved.work(PACK):
        pass
    with moved.database.reading() as session:
        found = sorted((row.state, row.error_code) for row in session.scalars(select(Job)))
    assert found == [(DONE, None), (DONE, None), (FAILED, UploadLost.code)]
    assert s3.keys(bucket_name) == {}


def test_what_comes_into_the_folder_meanwhile_is_brought_by_the_next_sweep(
    moved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_folder, before, write = moved.folder, UploadFolder(moved.folder.root), moved.folder.write
    with moved.database.reading() as session:
        guest_id = session.scalars(select(Job.guest_id)).first()
    late: list[str] = []

    def write_late(job_id: str, data: bytes) -> None:
        write(job_id, data)
        if not late:  # An older release beside this one, which knows no bucket.
            late.extend(send(moved.database, before, guest_id or 0, uploads=(upload(DATA),)))

    monkeypatch.setattr(bucket_folder, "write", write_late)
    sweep(moved.database, bucket_folder)
    assert (job(moved.database, late[0]).state, before.job_ids()) == (QUEUED, set(late))
    sweep(moved.database, bucket_folder)
    assert (job(moved.database, late[0]).state, before.job_ids()) == (QUEUED, set())
    assert bucket_folder.holds(late[0])


def test_while_the_bucket_is_away_a_photo_that_was_being_read_is_not_lost(moved: World, s3: S3Server) -> None:
    with moved.database.reading() as session:
        job_id = session.scalars(select(Job.id)).first() or ""
    change(moved.database, job_id, state=RUNNING, runner_id="e" * 32, lease_until=now() - timedelta(hours=1))
    s3.fault = s3.away
    sweep(moved.database, moved.folder)
    assert job(moved.database, job_id).state == RUNNING


def test_an_upload_that_a_kill_left_in_the_folder_goes(moved: World) -> None:
    before = UploadFolder(moved.folder.root)
    waiting, ended = sorted(before.job_ids())
    for job_id in (waiting, ended):
        os.utime(before.path(job_id), (0, 0))
    change(moved.database, ended, state=DONE)
    moved.folder.remove_parts({waiting}, older_than_seconds=20)
    assert before.job_ids() == {waiting}


def test_a_table_that_waits_for_a_word_is_looked_at_where_its_file_lies(client: FlaskClient) -> None:
    address = ask(client, b"cell,A cell is the smallest unit of life.\n")
    seen = client.get(f"{address}/preview", headers=PAGE).text
    assert "the smallest unit of life" in seen


def test_while_the_bucket_is_away_it_waits_on_in_the_folder(
    moved: World, s3: S3Server, bucket_name: str
) -> None:
    s3.fault = s3.away
    sweep(moved.database, moved.folder)
    with moved.database.reading() as session:
        assert set(session.scalars(select(Job.state))) == {QUEUED}
    assert len(list(moved.folder.root.iterdir())) == 3
    s3.fault = None
    in_reach(moved)
    sweep(moved.database, moved.folder)
    assert len(s3.keys(bucket_name)) == 2


# --- Set up wrongly ---
def test_a_bucket_that_is_not_there_is_found_at_start_and_by_the_doctor(
    settings: dict[str, Any], s3: S3Server
) -> None:
    made = create_app({**settings, "upload_url": "s3://photos-nowhere"})
    wiring: Wiring = made.extensions[EXTENSION]
    done = made.test_cli_runner().invoke(args=["doctor"])
    wiring.database.engine.dispose()
    assert done.exit_code == 1
    assert "wrong: s3://photos-nowhere: could not put an object (404 Not Found, NoSuchBucket)" in done.output


def test_a_bucket_that_works_is_no_mistake(app: Flask, bucket_name: str) -> None:
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 0, done.output
    assert f"s3://{bucket_name}/studylens" in done.output
