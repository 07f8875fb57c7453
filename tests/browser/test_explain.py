"""Explaining a page back in a real browser: with and without scripts, on the smallest screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from studylens.models import CardSchedule
from tests.browser.axe import check
from tests.browser.conftest import Site
from tests.web.world import add_pack

pytestmark = pytest.mark.browser
SMALLEST = {"width": 320, "height": 568}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "bare"])
def test_a_page_is_told_and_what_was_missed_is_taken_into_the_reviews(
    open_page: Callable[..., Page], site: Site, *, scripts: bool
) -> None:
    page = open_page(viewport=SMALLEST, java_script_enabled=scripts, reduced_motion="reduce")
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    page.goto(f"/packs/{add_pack(site.wiring, site.guest_id(page))}/explain")
    page.get_by_label("What do you remember of this page?").fill("Chlorophyll takes in light.")
    page.get_by_role("button", name="Compare with the page").click()
    expect(page.get_by_role("heading", name="facts in your words")).to_be_visible()
    expect(page.get_by_label("Try again, or add to it")).to_have_value("Chlorophyll takes in light.")
    if scripts:
        check(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") == SMALLEST["width"]
    page.get_by_role("button", name="about the rest").click()
    expect(page).to_have_url(re.compile(r"/packs/\w+$"))
    with site.wiring.database.reading() as session:
        mine = select(func.count()).where(CardSchedule.guest_id == site.guest_id(page))
        assert (
            session.scalar(mine) == 1
        )  # Of three cards: one asks what was told, one what is not on the page.
    pack = page.url
    for tab in ("terms", "memory") if scripts else ():
        page.goto(f"{pack}/{tab}")
        check(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") == SMALLEST["width"]
