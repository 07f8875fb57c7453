"""Measure the service and write its part of benchmarks/RESULTS.md wholly from this run.

    .venv/bin/python -m benchmarks [--quick] [--only NAME ...] [--part NAME]

Hard limits need root. A quick or partial run is printed only, unless `--part` gives it a part of its own.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Protocol

from benchmarks import (
    analysis,
    bucket,
    cutout,
    database,
    device,
    document,
    fitting,
    library,
    live,
    machine,
    needs,
    offline,
    others,
    pages,
    programs,
    progress,
    reviews,
    rows,
    service,
    sheets,
    slow_clients,
    story,
    teaching,
    uploads,
    workers,
)
from benchmarks.cgroups import CgroupError, require
from benchmarks.inputs import Inputs
from benchmarks.report import Section

PART = "service"


class Scenario(Protocol):
    """Measures something and tells what it found; `quick`: with few repetitions."""

    def __call__(self, inputs: Inputs, /, *, quick: bool) -> Section:
        """Measure."""


SCENARIOS: dict[str, Scenario] = {
    "start": service.start,
    "bucket": bucket.bucket,
    "ocr": service.ocr,
    "gemini": service.with_gemini,
    "local": service.with_local_ai,
    "boxes": service.with_boxes,
    "mixed": uploads.mixed,
    "small": uploads.small,
    "ten": uploads.ten,
    "parallel": analysis.parallel,
    "needs": needs.needs,
    "decode": others.decode,
    "cutout": cutout.cutting,
    "sheets": sheets.sheets,
    "slow_clients": slow_clients.slow_clients,
    "story": story.story,
    "reading": others.reading,
    "progress": progress.progress,
    "library": library.library,
    "database": database.database,
    "pages": pages.pages,
    "reviews": reviews.reviews,
    "rows": rows.rows,
    "teaching": teaching.teaching,
    "live": live.live,
    "offline": offline.offline,
    "device": device.device_reader,
    "fitting": fitting.fitting_one,
    "workers": workers.workers,
    "programs": programs.programs,
}


def main() -> None:
    """Run the scenarios that were asked for; ends with 1 when one of them could not be measured."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that groups and processes go, too.
    try:
        require()
    except CgroupError as error:
        sys.exit(f"benchmarks: {error}")
    began, here = time.monotonic(), machine.facts()
    with tempfile.TemporaryDirectory(prefix="studylens-bench-") as folder:
        _say("rendering the photos")
        inputs = Inputs.render(Path(folder))
        found = [measured(name, inputs, quick=options.quick) for name in options.only or SCENARIOS]
    command = "python -m benchmarks" + " --quick" * options.quick
    command += f" --only {' '.join(options.only)}" if options.only else ""
    text = document.part(command, (time.monotonic() - began) / 60, here, found)
    if options.part or not (options.quick or options.only):
        document.keep(text, options.part or PART)
        _say(f"written to {document.RESULTS}")
    else:
        print(text)
    sys.exit(any(not section.complete for section in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions: about four minutes")
    names = ", ".join(SCENARIOS)
    parser.add_argument("--only", nargs="+", choices=tuple(SCENARIOS), metavar="NAME", help=names)
    parser.add_argument("--part", help="keep a partial run, too, as this part of RESULTS.md")
    return parser.parse_args()


def measured(name: str, inputs: Inputs, *, quick: bool) -> Section:
    """Measure one scenario; one that breaks is named in the results and does not end the others."""
    _say(name)
    began = time.monotonic()
    try:
        found = SCENARIOS[name](inputs, quick=quick)
    except Exception as error:  # noqa: BLE001 - whatever it was, it belongs into the results.
        found = Section(name, f"python -m benchmarks --only {name}", complete=False,
                        notes=(f"**Could not be measured**: {type(error).__name__}: {error}",))  # fmt: skip
    _say(f"{name} took {time.monotonic() - began:.0f} s")
    return found


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
