"""A real browser on a real server: one chromium and one site for all tests, one guest each."""

import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app, start_runner
from studylens.jobs.distributed import tables
from studylens.models import LIVE_STATES, Guest, Job
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.groups import chromium
from tests.jobs.distributed.workers import WorkerProcess
from tests.postgres import Postgres
from tests.web.world import check_html

CHROMIUM = chromium()
LEFT_OUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "PaintHolding", "ThirdPartyStoragePartitioning",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxAimPopup", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup",
    "PreloadTopChromeWebUI", "InitialWebUI",
)  # fmt: skip
"""What Playwright itself leaves out (a second list takes its place), then the address bar's own pages.

Chromium draws two of them for each window, which took half of a test's time."""
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
    f"--disable-features={','.join(LEFT_OUT)}",
]  # fmt: skip
FAKE_ANALYSIS = (sys.executable, "-m", "tests.jobs.fake_analysis")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
POLICY = "Content Security Policy"
PATIENCE_MS = 60_000
"""How long any wait may take: on a quiet machine none takes a second, and a crowded one must not fail."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Site:
    """A running site and its parts, to put packs where a test needs them."""

    url: str
    wiring: Wiring

    def guest_id(self, page: Page) -> int:
        """Return the guest of this browser, who must have posted once."""
        [token] = [item["value"] for item in page.context.cookies() if item["name"] == GUEST_COOKIE]
        found = select(Guest.id).where(Guest.token_hash == hashlib.sha256(token.encode()).hexdigest())
        with self.wiring.database.reading() as session:
            return session.scalars(found).one()

    def has_read_all(self, guest_id: int) -> bool:
        """Say whether nothing of this guest waits any more: what comes later would be the newest."""
        waits = select(Job.id).where(Job.guest_id == guest_id, Job.state.in_(LIVE_STATES))
        with self.wiring.database.reading() as session:
            return session.scalar(waits.limit(1)) is None


def own_form(page: Page, url: str) -> dict[str, str]:
    """Return the headers with which a page of this browser sends a form: its origin and its token."""
    token = page.request.get("/form-token").json()["form_token"]
    return {"Origin": url, "X-Form-Token": token}


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - Werkzeug's own signature.
        pass


@pytest.fixture(scope="package")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="package")
def site_database(new_database: Callable[[ExitStack, Path], str], site_folder: Path) -> Iterator[str]:
    with ExitStack() as stack:
        yield new_database(stack, site_folder)


@pytest.fixture(scope="package")
def site(site_folder: Path, site_database: str, request: pytest.FixtureRequest) -> Iterator[Site]:
    """One site for all tests, without a key; with `--workers` its jobs are carried by one, on PostgreSQL."""
    with ExitStack() as stack:
        if request.config.getoption("--workers"):
            postgres: Postgres = request.getfixturevalue("postgres")
            url = stack.enter_context(postgres.fresh(tables=True))
            found = stack.enter_context(running_site(site_folder, url, queue="postgresql"))
            tables.bring(found.wiring.database)
            stack.enter_context(WorkerProcess(site_folder, DATABASE_URL=url))
        else:
            found = stack.enter_context(running_site(site_folder, site_database))
        yield found


@contextmanager
def running_site(folder: Path, database_url: str, **settings: Any) -> Iterator[Site]:
    """The app on a real socket, with its runner and an analysis process that answers at once."""
    app = create_app({
        "instance_dir": str(folder / "instance"),
        "analysis_lock": str(folder / "lock"),
        "blip_model_dir": str(folder / "none"),
        "gemini_api_key": "",
        "database_url": database_url,
        "analyses_per_hour": 1_000,
        "ANALYSIS_COMMAND": FAKE_ANALYSIS,
        **settings,
    })
    wiring: Wiring = app.extensions[EXTENSION]
    wiring.database.ensure_compatible()
    runner = start_runner(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", wiring)
    server.shutdown()
    thread.join()
    server.server_close()
    runner.stop()
    wiring.database.engine.dispose()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window and without calls home."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open pages as new guests; arguments go to the browser's context. Fails on any script error."""
    opened: list[Page] = []
    trouble: list[str] = []

    def open_one(**options: object) -> Page:
        ours = {"viewport": PHONE, "base_url": site.url, "service_workers": "block"}
        context = browser.new_context(**{**ours, **options})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.append(line.text) if POLICY in line.text else None)
        page.on("response", lambda answer: trouble.extend(_missing(answer)))
        opened.append(page)
        return page

    yield open_one
    for page in opened:
        page.context.close()
    assert trouble == []


def _missing(answer: Response) -> list[str]:
    """Return the address when it is a file of ours that is not there."""
    return [answer.url] if "/static/" in answer.url and answer.status >= 400 else []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A phone's page on the first page of the site."""
    found = open_page()
    found.goto("/new")
    return found


@pytest.fixture
def guest(page: Page, site: Site) -> int:
    """The id of the guest of `page`, after its first post."""
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    page.goto("/new")  # With the token of the guest, whom this page did not know yet.
    return site.guest_id(page)


def to_made_pack(page: Page, *, timeout: float = PATIENCE_MS) -> None:
    """Wait until the page that was sent has become its first card, and go on to its pack."""
    page.wait_for_url("**/review?new=1", timeout=timeout)
    page.get_by_role("link", name="Close and open the pack").click()
    page.wait_for_url("**/packs/*")


def read(page: Page) -> str:
    """Return the page's text, after checking the HTML that the server sent for its address."""
    check_html(page.request.get(page.url, headers={"Accept": "text/html"}).text())
    return page.inner_text("body")
