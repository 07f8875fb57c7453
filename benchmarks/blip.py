"""`make bench-blip`: the captioner with weights of full size, random ones, built here.

    .venv/bin/python -m benchmarks.blip [--quick] [--only NAME ...] [--keep FOLDER] [--part NAME]

First against transformers, each way in a process of its own, one after the other; then in the whole service
(gunicorn, web and analysis process) in hard limits. Hard limits need root. A quick or partial run is printed
only, unless `--part` gives it a part of its own in RESULTS.md.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from benchmarks import blip_captions, blip_need, blip_service, document, machine
from benchmarks.blip_run import Place
from benchmarks.cgroups import CgroupError, require
from benchmarks.report import Section

PART = "captions"


class Scenario(Protocol):
    """Measures something about captions; `quick`: with few repetitions."""

    def __call__(self, place: Place, /, *, quick: bool) -> Section:
        """Measure."""


SCENARIOS: dict[str, Scenario] = {
    "alone": blip_captions.alone,
    "inside": blip_captions.inside,
    "ocr": blip_service.ocr,
    "gemini": blip_service.asking,
    "narrow": blip_service.narrow,
    "tenth": blip_service.tenth,
    "need": blip_need.need,
}


def main() -> None:
    """Run what was asked for; ends with 1 when something could not be measured."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that groups and processes go, too.
    try:
        require()
    except CgroupError as error:
        sys.exit(f"benchmarks: {error}")
    began, here = time.monotonic(), machine.facts()
    with _workplace(options.keep) as folder:
        place = Place.make(folder)
        found = [_measured(name, place, quick=options.quick) for name in options.only or SCENARIOS]
    command = "python -m benchmarks.blip" + " --quick" * options.quick
    command += f" --only {' '.join(options.only)}" if options.only else ""
    text = document.part(command, (time.monotonic() - began) / 60, here, found)
    if options.part or not (options.quick or options.only):
        document.keep(text, options.part or PART)
    print(text)
    sys.exit(any(not section.complete for section in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.blip",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    names = ", ".join(SCENARIOS)
    parser.add_argument("--only", nargs="+", choices=tuple(SCENARIOS), metavar="NAME", help=names)
    parser.add_argument("--keep", help="a folder for weights and photos, used again by the next run")
    parser.add_argument("--part", help="keep a partial run, too, as this part of RESULTS.md")
    return parser.parse_args()


@contextmanager
def _workplace(keep: str | None) -> Iterator[Path]:
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory(prefix="studylens-bench-blip-") as folder:
        yield Path(folder)


def _measured(name: str, place: Place, *, quick: bool) -> Section:
    """Measure one scenario; one that breaks is named in the results and does not end the others."""
    print(f"[{time.strftime('%H:%M:%S')}] {name}", file=sys.stderr, flush=True)
    try:
        return SCENARIOS[name](place, quick=quick)
    except Exception as error:  # noqa: BLE001 - whatever it was, it belongs into the results.
        return Section(name, f"python -m benchmarks.blip --only {name}", complete=False,
                       notes=(f"**Could not be measured**: {type(error).__name__}: {error}",))  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
