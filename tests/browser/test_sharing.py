"""A pack is shared by a link, and a class answers from one QR code: a teacher's desk and two phones."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import check
from tests.browser.conftest import DESKTOP, PHONE, Site, read
from tests.web.world import add_pack

pytestmark = pytest.mark.browser


def look_at(page: Page, name: str) -> None:
    """Check the page, and keep a picture of it where somebody asks for one."""
    read(page)
    check(page)
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")


def test_a_link_is_made_read_copied_and_taken_back(
    page: Page, open_page: Callable[..., Page], site: Site, guest: int
) -> None:
    pack_id = add_pack(site.wiring, guest)
    page.goto(f"/packs/{pack_id}/more")
    page.get_by_role("link", name="Share").click()
    page.get_by_label("How far I am").check()
    page.get_by_label("For whom").fill("7b")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    look_at(page, "share-made-phone")
    page.get_by_role("link", name="Print the QR code").click()
    look_at(page, "share-code-phone")
    address = page.url.removesuffix("/qr")

    reader = open_page(viewport=DESKTOP)
    reader.goto(address)
    look_at(reader, "share-read-desk")
    reader.set_viewport_size(PHONE)
    look_at(reader, "share-read-phone")
    assert reader.context.cookies() == []
    reader.get_by_role("button", name="Study a copy").click()
    reader.get_by_role("link", name="Learn these 3").wait_for()

    page.goto(f"/packs/{pack_id}/share")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("taken back on")).to_be_visible()
    reader.goto(address)
    expect(reader.get_by_text("This link opens nothing")).to_be_visible()


def _begin(teacher: Page, site: Site) -> str:
    """Let a teacher who was never here begin a live quiz; return its code."""
    teacher.goto("/new")
    teacher.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_pack(site.wiring, site.guest_id(teacher))
    teacher.goto(f"/packs/{pack_id}/live")
    look_at(teacher, "live-start-desk")
    teacher.get_by_role("button", name="Begin").click()
    return teacher.locator(".digits").inner_text()


def _come_in(phone: Page, code: str, name: str) -> None:
    phone.goto(f"/live?code={code.lower()}")
    phone.get_by_label("Your nickname").fill(name)
    phone.get_by_role("button", name="Come in").click()
    expect(phone.get_by_role("heading", name="You are in")).to_be_visible()


def _answer(teacher: Page, anna: Page, bert: Page) -> None:
    """Let Anna be right, and Bert wrong while his network is away: his answer waits."""
    anna.locator(".choice").first.wait_for()
    bert.locator(".choice").first.wait_for()
    look_at(anna, "live-asked-phone")
    bert.context.set_offline(True)
    bert.locator(".choice", has_text="nucleus").click()
    expect(bert.get_by_text("waits for the network").or_(bert.get_by_text("No connection"))).to_be_visible()
    anna.locator(".choice", has_text="stroma").click()
    expect(teacher.get_by_text("1 of 2 answered")).to_be_visible()
    bert.context.set_offline(False)
    expect(teacher.get_by_text("2 of 2 answered")).to_be_visible()
    look_at(teacher, "live-asked-desk")


def _keep(teacher: Page) -> None:
    teacher.set_viewport_size(PHONE)
    look_at(teacher, "live-result-phone")
    teacher.get_by_role("button", name="Keep the numbers").click()
    teacher.get_by_text(re.compile("2 phones")).click()
    look_at(teacher, "live-kept-phone")


def test_a_class_answers_also_where_the_network_is_lost(open_page: Callable[..., Page], site: Site) -> None:
    teacher, anna, bert = open_page(viewport=DESKTOP), open_page(has_touch=True), open_page(has_touch=True)
    code = _begin(teacher, site)
    for phone, name in ((anna, "Anna"), (bert, "Bert <b>")):
        _come_in(phone, code, name)
    expect(teacher.get_by_text("2 are here")).to_be_visible()
    look_at(teacher, "live-lobby-desk")
    teacher.get_by_role("button", name="Start").click()
    _answer(teacher, anna, bert)
    teacher.get_by_role("button", name="Show the answer").click()
    expect(anna.locator(".choice.right.mine")).to_be_visible()
    expect(bert.locator(".choice.mine:not(.right)")).to_be_visible()
    look_at(bert, "live-shown-phone")
    teacher.get_by_role("button", name="End the quiz").click()
    expect(anna.get_by_text("You had 1 of 2 right")).to_be_visible()
    expect(bert.get_by_text("You had 0 of 2 right")).to_be_visible()
    _keep(teacher)
    expect(bert.get_by_text("This quiz has ended")).to_be_visible()
