"""Handing in: picker, paste, drop, shrinking, and errors, as a student does it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from studylens.models import Job, Pack
from tests.browser.conftest import Site, read, to_made_pack
from tests.pages import dense_page
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
    expect(page.locator("#send")).to_have_text("Send 3 pages")
    page.get_by_role("button", name="Remove two.png").click()
    expect(page.get_by_role("button", name="Remove one.png")).to_be_focused()
    page.get_by_text("A pack for each page").click()
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
    expect(page.get_by_label("Or paste text")).to_have_value("Osmosis: water passes a membrane.")
    page.get_by_text("Options").click()
    page.get_by_label("What do you want to understand?").fill("Why?")
    _send(page)
    to_made_pack(page)
    [job] = _jobs(site, page)
    assert job.kind == "text"
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
    page.get_by_label("Or paste text").fill("My notes.")
    _choose(page, _file("fake.jpg", b"this is text", "image/jpeg"))
    _send(page)
    expect(page.get_by_role("alert")).to_contain_text("fake.jpg")
    expect(page.get_by_label("Or paste text")).to_have_value("My notes.")
    page.get_by_role("button", name="Remove fake.jpg").click()
    _send(page)
    to_made_pack(page)


def test_send_is_there_as_soon_as_there_is_something_to_send(page: Page) -> None:
    expect(page.locator("#send")).to_be_hidden()
    page.get_by_label("Or paste text").fill("Osmosis.")
    expect(page.locator("#send")).to_be_in_viewport()
    page.get_by_label("Or paste text").fill(" ")
    expect(page.locator("#send")).to_be_hidden()
    _choose(page, _file())
    expect(page.locator("#send")).to_be_in_viewport()


def test_pages_can_be_put_into_another_order(page: Page, site: Site) -> None:
    _choose(page, *(_file(f"{name}.png", picture(width)) for name, width in _THREE.items()))
    page.get_by_role("button", name="three.png earlier").click()
    expect(page.get_by_role("button", name="three.png earlier")).to_be_focused()
    page.get_by_role("button", name="one.png later").press("Enter")
    expect(page.locator("#told")).to_have_text("one.png is page 2 of 3.")
    _send(page)
    page.wait_for_url(re.compile("/(batches|review|packs)"))  # The first card may be there at once.
    assert [job.name for job in _jobs(site, page)] == ["three.png", "one.png", "two.png"]


def test_a_page_can_be_turned_with_one_tap(page: Page) -> None:
    _choose(page, _file(data=picture(60, 80)))
    page.get_by_role("button", name="Turn page.png").click()
    expect(page.locator("#photos")).to_contain_text("changed")
    lying = "picture => picture.decode().then(() => picture.naturalHeight < picture.naturalWidth)"
    assert page.locator("#photos img").evaluate(lying)


def test_a_phone_offers_its_camera(open_page: Callable[..., Page]) -> None:
    phone = open_page(has_touch=True, is_mobile=True)
    phone.goto("/new")
    camera = phone.get_by_label("Take a photo")
    assert camera.get_attribute("capture") == "environment"
    expect(phone.locator("label.shutter")).to_be_visible()


def test_the_camera_opens_from_every_page_and_its_photo_is_ready_to_be_sent(
    open_page: Callable[..., Page],
) -> None:
    phone = open_page(has_touch=True, is_mobile=True)
    phone.goto("/packs")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("link", name="Photo", exact=True).tap()
    chooser.value.set_files(_file("slide.png"))
    phone.wait_for_url("**/new")
    expect(phone.get_by_role("heading", level=1)).to_have_text("1 page chosen")
    expect(phone.locator("#send")).to_be_in_viewport()
    phone.reload()  # It was handed over once.
    expect(phone.get_by_role("heading", level=1)).to_have_text("New page")


def _page_photo(shade: float = 1.0, cut: int = 0) -> bytes:
    """A page full of lines, 1000 px wide; darker by `shade`, without `cut` px at its left."""
    stream = io.BytesIO()
    image = dense_page(1000, 1400, rows=30, px=26).image
    image = image.point([int(level * shade) for level in range(256)] * 3)
    image.crop((cut, 0, *image.size)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("shade", "cut", "advice"), [(0.15, 0, "It is dark."), (1.0, 200, "cut off on the left")]
)
def test_what_would_make_a_photo_better_is_said_before_it_is_sent(
    page: Page, shade: float, cut: int, advice: str
) -> None:
    _choose(page, _file("page.jpg", _page_photo(shade, cut), "image/jpeg"))
    expect(page.locator("#photos .note")).to_contain_text(advice)


def test_advice_that_comes_late_takes_the_focus_from_nobody(page: Page) -> None:
    held: list[Route] = []
    page.route("**/advising.js*", lambda route: held.append(route))  # noqa: PLW0108 - It takes no built-in.
    with page.expect_request("**/advising.js*"):
        _choose(page, _file("page.jpg", _page_photo(0.15), "image/jpeg"))
    button = page.get_by_role("button", name="Remove page.jpg")
    button.focus()
    held[0].continue_()
    expect(page.locator("#photos .note")).to_contain_text("It is dark.")
    expect(button).to_be_focused()


def test_of_a_good_photo_nothing_is_said(page: Page) -> None:
    found = page.evaluate(
        """async bytes => {
          const form = document.querySelector("script[src*='upload/upload.js']").src;
          const { adviceFor } = await import(form.replace("upload.js", "advice.js"));
          return (await adviceFor(new File([new Uint8Array(bytes)], "page.jpg"))).sentences;
        }""",
        list(_page_photo()),
    )
    assert found == []


def test_a_slide_that_was_built_up_is_offered_as_one(page: Page) -> None:
    whole = Image.open(io.BytesIO(_page_photo()))
    before = whole.copy()
    before.paste(whole.getpixel((3, 3)), (0, 700, *whole.size))
    for name, image in (("first.jpg", before), ("second.jpg", whole)):
        stream = io.BytesIO()
        image.save(stream, "JPEG")
        _choose(page, _file(name, stream.getvalue(), "image/jpeg"))
    note = page.locator("#photos .note").filter(has_text="the same slide as first.jpg")
    note.get_by_role("button", name="Keep the fuller one").click()
    expect(page.locator("#photos li")).to_have_count(1)
    expect(page.locator("#photos")).to_contain_text("second.jpg")


def test_without_scripts_the_pickers_stay_within_a_small_screen(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 568})
    page.goto("/new")
    for picker in page.locator("#drop input[type=file]").all():
        box = picker.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert 0 <= box["x"] < box["x"] + box["width"] <= 320
    expect(page.get_by_role("button", name="Send")).to_be_visible()
