"""Every page for everybody: axe finds nothing, at a phone's and a desk's width, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from studylens.models import FAILED, RUNNING, Batch, Job, JobStage, now
from tests.browser.axe import check, check_both
from tests.browser.conftest import Site, read
from tests.web.world import STAGES, add_job, add_pack, picture

pytestmark = pytest.mark.browser
TOUCH_PX = 44


def _waiting_batch(site: Site, guest_id: int) -> str:
    """A batch with a photo that is being read elsewhere, one that waits, and one that failed."""
    job_id = add_job(site.wiring, guest_id, state=RUNNING, stage="after_gemini", folder_id="f" * 32)
    with site.wiring.database.writing() as session:
        job = session.get_one(Job, job_id)
        job.started_at = job.lease_until = now()
        job.stages = [JobStage(stage=stage, rss_mb=rss, service_mb=use) for stage, rss, use in STAGES[:4]]
        shared = {"guest_id": guest_id, "kind": "photo", "folder_id": "f" * 32, "batch_id": job.batch_id}
        session.add(Job(number=2, name="two.jpg", **shared))
        session.add(Job(number=3, name="three.jpg", state=FAILED, error_code="nothing_found", **shared))
        return session.get_one(Batch, job.batch_id).id


def test_axe_finds_nothing_on_any_page(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/new")
    check_both(page)
    file = {"name": "page.png", "mimeType": "image/png", "buffer": picture()}
    page.get_by_label("Choose photos").set_input_files(file)
    page.locator("#photos img").wait_for()
    check_both(page)
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    guest_id = site.guest_id(page)
    pack_id = add_pack(site.wiring, guest_id)
    paths = [f"/batches/{_waiting_batch(site, guest_id)}", "/packs", f"/packs/{pack_id}/delete", "/memory"]
    for path in paths:
        page.goto(path)
        read(page)
        check_both(page)
    for tab in ("", "/cards", "/page", "/more"):
        page.goto(f"/packs/{pack_id}{tab}")
        read(page)
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
        check_both(page)


def test_axe_finds_nothing_on_error_pages(page: Page) -> None:
    page.goto("/packs/none")
    check(page)


def test_what_is_touched_is_large_enough(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    page.goto("/new")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_pack(site.wiring, site.guest_id(page))
    tabs = [f"/packs/{pack_id}{tab}" for tab in ("", "/cards", "/page", "/more", "/delete")]
    for path in ("/", "/new", "/packs", *tabs):
        page.goto(path)
        small = page.evaluate(
            """least => [...document.querySelectorAll("button, .btn, summary, label.opt, nav a")]
              .filter(item => item.getClientRects().length)
              .filter(item => item.getBoundingClientRect().height < least)
              .map(item => item.outerHTML)""",
            TOUCH_PX,
        )
        assert small == []
