"""A page read in a browser: processor time and memory of its tab, and what is left for the server."""

import json
import statistics
import time
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.device_tab import DeviceTab, device_tab
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.text_score import compare
from studylens.analysis.ocr import device, read
from studylens.config import Config
from studylens.web.upload.device_page import parse_page
from tests import pages as drawn

ROUNDS, QUICK_ROUNDS = 3, 1
SLOWER = 4
"""The phone's core is taken to be so many times slower: its seconds are the processor's, times this."""
ORDINARY_SECONDS, DENSE_SECONDS = 4.0, 12.0
DOWNLOAD_MB, TAB_MB, SERVER_SECONDS = 20.0, 400.0, 3.0
TENTH = 10
GAUGED_LINES, GAUGE_RUNS = 30, 20
MB = 1024 * 1024


def device_reader(inputs: Inputs, *, quick: bool) -> Section:
    """Read an ordinary and a dense page in a tab and on the server, in the same run."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with device_tab() as tab:
        first = tab.read(inputs.pages[0].read_bytes())
        pages = {name: _measure(tab, path, rounds) for name, path in _pages(inputs).items()}
        memory = tab.memory_mb()
        gauges = _gauges(tab, rounds)
    figures = [Figure("first use's download", first["fetched"] / MB, "MB", 1, DOWNLOAD_MB)]
    for name, target in (("ordinary", ORDINARY_SECONDS), ("dense", DENSE_SECONDS)):
        how = f"{SLOWER} times its processor time"
        figures.append(
            Figure(f"{name} page in the tab", SLOWER * pages[name]["tab"], "s", rounds, target, how)
        )
    figures.append(Figure("memory of the tab after both", memory, "MB", 1, TAB_MB, "pages of its own (USS)"))
    left = TENTH * max(found["left"] for found in pages.values())
    how = "PAGE_GAUGES in static/reader/pace.js, both in processor time"
    figures.append(Figure(f"page of {GAUGED_LINES} lines", gauges, "short benchmarks", rounds, how=how))
    how = f"order and trust, {TENTH} times their processor time"
    figures.append(Figure("server's share of such a page", left, "s", 2, SERVER_SECONDS, how))
    headers = ("page", "boxes", "tab, CPU s", "server's reader, CPU s", "ratio", "characters that differ")
    rows = tuple(
        (name, found["boxes"], found["tab"], found["own"], found["tab"] / found["own"], found["differ"])
        for name, found in pages.items()
    )
    notes = ("All workers of the tab together, one thread each. WebAssembly computes with 128 bits at once.",)
    return Section(
        "Read on the device",
        "python -m benchmarks --only device",
        tuple(figures),
        (Table(headers, rows),),
        notes,
    )


def _pages(inputs: Inputs) -> dict[str, Path]:
    return {"ordinary": inputs.pages[1], "dense": inputs.dense}


def _gauges(tab: DeviceTab, rounds: int) -> float:
    """Return how many short benchmarks a page takes: by it a device guesses before its first page."""
    text = drawn.wrap(drawn.prose(repeats=4), 1060, 28)[:GAUGED_LINES]
    picture = drawn.png(drawn.column_page(text, size=(1200, 1600)))
    found = []
    for _n in range(rounds):
        gauge, before = tab.gauge_seconds(GAUGE_RUNS), tab.cpu_seconds()
        tab.read(picture)
        found.append((tab.cpu_seconds() - before) / gauge)
    return statistics.median(found)


def _measure(tab: DeviceTab, path: Path, rounds: int) -> dict[str, Any]:
    picture, spent = path.read_bytes(), []
    for _n in range(rounds):
        before = tab.cpu_seconds()
        told = tab.read(picture)["page"]
        spent.append(tab.cpu_seconds() - before)
    page = parse_page(json.dumps(told)).page
    began = time.process_time()
    lines = device.reading_of(page).lines
    left = time.process_time() - began
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    began = time.process_time()
    own = read.read(image, quantised=Config.from_environment().ocr_path).lines
    own_seconds = time.process_time() - began
    texts = ["\n".join(line.text for line in some) for some in (own, lines)]
    return {
        "tab": statistics.median(spent), "own": own_seconds, "left": left,
        "boxes": len(page.boxes), "differ": f"{compare(*texts).cer:.2%}",
    }  # fmt: skip
