"""The whole service in one file: guests, cookies and histories come back on either database, or nothing."""

import gzip
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from studylens.models import Guest, Pack
from studylens.models.base import Base
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.study.exchange import world
from tests.web.world import PAGE, add_pack, become_guest

pytestmark = pytest.mark.own_sql


@pytest.fixture
def empty_app(
    settings: dict[str, Any], tmp_path: Path, new_database: Callable[[ExitStack, Path], str]
) -> Any:
    """A second app on another, empty database."""
    with ExitStack() as stack:
        (tmp_path / "second").mkdir()
        url = new_database(stack, tmp_path / "second")
        made = create_app({**settings, "database_url": url, "instance_dir": str(tmp_path / "second")})
        yield made
        made.extensions[EXTENSION].database.engine.dispose()


def _run(app: Flask, *arguments: object) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    return found.exit_code, found.output


def _rows(app: Flask) -> dict[str, int]:
    wiring: Wiring = app.extensions[EXTENSION]
    wiring.database.ensure_compatible()
    with wiring.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name != "upload_folders"
        }


def test_everything_comes_back_and_cookies_stay_valid(
    app: Flask, wiring: Wiring, empty_app: Flask, tmp_path: Path
) -> None:
    client = app.test_client()
    guest_id = become_guest(wiring, client)
    pack_id = world.add_history(wiring, guest_id)
    file = tmp_path / "all.gz"
    assert _run(app, "backup", file)[0] == 0
    code, told = _run(empty_app, "restore", file)
    assert (code, "1 guests, 1 packs" in told) == (0, True)
    assert _rows(empty_app) == _rows(app)
    there: Wiring = empty_app.extensions[EXTENSION]
    assert world.numbers(there, guest_id) == world.numbers(wiring, guest_id)
    other = empty_app.test_client()
    cookie = client.get_cookie(GUEST_COOKIE)
    assert cookie is not None
    other.set_cookie(GUEST_COOKIE, cookie.value)
    assert other.get(f"/packs/{pack_id}/pack.md").status_code == 200
    add_pack(there, guest_id)  # Numbers go on after the highest one.
    assert world.add_guest(there) > guest_id


def test_the_other_database_takes_it_too(
    app: Flask, wiring: Wiring, settings: dict[str, Any], tmp_path: Path
) -> None:
    guest_id = world.add_guest(wiring)
    world.add_history(wiring, guest_id)
    _run(app, "backup", tmp_path / "all.gz")
    other = create_app({**settings, "database_url": f"sqlite:///{tmp_path / 'other.sqlite3'}"})
    assert _run(other, "restore", tmp_path / "all.gz")[0] == 0
    there: Wiring = other.extensions[EXTENSION]
    assert world.numbers(there, guest_id) == world.numbers(wiring, guest_id)
    _run(other, "backup", tmp_path / "again.gz")
    assert _lines(tmp_path / "again.gz") == _lines(tmp_path / "all.gz")
    there.database.engine.dispose()


def test_a_database_with_rows_is_refused(app: Flask, wiring: Wiring, tmp_path: Path) -> None:
    world.add_guest(wiring)
    _run(app, "backup", tmp_path / "all.gz")
    code, told = _run(app, "restore", tmp_path / "all.gz")
    assert (code, "not empty" in told) == (1, True)


def test_a_backup_is_not_overwritten_by_accident(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "all.gz"
    assert _run(app, "backup", file)[0] == 0
    code, told = _run(app, "backup", file)
    assert (code, "--force" in told) == (1, True)
    assert _run(app, "backup", "--force", file)[0] == 0
    assert [path.name for path in tmp_path.glob("*all.gz*")] == ["all.gz"]


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()[1:]]


def _cut(data: bytes) -> bytes:
    return gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-1]))


def _fewer(data: bytes) -> bytes:
    lines = gzip.decompress(data).splitlines()
    return gzip.compress(b"\n".join([*lines[:2], *lines[3:]]))


def _strange(data: bytes) -> bytes:
    lines = gzip.decompress(data).splitlines()
    return gzip.compress(b"\n".join([lines[0], b'["passwords", {}]', *lines[1:]]))


@pytest.mark.parametrize(
    "damage", [_cut, _fewer, _strange, lambda data: data[:-20], lambda data: b"no gzip", lambda data: b""]
)
def test_a_damaged_backup_restores_nothing(
    app: Flask, wiring: Wiring, empty_app: Flask, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    world.add_history(wiring, world.add_guest(wiring))
    file = tmp_path / "all.gz"
    _run(app, "backup", file)
    file.write_bytes(damage(file.read_bytes()))
    assert _run(empty_app, "restore", file)[0] == 1
    assert set(_rows(empty_app).values()) == {0}


def test_a_full_disk_leaves_no_half_backup(app: Flask, tmp_path: Path) -> None:
    code, told = _run(app, "backup", tmp_path / "no" / "folder" / "all.gz")
    assert (code, "nothing was written" in told) == (1, True)


def test_guests_keep_their_numbers(app: Flask, wiring: Wiring, empty_app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    guest_id = become_guest(wiring, client)
    client.get("/export", headers=PAGE)
    _run(app, "backup", tmp_path / "all.gz")
    _run(empty_app, "restore", tmp_path / "all.gz")
    with empty_app.extensions[EXTENSION].database.reading() as session:
        assert session.scalars(select(Guest.id)).all() == [guest_id]
        assert session.scalars(select(Pack.id)).all() == []
