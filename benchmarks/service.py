"""The whole service in a hard limit: start, photos with and without Gemini, many uploads, little memory."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.inputs import Inputs
from benchmarks.report import Cell, Figure, Section, Table
from benchmarks.running import Photo, Started, gemini, local_ai, send, started, wait_until_idle
from benchmarks.watch import percentile, pss_mb, resident_once_mb

HARD_MB = 512
SMALL_MB = 320
QUIET_MB = 75
OCR_PEAK_MB = 330
GEMINI_PEAK_MB = 124
"""The SDK and one call."""
BOXES_PEAK_MB = 209
"""The detector runs when the SDK has been let go."""
LOCAL_PEAK_MB = 105
"""No SDK, and no picture larger than our own reader's."""
HEALTH_MS = 500
SETTLE_SECONDS = 5.0
"""After the start, until the runner's first sweep is over."""


def start(_inputs: Inputs, *, quick: bool) -> Section:
    """Time from the first instruction to the first /health, and memory before any analysis."""
    cases = [(1.0, True, 1 if quick else 5), (0.1, True, 1 if quick else 3), (0.1, False, 1)]
    figures: list[Figure] = []
    rows: list[tuple[Cell, ...]] = []
    for cpus, compiled, runs in cases:
        found = [_start(cpus, compiled=compiled) for _ in range(runs)]
        seconds, first, later, once, use, peak, stayed = zip(*found, strict=True)
        name = f"{cpus:g} CPU" + ("" if compiled else ", no compiled bytecode yet")
        middles = (statistics.median(part) for part in (seconds, first, later, once, use, peak))
        rows.append((name, runs, *middles, max(stayed)))
        found_now = ((f"start to first /health, {name}", seconds, "s", None),
                     (f"PSS right after start, {name}", first, "MB", QUIET_MB),
                     (f"PSS {SETTLE_SECONDS:g} s later, {name}", later, "MB", QUIET_MB),
                     (f"resident, each page once, {name}", once, "MB", QUIET_MB))  # fmt: skip
        figures += [Figure(what, max(part), unit, runs, to, "highest") for what, part, unit, to in found_now]
    headers = ("processor", "n", "seconds to /health", "PSS", f"PSS {SETTLE_SECONDS:g} s later",
               "resident, each page once", "not reclaimable", "cgroup peak with cache",
               "libraries that stayed in the cache")  # fmt: skip
    notes = (
        "PSS leaves a share of the interpreter's pages to other programs that run it: this benchmark.",
        "`resident, each page once` does not: it is what the service takes where nothing else runs.",
        "/health is asked every 50 ms until it answers, so times are up to 50 ms too long.",
        "Without compiled bytecode (an empty PYTHONPYCACHEPREFIX) Python compiles every module at the start.",
    )
    table = Table(headers, tuple(rows), "Medians; MB")
    return Section("Start", "python -m benchmarks --only start", tuple(figures), (table,), notes)


def _start(cpus: float, *, compiled: bool) -> tuple[float, ...]:
    with tempfile.TemporaryDirectory() as empty:
        variables = {} if compiled else {"PYTHONPYCACHEPREFIX": empty}
        with started(memory_mb=HARD_MB, cpus=cpus, **variables) as running:
            group = running.group
            first = pss_mb(group.pids)
            time.sleep(SETTLE_SECONDS)
            once = resident_once_mb(group.pids)
            later, use, peak = pss_mb(group.pids), group.unreclaimable_mb, group.peak_mb
            return running.seconds, first, later, once, use, peak, running.eviction.stayed_mb


def ocr(inputs: Inputs, *, quick: bool) -> Section:
    """Photos read on this server, without a key."""
    pages = inputs.pages
    plans = {
        1.0: [*pages[:2], inputs.dense] if quick else [*pages[:8], inputs.dense, inputs.dense],
        0.1: [pages[0]] if quick else [*pages[:3], inputs.dense],
    }
    title = "Without a key: read on this server"
    return _photos(title, "ocr", plans, target_mb=OCR_PEAK_MB, variables={})


def with_gemini(inputs: Inputs, *, quick: bool) -> Section:
    """Photos that Gemini reads, in little memory: a local server outside the group answers."""
    plans = {1.0: list(inputs.pages[: 2 if quick else 10]), 0.1: list(inputs.pages[: 1 if quick else 5])}
    with gemini() as variables:
        return _alone("With Gemini (local server)", "gemini", plans, GEMINI_PEAK_MB, **variables)


def with_local_ai(inputs: Inputs, *, quick: bool) -> Section:
    """Photos that the operator's own model reads, in little memory: a server outside the group answers."""
    plans = {1.0: list(inputs.pages[: 2 if quick else 10])}
    with local_ai() as variables:
        title = "With a model of the operator's own (local server)"
        return _alone(title, "local", plans, LOCAL_PEAK_MB, **variables)


def with_boxes(inputs: Inputs, *, quick: bool) -> Section:
    """Photos that Gemini reads without saying where lines stand: our own detector looks afterwards."""
    plans = {1.0: [*inputs.pages[: 1 if quick else 9], inputs.dense]}
    with gemini() as variables:
        wanted = {**variables, "ENGINES": "gemini,ocr"}
        title = "With Gemini, and our detector for its lines"
        return _photos(title, "boxes", plans, target_mb=BOXES_PEAK_MB, variables=wanted, hard_mb=SMALL_MB)


