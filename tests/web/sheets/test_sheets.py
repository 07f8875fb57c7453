"""Sheets of a pack from the form to the ZIP: in turn, resumed after a kill, for nobody but the student."""

import io
import json
import logging
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from studylens.analysis.protocol.sheets import Picture, SheetMade
from studylens.jobs import packing
from studylens.jobs.asking import sheets
from studylens.jobs.housekeeper import sweep
from studylens.jobs.leases import Claim, claim
from studylens.models import (
    DONE,
    FAILED,
    SHEETS,
    CardSchedule,
    Job,
    Pack,
    PackPicture,
    SheetBatch,
    SheetPage,
    now,
)
from studylens.sheet_limits import MAX_BATCHES, MAX_OWN_TEMPLATES, SHEETS_SECONDS
from studylens.study.sheets import made
from studylens.study.sheets.content import DUE, FIRST, content_of
from studylens.web.door.wiring import Wiring
from tests.jobs.test_runner import wait_for, wired
from tests.web.world import PAGE, add_pack, become_guest, picture, read_page

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


@pytest.fixture
def pack(wiring: Wiring, client: FlaskClient) -> str:
    return add_pack(wiring, become_guest(wiring, client))


def begin(client: FlaskClient, pack: str, *names: str) -> str:
    """Ask for templates as a program does; return the job's id."""
    answer = client.post(f"/packs/{pack}/sheets", json={"templates": names})
    assert answer.status_code == 202, answer.text
    return str(answer.json["id"])


def claimed(wiring: Wiring) -> Claim:
    """Take the next job of sheets as a runner does."""
    while found := claim(wiring.database, wiring.folder.folder_id, "runner"):
        if found.kind == SHEETS:
            return found
    raise AssertionError("no sheets wait")


def filled(n: int, of: int = 3, *, pages: int = 1, note: str = "") -> SheetMade:
    shown = [Picture(f"page-{page}.png", "image/png", 1, 1, PIXEL) for page in range(pages)]
    return SheetMade(n, of, "a4_revision", shown, (note,) if note else ())


@pytest.mark.own_sql
@pytest.mark.process
def test_a_student_makes_all_sheets_and_saves_them(
    running_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture, photo: bytes, tmp_path: Path
) -> None:
    died = tmp_path / "died"
    killed = (sys.executable, "-m", "tests.jobs.killing_analysis", "after_mockup", str(died), "4")
    app = running_app(ANALYSIS_COMMAND=killed)
    wiring, client = wired(app), app.test_client()
    pack = add_pack(wiring, become_guest(wiring, client))
    with wiring.database.writing() as session:
        session.add(PackPicture(pack_id=pack, page=1, jpeg=photo, width=700, height=400))
    caplog.set_level(logging.INFO, "studylens.jobs")
    names = ["a4_revision", "duplex_cut", "phone_due", "poster", "phone_due"]
    answer = client.post(f"/packs/{pack}/sheets", data={"templates": names}, headers=PAGE)
    address = answer.location
    job = wait_for(wiring, address.rpartition("/")[2], DONE)
    assert (died.exists(), job.attempts) == (True, 2)
    told = [line for line in caplog.messages if line.startswith("Processing mockup")]
    assert told == [f"Processing mockup {n}/5: {name}" for n, name in enumerate(names, 1)]
    assert sum(line.startswith("Peak memory during batch of 5: ") for line in caplog.messages) == 1
    assert "Save all 6 pages" in read_page(client.get(address, headers=PAGE))
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{address}.zip").data))
    assert archive.testzip() is None
    assert archive.namelist() == [
        "01-a4_revision-page-01.png", "02-duplex_cut-sheet-01-front.png", "02-duplex_cut-sheet-01-back.png",
        "03-phone_due-screen.jpg", "04-poster-picture.jpg", "05-phone_due-screen.jpg",
    ]  # fmt: skip
    for name in archive.namelist():
        with Image.open(archive.open(name)) as shown:
            assert min(shown.size) > 1_000
    assert not list(wiring.config.upload_folder.glob("*.beside"))
    stages = client.get(f"/jobs/{job.id}", headers={"Accept": "application/json"}).json["stages"]
    assert "after_mockup" in [stage["stage"] for stage in stages]


