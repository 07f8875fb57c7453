"""Packs become one and come apart again, on a narrow phone: asked first, undone at once and later."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import check
from tests.browser.conftest import Site
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 700}
NAMES = ("Roots and what they take in", "Stems", "Leaves")


def test_packs_are_joined_and_taken_apart(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(viewport=NARROW)
    page.goto("/new")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    made = [analysis(material=replace(analysis().material, title=name)) for name in NAMES]
    ids = [add_pack(site.wiring, site.guest_id(page), found) for found in made]
    for is_later in (False, True):
        page.goto("/packs?select=1")
        for pack_id in ids:
            page.locator(f'input[value="{pack_id}"]').check()
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name="Join 3 packs?")).to_be_visible()
        if not is_later:
            check(page)
        page.get_by_role("button", name="Join", exact=True).click()
        expect(page.get_by_text("3 packs are one now.")).to_be_visible()
        expect(page.get_by_role("heading", name="Stems", exact=True)).to_be_visible()
        if not is_later:
            check(page)
            page.get_by_role("button", name="Undo", exact=True).click()
        else:
            page.get_by_role("link", name="More").click()
            page.get_by_role("link", name="Undo the join").click()
            check(page)
            page.get_by_role("button", name="Undo the join").click()
        expect(page.get_by_text("3 packs are apart again.")).to_be_visible()
