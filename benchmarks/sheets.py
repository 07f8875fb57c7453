"""Ten sheets one after another under a hard 512 MB: memory after each, the most of all, processor time."""

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.analysis import Analysis
from benchmarks.cgroups import Cgroup, _cpu_seconds
from benchmarks.inputs import Inputs
from benchmarks.needs import START_SECONDS, Readings
from benchmarks.report import Figure, Section, Table
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.sheets import Content, SheetMade, SheetWish, Template
from studylens.study.sheets.templates import shipped
from tests.analysis.sheets.test_faces import CROWD

HARD_MB = 512
TEN = 10
MOST_MB = 80.0
"""Of the process, anonymous, at its highest."""
MOST_GROWTH_MB = 3.0
"""From after item 2 to after item 10."""
CARDS = 40
"""Cards of the pack: five sheets to cut with ten faces, among them formulas and text that runs left."""


def sheets(inputs: Inputs, *, quick: bool) -> Section:
    """Ten of the same A4 sheet, and ten templates in turn with a picture of 12 megapixels' page."""
    del quick
    content = Content("Photosynthesis", "Light becomes sugar.", terms=CROWD[:3], cards=_cards(),
                      due=CROWD, due_title="Due by tomorrow", art=str(inputs.pages[0]))  # fmt: skip
    kinds = list(shipped().values())
    plans = {
        "ten A4 sheets": [shipped()["a4_revision"]] * TEN,
        "four templates in turn": [kinds[place % len(kinds)] for place in range(TEN)],
    }
    figures, rows = [], []
    for name, plan in plans.items():
        after, highest, peak, seconds = _made(plan, content)
        figures += [
            Figure(f"{name}: anonymous memory at most", highest, "MB", 1, MOST_MB),
            Figure(f"{name}: item {TEN} against item 2", after[-1] - after[1], "MB", 1, MOST_GROWTH_MB),
        ]
        rows.append((name, after[0], after[1], after[-1], highest, peak, seconds / TEN))
    headers = ("plan", "after 1", "after 2", f"after {TEN}", "highest", "group's peak", "seconds an item")
    notes = (
        "Anonymous memory (RssAnon) of the analysis process: highest every 5 ms, `after` at each item's end.",
        "`group's peak` counts file pages as well; `seconds`: of the processor.",
    )
    table = Table(headers, tuple(rows), f"MB; a cold analysis process in a group of {HARD_MB} MB")
    return Section("Sheets", "python -m benchmarks --only sheets", tuple(figures), (table,), notes)


def _cards() -> list:
    return [CROWD[place % len(CROWD)] for place in range(CARDS)]


def _made(plan: list[Template], content: Content) -> tuple[list[float], float, float, float]:
    """Return anonymous MB after each item, the highest, the group's peak, and processor seconds."""
    after: list[float] = []
    request = wire.Request("0" * 32, sheets=SheetWish(plan, content))
    with (
        Cgroup.make(memory_mb=HARD_MB, cpus=1.0) as group,
        Analysis(prefix=group.prefix, variables={"MEMORY_LIMIT_MB": str(HARD_MB)}) as process,
    ):
        time.sleep(START_SECONDS)
        with Readings(process.pid) as readings:
            used = _cpu_seconds(process.pid)
            made = 0
            for event in process.answer(request):
                made += isinstance(event, SheetMade) and bool(event.pages)
                if isinstance(event, wire.LogLine) and event.line.startswith("Memory usage"):
                    after.append(_anonymous_mb(process.pid))
            used = _cpu_seconds(process.pid) - used
            readings.end_stage("done")
        peak = group.peak_mb
    if made != TEN:
        raise RuntimeError(f"{made} of {TEN} sheets were made")
    return after, readings.stages[0][2], peak, used


def _anonymous_mb(pid: int) -> float:
    lines: Iterator[str] = iter(Path(f"/proc/{pid}/status").read_text().splitlines())
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))
