"""Editing, the library and lectures in a browser: by touch, by keyboard alone, without scripts, with axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import check, check_both
from tests.browser.conftest import Site, own_form, read
from tests.waiting import until
from tests.web.world import add_pack

pytestmark = pytest.mark.browser


@pytest.fixture
def pack_id(page: Page, site: Site, guest: int) -> str:
    """A pack that stands open in the browser."""
    made = add_pack(site.wiring, guest)
    page.goto(f"/packs/{made}/page")
    return made


def test_a_line_is_corrected_where_it_stands(page: Page, pack_id: str) -> None:
    line = page.locator("#line-4")
    expect(line.get_by_text("check this")).to_be_visible()
    line.get_by_role("link", name="Edit line 4").click()
    expect(line.get_by_label("Line")).to_be_focused()
    line.get_by_label("Line").fill("The Calvin cycle takes place in the stroma.")
    line.get_by_role("button", name="Save").click()
    expect(page.locator("#line-4")).to_contain_text("The Calvin cycle takes place")
    expect(page.locator("#line-4")).to_contain_text("corrected")
    page.reload()
    expect(page.get_by_text("You corrected 1 line.")).to_be_visible()


def test_an_edit_is_given_up_without_a_trace(page: Page, pack_id: str) -> None:
    page.locator("#line-1").get_by_role("link", name="Edit line 1").click()
    page.locator("#line-1").get_by_label("Line").fill("something else")
    page.locator("#line-1").get_by_role("link", name="Cancel").click()
    expect(page.locator("#line-1 .line-text")).to_have_text("Photosynthesis")


def test_a_card_is_edited_deleted_and_brought_back(page: Page, pack_id: str) -> None:
    page.goto(f"/packs/{pack_id}/cards")
    card = page.locator(".kard").first
    card.get_by_role("link", name="Edit").click()
    form = page.locator(".edit").first
    form.get_by_label("Front").fill("Why are leaves green?")
    form.get_by_role("button", name="Save").click()
    card = page.locator(".kard", has_text="Why are leaves green?")
    expect(card.locator(".ans")).to_be_visible()
    card.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The card is deleted.")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Deleted. Undo is here.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".kard", has_text="Why are leaves green?")).to_be_visible()


def save_line(page: Page, text: str) -> None:
    """Write into the first line, which is open, and send it; what comes back is the caller's to wait for."""
    page.locator("#line-1").get_by_label("Line").fill(text)
    page.locator("#line-1").get_by_role("button", name="Save").click()


def test_two_tabs_lose_nothing(page: Page, pack_id: str) -> None:
    other = page.context.new_page()
    other.goto(f"/packs/{pack_id}/page")
    for tab in (page, other):
        tab.locator("#line-1").get_by_role("link", name="Edit line 1").click()
        expect(tab.locator("#line-1").get_by_label("Line")).to_be_visible()
    save_line(page, "from the first tab")
    expect(page.locator("#line-1 .line-text")).to_contain_text("from the first tab")  # Before the other.
    save_line(other, "from the second tab")
    expect(other.get_by_role("alert")).to_contain_text("changed meanwhile")
    expect(other.locator("#line-1")).to_contain_text("from the first tab")
    other.locator("#line-1").get_by_role("button", name="Save yours").click()
    expect(other.locator("#line-1 .line-text")).to_contain_text("from the second tab")


STALE = """for (const field of document.querySelectorAll("meta[name=form-token], input[name=form_token]"))
  field.setAttribute(field.name === "form-token" ? "content" : "value", "of before");"""
"""What a page knows that was loaded before this device got its cookie."""


def test_a_page_from_before_the_cookie_changed_loses_nothing(page: Page, pack_id: str) -> None:
    page.locator("#line-1").get_by_role("link", name="Edit line 1").click()
    expect(page.locator("#line-1").get_by_label("Line")).to_be_visible()
    page.evaluate(STALE)
    save_line(page, "typed with a stale token")
    expect(page.locator("#line-1 .line-text")).to_contain_text("typed with a stale token")
    page.goto("/new")
    page.evaluate(STALE)
    page.locator("[name=text]").evaluate("field => field.value = 'Osmosis: water passes a membrane.'")
    page.locator("#send").evaluate("button => button.form.requestSubmit(button)")
    page.wait_for_url(re.compile(r"/batches/|/packs/\w+/review"))  # It may have been read by then.


