"""Progress in a browser: charts with their numbers, for everybody, with and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studylens.models import AGAIN, GOOD, NEW, now
from studylens.study.schedule.days import study_date
from tests.browser.axe import check_both
from tests.browser.conftest import PHONE, Site, read
from tests.study.record.answers import DAY, add_cards, answer

pytestmark = pytest.mark.browser
TOUCH_PX = 44


def _become_student(page: Page, site: Site) -> None:
    """Let the browser be a student with two packs, a month of reviews and something to celebrate."""
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    guest_id = site.guest_id(page)
    with site.wiring.database.writing() as session:
        at = now()
        known = {"last_review_at": at - DAY, "due_at": at + 2 * DAY}
        new = {"state": NEW, "stability": None, "last_review_at": None, "due_at": at}
        hard = {**known, "stability": 3.0, "lapses": 9, "leech": True}
        for title in ("Cell membranes and how substances move across them", "Photosynthesis"):
            pack = add_cards(session, guest_id, *[known] * 4, hard, new, title=title)
        for n in range(60):
            rating = AGAIN if n % 6 == 0 else GOOD
            answer(
                session,
                guest_id,
                at - n % 20 * DAY,
                pack_id=pack.id,
                rating=rating,
                before={"stability": 30.0},
            )


@pytest.fixture
def student(open_page: Callable[..., Page], site: Site) -> Page:
    found = open_page(viewport=PHONE, reduced_motion="reduce")
    _become_student(found, site)
    return found


def test_axe_finds_nothing(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto("/progress")
    read(page)
    check_both(page)
    _become_student(page, site)
    for path in ("/progress", "/achievements"):
        page.goto(path)
        read(page)
        check_both(page)
    page.goto("/progress")
    for fold in page.locator("main summary").all():
        fold.click()
    check_both(page)


def test_every_chart_has_words_and_its_numbers_beside_it(student: Page) -> None:
    student.goto("/progress")
    for name in ("Calendar of twelve months. You studied on", "Cards that come back: "):
        expect(student.get_by_role("img", name=name)).to_be_visible()
    expect(student.locator(".numbers[open]")).to_have_count(0)
    student.locator("#sources summary").click()
    expect(student.get_by_role("region", name="Who made your cards")).to_contain_text("Read on this server12")


def test_numbers_open_by_keyboard(student: Page) -> None:
    student.goto("/progress")
    summary = student.locator("#forecast .numbers > summary")
    summary.focus()
    student.keyboard.press("Enter")
    expect(student.get_by_role("region", name="Cards that come back")).to_be_visible()
    student.keyboard.press("Tab")
    expect(student.get_by_role("region", name="Cards that come back")).to_be_focused()


def test_charts_follow_the_dark(student: Page) -> None:
    student.goto("/progress")
    fill = "() => getComputedStyle(document.querySelector('.heat rect')).fill"
    light = student.evaluate(fill)
    student.emulate_media(color_scheme="dark")
    student.wait_for_function(f"light => ({fill})() !== light", arg=light)


def test_the_year_opens_at_its_newest_end(student: Page) -> None:
    student.goto("/progress")
    day = study_date(now(), "UTC")  # The browser's zone; before four in the morning it is still yesterday.
    today = f"{day.day} {day:%B}: "
    square = student.locator(".heat rect").filter(has_text=today)
    square.scroll_into_view_if_needed()
    box, frame = square.bounding_box(), student.locator(".scroll.newest").bounding_box()
    assert box is not None
    assert frame is not None
    assert student.locator(".scroll.newest").evaluate("item => item.scrollLeft") == 0
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_without_a_script_everything_is_drawn_and_opens(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 568})
    _become_student(page, site)
    page.goto("/progress")
    assert page.locator("svg.chart:visible").count() >= 2
    page.locator("#packs .numbers > summary").click()
    expect(page.get_by_role("region", name="Cards of each pack")).to_be_visible()


def test_a_table_comes_as_a_file(student: Page) -> None:
    student.goto("/progress")
    with student.expect_download() as coming:
        student.get_by_role("link", name=re.compile("true retention")).click()
    assert coming.value.suggested_filename.startswith("studylens-retention-")
    assert "Last 7 days" in coming.value.path().read_text("utf-8-sig")


def test_an_achievement_is_celebrated_once_and_quietly(student: Page) -> None:
    student.goto("/progress")
    news = student.locator(".news")
    expect(news.get_by_text("It stayed")).to_be_visible()
    assert news.get_attribute("role") == "status"
    assert student.evaluate("document.getAnimations().length") == 0
    student.reload()
    expect(news).to_have_count(0)


def test_what_is_touched_is_large_enough(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    _become_student(page, site)
    for path in ("/progress", "/achievements"):
        page.goto(path)
        small = page.evaluate(
            """least => [...document.querySelectorAll("button, .btn, summary, nav a")]
              .filter(item => item.getClientRects().length)
              .filter(item => item.getBoundingClientRect().height < least)
              .map(item => item.outerHTML)""",
            TOUCH_PX,
        )
        assert small == []
