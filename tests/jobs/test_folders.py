"""What lies in the instance folder is declared; what a killed process left there goes with a sweep."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from database_config import Database
from studylens.jobs import folders
from studylens.jobs.housekeeper import sweep
from studylens.jobs.imports.files import ImportFiles
from studylens.machine.held import held
from studylens.models import new_id
from studylens.web.door.wiring import Wiring
from studylens.web.exchange import scratch
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import guest

_HOLD = """
import pathlib, sys, time
from studylens.machine.held import held
with held(pathlib.Path(sys.argv[1])) as folder:
    (folder / "file").write_text("words")
    print(flush=True)
    time.sleep(60)
"""


def instance(wiring: Wiring) -> Path:
    return wiring.config.instance_path


def test_every_file_is_declared(app: Flask, wiring: Wiring, client: FlaskClient) -> None:
    send(wiring.database, wiring.folder, guest(wiring), uploads=(upload(),))
    client.post("/analyze?wait=0", data={"text": "Photosynthesis: how plants turn light into sugar."})
    (job_id,) = wiring.folder.job_ids()
    wiring.folder.write_beside(job_id, 1, b"a picture")
    wiring.folder.taught_path(job_id).write_bytes(b"features")
    for path in vars(ImportFiles(instance(wiring) / "imports").paths(new_id())).values():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"on its way in")
    with app.test_request_context(), scratch.named() as path:
        path.write_text("on its way out")
        there = [one for one in instance(wiring).rglob("*") if one.is_file()]
        assert len(there) >= 6
        assert list(folders.strangers(instance(wiring))) == []


def test_a_file_of_nobody_is_named_once_and_kept(wiring: Wiring, caplog: pytest.LogCaptureFixture) -> None:
    note = instance(wiring) / "uploads" / f"operator's note {new_id()}"
    note.parent.mkdir(exist_ok=True)
    note.write_text("keep me")
    for _ in range(2):
        folders.sweep(instance(wiring))
    assert caplog.text.count(note.name) == 1
    assert note.exists()


def test_a_database_of_another_name_is_somebody_s(wiring: Wiring) -> None:
    there = Database(f"sqlite:///{instance(wiring)}/cards of a school.db")
    there.ensure_compatible()
    there.engine.dispose()
    assert list(folders.strangers(instance(wiring))) == []


def test_scratch_that_is_held_stays_and_is_gone_afterwards(app: Flask, wiring: Wiring) -> None:
    for path in vars(ImportFiles(instance(wiring) / "imports").paths(new_id())).values():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"on its way in")
    with app.test_request_context(), scratch.named() as path:
        path.write_text("on its way out")
        folders.sweep(instance(wiring))
        assert path.exists()
    assert list((instance(wiring) / "exchange").iterdir()) == []


@pytest.mark.process
def test_a_process_that_is_killed_holds_nothing_any_more(tmp_path: Path) -> None:
    folder = tmp_path / "exchange" / f"{new_id()}.part"
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
    folders.sweep(tmp_path)
    assert (folder / "file").exists()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    folders.sweep(tmp_path)
    assert not folder.exists()


def test_two_cannot_hold_the_same_folder(tmp_path: Path) -> None:
    with held(tmp_path / "a"), pytest.raises(OSError), held(tmp_path / "a"):  # noqa: PT011 - whichever the kernel says.
        pass


def test_a_sweep_between_making_a_folder_and_holding_it_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    sweeping = os.open(folder, os.O_RDONLY)
    fcntl.flock(sweeping, fcntl.LOCK_EX)

    def remove(_: float) -> None:
        folder.rmdir()
        os.close(sweeping)

    monkeypatch.setattr("studylens.machine.held.time.sleep", remove)
    with held(folder):
        assert folder.exists()


def test_files_beside_an_upload_follow_its_job(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studylens.limits.ORPHAN_FILE_SECONDS", 0)
    (live,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload(),))
    gone = new_id()
    for job_id in (live, gone):
        wiring.folder.write_beside(job_id, 1, b"a picture")
        wiring.folder.taught_path(job_id).write_bytes(b"features")
    (wiring.folder.root / "folder_id.abcdef").write_text("half a start")
    sweep(wiring.database, wiring.folder)
    names = {path.name for path in wiring.folder.root.iterdir()}
    assert names == {"folder_id", live, f"{live}.1.beside", f"{live}.taught"}
