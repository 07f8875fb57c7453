"""Answers typed by keyboard, and cards that are swiped by a finger, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import CDPSession, Page, expect

from studylens.models import now
from tests.browser.axe import check
from tests.browser.conftest import Site
from tests.browser.test_review import add_due_pack, answers
from tests.study.reviews.world import add_deck, learn

pytestmark = pytest.mark.browser
ANSWERS = ("chlorophyll", "the stroma", "a long answer " * 60)


def begin(page: Page, site: Site) -> int:
    """Make a guest of a page; return its id."""
    page.goto("/new")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    return site.guest_id(page)


def height_of(page: Page, selector: str) -> tuple[int, int]:
    """Return where a button stands and how high it is."""
    expect(page.locator(selector)).to_be_visible()
    box = page.locator(selector).bounding_box()
    assert box is not None
    return round(box["y"]), round(box["height"])


def compose(page: Page) -> None:
    """Type as an input method does: Enter while a word is being composed only ends the word."""
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "yl", "selectionStart": 2, "selectionEnd": 2})
    page.evaluate(
        """() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
             { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    session.send("Input.insertText", {"text": "yll"})


@pytest.fixture
def typed_pack(open_page: Callable[..., Page], site: Site) -> tuple[Page, int]:
    """A browser whose guest has three due cards; the answers of two are typed."""
    page = open_page()
    guest_id = begin(page, site)
    with site.wiring.database.writing() as session:
        pack = add_deck(session, guest_id, 3, typed=True)
        for card, back in zip(pack.cards, ANSWERS, strict=True):
            card.back = back
        learn(session, pack, now() - timedelta(days=5))
    page.goto("/review")
    return page, guest_id


def test_typed_answers_by_keyboard_alone(typed_pack: tuple[Page, int], site: Site) -> None:
    page, guest_id = typed_pack
    before, given = answers(site, guest_id), page.locator("#review-given")
    expect(given).to_be_focused()
    page.keyboard.type("2 u p chlorof")  # No shortcut acts while somebody types.
    compose(page)
    expect(given).to_have_value("2 u p chlorofyll")
    given.fill("chlorofyll")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("Nearly: 2 letters differ. You decide.")
    expect(page.locator("#announcer")).to_contain_text("chlorophyll")
    expect(page.get_by_role("button", name="Got it")).to_be_focused()
    check(page)
    page.keyboard.press("Enter")
    expect(page.locator(".where")).to_have_text("1 / 3")
    expect(given).to_be_focused()
    page.keyboard.press("Enter")  # Nothing typed.
    expect(page.get_by_role("button", name="Forgot")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#review-show")).to_be_visible()
    assert answers(site, guest_id) == before + 2


def test_typed_cards_have_their_buttons_where_others_have_them(typed_pack: tuple[Page, int]) -> None:
    page, _ = typed_pack
    seen = set()
    for last in ("#review-type button", "#review-type button", "#review-show"):
        seen.add(height_of(page, last))
        page.locator(last).click()
        seen.add(height_of(page, "#review-rate .primary"))
        page.locator("#review-rate .primary").click()
        expect(page.locator("#review-rate .primary")).not_to_be_visible()
    assert len(seen) == 1


class Finger:
    """One finger on the card, as the browser's own touch events."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        box = page.locator("#card").bounding_box()
        assert box is not None
        self._x, self._y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def _send(self, kind: str, *points: dict[str, float]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    def go(self, dx: float, dy: float, *, steps: int = 6) -> None:
        """Come down in the middle of the card and go so far, without leaving."""
        self._send("touchStart", {"x": self._x, "y": self._y})
        for step in range(1, steps + 1):
            share = step / steps
            self._send("touchMove", {"x": self._x + dx * share, "y": self._y + dy * share})

    def leave(self) -> None:
        self._send("touchEnd")


@pytest.fixture
def phone(open_page: Callable[..., Page], site: Site) -> tuple[Page, int]:
    """A phone on the review of a guest with four due cards."""
    page = open_page(has_touch=True, is_mobile=True)
    guest_id = begin(page, site)
    add_due_pack(site, guest_id)
    page.goto("/review")
    return page, guest_id


def test_a_card_is_swiped_and_taken_back(phone: tuple[Page, int], site: Site) -> None:
    page, guest_id = phone
    before, first = answers(site, guest_id), page.locator(".front").inner_text()
    finger = Finger(page)
    finger.go(180, 4)
    finger.leave()
    expect(page.locator("#review-show")).to_be_visible()  # Not before the answer is shown.
    page.get_by_role("button", name="Show", exact=True).click()
    finger = Finger(page)
    finger.go(-170, 6)
    expect(page.locator(".swiped.left.sure")).to_have_text("Forgot")
    finger.leave()
    expect(page.locator(".front")).not_to_have_text(first)
    assert answers(site, guest_id) == before + 1
    page.locator(".toast").get_by_role("button", name="Take back").click()
    expect(page.locator(".front")).to_have_text(first)


def test_what_is_no_swipe_moves_nothing(phone: tuple[Page, int], site: Site) -> None:
    page, guest_id = phone
    before = answers(site, guest_id)
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Show", exact=True).click()
    for dx, dy, word in ((12, 160, ""), (36, 4, "Got it")):
        finger = Finger(page)
        finger.go(dx, dy)
        expect(page.locator(".swiped.right")).to_have_count(1 if word else 0)
        assert page.evaluate("document.querySelector('#card').style.transform") == ""
        finger.leave()
        expect(page.locator(".swiped")).to_have_count(0)
    assert answers(site, guest_id) == before
