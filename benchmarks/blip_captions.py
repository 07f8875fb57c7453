"""The captioner alone: against transformers without a limit, from a cold process, and inside 512 MB."""

import statistics
from typing import Any

from benchmarks import cache
from benchmarks.blip_run import Place
from benchmarks.cgroups import Cgroup
from benchmarks.report import Cell, Figure, Section, Table

WAYS = ("float32", "bfloat16", "ours")
INSIDE_MB = 512
INSIDE_SECONDS, QUICK_SECONDS = 300.0, 60.0
"""How long a process inside the hard limit may take to load and to write its captions."""
FLOORS, AIMS = {"warm": 2.5, "cold": 5, "inside": 12}, {"warm": 4, "cold": 6, "inside": 15}
LIMIT_AIM = 1.5
ANONYMOUS_MB = 220


def alone(place: Place, *, quick: bool) -> Section:
    """One thread, no limit: transformers in fp32 and bf16 against ours, and the machine's own limit."""
    machine, found = place.run("limit"), {way: place.run(way) for way in WAYS}
    cold = {way: place.cold(way) for way in ("float32", "ours") if not quick}
    best = machine["caption, attention in float"]
    ours, base = found["ours"], found["float32"]
    figures = (
        *_times("warm", base["caption"] / ours["caption"], "quickest of 4 captions, 20 tokens each"),
        *(_times("cold", cold["float32"] / cold["ours"], "process start to first caption") if cold else ()),
        Figure("warm caption against the limit of the machine", ours["caption"] / best, "times", 4, LIMIT_AIM,
               f"attention in float; in int8, too: {ours['caption'] / machine['caption']:.2f}"),
        Figure("anonymous memory of ours at its peak", ours["anonymous_mb"], "MB", 1, ANONYMOUS_MB),
    )  # fmt: skip
    headers = ("way", "import and load, s", "picture, s", "token, ms", "caption, s", "processor, s",
               "x float32", "x the limit", "cold, s", "anonymous MB", "RSS MB")  # fmt: skip
    rows = tuple(_row(way, found[way], cold.get(way), (base["caption"], best)) for way in WAYS)
    limits = Table(("limit of this machine, one thread", ""), tuple(machine.items()))
    notes = (
        "Warm: libraries imported; graphs opened and freed within the time; every picture another one.",
        "Limit: the picture's products at onnxruntime's int8 speed; weights of 20 tokens, each read once.",
    )
    return Section("Captions: one thread, no limit", "python -m benchmarks.blip --only alone", figures,
                   (Table(headers, rows), limits), notes)  # fmt: skip


def _times(name: str, times: float, how: str) -> tuple[Figure, Figure]:
    floor = Figure(f"{name}: times as fast as transformers fp32, floor", times, "times", 1, None, how,
                   FLOORS[name])  # fmt: skip
    return floor, Figure(f"{name}: the same, aim", times, "times", 1, None, "", AIMS[name])


def _row(
    way: str, found: dict[str, Any], cold: float | None, compared: tuple[float, float]
) -> tuple[Cell, ...]:
    base, best = compared
    return (
        way,
        *(round(found[name], 3) for name in ("load", "encode", "token_ms", "caption", "caption_cpu")),
        base / found["caption"],
        found["caption"] / best,
        cold,
        found["anonymous_mb"],
        found["rss_mb"],
    )


def inside(place: Place, *, quick: bool) -> Section:
    """Both in a hard 512 MB, model and libraries evicted before: what is quick and what thrashes."""
    seconds = QUICK_SECONDS if quick else INSIDE_SECONDS
    found = {way: _inside(way, place, seconds) for way in ("float32", "ours")}
    rows = tuple(row for way in found for row in _inside_rows(way, found[way]))
    base, ours = (_warm(found[way]["captions"]) for way in ("float32", "ours"))
    figures: list[Figure] = [
        Figure(f"OOM kills, {way}", found[way]["kills"], "", 1, 0 if way == "ours" else None) for way in found
    ]
    if base and ours:
        figures += _times(
            "inside", base / ours, f"{base:.1f} s against {ours:.2f} s, medians without the first"
        )
    notes = (
        f"Each process had {seconds:g} s; captions that are missing were not written by then.",
        "`read` is what the process read from the disk meanwhile: what does not fit is read again each time.",
    )
    headers = ("way", "caption", "seconds", "processor seconds", "read, MB", "cgroup peak, MB")
    command = "python -m benchmarks.blip --only inside"
    return Section(f"Captions inside {INSIDE_MB} MB", command, tuple(figures), (Table(headers, rows),), notes)


def _inside(way: str, place: Place, seconds: float) -> dict[str, Any]:
    cache.evict(place.model, place.prepared)
    with Cgroup.make(memory_mb=INSIDE_MB, cpus=2.0) as group:  # One thread; the second is for readings.
        captions = place.answers(f"inside-{way}", group.prefix, seconds)
        return {"captions": captions, "kills": group.oom_kills, "peak": group.peak_mb}


def _inside_rows(way: str, found: dict[str, Any]) -> list[tuple[Cell, ...]]:
    return [
        (way, n, row["caption"], row["caption_cpu"], row["read_mb"], found["peak"])
        for n, row in enumerate(found["captions"], 1)
    ]


def _warm(captions: list[dict[str, float]]) -> float | None:
    """Median seconds of the captions after the first; None when there are none."""
    return statistics.median(row["caption"] for row in captions[1:]) if captions[1:] else None