def _alone(
    title: str, name: str, plans: dict[float, list[Path]], target_mb: float, **variables: str
) -> Section:
    """Measure one engine with no other switched on, so that the peak is its own."""
    only = {**variables, "ENGINES": name}
    return _photos(title, name, plans, target_mb=target_mb, variables=only, hard_mb=SMALL_MB)


def _photos(
    title: str,
    name: str,
    plans: dict[float, list[Path]],
    *,
    target_mb: float,
    variables: dict[str, str],
    hard_mb: float = HARD_MB,
) -> Section:
    figures: list[Figure] = []
    tables: list[Table] = []
    notes: list[str] = []
    for cpus, plan in plans.items():
        with started(memory_mb=hard_mb, cpus=cpus, **variables) as running:
            limit = running.service.get_json("/memory")[1]["memory_limit_mb"]
            photos = [send(running, path) for path in plan]
            tables += [_photo_table(photos, cpus), _stage_table(photos, cpus)]
            figures.append(Figure(f"limit that the service sees, {cpus:g} CPU", limit, "MB", 1, hard_mb))
            figures += _figures(photos, cpus, target_mb)
            figures += _after(running, len(photos), cpus)
            notes.append(f"{cpus:g} CPU: {_eviction(running)}")
    return Section(title, f"python -m benchmarks --only {name}", tuple(figures), tuple(tables), tuple(notes))


def _figures(photos: Sequence[Photo], cpus: float, target_mb: float) -> list[Figure]:
    where, n = f", {cpus:g} CPU", len(photos)
    health = [reading for photo in photos for reading in photo.watch.health_ms]
    failed = sum(photo.watch.health_failures for photo in photos)
    without = [photo for photo in photos if not photo.job.get("pack")]
    peak = max(photos, key=lambda photo: photo.peak_mb)
    samples = sum(len(photo.watch.unreclaimable) for photo in photos)
    return [
        Figure(f"first photo, cold{where}", photos[0].seconds, "s", 1, how=photos[0].name),
        *_warm(photos, where),
        Figure(f"photos without a pack{where}", len(without), "", n, 0),
        Figure(f"peak not reclaimable{where}", peak.peak_mb, "MB", samples, target_mb, f"at {peak.name}"),
        Figure(f"highest sum of PSS{where}", max(max(photo.watch.pss) for photo in photos), "MB",
               sum(len(photo.watch.pss) for photo in photos)),
        Figure(f"/health p50 meanwhile{where}", percentile(health, 0.5), "ms", len(health)),
        Figure(f"/health p95 meanwhile{where}", percentile(health, 0.95), "ms", len(health), HEALTH_MS),
        Figure(f"/health longest meanwhile{where}", max(health), "ms", len(health)),
        Figure(f"/health without an answer of 200{where}", failed, "", len(health), 0),
    ]  # fmt: skip


def _warm(photos: Sequence[Photo], where: str) -> list[Figure]:
    """Return how long later photos take; the dense page apart, which is there for its memory."""
    found = [photo.seconds for photo in photos[1:] if photo.name.startswith("page")]
    dense = [photo.seconds for photo in photos if photo.name == "dense.png"]
    named = ((f"later photos, warm, median{where}", found), (f"dense page of 70 lines, median{where}", dense))
    return [Figure(what, statistics.median(part), "s", len(part)) for what, part in named if part]


def _after(running: Started, photos: int, cpus: float) -> list[Figure]:
    """Return what is left when the analysis process has ended."""
    wait_until_idle(running)
    group, where = running.group, f", {cpus:g} CPU"
    return [
        Figure(f"OOM kills{where}", group.oom_kills, "", photos, 0, f"kills in {photos} photos"),
        Figure(f"cgroup peak{where}", group.peak_mb, "MB", 1, how="with page cache that can be reclaimed"),
        Figure(f"PSS idle after the photos{where}", pss_mb(group.pids), "MB", 1, QUIET_MB),
        Figure(f"resident idle, each page once{where}", resident_once_mb(group.pids), "MB", 1, QUIET_MB),
        Figure(f"not reclaimable idle after the photos{where}", group.unreclaimable_mb, "MB", 1),
    ]


def _eviction(running: Started) -> str:
    found = running.eviction
    return (
        f"before the start {found.files} files ({found.mb:.0f} MB) were told to leave the page cache;"
        f" {found.stayed_mb:.0f} MB of them stayed, since other programs had them open."
    )


def _photo_table(photos: Sequence[Photo], cpus: float) -> Table:
    rows = tuple(
        (
            photo.name,
            "cold" if number == 0 else "warm",
            photo.seconds,
            photo.cpu_seconds,
            photo.peak_mb,
            max(photo.watch.pss),
            max(photo.stages.values(), default=None),
            photo.outcome,
        )
        for number, photo in enumerate(photos)
    )
    headers = ("photo", "", "seconds", "CPU seconds", "peak not reclaimable", "highest PSS",
               "highest at a stage", "text from")  # fmt: skip
    return Table(headers, rows, f"{cpus:g} CPU; MB of the whole service")


def _stage_table(photos: Sequence[Photo], cpus: float) -> Table:
    names = dict.fromkeys(name for photo in photos for name in photo.stages)
    readings = {name: [photo.stages[name] for photo in photos if name in photo.stages] for name in names}
    rows = tuple((name, len(found), found[0], max(found)) for name, found in readings.items())
    headers = ("stage", "n", "service MB, first photo", "highest")
    return Table(headers, rows, f"{cpus:g} CPU: the service's own readings at each stage")
