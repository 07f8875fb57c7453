"""What axe says of a page, in light and in dark; and that nobody has to scroll sideways."""

from collections.abc import Iterator

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE

_AXE = Axe()
_SHORT = {"resultTypes": ["violations"]}
"""What is right need not be listed: the lists of a page weigh a megabyte."""
_COLOURS = {**_SHORT, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe that look at colours. All others have been checked in light, and take half of the time."""

_STILL = """Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().iterations < Infinity && effect.target.checkVisibility())
  .map((moving) => moving.finished))"""
"""What moves for ever never ends, and neither does what stands in a closed fold."""


def at_both_sizes(page: Page) -> Iterator[None]:
    """Look at the page as a phone shows it, then as a desk does, and go on with the phone's.

    It is not loaded again: that took half of the time, and tells nothing new.
    """
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        yield
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def check_both(page: Page) -> None:
    """Check the page as a phone and as a desk shows it."""
    for _ in at_both_sizes(page):
        check(page)


def check(page: Page) -> None:
    """Fail when axe finds anything on the page as it stands, or when it is wider than the window."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)  # Once for all: half a megabyte of script.
    for scheme, options in (("light", _SHORT), ("dark", _COLOURS)):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_STILL)  # A card that is half turned has half its colour.
        found = AxeResults(page.evaluate("options => axe.run(options)", options))
        assert found.violations_count == 0, f"{page.url} {scheme}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
