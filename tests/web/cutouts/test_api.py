"""`POST /api/remove` and the commands: fields of rembg's clients, refusals in words, nothing left behind."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from studylens.analysis.cutting import shelf
from studylens.analysis.protocol.cutting import Cut
from studylens.jobs import packing
from studylens.jobs.housekeeper import sweep
from studylens.limits import CUTOUT_SECONDS
from studylens.models import CUTOUT, DONE, Cutout, Job, now
from studylens.web.door.wiring import Wiring
from tests.analysis.cutting.onnx_file import finds_bright_things
from tests.jobs.test_runner import wired
from tests.web.test_api_page import same

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def moon() -> bytes:
    photo = np.full((200, 300, 3), 40, np.uint8)
    photo[70:130, 110:190] = (240, 235, 220)
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG")
    return buffer.getvalue()


def form(photo: bytes, **fields: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(photo), "moon.png"), **fields}


def test_a_client_of_rembg_gets_a_picture(running_app: Callable[..., Flask], moon: bytes) -> None:
    app = running_app()
    client, wiring = app.test_client(), wired(app)
    fields = {"model": "u2net", "om": "true", "ppm": "true", "a": "true", "af": "240"}
    answer = client.post("/api/remove", data=form(moon, box="100,60,200,140", **fields))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.data)).mode == "L"
    assert answer.headers["X-Cutout-Way"] == "box"
    assert "u2net: it was not fetched here" in answer.headers["X-Cutout-Note"]
    assert not list(wiring.config.upload_folder.glob("[0-9a-f]" * 32))

    told = client.post("/api/remove?mode=page&format=webp", data=form(moon), headers=JSON).json
    same("POST /api/remove", told)
    assert told["state"] == DONE
    picture = client.get(told["picture_url"])
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    job = client.get(told["status_url"], headers=JSON).json
    assert job["picture_url"] == told["picture_url"]
    assert [stage["stage"] for stage in job["stages"]][-3:] == [
        "after_cutout",
        "after_cutout_cleanup",
        "after_file_cleanup",
    ]

    alone = client.post(
        "/api/remove?box=0.3,0.3,0.7,0.7&bgc=255,255,255", data=moon, content_type="image/png"
    )
    assert alone.status_code == 200
    refused = client.post("/api/remove", data=form(moon, box="400,60,500,140"))
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "bad_box")
    nowhere = client.post("/api/remove", data=form(moon))
    assert (nowhere.status_code, nowhere.json["error"]["code"]) == (422, "nothing_cut")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"box": "1,2,3"}, "box"),
        ({"box": "a,b,c,d"}, "box"),
        ({"box": "nan,0,1,1"}, "box"),
        ({"mode": "magic"}, "mode"),
        ({"model": "birefnet-general"}, "model"),
        ({"bgc": "1,2"}, "bgc"),
        ({"bgc": "1,2,300"}, "bgc"),
        ({"format": "gif"}, "format"),
        ({"strokes": "[{}]"}, "strokes"),
        ({"strokes": '[{"keep": true, "points": [[0, 1e999]], "width": 0.1}]'}, "strokes"),
        ({"strokes": '[{"keep": true, "points": [], "width": 0.1}]'}, "strokes"),
        ({"strokes": "[" * 5_000}, "strokes"),
        ({"wait": "soon"}, "wait"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(
    client: FlaskClient, moon: bytes, wiring: Wiring, fields: dict[str, str], word: str
) -> None:
    address = "/api/remove?wait=soon" if "wait" in fields else "/api/remove?wait=0"
    answer = client.post(address, data=form(moon, **fields))
    assert answer.status_code == 400
    assert word in answer.json["error"]["message"]
    with wiring.database.reading() as session:
        assert not session.scalar(select(func.count()).select_from(Job))


def test_no_picture_two_pictures_and_no_picture_at_all_are_refused(client: FlaskClient, moon: bytes) -> None:
    assert client.post("/api/remove?wait=0", data={"mode": "page"}).status_code == 400
    two = {"file": (io.BytesIO(moon), "a.png"), "image": (io.BytesIO(moon), "b.png")}
    assert client.post("/api/remove?wait=0", data=two).json["error"]["code"] == "too_many_files"
    text = {"file": (io.BytesIO(b"hello"), "a.png")}
    assert client.post("/api/remove?wait=0", data=text).status_code == 415


@pytest.mark.own_sql
def test_it_waits_in_the_queue_counts_for_the_quota_and_ends_after_an_hour(
    app: Flask, client: FlaskClient, moon: bytes, wiring: Wiring
) -> None:
    answer = client.post("/api/remove?wait=0", data=form(moon, mode="page"))
    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    status = client.get(answer.json["status_url"], headers=JSON).json
    assert (status["state"], status["position"]) == ("queued", 1)
    assert client.get(f"/cutouts/{answer.json['id']}/picture").status_code == 202
    with wiring.database.writing() as session:
        assert session.scalars(select(Job.kind)).one() == CUTOUT
        session.scalars(select(Cutout)).one().created_at = now() - timedelta(seconds=CUTOUT_SECONDS + 1)
    sweep(wiring.database, wiring.folder)
    gone = client.get(f"/cutouts/{answer.json['id']}/picture")
    assert (gone.status_code, "kept for an hour" in gone.json["error"]["message"]) == (404, True)
    assert client.post(answer.json["status_url"] + "/cancel", headers=JSON).status_code in {302, 303}
    assert not list(wiring.config.upload_folder.glob("[0-9a-f]" * 32))


@pytest.mark.own_sql
def test_a_cut_out_that_was_deleted_meanwhile_costs_its_job_nothing(
    client: FlaskClient, moon: bytes, wiring: Wiring
) -> None:
    told = client.post("/api/remove?wait=0", data=form(moon, mode="page")).json
    with wiring.database.writing() as session:
        session.delete(session.get_one(Cutout, told["id"]))
    with wiring.database.writing() as session:
        job = session.get_one(Job, told["id"])
        packing.receive(session, job, Cut("AA==", "image/png", 1, 1, "page"))
        assert (job.state, job.text) == (DONE, "")


@pytest.mark.process
def test_the_command_writes_a_picture_beside_the_photo(app: Flask, tmp_path: Path, moon: bytes) -> None:
    photo = tmp_path / "moon.png"
    photo.write_bytes(moon)
    command = ["cutout", str(photo), "--mode", "object"]
    done = app.test_cli_runner().invoke(args=[*command, "--box", "100,60,200,140"])
    assert done.exit_code == 0, done.output
    with Image.open(tmp_path / "moon.box.png") as made:
        assert made.size[0] < 100
    bad = app.test_cli_runner().invoke(args=command)
    assert (bad.exit_code, "draw a box" in bad.output) == (1, True)


def test_a_network_is_fetched_once_its_checksum_agrees(
    app: Flask, wiring: Wiring, tmp_path: Path, settings
) -> None:
    file = tmp_path / "some.onnx"
    file.write_bytes(finds_bright_things())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    folder = shelf.folder_of(wiring.config)
    command = ["cutout-model", file.as_uri(), "--sha256"]
    wrong = app.test_cli_runner().invoke(args=[*command, "0" * 64])
    assert (wrong.exit_code, "the checksum differs" in wrong.output) == (1, True)
    assert shelf.find(folder, "u2netp").reason == shelf.NOT_FETCHED
    right = app.test_cli_runner().invoke(args=[*command, digest.upper()])
    assert right.output.splitlines()[-1] == "Models pre-downloaded successfully"
    assert shelf.find(folder, "u2netp").path is not None
    assert shelf.describe(folder) == "clean page, box and brush; u2netp"
    (folder / "u2netp.onnx").write_bytes(b"")
    assert "u2netp: its file is damaged" in shelf.describe(folder)
