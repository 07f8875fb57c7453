"""Without a network: how soon a slow phone shows its first card; what taking 2,000 cards along costs."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table

CARDS, QUICK_CARDS = 2_000, 200
STARTS, QUICK_STARTS = 9, 3
SLOWER = 4
"""Times by which Chromium slows the page's processor down."""
TARGET_MS = 1_000.0
SHOWN = {
    "/": "() => document.querySelector('#begin:not([hidden])') && performance.now()",
    "/review": "() => document.querySelector('#card .q') && performance.now()",
}
"""Addresses, and when they show what they are for: the button of the review, and its first card."""
TAKEN = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  if (!navigator.serviceWorker.controller || !names.includes("studylens-offline")) return 0;
  const database = await new Promise((done) => {
    const request = indexedDB.open("studylens-offline");
    request.onsuccess = () => done(request.result);
  });
  const counted = database.transaction("cards").objectStore("cards").count();
  await new Promise((done) => { counted.onsuccess = done; });
  database.close();
  return counted.result;
}"""


def offline(_inputs: Inputs, *, quick: bool) -> Section:
    """Time starts without a network, each with a fresh page and a worker that had ended."""
    cards, starts = (QUICK_CARDS, QUICK_STARTS) if quick else (CARDS, STARTS)
    figures, rows = [], []
    with _student(cards) as (page, parts):
        for path, shown in SHOWN.items():
            found = [_start(page, path, shown) for _n in range(starts)]
            middle = statistics.median(found)
            figures.append(Figure(f"{path}: shown without a network", middle, "ms", starts, TARGET_MS))
            rows.append((path, min(found), middle, max(found)))
    headers = ("address", "fastest ms", "median ms", "slowest ms")
    carried = Table(("part", "kB", "ms on the server"), tuple(parts), "what is taken along")
    notes = (
        f"{cards} known cards, all due; chromium, its page's processor {SLOWER} times slower, network off.",
        "Each start: a new page, its worker stopped; from the navigation's start to what the page is for.",
        "The worker itself is not slowed down: Chromium slows the page's thread alone.",
    )
    return Section(
        "Without a network",
        "python -m benchmarks --only offline",
        tuple(figures),
        (Table(headers, tuple(rows)), carried),
        notes,
    )


@contextmanager
def _student(cards: int) -> Iterator[tuple[Any, list[tuple[str, float, float]]]]:
    """Yield a phone's page that took so many cards along and has no network; and what each part cost."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, running_site

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        playwright = stack.enter_context(sync_playwright())
        site = stack.enter_context(running_site(Path(folder), f"sqlite:///{folder}/offline.sqlite3"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport=PHONE, base_url=site.url).new_page()
        page.goto("/new")
        page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
        page.goto("/new")
        _fill(site, site.guest_id(page), cards)
        page.goto("/packs")
        _wait_for(page, cards)
        parts = _parts(page)
        page.context.set_offline(True)
        yield page, parts
        browser.close()


def _fill(site: Any, guest_id: int, cards: int) -> None:
    from sqlalchemy import update

    from studylens.models import REVIEW, CardSchedule, now
    from studylens.study.reviews import cards as schedule
    from tests.study.reviews.world import add_deck

    known = {"state": REVIEW, "stability": 5.0, "difficulty": 5.0, "due_at": now() - timedelta(days=1)}
    with site.wiring.database.writing() as session:
        pack = add_deck(session, guest_id, cards)
        schedule.accept(session, pack, pack.cards, now())
        session.execute(update(CardSchedule).values(**known, last_review_at=now() - timedelta(days=6)))


def _wait_for(page: Any, cards: int) -> None:
    end = time.monotonic() + 120
    while page.evaluate(TAKEN) < cards:
        if time.monotonic() > end:
            raise RuntimeError("the browser took nothing along")
        time.sleep(0.1)


def _parts(page: Any) -> list[tuple[str, float, float]]:
    """Ask for all parts once more, one after another; and for what has not changed."""
    found, after, stamp = [], "", ""
    while after is not None:
        began = time.monotonic()
        answer = page.request.get(f"/sync/due?after={after}" if after else "/sync/due")
        spent = (time.monotonic() - began) * 1000
        stamp = stamp or answer.headers["etag"]
        found.append((after or "first", len(answer.body()) / 1000, spent))
        after = answer.json()["following"]
    began = time.monotonic()
    answer = page.request.get("/sync/due", headers={"If-None-Match": stamp})
    if answer.status != 304:
        raise RuntimeError(f"unchanged, yet {answer.status}")
    return [*found, ("unchanged", 0.0, (time.monotonic() - began) * 1000)]


def _start(page: Any, path: str, shown: str) -> float:
    """Return ms from the start of a navigation until the page shows what it is for."""
    fresh = page.context.new_page()
    devices = fresh.context.new_cdp_session(fresh)
    devices.send("ServiceWorker.enable")
    devices.send("ServiceWorker.stopAllWorkers")
    devices.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    fresh.goto(path, wait_until="commit")
    found = float(fresh.wait_for_function(shown).json_value())
    fresh.close()
    return found
