"""The whole service with the full-size captioner, in hard limits, with nothing of it in the page cache."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.blip_run import Place
from benchmarks.report import Cell, Figure, Section, Table
from benchmarks.running import Photo, Started, gemini, send, started, wait_until_idle
from benchmarks.uploads import log_lines
from benchmarks.watch import percentile, pss_mb, resident_once_mb

IDLE_MB, OCR_MB, BLIP_MB, HEALTH_MS = 75, 330, 220, 500
"""Set before it was built: idle PSS, what cannot be reclaimed while OCR and BLIP run, /health's p95."""
FLAT_MB = 5
"""The last ten uploads may take this much more than the first ten of their kind."""
BLOCK = 25
TELLING = ("Skipped", "Failed", "out of memory")


@dataclass(frozen=True)
class Case:
    """One service in one limit, and what is sent to it."""

    title: str
    memory_mb: float
    photos: Sequence[Path]
    cpus: float = 1.0
    variables: Mapping[str, str] = field(default_factory=dict)
    health: bool = False
    expects_captions: bool = True


def ocr(place: Place, *, quick: bool) -> Section:
    """512 MB, no key: OCR reads every photo before it is captioned."""
    photos = place.photos[9:27] if quick else place.photos
    case = Case("Whole service in 512 MB: OCR before every caption", 512, photos, variables=place.variables)
    return _section(case, "ocr")


def asking(place: Place, *, quick: bool) -> Section:
    """320 MB, Gemini (a local server outside of the group) before every caption."""
    with gemini() as key:
        photos = place.photos[: 4 if quick else 20]
        case = Case("Whole service in 320 MB: Gemini before every caption", 320, photos,
                    variables={**place.variables, **key, "GEMINI_SDK": "google-genai"})  # fmt: skip
        return _section(case, "gemini")


def narrow(place: Place, *, quick: bool) -> Section:
    """400 and 256 MB, no key; with less than is wanted a stage is skipped by name, nobody is killed."""
    photos = (*place.photos[: 2 if quick else 8], place.photos[9], place.photos[25])
    cases = [
        Case(f"in {limit} MB", limit, photos, variables=place.variables, expects_captions=limit == 400)
        for limit in (400, 256)
    ]
    parts = [_section(case, "narrow") for case in cases]
    figures = tuple(figure for part in parts for figure in part.figures)
    tables = tuple(table for part in parts for table in part.tables)
    notes = tuple(note for part in parts for note in part.notes)
    return Section("Whole service in 400 and 256 MB", parts[0].command, figures, tables, notes)


def tenth(place: Place, *, quick: bool) -> Section:
    """512 MB and a tenth of a processor, as the smallest hosts give it."""
    photos = place.photos[: 1 if quick else 5]
    title = "Whole service in 512 MB at 0.1 CPU: OCR before every caption"
    return _section(Case(title, 512, photos, 0.1, place.variables, health=True), "tenth")


def _section(case: Case, name: str) -> Section:
    with started(memory_mb=case.memory_mb, cpus=case.cpus, **case.variables) as running:
        photos = [send(running, path, health=case.health) for path in case.photos]
        figures = (*_memory(case, photos), *_ending(case, running, photos))
        told = log_lines(running, TELLING)
    tables = (_groups(case, photos), _stages(case, photos), *_course(case, photos))
    notes = tuple(f"{case.title}: the log says {times} times: `{line}`" for line, times in told)
    return Section(case.title, f"python -m benchmarks.blip --only {name}", figures, tables, notes)


def _memory(case: Case, photos: Sequence[Photo]) -> list[Figure]:
    where, n = f", {case.memory_mb:g} MB", len(photos)
    without = sum(not captioned(photo) for photo in photos)
    peaks = [
        ("BLIP's stage", _peaks(photos, "after_blip"), BLIP_MB),
        ("OCR's stage", _peaks(photos, "after_ocr"), OCR_MB),
    ]
    figures = [
        Figure(f"uploads without a caption{where}", without, "", n, 0 if case.expects_captions else None),
        *(Figure(f"not reclaimable, {what}, highest{where}", max(found), "MB", len(found), target)
          for what, found, target in peaks if found),
        Figure(f"not reclaimable, highest at all{where}", max(photo.peak_mb for photo in photos), "MB", n),
        *_growth(photos, where),
    ]  # fmt: skip
    health = [reading for photo in photos for reading in photo.watch.health_ms]
    if health:
        figures.append(Figure(f"/health p95 meanwhile{where}", percentile(health, 0.95), "ms", len(health),
                              HEALTH_MS))  # fmt: skip
    return figures


