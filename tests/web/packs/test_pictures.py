"""The photo stays with the student; the server keeps a small copy only when asked, and lets it go."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from studylens.analysis import pipeline
from studylens.analysis.picture import decode
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import Analysis, KeptCopy, Receipt
from studylens.analysis.protocol.result_json import from_json, to_json
from studylens.config import Config
from studylens.models import Job, Pack, PackPage, PackPicture, now
from studylens.study.packs.merging import merge
from studylens.study.packs.trash import delete_for_good
from studylens.web.door.wiring import Wiring
from tests.pages import column_page
from tests.web.world import PAGE, add_pack, analysis, become_guest, photo, read_page

SHA = "ab" * 32


def a_copy(width: int = 600, height: int = 800) -> KeptCopy:
    return decode.kept_copy(Image.new("RGB", (width, height), "white"))


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


@pytest.fixture
def kept_id(wiring: Wiring, guest_id: int) -> str:
    """A pack whose student asked for a copy."""
    return add_pack(wiring, guest_id, analysis(copy=a_copy()))


def _copies(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PackPicture)) or 0


def _analysed(page: Path, *, keep_copy: bool) -> Analysis:
    """What the pipeline answers for a page, read on this server alone."""
    request = wire.Request("0" * 32, path=str(page), wishes=wire.Wishes(keep_copy=keep_copy))
    answer = pipeline.run(request, Config(engines=("ocr",)), lambda event: None)
    assert isinstance(answer, wire.Done)
    return answer.analysis


def test_a_copy_is_made_only_when_it_was_asked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    column_page(("The heart has four chambers.",), size=(600, 160)).image.save(page)
    assert _analysed(page, keep_copy=False).copy is None
    copy = _analysed(page, keep_copy=True).copy
    assert copy is not None
    jpeg = Image.open(io.BytesIO(base64.b64decode(copy.jpeg_base64)))
    assert (jpeg.format, jpeg.size) == ("JPEG", (copy.width, copy.height))


def test_a_copy_has_800_px_at_most_and_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    stored = io.BytesIO()
    Image.new("RGB", (1600, 1200), "white").save(stored, "JPEG", exif=exif)
    copy = decode.kept_copy(Image.open(stored))
    jpeg = base64.b64decode(copy.jpeg_base64)
    assert (copy.width, copy.height) == (800, 600)
    assert b"where I live" not in jpeg
    assert not Image.open(io.BytesIO(jpeg)).getexif()


def test_a_copy_crosses_the_wire_unchanged() -> None:
    found = analysis(copy=a_copy())
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize(
    ("sent", "kept"), [("1", True), ("on", True), ("", False), ("0", False), ("?", False)]
)
def test_a_copy_is_kept_on_a_clear_yes_alone(
    wiring: Wiring, client: FlaskClient, sent: str, kept: bool
) -> None:
    data = {"image": photo(), "keep": sent}
    job_id = client.post("/analyze?wait=0", data=data).get_json()["jobs"][0]["id"]
    with wiring.database.reading() as session:
        assert session.get_one(Job, job_id).keep_copy is kept


@pytest.mark.parametrize("private", ["", "1"])
def test_a_copy_walks_the_whole_way_in_private_mode_too(
    running_app: Callable[..., Flask], private: str, photo: bytes
) -> None:
    client = running_app(engines=("ocr",)).test_client()
    data = {"image": (io.BytesIO(photo), "page.png"), "keep": "1", "private": private}
    [job] = client.post("/analyze?wait=60", data=data).get_json()["jobs"]
    assert job["pack"]["receipt"]["bytes_kept"] > 0
    address = client.get(job["status_url"]).get_json()["pack_url"]
    copy = client.get(f"{address}/picture/1").data
    assert len(copy) == job["pack"]["receipt"]["bytes_kept"]


def test_a_copy_is_counted_in_the_receipt_and_said_on_the_page(
    wiring: Wiring, client: FlaskClient, kept_id: str
) -> None:
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, kept_id)
        assert pack.receipt["bytes_kept"] == len(base64.b64decode(a_copy().jpeg_base64))
    assert f'src="/packs/{kept_id}/picture/1"' in read_page(
        client.get(f"/packs/{kept_id}/page", headers=PAGE)
    )
    page = read_page(client.get(f"/packs/{kept_id}/more", headers=PAGE))
    assert "nothing: the upload is deleted" not in page


def test_a_copy_is_sent_to_its_guest_alone_and_never_cached(
    client: FlaskClient, app: Flask, kept_id: str
) -> None:
    answer = client.get(f"/packs/{kept_id}/picture/1")
    assert (answer.mimetype, answer.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].replace(",", "").split())
    stranger = app.test_client()
    assert stranger.get(f"/packs/{kept_id}/picture/1").status_code == 404
    assert stranger.post(f"/packs/{kept_id}/picture/delete").status_code == 404


@pytest.mark.parametrize("page", ["2", "0", "99999999999999999999", "x"])
def test_a_page_without_a_copy_is_not_found(client: FlaskClient, kept_id: str, page: str) -> None:
    assert client.get(f"/packs/{kept_id}/picture/{page}").status_code == 404


@pytest.mark.own_sql
def test_a_deleted_copy_is_gone_and_the_receipt_says_so(
    wiring: Wiring, client: FlaskClient, kept_id: str
) -> None:
    answer = client.post(f"/packs/{kept_id}/picture/delete")
    assert (answer.status_code, _copies(wiring)) == (303, 0)
    page = read_page(client.get(f"/packs/{kept_id}/more", headers=PAGE))
    assert "nothing: the upload is deleted" in page
    assert f"/packs/{kept_id}/picture/1" not in page


def test_a_copy_goes_with_its_pack(wiring: Wiring, kept_id: str) -> None:
    assert _copies(wiring) == 1
    with wiring.database.writing() as session:
        delete_for_good(session, session.get_one(Pack, kept_id))
    assert _copies(wiring) == 0


def test_a_page_carries_the_fingerprint_and_the_caption_but_no_picture(
    client: FlaskClient, pack_id: str
) -> None:
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert f'data-sha256="{SHA}"' in page
    assert 'data-words="a diagram of a leaf in the sun"' in page
    assert '<img src="/packs' not in page


def test_pasted_text_has_no_picture(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id, analysis(receipt=Receipt(8, None, None, "", ())))
    assert "data-sha256" not in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))


def test_every_photo_of_a_pack_has_its_picture(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    with wiring.database.writing() as session:
        for n, letter in ((2, "d"), (1, "c")):
            session.add(PackPage(pack_id=pack_id, n=n, sha256=letter * 64, caption=f"page {letter}"))
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert page.index(f'data-sha256="{"c" * 64}"') < page.index(f'data-sha256="{"d" * 64}"')
    assert SHA not in page.partition("data-pictures")[2]


def test_the_copies_of_merged_packs_are_counted_together(
    wiring: Wiring, client: FlaskClient, guest_id: int, kept_id: str
) -> None:
    other_id = add_pack(wiring, guest_id, analysis(copy=a_copy(800, 600)))
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, kept_id), session.get_one(Pack, other_id)])
    sizes = [len(client.get(f"/packs/{kept_id}/picture/{page}").data) for page in (1, 2)]
    with wiring.database.reading() as session:
        assert session.get_one(Pack, kept_id).receipt["bytes_kept"] == sum(sizes)


@pytest.mark.parametrize("nonsense", ["x" * 100, None, 7])
def test_a_receipt_of_nonsense_is_no_fingerprint(wiring: Wiring, guest_id: int, nonsense: Any) -> None:
    with wiring.database.writing() as session:
        pack = Pack(guest_id=guest_id, receipt={"sha256": nonsense})
        session.add(pack)
        session.flush()
        assert pack.photo_sha256 is None


def _asked(client: FlaskClient, sha256: str) -> Any:
    return client.get(f"/packs/by-photo/{sha256}").get_json()["pack"]


def test_a_photo_sent_before_is_recognised(client: FlaskClient, pack_id: str) -> None:
    assert _asked(client, SHA) == {"title": "Photosynthesis", "url": f"/packs/{pack_id}"}
    assert _asked(client, "cd" * 32) is None


def test_a_photo_within_a_lecture_is_recognised(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    with wiring.database.writing() as session:
        session.add(PackPage(pack_id=pack_id, n=2, sha256="ef" * 32))
    assert _asked(client, "ef" * 32)["url"] == f"/packs/{pack_id}"


@pytest.mark.own_sql
def test_nobody_learns_what_others_have_sent(app: Flask, pack_id: str) -> None:
    assert _asked(app.test_client(), SHA) is None


def test_a_pack_in_the_trash_is_not_offered(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).deleted_at = now()
    assert _asked(client, SHA) is None


@pytest.mark.parametrize("text", ["x", "AB" * 32, "ab" * 33, "%00" * 64])
def test_what_is_no_fingerprint_is_not_found(client: FlaskClient, text: str) -> None:
    assert client.get(f"/packs/by-photo/{text}").status_code == 404