def test_after_a_kill_it_goes_on_with_the_next_template(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    job_id = begin(client, pack, *["a4_revision"] * 10)
    mine = claimed(wiring)
    for n in range(1, 5):
        sheets.keep(wiring.database, mine, filled(n, 10), Event())
    sheets.keep(wiring.database, mine, filled(4, 10), Event())  # Told twice, kept once.
    wish = sheets.prepare(wiring.database, wiring.folder, mine)
    assert wish is not None
    assert (len(wish.templates), wish.done) == (10, 4)
    told = client.get(f"/sheets/{job_id}", headers={"Accept": "application/json"}).json
    assert (told["state"], told["made"], len(told["pages"])) == ("running", 4, 4)


@pytest.mark.own_sql
def test_without_any_page_the_job_fails_and_says_why(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    job_id = begin(client, pack, "duplex_cut")
    mine = claimed(wiring)
    sheets.keep(wiring.database, mine, filled(1, 1, pages=0, note="The pack has nothing for it."), Event())
    with wiring.database.writing() as session:
        packing.end_sheets(session, session.get_one(Job, job_id))
    with wiring.database.reading() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.error_message) == (FAILED, "The pack has nothing for it.")
    assert "The pack has nothing for it." in read_page(client.get(f"/sheets/{job_id}", headers=PAGE))
    assert client.get(f"/sheets/{job_id}.zip").status_code == 404


@pytest.mark.own_sql
def test_sheets_are_kept_for_a_day_and_ten_at_most(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    ids = [begin(client, pack, "a4_revision") for _ in range(MAX_BATCHES + 2)]
    with wiring.database.writing() as session:
        for place, job_id in enumerate(ids):
            session.get_one(Job, job_id).state = DONE
            session.get_one(SheetBatch, job_id).created_at = now() - timedelta(seconds=100 - place)
        made.receive(session, ids[-1], filled(1, 1))
    ids.append(begin(client, pack, "a4_revision"))
    with wiring.database.writing() as session:
        left = set(session.scalars(select(SheetBatch.id)))
        assert left == set(ids[-MAX_BATCHES:])
        session.get_one(SheetBatch, ids[-2]).created_at = now() - timedelta(seconds=SHEETS_SECONDS + 1)
    sweep(wiring.database, wiring.folder)
    assert "kept for a day" in client.get(f"/sheets/{ids[-2]}").json["error"]["message"]
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SheetPage)) == 0


