"""What is promised, and whether what was measured keeps it."""

import dataclasses
import json
from collections.abc import Sequence

from benchmarks.report import Figure, Table, table, with_unit
from tools.prove.scene import Scene

IDLE_MB, PEAK_MB = 75.0, 400.0
"""What was promised of the service at rest, and of its highest use."""
BACK_SECONDS = 60.0
"""A start takes about 10 s at a tenth of a processor; a host that hears nothing for a minute begins anew."""
HEALTH_SECONDS = 0.5

START = "Memory after the start"
BACK = "Web process killed with -9: time until it answers again"
READ_AGAIN = "Analysis killed with -9: photos lost by it"
HEALTH = "40 half headers hang: /health, 99 % of answers within"
REPAIRED = "A column is dropped: requests after it that failed"
FULL = "The disk is full: answers other than pages, /health, and a refusal by name"
PACKS = "Photos that became a study pack"
TWICE = "Packs that were made twice"
PEAK = "Highest memory that cannot be given back"
KILLS = "Processes that the kernel killed for memory"
FAULTS = "Answers that are a fault of ours (500 and the like)"
LEFT = "Photos and processes left behind"
REST = "Memory at rest afterwards"


def promised(photos: int) -> tuple[Figure, ...]:
    """Return every promise, with nothing measured yet, for so many photos."""
    return (
        Figure(START, None, "MB", 0, IDLE_MB),
        Figure(BACK, None, "s", 0, BACK_SECONDS),
        Figure(READ_AGAIN, None, "", 0, 0),
        Figure(HEALTH, None, "s", 0, HEALTH_SECONDS),
        Figure(REPAIRED, None, "", 0, 0),
        Figure(FULL, None, "", 0, 0),
        Figure(PACKS, None, "", 0, least=photos),
        Figure(TWICE, None, "", 0, 0),
        Figure(PEAK, None, "MB", 0, PEAK_MB),
        Figure(KILLS, None, "", 0, 0),
        Figure(FAULTS, None, "", 0, 0),
        Figure(LEFT, None, "", 0, 0),
        Figure(REST, None, "MB", 0, IDLE_MB),
    )


def holds(figure: Figure) -> bool:
    """Say whether it was measured and reached."""
    return figure.measured is not None and not figure.is_short


def verdict(figure: Figure, *, ended: bool) -> str:
    """Return one word: `yes`, `no`, `not yet`, or at the end `not measured`, which is no proof either."""
    if figure.measured is None:
        return "not measured" if ended else "not yet"
    return "yes" if holds(figure) else "no"


def broken(figures: Sequence[Figure]) -> list[Figure]:
    """Return the promises that were not kept, or not shown to be."""
    return [figure for figure in figures if not holds(figure)]


def sentence(figures: Sequence[Figure]) -> str:
    """Return the outcome, with the name of what is not kept."""
    short = broken(figures)
    told = f"{len(figures) - len(short)} of {len(figures)} promises hold."
    return f"{told} Not kept: {'; '.join(figure.what for figure in short)}." if short else told


def given(scene: Scene) -> str:
    """Return what the service had, and what for."""
    share = f"{scene.cpus:g} of a processor" if scene.cpus < 1 else f"{scene.cpus:g} CPU"
    return f"{scene.photos} photos in {scene.memory_mb:g} MB and {share}, held by {scene.way}"


def markdown(scene: Scene) -> str:
    """Return the table of a run, with where and how it was measured."""
    rows = tuple(
        (figure.what, figure.wanted, with_unit(figure.measured, figure.unit), verdict(figure, ended=True),
         figure.how)
        for figure in scene.figures
    )  # fmt: skip
    parts = [
        f"# {sentence(scene.figures)}",
        f"`make prove`: {given(scene)}.",
        table(Table(("promise", "to reach", "measured", "holds", "how"), rows)),
        *([scene.ours.note] if scene.ours.note else []),
        f"## {scene.usual.title}",
        "\n".join(f"- {event.at:.0f} s: {event.text}" for event in scene.usual.events) or scene.usual.note,
        "## Machine",
        table(Table(("what", "here"), scene.facts)),
    ]
    return "\n\n".join(parts) + "\n"


def as_json(scene: Scene) -> str:
    """Return the verdicts for programs: one entry a promise, and whether all hold."""
    rows = [{**dataclasses.asdict(figure), "holds": holds(figure)} for figure in scene.figures]
    return json.dumps(
        {
            "holds": not broken(scene.figures),
            "way": scene.way,
            "memory_mb": scene.memory_mb,
            "cpus": scene.cpus,
            "photos": scene.photos,
            "seconds": round(scene.seconds, 1),
            "promises": rows,
            "usual": [dataclasses.asdict(event) for event in scene.usual.events],
            "machine": dict(scene.facts),
        },
        indent=1,
    )
