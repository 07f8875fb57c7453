"""The browser as the backup: `python -m benchmarks.keeping CARDS ANSWERS`; promised for 5,000 and 50,000.

Gathers an account in chromium and tells, in seconds, what it took in all, what of it was the browser's own
work (not waiting for the server, which has the rest of the machine), and how many bytes are kept. Then the
file that the parts make comes in at a tenth of a processor, as `benchmarks.imports` measures it. Needs root
for the control group.
"""

import base64
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from benchmarks.cgroups import Cgroup
from benchmarks.imports import CPUS

TOKEN = "A" * 43
"""The guest's, whom benchmarks.exchange makes."""
GATHER = """async () => {
  const real = window.fetch;
  let waited = 0, asked = 0;
  window.fetch = async (...told) => {
    const began = performance.now();
    const answer = await real(...told);
    const body = answer.status === 204 ? null : await answer.arrayBuffer();
    waited += performance.now() - began;
    asked += 1;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
  const folder = document.querySelector("script[src$='app.js']").src.replace("app.js", "keep/");
  const [{ open }, { alone, gather, kindOf, ACCOUNT }] = await Promise.all(
    ["store.js", "gather.js"].map((name) => import(folder + name)));
  const began = performance.now();
  const store = await open();
  await alone(() => {
    localStorage.setItem("studylens-keep", "on");
    return gather(store);
  });
  const took = performance.now() - began;
  const kind = kindOf(await store.note(ACCOUNT));
  const parts = (await store.all(kind)).map(({ value }) => value);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { seconds: took / 1000, own: (took - waited) / 1000, requests: asked, parts: parts.length,
           bytes: await store.size(kind), file: btoa(text) };
}"""


def main() -> None:
    """Build, gather, restore; each prints a line of JSON."""
    cards, answers = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="studylens-keeping-") as name:
        folder = Path(name)
        build = [sys.executable, "-m", "benchmarks.exchange", name, "build", cards, answers]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        found = _gather(folder)
        (folder / "account.json").write_bytes(base64.b64decode(found.pop("file")))
        print(json.dumps({name: round(value, 2) for name, value in found.items()}))
        with Cgroup.make(memory_mb=512, cpus=CPUS) as group:
            inside = [*group.prefix, sys.executable, "-m", "benchmarks.imports", "inside", name]
            subprocess.run(inside, check=True)


def _gather(folder: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright
    from werkzeug.serving import make_server

    from app import create_app
    from tests.groups import chromium

    app = create_app({"instance_dir": str(folder / "full"), "database_url": "", "gemini_api_key": ""})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context()
        context.add_cookies([{"name": "studylens_guest", "value": TOKEN, "url": url}])
        page = context.new_page()
        page.add_init_script("localStorage.setItem('studylens-keep', 'off')")  # Only when we say so.
        page.goto(f"{url}/settings")
        found: dict[str, Any] = page.evaluate(GATHER)
        browser.close()
    server.shutdown()
    return found


if __name__ == "__main__":
    main()
