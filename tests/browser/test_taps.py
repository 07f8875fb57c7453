"""How many taps it takes, counted, each on something that is wholly in view without scrolling."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from studylens.places import HOME
from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.browser.test_review import add_due_pack, answers

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 568}
SAMPLE: Path = HOME / "static" / "sample-photo.jpg"
TOUCH = {"has_touch": True, "is_mobile": True}


class Finger:
    """Taps as a person does: on what can be seen, and each one counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        expect(target).to_be_in_viewport(ratio=1)
        target.click()
        self.taps += 1


@pytest.mark.parametrize(
    ("viewport", "touch", "first"),
    [(PHONE, TOUCH, "Take a photo"), (SMALL, TOUCH, "Take a photo"), (DESKTOP, {}, "Choose a photo")],
    ids=["phone", "small", "desk"],
)
def test_four_taps_lead_from_the_first_page_to_the_first_rated_card(
    open_page: Callable[..., Page],
    site: Site,
    viewport: dict[str, int],
    touch: dict[str, bool],
    first: str,
) -> None:
    page = open_page(viewport=viewport, **touch)
    page.goto("/")
    finger = Finger(page)
    with page.expect_file_chooser() as chooser:
        finger.tap(page.get_by_role("main").get_by_role("link", name=first))
    chooser.value.set_files(SAMPLE)  # The phone's own camera is not counted.
    finger.tap(page.get_by_role("button", name="Send"))
    finger.tap(page.get_by_role("button", name="Show", exact=True))
    with page.expect_response("**/cards/*/answer*"):
        finger.tap(page.get_by_role("button", name="Got it"))
    assert finger.taps == 4
    assert answers(site, site.guest_id(page)) == 1


def test_one_tap_starts_the_cards_that_are_due(page: Page, site: Site, guest: int) -> None:
    add_due_pack(site, guest)
    page.goto("/")
    finger = Finger(page)
    finger.tap(page.get_by_role("link", name="Start"))
    expect(page.locator(".front")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_in_viewport(ratio=1)
    assert finger.taps == 1
