"""Quizzes and questions in a real browser: keyboard, touch, without scripts, and for everybody."""

import hashlib
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import QuizItem
from tests.browser.axe import at_both_sizes, check, check_both
from tests.browser.conftest import PHONE, Site, read
from tests.browser.test_access import TOUCH_PX
from tests.browser.test_picture import halves
from tests.browser.test_snips import KEEP
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
RUNS_OUT = "document.documentElement.scrollWidth - innerWidth"
SMALL = """least => [...document.querySelectorAll(
  "main button, main label.opt, main select, .btn, .choice, summary, input[type=text]")]
  .filter(item => item.getClientRects().length && item.getBoundingClientRect().height < least)
  .map(item => item.outerHTML)"""


@pytest.fixture
def pack_id(site: Site, guest: int) -> str:
    return add_pack(site.wiring, guest)


def answer_here(page: Page, site: Site) -> str:
    """Return the right answer to the question that the page shows."""
    found = re.search(r"/quizzes/(\w+)/items/(\d+)", page.url)
    assert found is not None
    here = select(QuizItem).where(QuizItem.attempt_id == found[1], QuizItem.position == int(found[2]))
    with site.wiring.database.reading() as session:
        return session.scalars(here).one().answer


def wrong_here(page: Page, site: Site) -> str:
    """Return a wrong answer to the question that the page shows."""
    right = answer_here(page, site)
    return next((name for name in page.locator(".choice > span").all_inner_texts() if name != right), "wrong")


def give(page: Page, answer: str) -> None:
    """Answer the question by the means that it offers, and check it."""
    if page.locator("#answer").count():
        page.locator("#answer").fill(answer)
    else:
        page.get_by_role("radio", name=answer, exact=True).check()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".verdict")).to_be_visible()


def go_on(page: Page) -> None:
    """Leave an answered question; come back when the next page, or the result, is there."""
    page.locator("#next").click()
    expect(page.locator(".verdict")).to_have_count(0)


def start(page: Page, pack_id: str) -> None:
    page.goto(f"/packs/{pack_id}")
    page.get_by_role("button", name="Take the quiz").click()
    page.wait_for_url("**/items/1")


def test_a_quiz_from_its_start_to_its_result(page: Page, site: Site, pack_id: str) -> None:
    start(page, pack_id)
    for number in range(1, 5):
        read(page)
        expect(page.get_by_role("heading", name=f"Question {number} of 4")).to_be_visible()
        give(page, answer_here(page, site))
        expect(page).to_have_title(re.compile("^Right"))
        go_on(page)
    expect(page.get_by_role("heading", name="4 of 4 right")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="4 of 4 right")).to_be_visible()
    page.get_by_role("link", name="See the page with line 4").click()
    expect(page.locator("#line-4")).to_be_in_viewport()


