"""Exchange in a real browser: downloads, imports, a second device, by keyboard and without scripts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import check_both
from tests.browser.conftest import PHONE, Site, read
from tests.web.world import add_pack

pytestmark = pytest.mark.browser
WORDS = {"name": "words.csv", "mimeType": "text/csv", "buffer": b"front,back\nATP,energy\nDNA,plan\n"}


def _download(page: Page, name: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return Path(waiting.value.path())


def test_axe_finds_nothing_on_the_pages_of_exchange(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    for path in ("/export", "/import", "/devices"):
        page.goto(path)
        read(page)
        check_both(page)
    page.goto("/import")
    page.get_by_label("Your file").set_input_files(WORDS)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Check the table")).to_be_visible()
    check_both(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="It is in")).to_be_visible()
    check_both(page)
    page.goto("/export")
    check_both(page)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_role("heading", name="Your calendar address")).to_be_visible()
    check_both(page)
    page.goto("/devices")
    page.get_by_role("button", name="Add a device").click()
    expect(page.locator(".digits")).to_be_visible()
    check_both(page)
    page.get_by_label("Code").fill("00000-00000")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    check_both(page)


def test_a_pack_leaves_as_a_deck_and_comes_in_elsewhere(
    open_page: Callable[..., Page], page: Page, site: Site, guest: int
) -> None:
    page.goto(f"/packs/{add_pack(site.wiring, guest)}/more")
    deck = _download(page, "Anki deck").read_bytes()
    friend = open_page()
    friend.goto("/import")
    file = {"name": "a.apkg", "mimeType": "application/octet-stream", "buffer": deck}
    friend.get_by_label("Your file").set_input_files(file)
    friend.get_by_role("button", name="Import", exact=True).click()
    expect(friend.get_by_role("main")).to_contain_text("3 cards, 1 pack")
    friend.get_by_role("link", name="Open the pack").click()
    expect(friend.get_by_role("heading", name="Photosynthesis")).to_be_visible()


def test_an_account_moves_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    old = open_page(java_script_enabled=False)
    old.goto("/import")
    old.get_by_label("Your file").set_input_files(WORDS)
    old.get_by_role("button", name="Import", exact=True).click()
    _choose_without_scripts(old)
    old.goto("/export")
    data = _download(old, "My account (JSON)").read_bytes()
    assert json.loads(data)["studylens_account"] == 1
    new = open_page(java_script_enabled=False)
    new.goto("/import")
    file = {"name": "account.json", "mimeType": "application/json", "buffer": data}
    new.get_by_label("Your file").set_input_files(file)
    new.get_by_role("button", name="Import", exact=True).click()
    expect(new.get_by_role("main")).to_contain_text("2 cards, 1 pack")
    expect(new.get_by_role("button", name="Copy as Markdown")).to_have_count(0)


def _choose_without_scripts(page: Page) -> None:
    """Take a heading for a card, look again, then change that back and let the table in."""
    page.locator("summary", has_text="How it is read").click()
    page.get_by_label("The first row", exact=True).select_option("no")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("main")).to_contain_text("3 cards come in")
    page.locator("summary", has_text="How it is read").click()
    page.get_by_label("The first row", exact=True).select_option("yes")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="It is in")).to_be_visible()


def test_a_table_is_shown_anew_at_each_choice_and_keeps_the_place(
    open_page: Callable[..., Page], site: Site
) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/import")
    page.get_by_label("Or paste a list").fill("go;gehen;I go.\nbe;sein;I am.\n")
    page.get_by_role("button", name="Import the list").click()
    read(page)
    page.get_by_role("link", name="Say what it is").click()
    page.get_by_label("Column 3").focus()
    page.get_by_label("Column 3").select_option("tags")
    expect(page.get_by_role("row").nth(1)).to_contain_text("I, go.")
    expect(page.get_by_label("Column 3")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("2 cards come in.")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("2 cards, 1 pack")


def test_a_second_device_joins_by_keyboard(
    open_page: Callable[..., Page], page: Page, site: Site, guest: int
) -> None:
    add_pack(site.wiring, guest)
    page.goto("/devices")
    page.get_by_role("button", name="Add a device").focus()
    page.keyboard.press("Enter")
    code = page.locator(".digits").inner_text()
    phone = open_page()
    phone.goto("/devices")
    phone.get_by_label("Code").focus()
    phone.keyboard.type(code.lower())
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("status").filter(has_text="This device is connected")).to_be_visible()
    phone.goto("/packs")
    expect(phone.get_by_role("link", name="Photosynthesis")).to_be_visible()


def test_a_pack_is_copied_as_markdown(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    page.goto(f"/packs/{add_pack(site.wiring, site.guest_id(page))}/more")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("# Photosynthesis\n")
