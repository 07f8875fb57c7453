"""Without a network: reviews and a photo, sent once later; a new release; nothing stays after leaving."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from studylens.models import Batch, Pack, now
from studylens.web.offline import installed
from tests.browser.axe import check
from tests.browser.conftest import Site
from tests.browser.test_review import add_due_pack, answers
from tests.web.world import picture

pytestmark = pytest.mark.browser
CARDS = 5
PATIENCE_MS = 120_000
"""For what a browser does in its own time: whoever waits for longer says what there was instead."""


def bounded(script: str) -> str:
    """Return a script that knows how long it may wait."""
    within = "const within = (ms) => new Promise((done) => setTimeout(done, ms));"
    return f"(given) => {{ const until = Date.now() + {PATIENCE_MS}; {within} return ({script})(given); }}"


TAKE_ALONG = bounded("""async (cards) => {
  const count = async () => {
    const database = await new Promise((done) => {
      const request = indexedDB.open("studylens-offline");
      request.onsuccess = () => done(request.result);
    });
    const counted = database.transaction("cards").objectStore("cards").count();
    await new Promise((done) => { counted.onsuccess = done; });
    database.close();
    return counted.result;
  };
  while (await count() !== cards && Date.now() < until) {
    await Promise.race([
      new Promise((done) => document.addEventListener("studylens:settled", done, { once: true })),
      within(until - Date.now()),
    ]);
  }
  await Promise.race([navigator.serviceWorker.ready, within(until - Date.now())]);
  const worker = (await navigator.serviceWorker.getRegistration())?.active;
  return `${await count()} cards, ${worker ? "a" : "no"} worker`;
}""")
LEAVE_ONE = """() => {
  const { src } = document.querySelector('script[src$="offline/leaving.js"]');
  const answer = { key: "k".repeat(16), at: Date.now(), uid: "u", rating: 3, ms: 0, front: "f" };
  return import(new URL("queue.js", src)).then(({ addAnswer }) => addAnswer(answer));
}"""
WHAT_IS_LEFT = """async () => [
  (await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
]"""
# One that could not fetch all its files is given up, and comes with the next look.
UPDATE = bounded("""async (wanted) => {
  const told = async () => {
    const { installing, waiting, active } = await navigator.serviceWorker.getRegistration() ?? {};
    const isWhole = await caches.match("/offline", { cacheName: wanted, ignoreVary: true });
    if (isWhole && !installing && !waiting && active?.state === "activated") return wanted;
    return `${await caches.keys()}: ${installing?.state} ${waiting?.state} ${active?.state}`;
  };
  while (await told() !== wanted && Date.now() < until) {
    const found = await navigator.serviceWorker.getRegistration();
    await Promise.race([found?.update().catch(() => null), within(until - Date.now())]);
    const worker = found?.installing ?? found?.waiting ?? found?.active;
    const changed = new Promise((done) => worker?.addEventListener("statechange", done, { once: true }));
    await Promise.race([changed, within(250)]);
  }
  return told();
}""")


def batches(site: Site, guest_id: int) -> int:
    with site.wiring.database.reading() as session:
        count = select(func.count()).select_from(Batch).where(Batch.guest_id == guest_id)
        return session.scalar(count) or 0


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A phone whose browser may have our worker."""
    found = open_page(service_workers="allow")
    found.goto("/new")
    return found


def take_along(page: Page, pack_id: str) -> None:
    """Look at a pack, and wait until the browser has its cards and the worker."""
    page.goto(f"/packs/{pack_id}")
    assert page.evaluate(TAKE_ALONG, CARDS) == f"{CARDS} cards, a worker"
    page.goto(f"/packs/{pack_id}")


def test_a_day_without_a_network(page: Page, site: Site, guest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pack_id = add_due_pack(site, guest, CARDS)
    before, sent = answers(site, guest), batches(site, guest)
    take_along(page, pack_id)
    enter_a_tunnel(page)
    forgotten = review_without_network(page, pack_id)
    photograph_without_network(page)
    with site.wiring.database.writing() as session:  # On another device.
        pack = session.get_one(Pack, pack_id)
        next(card for card in pack.cards if card.front == forgotten).deleted_at = now()
    assert (answers(site, guest), batches(site, guest)) == (before, sent)
    page.context.set_offline(False)
    expect(page.locator("#sent")).to_be_visible()
    expect(page.locator("#uncounted li")).to_have_text(f"{forgotten} – its card is deleted or paused")
    assert (answers(site, guest), batches(site, guest)) == (before + 2, sent + 1)

    page.goto("/review")  # A new release comes in the middle of a review.
    monkeypatch.setattr(installed, "release", lambda: "of-tomorrow")
    tomorrows = "studylens-shell-of-tomorrow"
    assert page.evaluate(UPDATE, tomorrows) == tomorrows
    answer(page, "Got it")
    assert answers(site, guest) == before + 3
    leave(page)


def enter_a_tunnel(page: Page) -> None:
    """Answer a card when the network has just gone: the answer is kept, and the review goes on."""
    page.goto("/review")
    page.locator("#review-show").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Got it").click()
    expect(page.locator("h1")).to_have_text("Review without a network")


def review_without_network(page: Page, pack_id: str) -> str:
    """Answer two cards that were taken along, and return the front of the second, which was forgotten."""
    page.goto("/")
    expect(page.locator("h1")).to_have_text("No network")
    check(page)
    page.goto(f"/packs/{pack_id}")
    expect(page.locator("h1")).to_have_text("Osmosis")  # As it was seen last.
    page.goto("/review")
    expect(page.locator(".where")).to_have_text("0 / 4")
    answer(page, "Got it")
    forgotten = page.locator("#card .q").inner_text()
    answer(page, "Forgot")
    expect(page.locator(".where")).to_have_text("2 / 5")  # A forgotten card comes once more.
    check(page)
    return forgotten


def photograph_without_network(page: Page) -> None:
    """Send a photo, which waits beside the answers."""
    page.goto("/new")
    photo = {"name": "page.png", "mimeType": "image/png", "buffer": picture()}
    page.get_by_label("Choose photos").set_input_files([photo])
    page.locator("#send").click()
    page.wait_for_url("**/offline")
    expect(page.locator("#waits li")).to_have_count(2)


def leave(page: Page) -> None:
    """Sign out with an answer that nobody takes: it is named first, and then nothing stays."""
    page.goto("/my-data")
    page.context.set_offline(True)
    page.evaluate(LEAVE_ONE)
    page.get_by_role("button", name="Sign this device out").click()
    expect(page.locator("[data-loss]")).to_contain_text("1 answer was not sent and would be lost.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign this device out").click()
    page.wait_for_url("**/my-data/left")
    expect(page.locator("[data-clearing]")).to_contain_text("keeps nothing of yours")
    assert page.evaluate(WHAT_IS_LEFT) == [0, 0, 0]


def answer(page: Page, word: str) -> None:
    """Show the answer of the card and rate it."""
    done = page.locator(".where").inner_text()
    page.locator("#review-show").click()
    page.get_by_role("button", name=word).click()
    expect(page.locator(".where")).not_to_have_text(done)