def test_the_quiz_is_taken_by_keys_alone(page: Page, site: Site, pack_id: str) -> None:
    start(page, pack_id)
    for _ in range(4):
        if page.locator("#answer").count():
            expect(page.locator("#answer")).to_be_focused()
            page.keyboard.type("atp")
        else:
            page.keyboard.press("2")
            expect(page.locator("#option-2")).to_be_checked()
            page.keyboard.press("1")
            expect(page.locator("#option-1")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_have_count(0)
    expect(page.get_by_role("heading", name="of 4 right")).to_be_visible()


def test_enter_without_a_choice_asks_for_one(page: Page, pack_id: str) -> None:
    start(page, pack_id)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("addEventListener('invalid', () => { window.asked = true; }, true)")
    page.keyboard.press("Enter")
    # The browser itself asks for a choice and sends nothing; for a written answer the server asks.
    page.wait_for_function("() => window.asked || document.querySelector('.note.bad')")
    expect(page.locator(".verdict")).to_have_count(0)
    expect(page.locator("form#question")).to_be_visible()


def test_my_answer_was_right(page: Page, pack_id: str) -> None:
    page.goto(f"/packs/{pack_id}")
    page.get_by_label("How many questions").select_option(label="All 4")
    page.get_by_role("button", name="Take the quiz").click()
    while not page.locator("#answer").count():
        give(page, page.locator(".choice > span").first.inner_text())
        go_on(page)
    give(page, "some other word for it")
    expect(page.locator(".verdict")).to_contain_text("Not quite. This card comes back in your reviews today.")
    page.get_by_role("button", name="I was right").click()
    expect(page.locator(".verdict")).to_contain_text("Marked right by you.")
    expect(page.get_by_role("button", name="I was right")).to_have_count(0)


def test_a_quiz_and_a_question_work_without_scripts(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_pack(site.wiring, site.guest_id(page))
    start(page, pack_id)
    give(page, answer_here(page, site))
    page.get_by_role("link", name="Next").click()
    page.get_by_role("button", name="Finish now").click()
    expect(page.get_by_role("heading", name="1 of 1 right")).to_be_visible()
    page.get_by_role("button", name="Go on with the last 3").click()
    expect(page.get_by_role("heading", name="Question 2 of 4")).to_be_visible()
    page.get_by_role("button", name="Finish now").click()
    page.get_by_role("link", name="Back to the pack").click()
    page.get_by_label("Your question").fill("What does chlorophyll do?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".asked")).to_contain_text("the green pigment that takes in light")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".asked")).to_have_count(0)


def test_the_line_of_the_photo_is_the_proof(page: Page, site: Site, guest: int) -> None:
    photo = halves()
    sha256 = hashlib.sha256(photo).hexdigest()
    page.evaluate(KEEP, [sha256, list(photo)])
    receipt = result.Receipt(len(photo), 120, 80, sha256)
    start(page, add_pack(site.wiring, guest, analysis(receipt=receipt)))
    while "Calvin" not in page.locator("#prompt").inner_text():
        give(page, answer_here(page, site))
        go_on(page)
    give(page, wrong_here(page, site))
    expect(page.get_by_role("img", name="Line 4 of your photo, marked")).to_be_visible()
    words = page.get_by_text("The Calvin cyc1e takes place in the stroma.")
    width = words.evaluate("item => item.getBoundingClientRect().width")
    assert width <= 1, "the photo shows them; a screen reader reads them"
    page.get_by_role("link", name="See the page").click()
    expect(page).to_have_url(re.compile("#line-4$"))


@pytest.mark.parametrize("size", [{"width": 320, "height": 568}, PHONE], ids=["small", "phone"])
def test_the_buttons_are_in_view_and_nothing_runs_out(
    open_page: Callable[..., Page], site: Site, size: dict[str, int]
) -> None:
    page = open_page(viewport=size)
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    start(page, add_pack(site.wiring, site.guest_id(page)))
    for _ in range(4):
        expect(page.get_by_role("button", name="Check", exact=True)).to_be_in_viewport(ratio=1)
        give(page, wrong_here(page, site))
        for shown in (
            page.locator("#next"),
            page.get_by_role("button", name="I was right"),
            page.locator("h1"),
        ):
            expect(shown).to_be_in_viewport(ratio=1)
        assert page.evaluate(RUNS_OUT) <= 0
        go_on(page)
    expect(page.get_by_role("link", name="Finish")).to_be_in_viewport(ratio=1)
    assert page.evaluate(RUNS_OUT) <= 0


def test_a_mixed_quiz_asks_about_several_packs(page: Page, site: Site, guest: int, pack_id: str) -> None:
    add_pack(site.wiring, guest)
    page.goto("/quizzes")
    read(page)
    page.get_by_role("checkbox", name="Photosynthesis").first.check()
    page.get_by_label("How many questions").select_option("5")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/items/1")
    give(page, answer_here(page, site))
    page.goto("/quizzes")
    expect(page.get_by_text("go on: 1 of 4 answered")).to_be_visible()


def test_a_question_is_answered_on_the_page(page: Page, pack_id: str) -> None:
    page.goto(f"/packs/{pack_id}")
    page.get_by_label("Your question").fill("What does chlorophyll do?")
    page.get_by_role("button", name="Ask", exact=True).click()
    asked = page.locator(".asked")
    expect(asked).to_contain_text("This line of your page matches best:")
    expect(page.locator("#announcer")).to_have_text("The best matching lines are shown.")
    expect(page.get_by_label("Your question")).to_have_value("")
    asked.get_by_role("link", name="line 3").click()
    expect(page.locator("#line-3")).to_be_in_viewport()
    page.go_back()
    asked.get_by_role("button", name="Delete").click()
    expect(asked).to_have_count(0)


@pytest.fixture
def still(open_page: Callable[..., Page], site: Site) -> Page:
    """A guest's page, without anything that moves."""
    page = open_page(reduced_motion="reduce")
    page.goto("/")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    return page


def check_all(page: Page) -> None:
    """Axe finds nothing, and what is touched is large enough, at both sizes."""
    for _ in at_both_sizes(page):
        check(page)
        assert page.evaluate(SMALL, TOUCH_PX) == []


def test_axe_finds_nothing_in_a_quiz(still: Page, site: Site) -> None:
    start(still, add_pack(site.wiring, site.guest_id(still)))
    for number in range(4):
        check_all(still)
        give(still, answer_here(still, site) if number % 2 else wrong_here(still, site))
        check_both(still)
        go_on(still)
    for path in (still.url, "/quizzes"):
        still.goto(path)
        read(still)
        check_all(still)


def test_axe_finds_nothing_in_questions(still: Page, site: Site) -> None:
    pack_id = add_pack(site.wiring, site.guest_id(still))
    still.goto(f"/packs/{pack_id}/questions")
    read(still)
    still.get_by_label("Your question").fill("What does chlorophyll do?")
    still.get_by_role("button", name="Ask", exact=True).click()
    expect(still.locator(".asked")).to_be_visible()
    check_all(still)
    still.goto(f"/packs/{pack_id}")
    check_both(still)
