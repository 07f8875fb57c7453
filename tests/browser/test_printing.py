"""On paper only what belongs there, and a preview that everybody can read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studylens.analysis.protocol.result import Card, Material
from tests.browser.axe import check_both
from tests.browser.conftest import Site, read
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser


def _sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=False)))


def test_paper_has_no_navigation_and_no_buttons(page: Page, site: Site, guest: int) -> None:
    page.goto(f"/packs/{add_pack(site.wiring, guest)}/print")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    for part in (page.locator(".nav"), page.locator(".print-bar")):
        expect(part).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_five_cards_fit_on_a_sheet(page: Page, site: Site, guest: int) -> None:
    for cards, sheets in ((5, 1), (6, 2)):
        made = tuple(Card(f"front {n}", f"back {n}", "definition", 1) for n in range(cards))
        page.goto(
            f"/packs/{add_pack(site.wiring, guest, analysis(material=Material(cards=made)))}/print/cards"
        )
        assert _sheets(page) == sheets


def test_axe_finds_nothing_on_the_previews(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_pack(site.wiring, site.guest_id(page))
    for path in ("print", "print/cards"):
        page.goto(f"/packs/{pack_id}/{path}")
        read(page)
        check_both(page)
