"""benchmarks/RESULTS.md: parts that are measured apart, each written wholly by one run."""

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.report import Section, Table

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = """\
# Benchmark results

MB are 1,048,576 bytes. `Not reclaimable` is what the service itself calls memory use: in control groups v1
rss + shmem, in v2 also kernel stacks, page tables, unreclaimable slab and sockets; read every 20 ms from
outside the group, so a peak shorter than that may be missed. `PSS` is the sum over all processes of the
service, read every second. `cgroup peak` is the kernel's own maximum with reclaimable page cache in it. Code,
libraries and model files are evicted from the page cache before each start, so that the service is charged
for them. There is no swap in the group. n says how many readings or runs stand behind a figure."""
_PART = re.compile(r"^<!-- part: (\S+) -->$", re.MULTILINE)


def part(command: str, minutes: float, here: Table, found: Sequence[Section]) -> str:
    """Return one run as Markdown: where it was measured, what fell short, then every section."""
    short = [(section, item) for section in found for item in section.figures if item.is_short]
    texts = [
        f"# `{command}`",
        f"Written by this command in {minutes:.0f} minutes; every number below comes from that run.",
        "## Machine",
        report.table(here),
        "## Shortfalls",
        "\n".join(f"- {section.title}: {item.what}: {item.verdict}" for section, item in short)
        or "None of the figures below that have a target falls short of it.",
        *(report.section(section) for section in found),
    ]
    return "\n\n".join(texts) + "\n"


def keep(text: str, name: str, path: Path = RESULTS) -> None:
    """Write `text` as the part `name` of the file; other parts stay as they are."""
    parts = dict(_parts(path.read_text()) if path.exists() else ())
    parts[name] = text
    body = "\n".join(f"<!-- part: {name} -->\n\n{text.strip()}\n" for name, text in parts.items())
    path.write_text(f"{HEAD}\n\n{body}")


def _parts(text: str) -> list[tuple[str, str]]:
    pieces = _PART.split(text)[1:]
    return list(zip(pieces[::2], pieces[1::2], strict=True))
