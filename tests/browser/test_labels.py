"""Labels of a picture are hidden by finger and by keyboard, asked in a review, and never a broken picture."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from studylens.analysis.protocol.result import Line, Receipt
from studylens.models import LABEL, CardLabel, Flashcard
from tests.browser.axe import check
from tests.browser.conftest import PHONE, Site
from tests.browser.test_cutting import draw
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
WORDS = ("Vacuole", "Nucleus", "Cell wall")
KEEP = """async ([sha256, data]) => {
  const { keep } = await import("/static/packs/pictures.js");
  const blob = new Blob([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], { type: "image/png" });
  await keep({ sha256, blob, width: 300, height: 400, keptAt: 1 });
}"""


@pytest.fixture
def pack_id(page: Page, site: Site, guest: int) -> str:
    """A pack of three labels; its picture is in this browser alone."""
    stream = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(stream, "PNG")
    sha256 = hashlib.sha256(stream.getvalue()).hexdigest()
    lines = tuple(Line(n, word, 0.99, (0.6, n / 5, 0.9, n / 5 + 0.06)) for n, word in enumerate(WORDS, 1))
    receipt = Receipt(1_000, 300, 400, sha256)
    page.evaluate(KEEP, [sha256, base64.b64encode(stream.getvalue()).decode()])
    return add_pack(site.wiring, guest, analysis(transcript=lines, receipt=receipt))


def labels(site: Site, pack_id: str) -> dict[str, CardLabel]:
    """Return the pack's labels by their words."""
    same = (Flashcard.uid == CardLabel.card_uid, Flashcard.deleted_at.is_(None))
    with site.wiring.database.reading() as session:
        rows = session.execute(select(Flashcard.back, CardLabel).join(CardLabel, same[0]).where(same[1]))
        return {word: row for word, row in rows if row.pack_id == pack_id}


def test_labels_are_hidden_by_finger_and_keys_and_asked_in_a_review(
    page: Page, site: Site, guest: int, pack_id: str, open_page: Callable[..., Page]
) -> None:
    page.goto(f"/packs/{pack_id}/labels")
    page.get_by_role("button", name="Vacuole").click()
    expect(page.get_by_role("checkbox", name="Hide label 1")).to_be_checked()
    wall = page.get_by_role("button", name="Cell wall")
    wall.focus()
    for key in ("Enter", "ArrowRight", "Shift+ArrowDown", "Enter", "Enter"):
        page.keyboard.press(key)
    draw_two(page)
    page.get_by_text("are hidden, too").click()
    check(page)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Save these cards").click()
    assert "word-l2" not in (sent.value.post_data or "")  # It was not chosen.
    expect(page.get_by_text("4 cards are made.")).to_be_visible()
    found = labels(site, pack_id)
    assert sorted(found) == ["", "Cell wall", "Nucleolus", "Vacuole"]
    assert [found["Cell wall"].x0, found["Cell wall"].y1] == pytest.approx([0.605, 0.665])
    assert [found["Nucleolus"].x0, found["Nucleolus"].y1] == pytest.approx([0.1, 0.4], abs=0.02)
    assert all(row.hides_all for row in found.values())
    review(page, site, pack_id)
    to_anki(page, pack_id)
    elsewhere(open_page(viewport=PHONE, storage_state=cookies_alone(page)), pack_id)


def draw_two(page: Page) -> None:
    """Draw a box, and one that is undone; a third is added by the keyboard and has no word."""
    draw(page, page.locator("[data-stage]"), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4))
    page.get_by_label("What label 4 says").fill("Nucleolus")
    draw(page, page.locator("[data-stage]"), (0.1, 0.6), (0.2, 0.7), (0.3, 0.8))
    expect(page.locator("[data-list] li")).to_have_count(5)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-list] li")).to_have_count(4)
    page.get_by_role("button", name="Draw a box").press("Enter")
    expect(page.get_by_role("button", name="Label 5")).to_be_focused()


def review(page: Page, site: Site, pack_id: str) -> None:
    """The picture comes from this browser; its parts are covered until the answer is shown."""
    with site.wiring.database.reading() as session:
        mine = select(Flashcard.id).where(Flashcard.pack_id == pack_id, Flashcard.back == "Vacuole")
        card_id = session.scalars(mine.where(Flashcard.kind == LABEL)).one()
    page.goto(f"/packs/{pack_id}/review?new=1&card={card_id}")
    picture = page.locator(".label-picture")
    expect(picture.locator("image")).to_have_attribute("href", re.compile("^blob:"))
    expect(picture.locator("svg[role=img]")).to_be_visible()
    expect(picture.locator(".mask")).to_have_count(3)
    expect(picture.locator(".lost")).to_be_hidden()
    check(page)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(picture.locator(".sign")).to_be_hidden()
    expect(page.locator("#review-back")).to_contain_text("Vacuole")


def to_anki(page: Page, pack_id: str) -> None:
    """The deck takes the picture along, which only this browser has."""
    page.goto(f"/packs/{pack_id}/more")
    with page.expect_download() as download:
        page.get_by_role("link", name="Anki deck").click()
    expect(page.get_by_text("with the pictures of its hidden labels")).to_be_visible()
    with zipfile.ZipFile(download.value.path()) as deck:
        assert Image.open(io.BytesIO(deck.read("0"))).size == (300, 400)


def cookies_alone(page: Page) -> object:
    """The same student in a browser that keeps no pictures."""
    return {"cookies": page.context.cookies(), "origins": []}


def elsewhere(page: Page, pack_id: str) -> None:
    page.goto(f"/packs/{pack_id}/cards?from=3")
    first = page.locator(".label-picture").first
    expect(first).to_contain_text("The picture is not in this browser")
    expect(first.locator("svg[role=img]")).to_be_hidden()
    check(page)
