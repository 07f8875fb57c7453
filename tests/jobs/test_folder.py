"""The upload folder owns every path: ids only, whole files or none, a full disk said kindly."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from studylens.errors import DiskFull
from studylens.jobs.folder import UploadFolder
from studylens.models import new_id
from tests import pages
from tests.service import multipart


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 32, "0" * 31, "0" * 33, "0" * 31 + "/"])
def test_only_job_ids_become_paths(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a job id"):
        UploadFolder(tmp_path).path(name)


def test_making_it_touches_no_disk(tmp_path: Path) -> None:
    UploadFolder(tmp_path / "uploads")
    assert not (tmp_path / "uploads").exists()


def test_many_starters_agree_on_one_id(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(UploadFolder(tmp_path / "u").folder_id))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "u").iterdir()] == ["folder_id"]


def test_a_folder_that_cannot_be_made_is_a_full_disk_to_the_student(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskFull):
        UploadFolder(tmp_path / "file").write(new_id(), b"x")


def test_removing_twice_is_fine(tmp_path: Path) -> None:
    folder, job_id = UploadFolder(tmp_path), new_id()
    folder.write(job_id, b"x")
    folder.remove(job_id)
    folder.remove(job_id)
    assert folder.job_ids() == set()


@pytest.mark.process
def test_a_file_that_cannot_be_removed_is_logged_not_raised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, job_id = UploadFolder(tmp_path), new_id()
    folder.path(job_id).mkdir()  # No unlink removes a folder.
    folder.remove(job_id)
    assert caplog.messages[0].startswith(f"Could not clean up file {job_id}: ")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real file system of 4 MB: an empty database has 1."""
    if os.getuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this container may not mount file systems")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.process
def test_a_full_disk_keeps_nothing_and_the_next_photo_is_welcome(
    small_disk: Path, settings: dict[str, Any]
) -> None:
    app = create_app(settings | {"instance_dir": str(small_disk), "disk_reserve_mb": 0})
    client = app.test_client()
    photo = pages.png(pages.column_page(("Osmosis is the movement of water",), size=(700, 400)))
    full = post(client, photo, photo + bytes(3 * 1024 * 1024))
    assert (full.status_code, full.json["error"]["code"]) == (507, "disk_full")  # type: ignore[index]
    assert full.headers["Retry-After"]
    assert {path.name for path in (small_disk / "uploads").iterdir()} <= {"folder_id"}
    fine = post(client, photo)
    assert fine.status_code == 202
    app.extensions["studylens"].database.engine.dispose()


@pytest.mark.process
@pytest.mark.parametrize("holds_database", [False, True])
def test_a_disk_that_may_not_be_written_is_named_and_the_next_photo_is_welcome(
    small_disk: Path, settings: dict[str, Any], holds_database: bool
) -> None:
    database = {"database_url": f"sqlite:///{small_disk}/x.sqlite3"} if holds_database else {}
    app = create_app(settings | {"instance_dir": str(small_disk), "disk_reserve_mb": 0} | database)
    client = app.test_client()
    photo = pages.png(pages.column_page(("Osmosis is the movement of water",), size=(700, 400)))
    assert post(client, photo).status_code == 202
    app.extensions["studylens"].database.engine.dispose()  # What is open for writing forbids it.
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refused = post(client, photo + bytes(20_000))  # So large that it waits on the disk.
    told = refused.json["error"]["code"]  # type: ignore[index]
    assert (refused.status_code, told) == (503, "disk_read_only")
    assert refused.headers["Retry-After"]
    for path in ("/", "/packs", "/export/account.json"):
        assert client.get(path).status_code in {200, 503}, path
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    app.extensions["studylens"].database.engine.dispose()
    assert post(client, photo).status_code == 202
    app.extensions["studylens"].database.engine.dispose()


def post(client: FlaskClient, *photos: bytes) -> TestResponse:
    body, kind = multipart(photos, {})
    return client.post("/analyze?wait=0", data=body, content_type=kind)
