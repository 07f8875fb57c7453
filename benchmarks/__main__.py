"""Measure everything and write benchmarks/RESULTS.md wholly from this run.

    .venv/bin/python -m benchmarks [--quick] [--only NAME ...] [--output FILE]

Hard limits need root. A quick or partial run is printed only, unless `--output` says where it shall go.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from benchmarks import analysis, machine, needs, others, report, service, uploads
from benchmarks.cgroups import CgroupError, require
from benchmarks.inputs import Inputs
from benchmarks.report import Section, Table

RESULTS = Path(__file__).parent / "RESULTS.md"
SAYING = """\
MB are 1,048,576 bytes. `Not reclaimable` is what the service itself calls memory use: in control groups v1
rss + shmem, in v2 also kernel stacks, page tables, unreclaimable slab and sockets; read every 20 ms from
outside the group, so a peak shorter than that may be missed. `PSS` is the sum over all processes of the
service, read every second. `cgroup peak` is the kernel's own maximum with reclaimable page cache in it. Code,
libraries and model files are evicted from the page cache before each start, so that the service is charged
for them. There is no swap in the group. n says how many readings or runs stand behind a figure."""


class Scenario(Protocol):
    """Measures something and tells what it found; `quick`: with few repetitions."""

    def __call__(self, inputs: Inputs, /, *, quick: bool) -> Section:
        """Measure."""


SCENARIOS: dict[str, Scenario] = {
    "start": service.start,
    "ocr": service.ocr,
    "gemini": service.with_gemini,
    "mixed": uploads.mixed,
    "small": uploads.small,
    "ten": uploads.ten,
    "parallel": analysis.parallel,
    "needs": needs.needs,
    "decode": others.decode,
    "reading": others.reading,
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
    text = _document(found, here, options, time.monotonic() - began)
    output = options.output or (None if options.quick or options.only else RESULTS)
    if output:
        output.write_text(text)
        _say(f"written to {output}")
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
    parser.add_argument("--output", type=Path, help="write here, also a quick or partial run")
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


def _document(found: Sequence[Section], here: Table, options: argparse.Namespace, seconds: float) -> str:
    short = [(section, item) for section in found for item in section.figures if item.is_short]
    command = "python -m benchmarks" + " --quick" * options.quick
    command += f" --only {' '.join(options.only)}" if options.only else ""
    parts = [
        "# Benchmark results",
        f"Written by `{command}` in {seconds / 60:.0f} minutes; every number below comes from that run.",
        SAYING,
        "## Machine",
        report.table(here),
        "## Shortfalls",
        "\n".join(f"- {section.title}: {item.what}: {item.verdict}" for section, item in short)
        or "None of the figures below that have a target falls short of it.",
        *(report.section(section) for section in found),
    ]
    return "\n\n".join(parts) + "\n"


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
