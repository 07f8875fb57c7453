"""Draw the README's pictures anew, from the real service: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE, to_made_pack
from tests.service import Service

TARGET = Path(__file__).parents[2] / "docs" / "screenshots"
READING_MS = 120_000
ANSWERS = 10
"""Enough for numbers on the page of progress."""


def draw(service: Service, browser: Browser) -> None:
    """Walk the newcomer's way at a desk and on a phone, and keep what it looks like."""
    desk = browser.new_context(viewport=DESKTOP).new_page()
    _hand_in(desk, service)
    desk.get_by_role("listitem").filter(has_text="Photo opened").last.wait_for()
    _keep(desk, "job-desktop")
    to_made_pack(desk, timeout=READING_MS)
    _keep(desk, "pack-desktop")
    phone = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    phone.goto(service.url)
    _keep(phone, "home-phone")
    _hand_in(phone, service)
    to_made_pack(phone, timeout=READING_MS)
    phone.locator(".card summary").first.click()
    phone.locator("#cards").evaluate("part => part.scrollIntoView({behavior: 'instant'})")
    phone.mouse.move(0, 0)
    _keep(phone, "pack-phone")
    _study(phone)
    _study(desk)
    desk.goto(service.url + "/progress")
    _keep(desk, "progress-desktop")


def _study(page: Page) -> None:
    """Take the cards into the reviews and answer them; keep how a card looks with its answer."""
    page.get_by_role("button", name="to my reviews").first.click()
    page.goto(page.url.split("/packs/")[0] + "/review")
    for place in range(ANSWERS):
        page.locator("#review-show").click()
        page.get_by_role("button", name="Got it").wait_for()
        if page.viewport_size == PHONE and place == 0:
            page.mouse.move(0, 0)
            _keep(page, "review-phone")
        with page.expect_response("**/answer*"):
            page.get_by_role("button", name="Forgot" if place % 4 == 3 else "Got it").click()
        page.locator("#review-show").wait_for()


def _hand_in(page: Page, service: Service) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(service.url)
    page.get_by_role("button", name="Try a sample page").click()


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=TARGET / f"{name}.png")


def main() -> None:
    """Start the service in a folder of its own and draw."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Service(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        draw(service, playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS))


if __name__ == "__main__":
    main()
