"""Draw the README's pictures anew, from the real service: `python -m tests.browser.screenshots`.

The same walk writes docs/read-aloud.md: what a screen reader is told of each page.
"""

import io
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from studylens.places import HOME
from tests import kinds
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE
from tests.service import Service

ALOUD = HOME / "docs" / "read-aloud.md"
INTRODUCTION = """# What a screen reader is told

The accessibility tree of each page on a student's way, as chromium gives it to a screen reader: names, roles
and states in the order in which they are read. Made by `python -m tests.browser.screenshots` on a phone's
screen; read it aloud to hear whether a page makes sense unseen. `/url` is where a link leads.
"""
TARGET = HOME / "docs" / "screenshots"
SAMPLE = HOME / "static" / "sample-photo.jpg"
READING_MS = 120_000
SETTLED_MS = 500
"""After it the next card has taken the place of the one before."""
MOST_ANSWERS = 40
"""Enough for every card of the sample, those that come back included."""


def draw(service: Service, browser: Browser) -> None:
    """Walk a student's way on a phone and at a desk, and keep what it looks like."""
    for device, scheme in (("phone", "light"), ("desk", "dark")):
        phone = device == "phone"
        page = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="light" if scheme == "light" else "dark",
            reduced_motion="reduce",
        ).new_page()
        _walk(page, service.url, device)


def _walk(page: Page, url: str, device: str) -> None:
    page.goto(url)
    _keep(page, f"first-{device}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("main").get_by_role("link", name="a photo").first.click()
    chooser.value.set_files(SAMPLE)
    page.get_by_role("button", name="Send").wait_for()
    _keep(page, f"capture-{device}")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/review?new=1", timeout=READING_MS)
    _study(page, device)
    _keep(page, f"end-{device}")
    for name in ("", "packs", "progress"):
        page.goto(f"{url}/{name}")
        _keep(page, f"{name or 'today'}-{device}")
    page.goto(f"{url}/packs")
    page.get_by_role("main").get_by_role("link", name="Photosynthesis").first.click()
    _keep(page, f"pack-{device}")
    teach(page, url, device)


def teach(page: Page, url: str, device: str) -> None:
    """Teach three kinds of drawn leaves, ask about another one, and keep the answer and the set."""
    page.goto(f"{url}/sets")
    page.get_by_label("Name").fill("Leaves")
    page.get_by_role("button", name="Make this set").click()
    for kind in (kinds.KINDS[3], kinds.KINDS[0], kinds.KINDS[4]):
        form = page.locator("form", has=page.get_by_role("button", name="Add this class"))
        form.get_by_label("Name").fill(kind.name.capitalize())
        form.get_by_role("button").click()
        section = page.locator("section.box", has=page.get_by_role("heading", name=kind.name.capitalize()))
        section.locator("input[type=file]").set_input_files([_photo(kind, n) for n in range(5)])
        section.get_by_role("button", name="Add photos").click()
        section.locator(".taught li").nth(4).wait_for()
    page.get_by_role("button", name="Train it").click()
    page.get_by_role("heading", name="What is this?").wait_for(timeout=READING_MS)
    _keep(page, f"taught-{device}")
    page.locator("form[action$=identify] input[type=file]").set_input_files([_photo(kinds.KINDS[3], 7)])
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".verdict").wait_for(timeout=READING_MS)
    _keep(page, f"told-{device}")


def _photo(kind: kinds.Kind, number: int) -> FilePayload:
    file = io.BytesIO()
    kinds.photo(kind, number).save(file, "JPEG", quality=90)
    return {"name": f"{kind.name}-{number}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _study(page: Page, device: str) -> None:
    """Answer all cards, one in four wrongly at first; keep how the first looks with its answer."""
    show = page.get_by_role("button", name="Show", exact=True)
    for place in range(MOST_ANSWERS):
        show.click()
        page.get_by_role("button", name="Got it").wait_for()
        if place == 0:
            _keep(page, f"review-{device}")
        forgot = place < 8 and place % 4 == 3
        with page.expect_response("**/cards/*/answer*"):
            page.get_by_role("button", name="Forgot" if forgot else "Got it").click()
        page.wait_for_timeout(SETTLED_MS)
        if not show.count():
            return


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    page.screenshot(path=TARGET / f"{name}.png", animations="disabled")
    if name.endswith("-phone"):
        tree = re.sub("[0-9a-f]{32}", "<id>", page.locator("body").aria_snapshot())
        with ALOUD.open("a", encoding="utf-8") as text:
            text.write(f"\n## {name.removesuffix('-phone').capitalize()}\n\n```yaml\n{tree}\n```\n")


def main() -> None:
    """Start the service in a folder of its own and draw."""
    TARGET.mkdir(parents=True, exist_ok=True)
    ALOUD.write_text(INTRODUCTION, encoding="utf-8")
    with (
        tempfile.TemporaryDirectory() as folder,
        Service(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        draw(service, playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS))


if __name__ == "__main__":
    main()
