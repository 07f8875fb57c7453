"""`python -m studylens.blip_export.footprint FOLDER`: what a caption takes, in a process of its own.

Prints JSON: seconds from start to caption, anonymous memory and whole resident memory at their peaks, in MB.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from studylens.errors import EngineFailed
from studylens.machine import memory
from studylens.variables import ANALYSIS_ENVIRONMENT

INTERVAL_SECONDS = 0.002


def measure(folder: Path) -> dict[str, float]:
    """Caption one picture in a fresh process with the service's environment; raises EngineFailed."""
    settings = [f"{name}={value}" for name, value in ANALYSIS_ENVIRONMENT.items()]
    line = ["/usr/bin/env", *settings, sys.executable, "-m", "studylens.blip_export.footprint", str(folder)]
    done = subprocess.run(line, capture_output=True, check=False)  # noqa: S603 - ourselves.
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise EngineFailed(f"a process of its own could not caption: {last or done.returncode}")
    return dict(json.loads(done.stdout))


def _resident_mb() -> tuple[float, float]:
    """Return anonymous and highest resident memory in MB; without /proc both are what is resident."""
    if not memory.PROC.exists():
        return memory.rss_mb(), memory.rss_mb()
    lines = Path("/proc/self/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return tuple(int(found[key].split()[0]) / 1024 for key in ("RssAnon", "VmHWM"))  # type: ignore[return-value]


def _main(folder: Path) -> None:
    started = time.perf_counter()
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(INTERVAL_SECONDS):
            peak[0] = max(peak[0], _resident_mb()[0])

    threading.Thread(target=watch, daemon=True).start()
    # Imported late: the clock has started.
    from PIL import Image  # noqa: PLC0415

    from studylens.analysis.blip.manifest import read_manifest  # noqa: PLC0415
    from studylens.analysis.blip.onnx import OnnxCaptioner  # noqa: PLC0415

    captioner = OnnxCaptioner(folder, read_manifest(folder))
    idle = _resident_mb()[0]
    captioner.caption(Image.effect_mandelbrot((400, 300), (-2, -1, 1, 1), 50).convert("RGB"))
    seconds = time.perf_counter() - started
    over.set()
    found = {
        "seconds": seconds,
        "anonymous_mb": peak[0],
        "imported_mb": idle,
        "resident_mb": _resident_mb()[1],
    }
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))  # noqa: T201 - its answer.


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
