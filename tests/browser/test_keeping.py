"""The browser is the backup: the database goes under an open browser, and everything comes back from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import check
from tests.browser.conftest import PATIENCE_MS, PHONE, Site, running_site
from tests.conftest import IMPORTING
from tests.study.exchange import world
from tests.waiting import until
from tests.web.accounts.world import PASSWORD, guest_of
from tests.web.world import add_pack

pytestmark = pytest.mark.browser
WORDS = {"name": "words.csv", "mimeType": "text/csv", "buffer": b"front,back\nATP,energy\nDNA,plan\n"}
GATHERED = "() => localStorage.getItem('studylens-keep') === 'on'"
COPIES = """async () => {
  const heard = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await heard(indexedDB.open("studylens-keep"));
  const keys = await heard(database.transaction("items").objectStore("items").getAllKeys());
  database.close();
  return [...new Set(keys.map(([kind]) => kind))];
}"""
"""Of whom this browser keeps something: `account/NAME` each."""


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own, whose database it may delete."""
    database = f"sqlite:///{tmp_path / 'instance' / 'studylens.sqlite3'}"
    with running_site(tmp_path, database, secret_key="for tests only", IMPORTING=IMPORTING) as site:
        yield site


@pytest.fixture
def phone(browser: Browser, own_site: Site) -> Iterator[Callable[[], Page]]:
    opened = []

    def open_one() -> Page:
        context = browser.new_context(viewport=PHONE, base_url=own_site.url)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    yield open_one
    for context in opened:
        context.close()


def _begin(page: Page, site: Site) -> int:
    """Become a guest with a history; return the guest's id."""
    page.goto("/")
    page.request.post("/import", multipart={"file": WORDS}, headers={"Origin": site.url})
    guest = site.guest_id(page)
    world.add_history(site.wiring, guest)
    return guest


def _lose(site: Site) -> None:
    """Delete the database under the running service."""
    instance = Path(str(site.wiring.database.url.database)).parent
    for file in instance.glob("studylens.sqlite3*"):
        file.unlink()
    site.wiring.database.ensure_compatible()


def _seen(page: Page) -> str:
    """Return what the first page says of today, the streak, and the packs; without what came back."""
    page.evaluate("document.querySelector('[data-kept]').remove()")
    return page.locator("main").inner_text()


def _said(page: Page) -> Locator:
    return page.locator("[data-kept-words]")


def _kept(page: Page) -> None:
    """Wait until this browser keeps the account."""
    page.evaluate("localStorage.clear()")
    page.goto("/packs")
    page.wait_for_function(GATHERED)


def test_everything_comes_back_and_nothing_twice_from_two_browsers(
    phone: Callable[[], Page], own_site: Site
) -> None:
    first, second, stranger = phone(), phone(), phone()
    guest = _begin(first, own_site)
    _connect(first, second)
    _kept(first)
    first.goto("/")
    before, numbers = _seen(first), world.numbers(own_site.wiring, guest)
    first.goto("about:blank")
    pack_id = add_pack(own_site.wiring, guest)  # Which only the second one sees.
    _kept(second)
    more = world.numbers(own_site.wiring, guest)
    _lose(own_site)
    stranger.goto("/")
    _bring_back(first, 2)
    _is_as_usual(first)
    assert _seen(first) == before
    assert world.numbers(own_site.wiring, own_site.guest_id(first)) == numbers
    second.goto("/")
    expect(_said(second)).to_contain_text("Connect this one")
    _connect(first, second)
    _bring_back(second, 3)
    assert world.numbers(own_site.wiring, own_site.guest_id(first)) == more
    first.goto(f"/packs/{pack_id}")
    expect(first.get_by_role("heading", name="Photosynthesis")).to_be_visible()
    expect(stranger.locator("[data-kept]")).to_be_hidden()


def _bring_back(page: Page, packs: int) -> None:
    page.goto("/")
    expect(_said(page)).to_contain_text(f"this device still has it: {packs} packs")
    check(page)
    page.get_by_role("button", name="Bring everything back").click()
    expect(_said(page)).to_contain_text(f"Everything is back from this device: {packs} packs")
    name = page.locator("[data-kept]").get_attribute("data-kept")
    assert page.evaluate(COPIES) == [f"account/{name}"], "the server may lose it again at once"


def _is_as_usual(page: Page) -> None:
    """The account is kept again, and nothing is offered."""
    _kept(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="Your packs")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_hidden()


def _connect(first: Page, second: Page) -> None:
    first.goto("/devices")
    first.get_by_role("button", name="Add a device").click()
    code = first.locator(".digits").inner_text()
    second.goto("/devices")
    second.get_by_label("Code").fill(code)
    second.get_by_role("button", name="Connect").click()
    expect(second.get_by_role("status").filter(has_text="This device is connected")).to_be_visible()


def test_what_is_kept_of_an_account_goes_with_signing_out_and_what_was_kept_apart_stays(
    phone: Callable[[], Page], own_site: Site
) -> None:
    account = {"name": "anna", "password": PASSWORD}
    phone().request.post("/account", form=account, headers={"Origin": own_site.url})
    page = phone()
    _begin(page, own_site)
    _kept(page)
    apart = page.evaluate(COPIES)
    page.goto("/sign-in")
    page.get_by_label("Keep it apart").check()
    page.get_by_label("Name or e-mail").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
    add_pack(own_site.wiring, guest_of(own_site.wiring))
    _kept(page)
    assert len(page.evaluate(COPIES)) == 2
    page.goto("/account")
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_text("You are signed out here")).to_be_visible()
    until(lambda: page.evaluate(COPIES) == apart, "the account's copy to go")


def test_a_browser_says_what_it_keeps_and_that_it_may_not(phone: Callable[[], Page], own_site: Site) -> None:
    page = phone()
    _begin(page, own_site)
    _kept(page)
    page.goto("/my-data")
    box = page.locator("[data-keeps]")
    expect(box.get_by_role("status")).to_contain_text("2 packs")
    check(page)
    page.get_by_role("button", name="Keep nothing on this device").click()
    expect(box.get_by_role("status")).to_contain_text("keeps nothing of your account any more")
    page.get_by_role("button", name="Keep it on this device").click()
    expect(box.get_by_role("status")).to_contain_text("2 packs")
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page.reload()
    expect(box.get_by_role("status")).to_contain_text("does not let pages keep anything")
    page.get_by_role("button", name="Sign this device out").click()
    expect(page.get_by_role("heading", name="This device is signed out")).to_be_visible()
