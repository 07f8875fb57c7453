"""Reviewing in a real browser: by touch, by keyboard alone, without scripts, and for everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from studylens.models import LOG_REVIEW, ReviewLog, StudySettings, now
from tests.browser.axe import check_both
from tests.browser.conftest import PATIENCE_MS, Site, read
from tests.study.reviews.world import add_deck, learn

pytestmark = pytest.mark.browser
THOUGHT_MS = 7_000


@pytest.fixture
def pack_id(site: Site, guest: int) -> str:
    return add_due_pack(site, guest)


def add_due_pack(site: Site, guest_id: int, cards: int = 4) -> str:
    """Add a pack whose cards are all due."""
    with site.wiring.database.writing() as session:
        pack = add_deck(session, guest_id, cards)
        learn(session, pack, now() - timedelta(days=5))
    return pack.id


def answers(site: Site, guest_id: int) -> int:
    count = select(func.count()).select_from(ReviewLog)
    with site.wiring.database.reading() as session:
        return session.scalar(count.where(ReviewLog.guest_id == guest_id, ReviewLog.kind == LOG_REVIEW)) or 0


def test_a_card_is_answered_without_leaving_the_page(
    page: Page, site: Site, guest: int, pack_id: str
) -> None:
    before = answers(site, guest)
    page.goto("/review")
    read(page)
    first = page.locator(".front").inner_text()
    expect(page.locator("#review-back")).to_be_hidden()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#review-back")).to_be_visible()
    page.get_by_role("button", name="Got it").click()
    expect(page.locator(".front")).not_to_have_text(first)
    expect(page.locator(".where")).to_have_text("1 / 4")
    expect(page.locator("#announcer")).to_have_text("Card 2 of 4")
    assert answers(site, guest) == before + 1


def test_the_whole_review_by_keyboard(page: Page, site: Site, guest: int, pack_id: str) -> None:
    page.goto("/review")
    first = page.locator(".front").inner_text()
    expect(page.locator("#card")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#review-back")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(".front")).not_to_have_text(first)
    expect(page.locator("#card")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".front")).to_have_text(first)
    page.keyboard.press("e")
    page.locator("textarea[name=front]").focus()
    page.keyboard.type("2 u p ")
    page.get_by_role("button", name="Save the card").press("Enter")
    expect(page.locator(".front")).to_contain_text("2 u p")
    page.keyboard.press("1")
    expect(page.locator(".front")).not_to_contain_text("2 u p")
    page.keyboard.press("p")
    expect(page.locator("#main").get_by_text("This card is paused.")).to_be_visible()


def test_single_keys_act_with_the_focus_in_the_review_only_and_can_be_switched_off(
    page: Page, site: Site, guest: int, pack_id: str
) -> None:
    page.goto("/review")
    first = page.locator(".front").inner_text()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    page.keyboard.press("Space")
    expect(page.locator("#review-back")).to_be_hidden()
    page.locator("#review-menu summary").click()
    page.get_by_role("button", name="Single keys").click()
    page.locator("#card").focus()
    page.keyboard.press("Space")
    expect(page.locator("#review-back")).to_be_hidden()
    page.reload()
    page.locator("#review-show").press("Enter")  # A button's own key is no shortcut.
    expect(page.locator("#review-back")).to_be_visible()
    expect(page.locator("#review-rate .primary")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator(".front")).to_have_text(first)


def test_buttons_stay_at_one_height_for_every_card(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    with site.wiring.database.writing() as session:
        pack = add_deck(session, site.guest_id(page), 3)
        pack.cards[1].back = "a long answer " * 150
        learn(session, pack, now() - timedelta(days=5))
    page.goto("/review")
    seen = set()
    for _ in range(3):
        for name in ("#review-show", "#review-rate .primary"):
            expect(page.locator(name)).to_be_visible()
            box = page.locator(name).bounding_box()
            assert box is not None
            seen.add((round(box["y"]), round(box["height"])))
            page.locator(name).click()
    assert len(seen) == 1


def test_the_time_that_an_answer_took_is_measured(page: Page, site: Site, guest: int, pack_id: str) -> None:
    page.clock.install()
    page.goto("/review")
    page.clock.fast_forward(THOUGHT_MS)
    page.get_by_role("button", name="Show", exact=True).click()
    with page.expect_response("**/cards/*/answer*"):
        page.get_by_role("button", name="Forgot").click()
    with site.wiring.database.reading() as session:
        latest = select(ReviewLog).where(ReviewLog.guest_id == guest).order_by(ReviewLog.id.desc())
        row = session.scalars(latest).first()
    assert row is not None
    assert THOUGHT_MS <= row.duration_ms <= THOUGHT_MS + PATIENCE_MS


def test_a_server_that_is_away_loses_no_answer(page: Page, site: Site, guest: int, pack_id: str) -> None:
    before = answers(site, guest)
    page.goto("/review")
    page.get_by_role("button", name="Show", exact=True).click()
    page.route("**/cards/*/answer*", lambda route: route.abort())
    page.get_by_role("button", name="Got it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    page.unroute("**/cards/*/answer*")
    page.get_by_role("button", name="Got it").click()
    expect(page.locator(".where")).to_have_text("1 / 4")
    assert answers(site, guest) == before + 1


def test_everything_works_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/new")
    page.get_by_label("Or paste text").fill("Osmosis.")
    page.get_by_role("button", name="Send").click()
    pack_id = add_due_pack(site, site.guest_id(page))
    page.goto(f"/packs/{pack_id}")
    page.get_by_role("link", name="Review 4", exact=True).click()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Forgot").click()
    page.get_by_role("button", name="Take back your last answer").click()
    expect(page.get_by_text("Your last answer is taken back.")).to_be_visible()
    for done in (1, 2, 3):
        page.get_by_role("button", name="Show", exact=True).click()
        page.get_by_role("button", name="Got it").click()
        expect(page.locator(".where")).to_have_text(f"{done} / 4")
    page.get_by_label("This card").click()
    page.get_by_text("Edit this card").click()
    page.get_by_role("textbox", name="Back").fill("in my words")
    page.get_by_role("button", name="Save the card").click()
    expect(page.locator("#review-back")).to_contain_text("in my words")
    page.get_by_role("button", name="Got it").click()
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()


def test_the_browser_tells_its_zone_until_the_student_chooses(
    open_page: Callable[..., Page], site: Site
) -> None:
    page = open_page(timezone_id="Asia/Tokyo")
    with page.expect_response("**/settings/zone"):
        page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    page.goto("/settings")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_label("Time zone").select_option("Europe/Rome")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").get_by_text("Saved.")).to_be_visible()
    page.context.clear_cookies(name="studylens_zone")
    with page.expect_response("**/settings/zone"):
        page.reload()
    with site.wiring.database.reading() as session:
        assert session.get_one(StudySettings, site.guest_id(page)).time_zone == "Europe/Rome"


def test_axe_finds_nothing(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/review")
    check_both(page)
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    guest_id = site.guest_id(page)
    pack_id = add_due_pack(site, guest_id, cards=3)
    with site.wiring.database.writing() as session:
        draft_id = add_deck(session, guest_id).id
    paths = (
        f"/packs/{pack_id}",
        f"/packs/{draft_id}",
        f"/review/cram/{pack_id}",
        "/settings",
        f"/packs/{draft_id}/review?new=1",
        "/review?edit=1",
        "/review?show=1",
    )
    for path in paths:
        page.goto(path)
        read(page)
        opened = "document.querySelectorAll('.study details, .menu')"
        page.evaluate(f"{opened}.forEach(item => {{ item.open = true; }})")
        check_both(page)
    page.get_by_role("button", name="Pause this card").click()
    expect(page.locator("#main").get_by_text("This card is paused.")).to_be_visible()
    check_both(page)
    for _ in range(2):
        page.get_by_role("button", name="Show", exact=True).click()
        page.get_by_role("button", name="Got it").click()
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    check_both(page)
    page.goto(f"/packs/{pack_id}/cards?show=paused")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    check_both(page)


def test_what_is_touched_is_large_enough(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_due_pack(site, site.guest_id(page))
    for path in ("/review", "/review?show=1", f"/review/cram/{pack_id}", "/settings", f"/packs/{pack_id}"):
        page.goto(path)
        small = page.evaluate(
            """[...document.querySelectorAll(".btn, summary, label.opt, nav a, select")]
              .filter(item => item.getClientRects().length && item.getBoundingClientRect().height < 44)
              .map(item => item.outerHTML)"""
        )
        assert small == []