def _growth(photos: Sequence[Photo], where: str) -> list[Figure]:
    """Compare the last ten with the first ten uploads of the commonest kind, after a warm first one."""
    alike = [photo for photo in photos[1:] if "figure" in photo.name]
    if len(alike) < 20:
        return []
    ends = [("highest", [photo.peak_mb for photo in alike]),
            ("BLIP's stage", _peaks(alike, "after_blip")),
            ("after the photo", [photo.stages["after_file_cleanup"] for photo in alike])]  # fmt: skip
    return [
        Figure(f"last ten uploads over the first ten, {what}{where}",
               statistics.mean(found[-10:]) - statistics.mean(found[:10]), "MB", 10, FLAT_MB)
        for what, found in ends if len(found) >= 20
    ]  # fmt: skip


def _ending(case: Case, running: Started, photos: Sequence[Photo]) -> list[Figure]:
    wait_until_idle(running)
    group, where, n = running.group, f", {case.memory_mb:g} MB", len(photos)
    return [
        Figure(f"OOM kills{where}", group.oom_kills, "", n, 0, f"kills in {n} uploads"),
        Figure(f"jobs that failed{where}", sum(photo.job["state"] != "done" for photo in photos), "", n, 0),
        Figure(f"cgroup peak{where}", group.peak_mb, "MB", 1, how="with page cache that can be reclaimed"),
        Figure(f"PSS idle afterwards{where}", pss_mb(group.pids), "MB", 1, IDLE_MB),
        Figure(f"resident idle, each page once{where}", resident_once_mb(group.pids), "MB", 1),
    ]


def captioned(photo: Photo) -> bool:
    """Say whether the photo's pack has a caption of ours."""
    pack = photo.job.get("pack") or {}
    return bool(pack and pack["engines"]["caption"] and pack["caption"])


def _peaks(photos: Sequence[Photo], stage: str) -> list[float]:
    found = (photo.stage_peak_mb(stage) for photo in photos)
    return [peak for peak in found if peak is not None]


def _groups(case: Case, photos: Sequence[Photo]) -> Table:
    """One row for each kind of photo; the first photo, which starts everything, apart."""
    kinds = dict.fromkeys(_kind(photo, photos) for photo in photos)
    rows = [_group_row(kind, [photo for photo in photos if _kind(photo, photos) == kind]) for kind in kinds]
    headers = ("photos", "n", "captions", "seconds, median", "longest", "processor seconds, median",
               "peak BLIP", "peak OCR", "peak", "text from")  # fmt: skip
    return Table(headers, tuple(rows), f"{case.memory_mb:g} MB, {case.cpus:g} CPU; MB of the whole service")


def _kind(photo: Photo, photos: Sequence[Photo]) -> str:
    return "the first, cold" if photo is photos[0] else photo.name.removesuffix(".png").split("-")[-1]


def _group_row(kind: str, photos: Sequence[Photo]) -> tuple[Cell, ...]:
    texts = Counter(photo.outcome for photo in photos)
    return (
        kind,
        len(photos),
        sum(map(captioned, photos)),
        statistics.median(photo.seconds for photo in photos),
        max(photo.seconds for photo in photos),
        statistics.median(photo.cpu_seconds for photo in photos),
        max(_peaks(photos, "after_blip"), default=None),
        max(_peaks(photos, "after_ocr"), default=None),
        max(photo.peak_mb for photo in photos),
        ", ".join(f"{text} ({n})" for text, n in texts.items()),
    )


def _course(case: Case, photos: Sequence[Photo]) -> list[Table]:
    """Return means of BLOCK uploads each: what a leak would let grow to the end."""
    if len(photos) < 2 * BLOCK:
        return []
    blocks = [photos[n : n + BLOCK] for n in range(0, len(photos), BLOCK)]
    rows = tuple(
        (f"{1 + n * BLOCK} to {n * BLOCK + len(block)}", *_means(block)) for n, block in enumerate(blocks)
    )
    headers = ("uploads", "not reclaimable after the photo", "web process, RSS", "analysis process, RSS")
    return [Table(headers, rows, f"{case.memory_mb:g} MB: means, MB")]


def _means(photos: Sequence[Photo]) -> list[Cell]:
    ways = (
        ("after_file_cleanup", "service_mb"),
        ("after_file_cleanup", "rss_mb"),
        ("after_blip_cleanup", "rss_mb"),
    )
    return [statistics.mean(photo.readings(key)[stage] for photo in photos if stage in photo.stages)
            for stage, key in ways]  # fmt: skip


def _stages(case: Case, photos: Sequence[Photo]) -> Table:
    names = dict.fromkeys(name for photo in photos for name in photo.stages)
    readings = {name: [photo.stages[name] for photo in photos if name in photo.stages] for name in names}
    rows = tuple((name, len(found), found[0], max(found), found[-1]) for name, found in readings.items())
    headers = ("stage", "n", "first upload", "highest", "last upload")
    return Table(headers, rows, f"{case.memory_mb:g} MB, {case.cpus:g} CPU: the service's own readings, MB")
