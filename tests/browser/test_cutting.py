"""Made white before it is sent; later a part of it is cut out by finger, painted over, and put on a card."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from studylens.analysis.protocol.cutting import CutWish, wish_from
from studylens.models import CardPicture, Cutout, Job, Pack
from tests.browser.axe import check
from tests.browser.conftest import PHONE, Site, to_made_pack
from tests.browser.test_picture import choose, halves

pytestmark = pytest.mark.browser


def draw(page: Page, place: Locator, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points in 0-1 of an element."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    for n, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if not n:
            page.mouse.down()
    page.mouse.up()


def test_a_page_is_made_white_and_a_part_of_it_becomes_a_card(
    open_page: Callable[..., Page], site: Site
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{site.url}/new")
    choose(page, halves(600, 400))
    make_white_and_back(page)
    page.locator("#send").click()
    to_made_pack(page)
    know_photo(page, site)
    page.goto(re.sub(r"[?#].*", "", page.url).rstrip("/") + "/cut")
    expect(page.locator(".table img")).to_be_visible()
    draw(page, page.locator(".table"), (0.25, 0.3), (0.5, 0.5), (0.75, 0.9))
    page.get_by_text("A thing").click()
    check(page)
    page.get_by_role("button", name="Cut it out").click()
    expect(page.get_by_text("A note.")).to_be_visible()
    paint(page)
    wish = last_wish(page, site)
    assert [round(side, 1) for side in wish.box] == [0.2, 0.3, 0.8, 0.9]
    assert [stroke.keep for stroke in wish.strokes] == [False]
    put_on_card(page)
    with site.wiring.database.reading() as session:
        assert session.scalars(select(CardPicture)).first() is not None


def know_photo(page: Page, site: Site) -> None:
    """Write the photo's fingerprint into its pack: the fake analysis does not."""
    with site.wiring.database.writing() as session:
        pack = session.scalars(select(Pack).where(Pack.guest_id == site.guest_id(page))).one()
        sent = select(Job.sha256).where(Job.id == pack.job_id)
        pack.receipt = {**pack.receipt, "sha256": session.scalars(sent).one()}


def make_white_and_back(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Make .* white$")).click()
    expect(page.get_by_text("made white")).to_be_visible()
    check(page)
    page.get_by_role("button", name=re.compile("^Make .* as it was$")).click()
    expect(page.get_by_text("made white")).to_be_hidden()


def paint(page: Page) -> None:
    """Take something away, and cut again."""
    page.get_by_text("Not quite right?").click()
    page.get_by_text("Take this away").click()
    page.wait_for_function("() => document.querySelector('[data-brush] canvas').width !== 300")
    draw(page, page.locator("[data-brush] canvas"), (0.4, 0.5), (0.6, 0.5))
    check(page)
    first = page.url
    page.get_by_role("button", name="Cut it out again").click()
    expect(page).not_to_have_url(first)
    expect(page.get_by_text("A note.")).to_be_visible()


def last_wish(page: Page, site: Site) -> CutWish:
    """Return what this browser's guest asked for last."""
    with site.wiring.database.reading() as session:
        mine = select(Cutout.wish).where(Cutout.guest_id == site.guest_id(page))
        return wish_from(session.scalars(mine.order_by(Cutout.created_at.desc())).first() or "")


def put_on_card(page: Page) -> None:
    page.get_by_label("Back", exact=True).fill("A leaf")
    page.get_by_label("Front Of a new card").fill("What is this?")
    page.get_by_role("button", name="Put it on the card").click()
    expect(page.locator(".card-picture img")).to_be_visible()
    check(page)
