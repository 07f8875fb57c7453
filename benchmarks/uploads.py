"""Many uploads: good and bad ones mixed, very little memory, and ten in one request."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.running import Photo, Started, gemini, send, started, wait, wait_until_idle
from benchmarks.service import HARD_MB, QUIET_MB, SMALL_MB
from benchmarks.watch import Watch, pss_mb, resident_once_mb

UPLOADS = 50
SMALL_UPLOADS = 20
TEN = 10
FLAT_MB = 5
"""Photos differ by this much among themselves: growth below it is none."""


def mixed(inputs: Inputs, *, quick: bool) -> Section:
    """50 uploads, good and bad ones in turn: nothing may stay behind."""
    files = inputs.files[:6] if quick else inputs.files
    good = inputs.pages[: 6 if quick else UPLOADS - len(files)]
    plan = [path for pair in zip_longest(files, good) for path in pair if path]
    with started(memory_mb=HARD_MB, cpus=1.0) as running:
        before, use = pss_mb(running.group.pids), running.group.unreclaimable_mb
        photos = [send(running, path, health=False) for path in plan]
        wait_until_idle(running)
        figures = _mixed_figures(running, photos, before, use)
    counted = Counter(f"{photo.status} {_kind(photo)}" for photo in photos)
    table = Table(("answer", "uploads"), tuple(sorted(counted.items())))
    return Section("Uploads, good and bad mixed", "python -m benchmarks --only mixed", figures, (table,))


def _mixed_figures(
    running: Started, photos: Sequence[Photo], before: float, use: float
) -> tuple[Figure, ...]:
    n, group = len(photos), running.group
    left = sum(1 for path in running.service.uploads.iterdir() if path.name != "folder_id")
    return (
        Figure("answers of 500 and above", sum(photo.status >= 500 for photo in photos), "", n, 0),
        Figure("OOM kills", group.oom_kills, "", n, 0, f"kills in {n} uploads"),
        Figure("files left in the upload folder", left, "", n, 0),
        Figure("peak not reclaimable", max(photo.peak_mb for photo in photos), "MB", n),
        Figure("PSS right after start", before, "MB", 1, QUIET_MB),
        Figure("PSS idle afterwards", pss_mb(group.pids), "MB", 1, QUIET_MB),
        Figure("resident idle, each page once", resident_once_mb(group.pids), "MB", 1, QUIET_MB),
        Figure("not reclaimable: more than right after start", group.unreclaimable_mb - use, "MB", 1),
    )


def _kind(photo: Photo) -> str:
    if photo.job.get("pack"):
        return "pack"
    return str((photo.job.get("error") or {"code": photo.job["state"]})["code"])


def small(inputs: Inputs, *, quick: bool) -> Section:
    """320 MB: 20 photos with Gemini, and what happens there without a key."""
    plan = inputs.pages[: 4 if quick else SMALL_UPLOADS]
    with gemini() as variables, started(memory_mb=SMALL_MB, cpus=1.0, **variables) as running:
        asked = [send(running, path) for path in plan]
        figures = _small_figures("with Gemini", running, asked)
    with started(memory_mb=SMALL_MB, cpus=1.0) as running:
        alone = [send(running, path) for path in (*plan[:3], inputs.dense)]
        figures += _small_figures("without a key", running, alone)
        skips = log_lines(running, ("Skipped", "Failed", "out of memory"))
    rows = tuple(
        (photo.name, photo.seconds, photo.cpu_seconds, photo.peak_mb, photo.outcome)
        for photo in (*asked, *alone)
    )
    notes = tuple(f"Without a key the log says {times} times: `{line}`" for line, times in skips)
    table = Table(("photo", "seconds", "CPU seconds", "peak not reclaimable", "text from"), rows, "1 CPU; MB")
    return Section(f"Inside {SMALL_MB} MB", "python -m benchmarks --only small", figures, (table,), notes)


def _small_figures(name: str, running: Started, photos: Sequence[Photo]) -> tuple[Figure, ...]:
    n = len(photos)
    return (
        Figure(f"OOM kills {name}", running.group.oom_kills, "", n, 0, f"kills in {n} photos"),
        Figure(f"photos without a pack {name}", sum(not photo.job.get("pack") for photo in photos), "", n, 0),
        Figure(f"peak not reclaimable {name}", max(photo.peak_mb for photo in photos), "MB", n, SMALL_MB),
    )


def log_lines(running: Started, words: Sequence[str]) -> list[tuple[str, int]]:
    """Return the log's lines that hold one of `words`, and how often each was written."""
    lines = (line.split(" INFO ")[-1] for line in running.service.log.splitlines())
    return sorted(Counter(line for line in lines if any(word in line for word in words)).items())


def ten(inputs: Inputs, *, quick: bool) -> Section:
    """Ten photos in one request, strictly one after another."""
    plan = inputs.pages[: 3 if quick else TEN]
    with started(memory_mb=HARD_MB, cpus=1.0) as running, Watch(running.group) as watch:
        began = time.perf_counter()
        _, answer = running.service.analyze(*(path.read_bytes() for path in plan))
        jobs = [wait(running, job["id"]) for job in answer["jobs"]]
        seconds, kills = time.perf_counter() - began, running.group.oom_kills
    uses = [[item["service_mb"] for item in job["stages"]] for job in jobs]
    peaks, after = [max(use) for use in uses[1:]], [use[-1] for use in uses[1:]]
    rows = tuple(
        (n, max(use), use[-1], job["state"]) for n, (use, job) in enumerate(zip(uses, jobs, strict=True), 1)
    )
    figures = (
        Figure("all photos", seconds, "s", len(plan)),
        Figure("peak not reclaimable", max(watch.unreclaimable), "MB", len(watch.unreclaimable)),
        Figure(
            "highest stage: the last photo above the second", peaks[-1] - peaks[0], "MB", len(plan), FLAT_MB
        ),
        Figure("after a photo: the last above the second", after[-1] - after[0], "MB", len(plan), FLAT_MB),
        Figure("after a photo: standard deviation", statistics.pstdev(after), "MB", len(after)),
        Figure("OOM kills", kills, "", len(plan), 0, f"kills in {len(plan)} photos"),
    )
    headers = ("photo", "highest at a stage", "after the photo", "state")
    table = Table(headers, rows, f"MB of the whole service; limit {HARD_MB} MB, 1 CPU")
    return Section("Ten photos in one request", "python -m benchmarks --only ten", figures, (table,))