@pytest.mark.own_sql
def test_pages_of_sheets_are_for_their_student_and_files_for_whoever_has_the_id(
    app: Flask, wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    job_id = begin(client, pack, "a4_revision")
    sheets.keep(wiring.database, claimed(wiring), filled(1, 1), Event())
    stranger = app.test_client()
    assert stranger.get(f"/packs/{pack}/sheets").status_code == 404
    assert stranger.post(f"/packs/{pack}/sheets", json={"templates": ["poster"]}).status_code == 404
    assert stranger.get(f"/sheets/{job_id}", headers=PAGE).status_code == 404
    told = stranger.get(f"/sheets/{job_id}").json
    assert stranger.get(told["pages"][0]["url"]).mimetype == "image/png"
    assert stranger.get(f"/sheets/{'0' * 32}/1").status_code == 404
    assert stranger.get(f"/sheets/{job_id}/99999999999").status_code == 404


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"templates": []}, "at least one"),
        ({"templates": ["poster"] * 11}, "At most 10"),
        ({"templates": ["nothing"]}, "a4_revision"),
        ({"templates": "poster"}, "list"),
        ({"templates": [1]}, "list"),
        ({}, "list"),
        ([], "no JSON object"),
        ("[" * 10_000, "no JSON object"),
    ],
)
def test_a_wish_that_makes_no_sense_is_named(client: FlaskClient, pack: str, body: object, word: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(f"/packs/{pack}/sheets", data=text, content_type="application/json")
    assert (answer.status_code, word in answer.json["error"]["message"]) == (400, True), answer.text


def test_what_is_due_by_tomorrow_stands_on_the_lock_screen_formulas_first(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    assert client.post(f"/packs/{pack}/accept", data={"all": "1"}).status_code < 400
    with wiring.database.writing() as session:
        found = session.get_one(Pack, pack)
        assert content_of(session, found, now()).due_title == FIRST
        schedules = session.scalars(select(CardSchedule).order_by(CardSchedule.card_id)).all()
        for schedule, days in zip(schedules, (0, 0, 9), strict=True):
            schedule.state, schedule.due_at = 2, now() + timedelta(days=days)
        schedules[0].due_at = now()
        content = content_of(session, found, now())
    assert content.due_title == DUE
    assert [card.front[:10] for card in content.due] == ["What does ", "____ carri"]
    assert [card.plain for card in content.due] == [False, True]


@pytest.mark.own_sql
def test_a_template_of_one_s_own_is_offered_used_and_deleted(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    corners = {"left_top": (20, 20), "right_top": (80, 30), "right_bottom": (80, 70), "left_bottom": (20, 80)}
    fields = {f"{name}_x": str(x) for name, (x, _) in corners.items()}
    fields |= {f"{name}_y": str(y) for name, (_, y) in corners.items()}
    sent = {"name": "My wall", "content": "due", "colour": "#ffffff", "pack": pack, **fields}
    sent["background"] = (io.BytesIO(picture(640, 480)), "wall.png")
    answer = client.post("/sheets/templates", data=sent, headers=PAGE)
    assert answer.location == f"/packs/{pack}/sheets"
    page = read_page(client.get(answer.location, headers=PAGE))
    assert "My wall" in page
    own = client.post("/sheets/templates", data={"template": json.dumps({
        "id": "mine", "name": "Plain", "background": "#eeeeee", "corners": [[0, 0], [1, 0], [1, 1], [0, 1]],
    })}).json["id"]  # fmt: skip
    job_id = begin(client, pack, own)
    wish = sheets.prepare(wiring.database, wiring.folder, claimed(wiring))
    assert wish is not None
    assert (wish.templates[0].name, wish.templates[0].path) == ("Plain", "")
    client.post(f"/sheets/templates/{own}/delete", data={"pack": pack})
    assert "Plain" not in client.get(f"/packs/{pack}/sheets", headers=PAGE).text
    assert job_id


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"template": "{}"}, 400),
        ({"name": "x", "content": "art", "colour": "#ffffff", "left_top_x": "many"}, 400),
        ({"template": '{"id":"a"}', "background": (io.BytesIO(b"no picture"), "a.png")}, 415),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(client: FlaskClient, fields, status: int) -> None:
    assert client.post("/sheets/templates", data=fields).status_code == status


@pytest.mark.own_sql
def test_a_student_has_ten_templates_at_most(client: FlaskClient) -> None:
    body = {"id": "a", "name": "A", "background": "#ffffff", "corners": [[0, 0], [1, 0], [1, 1], [0, 1]]}
    for _ in range(MAX_OWN_TEMPLATES):
        assert client.post("/sheets/templates", data={"template": json.dumps(body)}).status_code == 201
    full = client.post("/sheets/templates", data={"template": json.dumps(body)})
    assert "10 templates" in full.json["error"]["message"]


def test_a_deleted_pack_ends_its_sheets(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    begin(client, pack, "a4_revision")
    mine = claimed(wiring)
    with wiring.database.writing() as session:
        session.get_one(Pack, pack).deleted_at = now()
    with pytest.raises(Exception, match="was deleted"):
        sheets.prepare(wiring.database, wiring.folder, mine)


@pytest.mark.process
def test_the_command_writes_a_zip_and_says_what_it_needs(
    app: Flask, client: FlaskClient, pack: str, tmp_path: Path
) -> None:
    out = tmp_path / "sheets.zip"
    run = app.test_cli_runner().invoke
    done = run(args=["sheets", pack, "--template", "a4_revision", "--out", str(out)])
    assert (done.exit_code, zipfile.ZipFile(out).namelist()) == (0, ["01-a4_revision-page-01.png"]), (
        done.output
    )
    assert "Processing mockup 1/1: a4_revision" in done.output
    unknown = run(args=["sheets", pack, "--template", "nothing", "--out", str(tmp_path / "no.zip")])
    assert (unknown.exit_code, "There are: a4_revision" in unknown.output) == (1, True)
    nobody = run(args=["sheets", "0" * 32, "--out", str(tmp_path / "no.zip")])
    assert (nobody.exit_code, "There is no pack" in nobody.output) == (1, True)
    assert not (tmp_path / "no.zip").exists()


def test_sheets_of_a_private_pack_are_made_in_private(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, pack).private = True
    begin(client, pack, "a4_revision")
    assert claimed(wiring).wishes.private
