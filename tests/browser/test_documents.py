"""A PDF in a real browser, a picture that was turned to be read, and ink on nothing at all."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from studylens.analysis.protocol.result import Receipt
from tests.browser.conftest import Site
from tests.browser.test_picture import colour, halves, put_picture
from tests.documents import plain
from tests.make_images import IMAGES
from tests.web.packs.test_reading import with_table
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
AXE = Axe()


def test_a_pdf_goes_as_it_is_and_cannot_be_cropped(page: Page, site: Site) -> None:
    chosen = {"name": "Lecture 3.pdf", "mimeType": "application/pdf", "buffer": plain(2)}
    page.goto("/new")
    page.get_by_label("Choose photos or a PDF").set_input_files(chosen)
    expect(page.locator("#photos li")).to_contain_text("Lecture 3.pdf")
    expect(page.get_by_role("button", name="Turn or crop")).to_have_count(0)
    expect(page.locator("#send")).to_have_text("Choose pages")


def test_a_picture_that_was_turned_to_be_read_is_shown_turned(page: Page, site: Site, guest: int) -> None:
    fingerprint = "cd" * 32
    put_picture(page, halves(120, 80), fingerprint)
    found = analysis(receipt=Receipt(1_000, 80, 120, fingerprint), turned=90)
    page.goto(f"/packs/{add_pack(site.wiring, guest, found)}/page")
    picture = page.locator("#photo img")
    picture.wait_for()
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("80", "120")
    shown = picture.screenshot()
    assert [colour(shown, 0.5, y) for y in (0.1, 0.9)] == ["red", "blue"]


def test_white_ink_on_nothing_stays_legible_when_it_is_made_smaller(page: Page, site: Site) -> None:
    page.goto("/new")
    made: list[int] = page.evaluate(
        """async ([bytes]) => {
          const {shrink} = await import("/static/upload/shrink.js");
          const file = new File([new Uint8Array(bytes)], "ink.png", {type: "image/png"});
          return [...new Uint8Array(await (await shrink(file, bytes.length - 1)).arrayBuffer())];
        }""",
        [list((IMAGES / "white_ink.png").read_bytes() + bytes(100_000))],
    )
    small = Image.open(io.BytesIO(bytes(made))).convert("L")
    assert (small.getpixel((2, 2)), small.getextrema()[1] > 200) == (0, True)


def test_a_table_can_be_used_by_everybody(page: Page, site: Site, guest: int) -> None:
    page.goto(f"/packs/{add_pack(site.wiring, guest, with_table())}/page")
    expect(page.get_by_role("row", name="Prophase 30 min condenses")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Anaphase")).to_be_visible()
    assert AXE.run(page).response["violations"] == []
    page.get_by_role("link", name="Edit line 3").click()
    expect(page.get_by_role("textbox")).to_have_value("Prophase\t30 min\tcondenses")


def test_the_list_of_pages_can_be_used_by_everybody(page: Page, site: Site, guest: int) -> None:
    from studylens.models import Document, DocumentPage, new_id

    with site.wiring.database.writing() as session:
        found = Document(id=new_id(), guest_id=guest, folder_id="f" * 32, name="Lecture 3.pdf")
        found.pages = [DocumentPage(n=n, width=595, height=842, thumbnail=_small()) for n in range(1, 9)]
        session.add(found)
    page.goto(f"/documents/{found.id}")
    assert AXE.run(page).response["violations"] == []
    page.get_by_label("Page 2").check()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def _small() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (156, 220), "white").save(stream, "JPEG")
    return stream.getvalue()
