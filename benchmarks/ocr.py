"""What reading a page costs: `python -m benchmarks.ocr`; each case runs in a fresh process.

Anonymous memory is RssAnon of /proc (what cannot be reclaimed), read every 2 ms, with the decoded
picture in it. Times are processor seconds of the whole process, so other work does not disturb them.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studylens.analysis.ocr import read
from studylens.config import Config
from studylens.variables import ANALYSIS_ENVIRONMENT
from tests import pages

ROOT = Path(__file__).parent.parent
PAGES: dict[str, Callable[[], pages.Page]] = {
    "dense square": lambda: pages.blurred(pages.tilted(pages.dense_page(), 2), 0.7),
    "dense portrait": lambda: pages.blurred(pages.tilted(pages.dense_page(1200, 1600, px=16), 2), 0.6),
    "small print": lambda: pages.tilted(pages.dense_page(1200, 1600, rows=95, px=14), 1),
    "phone": pages.phone_page,
}
CASES = [(name, "ours", px) for name in PAGES for px in (1088, 800, 640)]
CASES += [("dense square", "rapidocr", 800), ("dense square", "defaults", 0)]
FOLDER = Config.from_environment().ocr_path
"""Where set-up put the quantised network; without it the wheel's own is measured."""
TUNED = {
    "Global.use_cls": False,
    "Det.limit_type": "max",
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def status_mb(name: str) -> float:
    """Return a figure of /proc/self/status in MB, e.g. RssAnon, VmData."""
    rows = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(f"{name}:")) / 1024


def anonymous_mb() -> float:
    """Return this process's anonymous memory in MB."""
    return status_mb("RssAnon")


def watched(work: Callable[[], object], name: str = "RssAnon") -> float:
    """Return the highest reading of `name` (MB) while the work runs."""
    peak, done = [status_mb(name)], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            peak[0] = max(peak[0], status_mb(name))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return peak[0]


def reader(engine: str, px: int) -> Callable[[pages.Page], str]:
    """Return a function that reads a page with our engine, or with rapidocr's own pipeline."""

    def ours(page: pages.Page) -> str:
        reading = read.read(page.image, detection_px=px, quantised=FOLDER)
        return "\n".join(line.text for line in reading.lines)

    if engine == "ours":
        return ours

    def theirs(page: pages.Page) -> str:
        from rapidocr import RapidOCR

        params = {**TUNED, "Det.limit_side_len": px} if engine == "rapidocr" else {}
        return "\n".join(RapidOCR(params={**params, "Global.log_level": "critical"})(page.image).txts or ())

    return theirs


def measure(name: str, engine: str, px: int) -> dict[str, Any]:
    """Read one page and return its figures."""
    page, text = PAGES[name](), [""]
    before, mapped, began = anonymous_mb(), status_mb("VmData"), time.process_time()

    def work() -> None:
        text[0] = reader(engine, px)(page)

    room = [0.0]
    peak = watched(lambda: room.append(watched(work, "VmData")))
    seconds = time.process_time() - began
    read.release()
    return {
        "before_mb": round(before),
        "peak_mb": round(peak),
        "after_mb": round(anonymous_mb()),
        "mapped_mb": round(room[-1] - mapped),
        "rss_peak_mb": round(status_mb("VmHWM")),
        "cpu_s": round(seconds, 1),
        "s_a_line": round(seconds / len(page.lines), 2),
        "words_right": round(100 * pages.words_right(page.text, text[0]), 2),
    }


def main() -> None:
    """Run every case, or the one given, and print a row for each."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--case", nargs=3, metavar=("PAGE", "ENGINE", "PX"))
    case = arguments.parse_args().case
    if case:
        print(json.dumps(measure(case[0], case[1], int(case[2]))))
        return
    for name, engine, px in CASES:
        command = [sys.executable, "-m", "benchmarks.ocr", "--case", name, engine, str(px)]
        environment = {**os.environ, **ANALYSIS_ENVIRONMENT}
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
        print(f"{name:15} {engine:9} {px:5} {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
