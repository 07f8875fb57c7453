"""Handing in: picker, paste, drop, shrinking, and errors, as a student does it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from studylens.models import Job, Pack
from tests.browser.conftest import Site, read, to_made_pack
from tests.web.world import picture

pytestmark = pytest.mark.browser
MB = 1024 * 1024
_THREE = {"one": 60, "two": 61, "three": 62}
"""Photos by width: the form asks before it sends the same bytes twice."""


def _file(name: str = "page.png", data: bytes | None = None, kind: str = "image/png") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": data or picture()}


def _jobs(site: Site, page: Page) -> list[Job]:
    mine = select(Job).where(Job.guest_id == site.guest_id(page)).order_by(Job.created_at, Job.number)
    with site.wiring.database.reading() as session:
        return list(session.scalars(mine))


def _choose(page: Page, *files: dict[str, Any]) -> None:
    page.get_by_label("Choose photos").set_input_files(list(files))


def _send(page: Page) -> None:
    page.locator("#send").click()


@pytest.fixture(scope="module")
def large_sideways() -> bytes:
    """A phone's photo over 5 MB, stored sideways: 2600 x 1700 px that EXIF turns upright."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((2600, 1700), 120).save(stream, "JPEG", quality=100, exif=exif)
    assert len(stream.getvalue()) > 5 * MB
    return stream.getvalue()


def test_one_chosen_photo_becomes_a_pack(page: Page) -> None:
    _choose(page, _file())
    expect(page.locator("#photos li")).to_have_count(1)
    _send(page)
    to_made_pack(page)
    assert "A pack" in read(page)


def test_photos_gather_can_be_removed_and_go_together(page: Page, site: Site) -> None:
    one, two, three = (_file(f"{name}.png", picture(width)) for name, width in _THREE.items())
    _choose(page, one, two)
    _choose(page, three)
    expect(page.locator("#send")).to_have_text("Make 3 study packs")
    page.get_by_role("button", name="Remove two.png").click()
    expect(page.get_by_role("button", name="Remove one.png")).to_be_focused()
    _send(page)
    page.wait_for_url("**/batches/*")
    assert [job.name for job in _jobs(site, page)] == ["one.png", "three.png"]
    expect(page.locator(".rows").get_by_role("link", name="Open the pack")).to_have_count(2)
    expect(page.locator("#announcer")).to_have_text("All done.")


def test_the_eleventh_photo_is_left_out_and_said(page: Page) -> None:
    _choose(page, *[_file(f"{number}.png") for number in range(11)])
    expect(page.get_by_role("alert")).to_contain_text("more than 10 photos")
    expect(page.locator("#photos li")).to_have_count(10)


def test_a_photo_can_be_dropped_anywhere(page: Page) -> None:
    page.evaluate(
        """bytes => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "dropped.png", {type: "image/png"}));
          const options = {dataTransfer: data, bubbles: true, cancelable: true};
          for (const name of ["dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(name, options));
        }""",
        list(picture()),
    )
    expect(page.get_by_role("button", name="Remove dropped.png")).to_be_visible()


def test_a_picture_can_be_pasted(page: Page) -> None:
    page.evaluate(
        """bytes => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
          document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }""",
        list(picture()),
    )
    expect(page.get_by_role("button", name="Remove image.png")).to_be_visible()


def test_text_pasted_anywhere_becomes_notes_and_a_pack(page: Page, site: Site) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "Osmosis: water passes a membrane.");
          document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    expect(page.get_by_label("Or paste your notes")).to_have_value("Osmosis: water passes a membrane.")
    page.get_by_label("Your question").fill("Why?")
    page.get_by_label("Private").check()
    _send(page)
    to_made_pack(page)
    [job] = _jobs(site, page)
    assert (job.kind, job.private) == ("text", True)
    with site.wiring.database.reading() as session:
        pack = session.scalars(select(Pack).where(Pack.job_id == job.id)).one()
    assert pack.question == "Why?"


def test_a_photo_over_the_limit_is_made_smaller_upright_and_the_page_says_so(
    page: Page, site: Site, large_sideways: bytes
) -> None:
    _choose(page, _file("large.jpg", large_sideways, "image/jpeg"))
    expect(page.locator("#told")).to_contain_text("large.jpg was made smaller")
    upright = "picture => picture.decode().then(() => picture.naturalHeight > picture.naturalWidth)"
    assert page.locator("#photos img").evaluate(upright)
    _send(page)
    to_made_pack(page)
    [job] = _jobs(site, page)
    assert 0 < job.uploaded_bytes <= 5 * MB
    assert job.name == "large.jpg"


def test_a_large_photo_that_the_browser_cannot_open_is_explained(page: Page) -> None:
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(6 * MB)
    _choose(page, _file("IMG_1.heic", heic, "image/heic"))
    expect(page.get_by_role("alert")).to_contain_text("Save it as a JPEG")
    expect(page.locator("#photos li")).to_have_count(0)


def test_what_the_server_refuses_is_said_on_the_page_and_nothing_is_lost(page: Page) -> None:
    _choose(page, _file("fake.jpg", b"this is text", "image/jpeg"))
    page.get_by_label("Or paste your notes").fill("My notes.")
    _send(page)
    expect(page.get_by_role("alert")).to_contain_text("fake.jpg")
    expect(page.get_by_label("Or paste your notes")).to_have_value("My notes.")
    page.get_by_role("button", name="Remove fake.jpg").click()
    _send(page)
    to_made_pack(page)


def test_an_empty_form_asks_for_something(page: Page) -> None:
    _send(page)
    expect(page.get_by_role("alert")).to_contain_text("Choose a photo")


def test_a_phone_offers_its_camera(open_page: Callable[..., Page]) -> None:
    phone = open_page(has_touch=True, is_mobile=True)
    phone.goto("/new")
    camera = phone.get_by_label("Take a photo")
    assert camera.get_attribute("capture") == "environment"
    expect(phone.locator("label.camera")).to_be_visible()
