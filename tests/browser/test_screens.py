"""Pages look as they were approved: small pictures of them, compared with a tolerance for fonts' edges.

`APPROVE=1 pytest tests/browser/test_screens.py` draws them anew: look at each before it is committed.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Site, own_form
from tests.browser.test_review import add_due_pack

pytestmark = pytest.mark.browser
APPROVED = Path(__file__).parent / "approved"
SHRINK = 3
"""Compared at a third of their size, slightly blurred: another version's antialiasing is no change."""
VISIBLE = 40
"""A difference of so many of 256 shades is one that somebody sees."""
BORNE = 0.02
"""So large a share of a page may differ."""
FRESH = ("/", "/new", "/packs", "/progress", "/achievements", "/settings")
"""Pages of who has just come: nothing on them depends on the day."""


def picture(page: Page, path: str) -> Image.Image:
    """Return what is seen of a page, small."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    return shot.resize((shot.width // SHRINK, shot.height // SHRINK), Image.Resampling.LANCZOS)


def differing(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels (0-1) in which two pictures differ visibly."""
    if one.size != other.size:
        return 1.0
    blurred = [image.filter(ImageFilter.GaussianBlur(1)) for image in (one, other)]
    channels = ImageChops.difference(*blurred).split()
    largest = ImageChops.lighter(ImageChops.lighter(*channels[:2]), channels[2])
    return sum(largest.histogram()[VISIBLE:]) / (one.width * one.height)


def check(found: Image.Image, name: str) -> None:
    """Hold a picture against the approved one; with APPROVE=1 it becomes that."""
    path = APPROVED / f"{name}.png"
    if os.environ.get("APPROVE") == "1":
        APPROVED.mkdir(exist_ok=True)
        found.quantize(64).save(path, optimize=True)
    share = differing(found, Image.open(path).convert("RGB"))
    assert share <= BORNE, f"{name}: {share:.1%} of the page looks different"


def test_a_button_that_moved_or_changed_its_colour_is_seen() -> None:
    plain = Image.new("RGB", (130, 280), "white")
    moved, recoloured = plain.copy(), plain.copy()
    plain.paste((11, 110, 79), (10, 200, 120, 220))
    moved.paste((11, 110, 79), (10, 212, 120, 232))
    recoloured.paste((200, 40, 40), (10, 200, 120, 220))
    assert differing(plain, plain) == 0
    assert min(differing(plain, moved), differing(plain, recoloured)) > BORNE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desk"])
def test_the_pages_of_who_has_just_come_look_as_approved(
    open_page: Callable[..., Page], scheme: str, device: str
) -> None:
    viewport = PHONE if device == "phone" else DESKTOP
    page = open_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    for path in FRESH:
        check(picture(page, path), f"{path.strip('/') or 'today'}-{device}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_review_looks_as_approved(open_page: Callable[..., Page], site: Site, scheme: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/new")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = add_due_pack(site, site.guest_id(page))
    check(picture(page, "/review"), f"review-phone-{scheme}")
    page.request.post(f"/packs/{pack_id}/typed", form={"typed": "1"}, headers=own_form(page, site.url))
    check(picture(page, "/review"), f"typed-phone-{scheme}")
