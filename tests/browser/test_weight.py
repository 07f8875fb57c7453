"""What a first visit costs: bytes on the way, photos left out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import Site
from tests.web.world import add_pack

pytestmark = pytest.mark.browser
KB = 1024
VISIT = 100 * KB
STYLES = 25 * KB
SCRIPTS = 60 * KB
PATHS = ("/", "/new", "/packs", "/packs/{pack}", "/review", "/progress", "/achievements", "/settings")


def _weights(open_page: Callable[..., Page], page: Page, path: str) -> dict[str, int]:
    """Return the bytes that arrived for each kind of file, for the guest of `page` with an empty cache."""
    visitor = open_page(storage_state=page.context.storage_state())
    arrived: list[Request] = []

    def note(request: Request) -> None:
        arrived.append(request)

    visitor.on("requestfinished", note)
    visitor.goto(path, wait_until="networkidle")
    weights: dict[str, int] = {}
    for request in arrived:
        kind = request.resource_type
        weights[kind] = weights.get(kind, 0) + request.sizes()["responseBodySize"]
    return weights


def test_a_first_visit_is_light(open_page: Callable[..., Page], site: Site, page: Page, guest: int) -> None:
    pack = add_pack(site.wiring, guest)
    found = {path: _weights(open_page, page, path.format(pack=pack)) for path in PATHS}
    for path, weights in found.items():
        assert weights["stylesheet"] <= STYLES, (path, weights)
        assert weights["script"] <= SCRIPTS, (path, weights)
        assert sum(weights.values()) <= VISIT, (path, weights)
