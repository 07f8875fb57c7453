"""A browser's tab that reads photos itself: driven by Playwright, watched from outside."""

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

MB = 1024 * 1024
READ = """async (data) => {
  const form = document.querySelector("#here");
  const { src } = document.querySelector('script[src$="upload/upload.js"]');
  const { DeviceReader } = await import(new URL("../reader/device.js", src));
  const reader = window.reader ??= new DeviceReader(form.dataset.reader);
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  let fetched = 0;
  const began = performance.now();
  const page = await reader.read(new File([bytes], "page.png"), (heard) => { fetched += heard.bytes ?? 0; });
  return { page, fetched, ms: performance.now() - began };
}"""

GAUGE = """async (times) => {
  const { src } = document.querySelector('script[src$="upload/upload.js"]');
  const worker = window.gauge ??= new Worker(new URL("../reader/gauge.js", src), { type: "module" });
  const run = () => new Promise((done) => { worker.onmessage = done; worker.postMessage("begin"); });
  for (let n = 0; n < times; n += 1) await run();
}"""
GAUGES_A_RUN = 5
"""Convolutions in a run of static/reader/gauge.js, which says how long the middle one took."""


class DeviceTab:
    """The form for photos, open in a browser."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._process = _renderer()

    def read(self, picture: bytes) -> dict[str, Any]:
        """Return the `page` as /analyze takes it, the bytes `fetched` for it, and how many `ms` it took."""
        found: dict[str, Any] = self._page.evaluate(READ, base64.b64encode(picture).decode())
        return found

    def close_reader(self) -> None:
        """End the worker, as the form does when its photos are read."""
        self._page.evaluate("() => { window.reader?.close(); window.reader = undefined; }")

    def cpu_seconds(self) -> float:
        """Return the processor time that the tab's process has taken."""
        spent = self._process.cpu_times()
        return float(spent.user + spent.system)

    def gauge_seconds(self, times: int) -> float:
        """Return the processor time of one convolution of the short benchmark (static/reader/gauge.js)."""
        self._page.evaluate(GAUGE, 1)  # Its worker is there, and its code compiled.
        before = self.cpu_seconds()
        self._page.evaluate(GAUGE, times)
        return (self.cpu_seconds() - before) / (times * GAUGES_A_RUN)

    def memory_mb(self) -> float:
        """Return the memory that the tab's process alone takes, in MB."""
        return float(self._process.memory_full_info().uss) / MB


@contextmanager
def device_tab(**settings: Any) -> Iterator[DeviceTab]:
    """Open the form for photos on a service of its own, its networks and runtime in place."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, running_site

    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/studylens.db"
        with running_site(Path(folder), database, **settings) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport=PHONE, base_url=site.url)
            page.set_default_timeout(600_000)
            page.goto("/new")
            yield DeviceTab(page)
            browser.close()


def _renderer() -> psutil.Process:
    """Return the process of the only tab that shows a page: the largest one of its kind."""
    ours = psutil.Process().children(recursive=True)
    tabs = [child for child in ours if any("--type=renderer" in part for part in child.cmdline())]
    return max(tabs, key=lambda tab: tab.memory_info().rss)
