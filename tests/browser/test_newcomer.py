"""The newcomer's first minute on the real service: no key, no network, real reading, one click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import read, to_made_pack
from tests.service import Service

pytestmark = pytest.mark.browser
READING_MS = 120_000


def test_the_sample_photo_becomes_a_pack_in_one_click(
    open_page: Callable[..., Page], live_server: Service
) -> None:
    page = open_page(base_url=live_server.url)
    page.goto("/")
    page.get_by_role("button", name="Try a sample page").click()
    page.wait_for_url("**/batches/*")
    expect(page.get_by_text("You can leave.").or_(page.get_by_text("Keep this page open"))).to_be_visible()
    to_made_pack(page, timeout=READING_MS)
    shown = read(page)
    assert "Chlorophyll" in shown
    assert "Read on this server" in shown
    assert "BLIP" not in shown
    tabs = page.locator(".tabs")
    tabs.get_by_role("link", name="More").click()
    expect(page.locator("#receipt")).to_contain_text("nobody")
    expect(page.locator("#receipt")).to_contain_text("not used: no key")
    tabs.get_by_role("link", name="Cards").click()
    expect(page.locator(".kard").nth(2)).to_be_visible()
    tabs.get_by_role("link", name="Study").click()
    page.get_by_role("button", name="Take the quiz").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question 1 of")
