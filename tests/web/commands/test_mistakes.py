"""What an operator set up wrongly is named in a sentence, and `flask doctor` ends with 1."""

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from studylens.models import Folder, now
from studylens.web.commands import mistakes
from studylens.web.door import storage
from studylens.web.door.wiring import EXTENSION, Wiring


def _found(wiring: Wiring, at: datetime | None = None) -> str:
    return "\n".join(mistakes.find(wiring.config, wiring.database, clock=lambda: at or now()))


def _doctor(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["doctor"])
    return done.exit_code, done.output


def test_nothing_is_wrong_with_what_tests_use(app: Flask, wiring: Wiring) -> None:
    assert _found(wiring) == ""
    assert _doctor(app)[0] == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EROFS, "mounted read-only"),
        (errno.EACCES, "cannot be written by"),
        (errno.EPERM, "belongs to"),
        (errno.ENOSPC, "disk that is full"),
        (errno.EIO, "cannot be written: "),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    def refuse(**_wanted: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(mistakes.tempfile, "TemporaryFile", refuse)
    found = _found(wiring)
    assert said in found
    assert str(wiring.config.instance_path) in found


def test_a_disk_without_room_for_a_block_is_named(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")  # It opens, as an empty file does on a disk that is full.
    monkeypatch.setattr(mistakes.tempfile, "TemporaryFile", lambda **_wanted: full.open("r+b"))
    assert "disk that is full" in _found(wiring)


def test_a_folder_in_a_place_of_the_system_ends_the_doctor_with_1(settings: dict[str, Any]) -> None:
    status, shown = _doctor(create_app({**settings, "instance_dir": "/proc/studylens"}))
    assert status == 1
    assert "wrong: /proc/studylens cannot be written" in shown


def test_words_in_the_address_are_named_once_each(settings: dict[str, Any]) -> None:
    url = "postgresql://u:p@127.0.0.1:1/d?pgbouncer=true&statusbar=1&schema=x"
    status, shown = _doctor(create_app({**settings, "database_url": url}))
    assert (status, shown.count("wrong: DATABASE_URL: statusbar")) == (1, 1)
    assert "pgbouncer is no word" not in shown


@pytest.mark.postgresql
def test_a_schema_that_is_not_there_is_named(wiring: Wiring, settings: dict[str, Any]) -> None:
    url = wiring.database.url.update_query_dict({"schema": "nowhere"})
    lacking = create_app({**settings, "database_url": url.render_as_string(hide_password=False)})
    assert "CREATE SCHEMA nowhere" in _found(lacking.extensions[EXTENSION])
    lacking.extensions[EXTENSION].database.engine.dispose()


def test_a_clock_before_this_version_is_named(wiring: Wiring) -> None:
    assert "before this version was made" in _found(wiring, mistakes.RELEASED - timedelta(days=1))


@pytest.mark.own_sql
def test_a_clock_that_is_behind_the_database_is_named(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        session.merge(Folder(folder_id="a" * 32, seen_at=now()))
    assert _found(wiring) == ""
    late = now() - timedelta(hours=1)
    with wiring.database.writing() as session:
        session.merge(Folder(folder_id="a" * 32, seen_at=now()))
    assert "The clock says" in _found(wiring, late)


@pytest.mark.sqlite("about its file")
@pytest.mark.parametrize(("kind", "workers", "wrong"), [("nfs4", 2, 1), ("nfs4", 1, 0), ("ext4", 2, 0)])
def test_many_workers_on_a_network_disk_are_named(
    settings: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    workers: int,
    wrong: int,
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"36 35 98:0 / / rw,noatime master:1 - {kind} server:/share rw\n")
    assert storage.kind_of_disk(tmp_path, table) == kind
    monkeypatch.setattr(mistakes, "kind_of_disk", lambda folder: storage.kind_of_disk(folder, table))
    parts = create_app({**settings, "web_concurrency": workers}).extensions[EXTENSION]
    assert _found(parts).count("network disk (nfs4)") == wrong


def test_workers_without_a_server_of_their_own_are_named_and_jobs_are_carried_here(
    settings: dict[str, Any],
) -> None:
    app = create_app({**settings, "queue": "postgresql"})
    status, shown = _doctor(app)
    assert (status, shown.count("wrong: QUEUE=postgresql needs DATABASE_URL")) == (1, 1)
    assert "embedded: this service carries its jobs itself" in shown
    refused = app.test_cli_runner().invoke(args=["worker"])
    assert (refused.exit_code, "QUEUE=postgresql needs DATABASE_URL" in refused.output) == (1, True)


def test_a_worker_of_a_service_that_has_none_says_so(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["worker"])
    assert (refused.exit_code, "carries its jobs itself" in refused.output) == (1, True)
