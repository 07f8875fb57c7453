"""The last page of a review in a real browser: for everybody, with the way back and the way on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from studylens.models import now
from tests.browser.axe import check
from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.browser.test_access import TOUCH_PX
from tests.browser.test_quiz import RUNS_OUT, SMALL
from tests.study.reviews.world import add_deck, learn

pytestmark = pytest.mark.browser
SIZES = (PHONE, DESKTOP, {"width": 320, "height": 568})


def at_the_end(page: Page, site: Site) -> None:
    """Give the page's guest three cards, and answer them: the first one is forgotten."""
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    with site.wiring.database.writing() as session:
        learn(session, add_deck(session, site.guest_id(page), 3), now() - timedelta(days=9))
    page.goto("/review")
    rate(page, "Forgot")
    while page.locator("#review-show").count():
        rate(page, "Got it")


def rate(page: Page, word: str) -> None:
    """Look at the answer and rate it; come back when what follows is there."""
    key = page.locator("#review-rate [name=key]").input_value()
    page.locator("#review-show").click()
    page.get_by_role("button", name=word).click()
    expect(page.locator(f"#review-rate [name=key][value='{key}']")).to_have_count(0)
    expect(page.locator("#review-show, #slipped").first).to_be_visible()


def test_axe_finds_nothing_and_the_buttons_are_in_view(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(reduced_motion="reduce")
    at_the_end(page, site)
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for way in (
            page.get_by_role("button", name="Quiz on these"),
            page.get_by_role("link", name="Finish"),
        ):
            expect(way).to_be_in_viewport(ratio=1)
        assert page.evaluate(RUNS_OUT) <= 0
        assert page.evaluate(SMALL, TOUCH_PX) == []
        check(page)


def test_the_last_answer_is_taken_back_on_the_last_page(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    at_the_end(page, site)
    page.get_by_role("button", name="Take back your last answer").click()
    expect(page.locator("#review-show")).to_be_visible()
    rate(page, "Got it")
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()


def test_the_end_leads_to_a_quiz_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    at_the_end(page, site)
    expect(page.get_by_text("This one slipped")).to_be_visible()
    page.get_by_role("button", name="Quiz on these").click()
    expect(page.get_by_role("heading", name="Question 1 of 3")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