def test_a_line_is_corrected_by_keyboard_alone(page: Page, pack_id: str) -> None:
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#line-2 .pencil:not(.card-maker)')"):
            break
    expect(page.locator("#line-2 .pencil:not(.card-maker)")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#line-2").get_by_label("Line")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Plants make sugar.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#line-2 .line-text")).to_contain_text("Plants make sugar.")


def test_everything_is_edited_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack = add_pack(site.wiring, site.guest_id(page))
    page.goto(f"/packs/{pack}/page")
    page.locator("#line-1").get_by_role("link", name="Edit line 1").click()
    page.get_by_label("Line").fill("Leaves")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#line-1 .line-text")).to_contain_text("Leaves")
    page.goto(f"/packs/{pack}/cards")
    page.locator(".kard").first.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".kard")).to_have_count(3)
    page.get_by_role("link", name="Add a card").click()
    page.get_by_label("Front").fill("What is rubisco?")
    page.get_by_label("Back").fill("An enzyme")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".kard")).to_have_count(4)


def test_new_cards_are_seen_before_they_are_taken(page: Page, pack_id: str) -> None:
    page.locator("#line-1").get_by_role("link", name="Edit line 1").click()
    page.locator("#line-1").get_by_label("Line").fill("pack of leaves")
    page.locator("#line-1").get_by_role("button", name="Save").click()
    expect(page.locator("#line-1")).to_contain_text("corrected")
    page.reload()
    page.get_by_role("link", name="Make new cards").click()
    page.get_by_role("button", name="Make new cards").click()
    expect(page.get_by_role("heading", name="Cards that go")).to_be_visible()
    read(page)
    page.get_by_role("button", name="Use the new cards").click()
    page.locator(".tabs").get_by_role("link", name="Cards").click()
    expect(page.locator(".kard")).to_have_count(1)


def test_packs_are_found_tagged_joined_and_thrown_away(page: Page, site: Site, guest: int) -> None:
    until(lambda: site.has_read_all(guest), "its first pack")
    for _ in range(2):
        add_pack(site.wiring, guest)
    _select(page, 2)
    page.get_by_role("button", name="Tag").click()
    page.get_by_label("Tag").fill("exam")
    page.get_by_role("button", name="Add tag").click()
    expect(page.get_by_text("2 packs found.")).to_be_visible()
    page.get_by_label("Search in titles").fill("chloro")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("2 packs found.")).to_be_visible()
    _select(page, 2)
    page.get_by_role("button", name="Join").click()
    page.get_by_label("Title").fill("The leaf")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="The leaf", level=1)).to_be_visible()
    _select(page, 1)
    page.get_by_role("button", name="Trash").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="The leaf")).to_be_visible()
    _select(page, 1)
    page.get_by_role("button", name="Trash").click()
    page.get_by_role("link", name="Trash").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("heading", name="The leaf", level=1)).to_be_visible()


def _select(page: Page, number: int) -> None:
    page.goto("/packs?select=1")
    for box in page.get_by_role("checkbox").all()[:number]:
        box.check()


def test_buttons_wait_until_packs_are_selected(page: Page, site: Site, guest: int) -> None:
    for _ in range(2):
        add_pack(site.wiring, guest)
    page.goto("/packs")
    page.get_by_role("link", name="Select").click()
    expect(page.get_by_role("button", name="Trash")).to_be_disabled()
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="1 selected")).to_be_visible()
    expect(page.get_by_role("button", name="Trash")).to_be_enabled()
    expect(page.get_by_role("button", name="Join")).to_be_disabled()
    page.get_by_role("button", name="Select all").click()
    expect(page.get_by_role("button", name="Join")).to_be_enabled()
    check(page)


def test_packs_are_selected_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 568})
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    add_pack(site.wiring, site.guest_id(page))
    _select(page, 1)
    page.get_by_role("button", name="Subject").click()
    page.get_by_label("Subject").fill("Biology")
    page.get_by_role("button", name="Set subject").click()
    expect(page.get_by_role("link", name="Biology 1")).to_have_attribute("aria-current", "true")


def test_axe_finds_nothing_while_editing(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    guest = site.guest_id(page)
    first, second, gone = (add_pack(site.wiring, guest) for _ in range(3))
    form = own_form(page, site.url)
    page.request.post("/packs/bulk", data=f"action=tag&tag=exam&pack={first}", headers={
        **form, "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    page.request.post(f"/packs/{gone}/delete", headers=form)
    paths = ("edit", "quiz/edit", "cards/new", "questions/new", "rebuild")
    for path in (*(f"/packs/{first}/{name}" for name in paths), "/packs", "/packs?q=nothing", "/packs/trash"):
        page.goto(path)
        read(page)
        check_both(page)
    _select(page, 2)
    page.get_by_role("button", name="Join").click()
    check_both(page)
    page.goto(f"/packs/{second}/cards")
    page.locator(".kard").first.get_by_role("link", name="Edit").click()
    expect(page.locator(".edit")).to_be_visible()
    check_both(page)
    page.goto(f"/packs/{second}/page")
    page.locator("#line-2").get_by_role("link", name="Edit line 2").click()
    expect(page.locator("#line-2").get_by_label("Line")).to_be_visible()
    check_both(page)
