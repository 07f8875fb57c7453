"""What a hostile answer costs: `python -m benchmarks.bodies`, on both Gemini SDKs, in a hard group of 320 MB.

A good answer is measured in the same run; a process for each. A local server plays the part of Gemini.
"""

import tempfile
import time
from pathlib import Path

from benchmarks import document, machine
from benchmarks.analysis import Analysis
from benchmarks.cgroups import Cgroup
from benchmarks.report import Figure, Section, Table
from benchmarks.watch import Watch
from studylens.analysis.protocol import wire
from studylens.config import GEMINI_SDKS
from tests import pages
from tests.analysis.gemini.behaviours import Behaviour, Reply, bomb
from tests.analysis.gemini.server import GeminiServer

COMMAND = "python -m benchmarks.bodies"
LIMIT_MB, HOSTILE_MB = 320, 200
"""The hard limit, and what no body may reach."""
CALLS = 4
"""Two models, twice each."""
GOOD = "a good answer"
_STRINGS = b'{"candidates": [' + b",".join(b'"%d"' % n for n in range(400_000)) + b"]}"
BODIES: dict[str, str | Behaviour] = {
    GOOD: "answer",
    "50 MB of blanks": "fifty_mb",
    "bytes without end": "endless",
    "500 MB packed as 0.5 MB": lambda _: Reply(200, bomb(500), {"Content-Encoding": "gzip"}),
    "a million empty objects": "many_parts",
    "400,000 short strings": lambda _: Reply(200, _STRINGS),
}
Row = tuple[str | float, ...]


def measure(sdk: str, name: str, photo: Path) -> Row:
    """Return SDK, body, highest memory that cannot be reclaimed (MB), kills, and what became of Gemini."""
    with GeminiServer(*[BODIES[name]] * CALLS) as server, Cgroup.make(memory_mb=LIMIT_MB, cpus=1) as group:
        variables = {"GEMINI_API_KEY": "k", "GEMINI_BASE_URL": server.url, "GEMINI_SDK": sdk}
        variables["ENGINES"] = "gemini"
        with Analysis(group.prefix, variables) as analysis, Watch(group) as watch:
            told = [event for event in analysis.events(photo) if isinstance(event, wire.LogLine | wire.Done)]
        said = [event.line for event in told if isinstance(event, wire.LogLine) and "gemini" in event.line]
        return sdk, name, max(watch.unreclaimable), group.oom_kills, (said or ["used"])[-1][:70]


def main() -> None:
    """Measure each body with each SDK, and write the part of RESULTS.md."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "page.png"
        photo.write_bytes(pages.png(pages.column_page(pages.SHORT, size=(700, 400))))
        rows = [measure(sdk, name, photo) for sdk in GEMINI_SDKS for name in BODIES]
    hostile = [row for row in rows if row[1] != GOOD]
    good = max(float(row[2]) for row in rows if row[1] == GOOD)
    worst, kills = max(float(row[2]) for row in hostile), sum(int(row[3]) for row in rows)
    figures = (
        Figure("highest with a hostile body, not reclaimable", worst, "MB", len(hostile), HOSTILE_MB),
        Figure("the same against a good answer", worst / good, "x", len(hostile)),
        Figure("OOM kills", kills, "", len(rows), 0),
    )
    table = Table(("SDK", "body", "not reclaimable, MB", "OOM kills", "what the log says"), tuple(rows))
    section = Section(f"Hostile answers in {LIMIT_MB} MB", COMMAND, figures, (table,))
    document.keep(
        document.part(COMMAND, (time.monotonic() - started) / 60, machine.facts(), [section]), "bodies"
    )


if __name__ == "__main__":
    main()
