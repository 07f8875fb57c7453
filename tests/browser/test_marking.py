"""Cards from marked words in a browser: two taps, by keyboard alone, without scripts, with axe."""

import dataclasses
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studylens.analysis.protocol import result
from tests.browser.axe import check
from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
FACT = result.Fact(2, 2, "Plants turn light, water and carbon dioxide into glucose and oxygen.")


@pytest.fixture
def pack_id(page: Page, site: Site, guest: int) -> str:
    """A pack that stands open in the browser."""
    found = analysis()
    easy = result.Card("What is the page about?", "Photosynthesis", "short_answer", 1, result.SERVER)
    judged = result.Judged(facts=(FACT,), suggestions=(easy,))
    material = dataclasses.replace(found.material, judged=judged)
    made = add_pack(site.wiring, guest, dataclasses.replace(found, material=material))
    page.goto(f"/packs/{made}/page")
    return made


def select(page: Page, line: int, words: str) -> None:
    """Select words of a line, as a finger or a mouse does."""
    page.locator(f"#line-{line} .line-text").evaluate(
        """(text, words) => {
            const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            let node = nodes.nextNode();
            while (!node.data.includes(words)) node = nodes.nextNode();
            const start = node.data.indexOf(words);
            range.setStart(node, start);
            range.setEnd(node, start + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        words,
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_selected_words_become_a_card_with_one_tap(page: Page, pack_id: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    select(page, 5, "energy")
    bar = page.get_by_role("form", name="A card from the selected words")
    expect(bar).to_contain_text("“energy”")
    check(page)
    bar.get_by_role("button", name="Make a card").click()
    expect(page.locator("#line-5")).to_contain_text("Your card is made: ATP carries the _____ of the")
    page.locator("#line-5").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The card is deleted.")).to_be_visible()


def test_a_selection_over_two_lines_offers_nothing(page: Page, pack_id: str) -> None:
    select(page, 5, "energy")
    expect(page.locator("#gap-bar")).to_be_visible()
    page.evaluate(
        """() => {
            const [one, other] = document.querySelectorAll(".line-text");
            getSelection().setBaseAndExtent(one, 0, other, 1);
        }"""
    )
    expect(page.locator("#gap-bar")).to_be_hidden()


def test_a_line_with_a_colon_becomes_a_card_by_keyboard_in_two_steps(page: Page, pack_id: str) -> None:
    page.locator("#line-3").get_by_role("link", name="Card from line 3").press("Enter")
    expect(page.get_by_role("button", name="Make this card")).to_be_focused()
    check(page)
    page.keyboard.press("Enter")
    expect(page.locator("#line-3")).to_contain_text("Your card is made: Chlorophyll")


def test_words_are_ticked_and_given_up_where_the_line_stands(page: Page, pack_id: str) -> None:
    page.locator("#line-5").get_by_role("link", name="Card from line 5").click()
    expect(page.get_by_role("checkbox", name="ATP")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="ATP")).to_be_checked()
    check(page)
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#line-5 .line-text")).to_be_visible()


def test_a_fact_without_a_card_gets_one(page: Page, pack_id: str) -> None:
    page.get_by_text("0 of 1 fact has a card").click()
    check(page)
    page.get_by_role("link", name="Make one").click()
    page.get_by_text("oxygen.", exact=True).click()
    page.get_by_role("button", name="Make a card with this gap").click()
    expect(page.get_by_text("1 of 1 fact has a card")).to_be_visible()


def test_cards_are_made_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    page.goto(f"/packs/{add_pack(site.wiring, site.guest_id(page))}/page")
    page.get_by_role("link", name="Card from line 5").click()
    page.get_by_text("ATP", exact=True).click()
    page.get_by_role("button", name="Make a card with this gap").click()
    expect(page.locator("#line-5")).to_contain_text("Your card is made: _____ carries the energy")
