"""A set as a file: whole and back, for anybody; a damaged or hostile one leaves nothing."""

import base64
import gzip
import io
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.models import PhotoSet, SetClass, SetPhoto
from studylens.web.door.wiring import Wiring
from tests.web.teaching import world
from tests.web.world import become_guest

pytestmark = pytest.mark.own_sql


def bring(client: FlaskClient, data: bytes) -> Any:
    file = {"file": (io.BytesIO(data), "leaves.studylens-set")}
    return client.post("/sets/import", data=file, headers=world.JSON)


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def packed(told: list[dict[str, Any]]) -> bytes:
    return gzip.compress(b"\n".join(json.dumps(line).encode() for line in told))


@pytest.fixture
def sent(client: FlaskClient, wiring: Wiring) -> bytes:
    set_id = world.add_taught(wiring, become_guest(wiring, client))
    with client.get(f"/sets/{set_id}/export") as answer:
        assert "filename=Leaves.studylens-set" in answer.headers["Content-Disposition"]
        return answer.data


def test_a_set_comes_back_whole_for_somebody_else_and_can_be_trained(
    app: Flask, wiring: Wiring, sent: bytes
) -> None:
    other = app.test_client()
    guest = become_guest(wiring, other)
    assert bring(other, sent).status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        mine = session.scalars(select(PhotoSet).where(PhotoSet.guest_id == guest)).one()
        assert [found.name for found in mine.classes] == ["Kind 0", "Kind 1"]
        columns = (SetPhoto.sha256, SetPhoto.features, SetPhoto.jpeg, SetPhoto.width)
        rows = session.execute(select(*columns).order_by(SetPhoto.id)).all()
        assert rows[:6] == rows[6:]
        set_id = mine.id
    world.train(wiring, set_id)
    assert other.get(f"/sets/{set_id}/report").get_json()["right"] == 6


SHORT = {"features": base64.b64encode(b"short").decode()}
HARMS: list[tuple[Callable[[bytes], bytes], int]] = [
    (lambda data: data[:-20], 422),
    (lambda data: b"no gzip at all", 422),
    (lambda data: packed(lines(data)[:-1]), 422),
    (lambda data: packed([*lines(data)[:-2], lines(data)[-1]]), 422),
    (lambda data: packed([{"studylens_set": 99, "name": "x"}, {"lines": 1}]), 422),
    (lambda data: packed([{**lines(data)[0], "seen_by": "another"}, {"lines": 1}]), 422),
    (lambda data: packed([lines(data)[0], lines(data)[2], {"lines": 2}]), 422),
    (lambda data: packed([*lines(data)[:2], {**lines(data)[2], **SHORT}, {"lines": 3}]), 422),
    (lambda data: packed([*lines(data)[:2], {**lines(data)[2], "jpeg": "PHN2Zz4="}, {"lines": 3}]), 422),
    (lambda data: packed([*lines(data)[:2], lines(data)[2], lines(data)[2], {"lines": 4}]), 400),
    (lambda data: packed([lines(data)[0], {"class": "x" * 101}, {"lines": 2}]), 422),
    (lambda data: packed([*lines(data)[:2], {**lines(data)[2], "width": 1e300}, {"lines": 3}]), 422),
    (lambda data: packed([[], {"lines": 1}]), 422),  # type: ignore[list-item]
    (lambda data: gzip.compress(b" " * 90_000_000), 413),
]


@pytest.mark.parametrize(("harm", "status"), HARMS)
def test_a_damaged_file_is_refused_whole(
    app: Flask, wiring: Wiring, sent: bytes, harm: Callable[[bytes], bytes], status: int
) -> None:
    other = app.test_client()
    become_guest(wiring, other)
    assert bring(other, harm(sent)).status_code == status
    with wiring.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (PhotoSet, SetClass, SetPhoto)
        ]
    assert counts == [1, 2, 6]
