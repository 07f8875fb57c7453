"""Waiting and studying: by mouse, by keyboard alone, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, read
from tests.web.world import add_pack, picture

pytestmark = pytest.mark.browser


def _tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def _take_quiz_by_keyboard(page: Page) -> None:
    """Answer the pack's only question and come back."""
    _tab_to(page, "#start-quiz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/1")
    _tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    _tab_to(page, "#quiz-dock button")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Back to the pack").press("Enter")
    page.wait_for_url("**/packs/*")


def test_progress_is_shown_as_it_happens_and_can_be_cancelled(page: Page) -> None:
    page.get_by_label("Or paste text").fill("slow")
    page.locator("#send").click()
    page.wait_for_url("**/batches/*")
    expect(page.get_by_role("listitem").filter(has_text="Reading the page")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Reading the page")
    expect(page.get_by_text("Photo opened and turned upright").first).to_be_hidden()
    page.get_by_text("How this is made").click()
    page.get_by_text("The numbers").click()
    expect(page.get_by_role("cell", name="120.0")).to_be_visible()
    with page.expect_response("**/batches/*"):
        pass
    expect(page.get_by_role("cell", name="120.0")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You cancelled this photo.")).to_be_visible()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()


def test_a_page_that_waits_outlives_a_server_that_is_away(page: Page) -> None:
    page.get_by_label("Or paste text").fill("slow")
    page.locator("#send").click()
    page.wait_for_url("**/batches/*")
    step = page.get_by_role("listitem").filter(has_text="Reading the page")
    expect(step).to_be_visible()
    page.route("**/batches/*", lambda route: route.abort())
    expect(page.get_by_text("The server does not answer at the moment.")).to_be_visible()
    expect(step).to_be_visible()
    page.unroute("**/batches/*")
    expect(page.get_by_text("The server does not answer at the moment.")).to_be_hidden()
    page.get_by_role("button", name="Cancel").click()


def test_the_whole_way_by_keyboard(page: Page) -> None:
    _tab_to(page, "textarea")
    page.keyboard.type("Osmosis: water passes a membrane.")
    _tab_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review?new=1")
    _tab_to(page, "#review-bar a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/packs/*")
    _take_quiz_by_keyboard(page)
    _tab_to(page, ".tabs a:last-child")
    page.keyboard.press("Enter")
    page.wait_for_url("**/more")
    _tab_to(page, "a[href$=delete]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/delete")
    _tab_to(page, ".btn.danger")
    page.keyboard.press("Enter")
    page.wait_for_url("**/packs?deleted=*")
    expect(page.get_by_role("heading", name="No packs yet")).to_be_visible()


def test_formulas_are_drawn(page: Page, site: Site, guest: int) -> None:
    page.goto(f"/packs/{add_pack(site.wiring, guest)}")
    read(page)
    page.locator("#explanation summary").click()
    box = page.locator("#explanation math").first.bounding_box()
    assert box is not None
    assert box["height"] > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_everything_works_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/new")
    file = {"name": "page.png", "mimeType": "image/png", "buffer": picture()}
    page.get_by_label("Choose photos").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/review?new=1")  # The waiting page refreshes by itself, then is the first card.
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Got it").click()
    expect(page.locator(".where")).to_have_text("1 / 2")
    page.goto(f"/packs/{add_pack(site.wiring, site.guest_id(page))}")
    page.locator(".tabs").get_by_role("link", name="Cards").click()
    expect(page.locator(".kard .ans").first).to_be_visible()
    page.locator(".tabs").get_by_role("link", name="More").click()
    page.get_by_role("link", name="Delete this pack").click()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url("**/packs?deleted=*")
    expect(page.locator(".pack")).to_have_count(1)
