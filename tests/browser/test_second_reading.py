"""A page read again by Gemini from the picture that the browser keeps, by thumb and by eye."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from studylens.models import READ_AGAIN, Job, Pack
from tests.browser.axe import check
from tests.browser.conftest import PHONE, Site, read, running_site, to_made_pack
from tests.browser.test_picture import choose, halves

pytestmark = pytest.mark.browser


@pytest.fixture
def keyed(new_database: Callable[[ExitStack, Path], str], tmp_path: Path) -> Iterator[Site]:
    """A site of its own, with a key that is never used: its analysis answers at once."""
    with ExitStack() as stack:
        database = new_database(stack, tmp_path)
        yield stack.enter_context(running_site(tmp_path, database, gemini_api_key="AQ.never-used"))


def test_the_browsers_own_picture_is_sent_and_the_result_is_shown_first(
    open_page: Callable[..., Page], keyed: Site
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{keyed.url}/new")
    choose(page, halves())
    page.locator("#send").click()
    to_made_pack(page)
    with keyed.wiring.database.writing() as session:
        pack, sha256 = session.scalars(select(Pack)).one(), session.scalars(select(Job.sha256)).one()
        pack.text_engine, pack.receipt = "ocr:rapidocr-3.10.0", {**pack.receipt, "sha256": sha256}
    page.reload()
    again = page.locator("#read-again")
    expect(again).to_be_visible()
    check(page)
    assert "the photo then goes to Google" in read(page)
    again.get_by_role("button", name="Read it again").click()
    expect(page).to_have_url(re.compile("/rebuild$"))
    expect(page.get_by_role("heading", name="The page, read again")).to_be_visible()
    with keyed.wiring.database.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == READ_AGAIN))
        assert job.uploaded_bytes > 0
    expect(page.get_by_role("status").filter(has_text="Nothing would change").first).to_be_visible()
    check(page)
