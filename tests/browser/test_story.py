"""A picture story by thumb and by eye: the script is read and changed, panels come, one is drawn again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studylens.models import LIVE_STATES, Job
from tests.browser.axe import check
from tests.browser.conftest import PHONE, Site, read, running_site
from tests.waiting import until
from tests.web.stories.test_stories import hurry, jobs, panels
from tests.web.world import add_pack

pytestmark = pytest.mark.browser


@pytest.fixture
def keyed(new_database: Callable[[ExitStack, Path], str], tmp_path: Path) -> Iterator[Site]:
    """A site of its own, with a key that is never used: its analysis draws at once."""
    with ExitStack() as stack:
        database = new_database(stack, tmp_path)
        yield stack.enter_context(running_site(tmp_path, database, gemini_api_key="AQ.never-used"))


def wait_for_the_story(site: Site) -> None:
    def is_over() -> bool:
        hurry(site.wiring)
        site.wiring.runner.wake()
        return not jobs(site.wiring, Job.state.in_(LIVE_STATES))

    until(is_over, "the story")


def test_a_student_reads_a_script_gets_its_panels_and_has_one_drawn_again(
    open_page: Callable[..., Page], keyed: Site
) -> None:
    page = open_page(viewport=PHONE, base_url=keyed.url)
    page.goto("/new")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": keyed.url})
    pack = add_pack(keyed.wiring, keyed.guest_id(page))
    page.goto(f"/packs/{pack}/more")
    page.get_by_role("link", name="Picture story").click()
    expect(page.get_by_text("only for people of 18 or older")).to_be_visible()
    check(page)
    page.get_by_label("Who and what returns in every panel").fill("a friendly leaf")
    page.get_by_label("Words below it").first.fill("Leaves drink light.")
    page.get_by_label("I am 18 or older and agree").check()
    page.get_by_role("button", name="Draw these panels").click()
    wait_for_the_story(keyed)
    count = len(panels(keyed.wiring, pack))
    expect(page.locator(".story img")).to_have_count(count)  # Without a touch: the page asks by itself.
    expect(page.get_by_text("Made by a model (fake-image), may be wrong.")).to_have_count(count)
    expect(page.get_by_text("Leaves drink light.").first).to_be_visible()
    page.get_by_text("Draw it again").first.click()
    check(page)
    read(page)
    page.locator("details[open]").get_by_label("What it shows").fill("A leaf with a straw")
    page.locator("details[open]").get_by_role("button", name="Draw this panel").click()
    wait_for_the_story(keyed)
    expect(page.get_by_role("img", name="A leaf with a straw")).to_be_visible()
    expect(page.get_by_role("link", name="Delete this story")).to_be_visible()
