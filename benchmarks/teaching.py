"""A set is taught, trained and asked inside 512 MB: memory of each stage, time a photo, and how well it does.

The pictures are drawings (tests/kinds.py): they say what it costs, and little of how well real leaves are
told apart.
"""

import io
import json
import urllib.request
from typing import Any

import psutil

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.running import Started, started, wait_until_idle
from benchmarks.service import HARD_MB, QUIET_MB
from benchmarks.watch import Watch, pss_mb
from tests import kinds
from tests.service import multipart

KNOWN, OTHER = kinds.KINDS[:8], kinds.KINDS[8:]
TAUGHT, ASKED, STRANGERS = 5, 5, 3
"""Photos of each kind: taught, asked about, and asked about of kinds that were not taught."""
PROCESS_MB, PHOTO_SECONDS, ACCURACY = 120, 0.15, 62


def teaching(_inputs: Inputs, *, quick: bool) -> Section:
    """Teach eight kinds with five photos each, train, and ask about others and about strangers."""
    asked, strangers = (1, 1) if quick else (ASKED, STRANGERS)
    with started(memory_mb=HARD_MB, cpus=1.0, LOCAL_MODE="1") as running:
        before = pss_mb(running.group.pids)
        with Watch(running.group) as watch:
            set_id, jobs, seconds = _teach(running, KNOWN)
            trained = _post(running, f"/sets/{set_id}/train", b"", "text/plain")
            own = {kind.name: _ask(running, set_id, kind, TAUGHT + asked) for kind in KNOWN}
            other = [job for kind in OTHER for job in _ask(running, set_id, kind, TAUGHT + strangers)]
        wait_until_idle(running)
        jobs += [*other, *(job for found in own.values() for job in found)]
        jobs.append(_job(running, trained["jobs"][0]["id"]))
        table = _stages(jobs)
        figures = (
            *_cost(table, len(jobs), seconds),
            *_quality(own, other),
            Figure("peak not reclaimable, whole service", max(watch.unreclaimable), "MB", len(jobs)),
            Figure("OOM kills", running.group.oom_kills, "", len(jobs), 0),
            Figure("PSS before", before, "MB", 1, QUIET_MB),
            Figure("PSS idle afterwards", pss_mb(running.group.pids), "MB", 1, QUIET_MB),
        )
    pictures = (
        f"Pictures: drawn leaves of {len(KNOWN)} kinds on busy ground, {TAUGHT} taught of each. Strangers: "
        "other kinds of leaves, drawn alike: hard ones."
    )
    notes = (pictures, f"Trained: {trained['accuracy']}.")
    return Section("Teaching", "python -m benchmarks --only teaching", figures, (table,), notes)


def _cost(table: Table, n: int, seconds: float) -> tuple[Figure, ...]:
    taught = len(KNOWN) * TAUGHT
    highest = max(float(row[1] or 0) for row in table.rows)
    what = "processor time of the analysis a photo that is taught"
    return (
        Figure("highest resident memory of the analysis process", highest, "MB", n, PROCESS_MB),
        Figure(
            what, seconds, "s", taught - TAUGHT, PHOTO_SECONDS, "all but the first class, in a warm process"
        ),
    )


def _quality(own: dict[str, list[dict[str, Any]]], other: list[dict[str, Any]]) -> tuple[Figure, ...]:
    pairs = [(name, job["identified"][0]) for name, found in own.items() for job in found]
    right = sum(answer["class"]["name"] == name for name, answer in pairs)
    accepted = sum(answer["verdict"] != "none" for _, answer in pairs)
    refused = sum(job["identified"][0]["verdict"] == "none" for job in other)
    return (
        Figure("right class of photos not taught", 100 * right / len(pairs), "%", len(pairs), least=ACCURACY),
        Figure("own photos accepted", 100 * accepted / len(pairs), "%", len(pairs)),
        Figure("strangers refused at the learnt line", 100 * refused / len(other), "%", len(other)),
    )


def _teach(running: Started, known: tuple[kinds.Kind, ...]) -> tuple[int, list[dict[str, Any]], float]:
    """Return the set's id, the jobs of its photos, and processor seconds of the analysis for each photo."""
    set_id = _json(running, "/sets", {"name": "Leaves"})["id"]
    jobs: list[dict[str, Any]] = []
    used = 0.0
    for kind in known:
        class_id = _json(running, f"/sets/{set_id}/classes", {"name": kind.name})["id"]
        found = _photos(running, f"/sets/{set_id}/classes/{class_id}/images", kind, range(TAUGHT))
        jobs += [_job(running, job["id"]) for job in found["jobs"]]
        used = used or _process_seconds(running)
    return set_id, jobs, (_process_seconds(running) - used) / (len(known) * TAUGHT - TAUGHT)


def _process_seconds(running: Started) -> float:
    """Return the processor seconds that the analysis process has used."""
    pid = running.service.pids()["analysis"]
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _ask(running: Started, set_id: int, kind: kinds.Kind, end: int) -> list[dict[str, Any]]:
    found = _photos(running, f"/sets/{set_id}/identify", kind, range(TAUGHT, end))
    return [_job(running, job["id"]) for job in found["jobs"]]


def _photos(running: Started, address: str, kind: kinds.Kind, numbers: range) -> Any:
    files = []
    for number in numbers:
        file = io.BytesIO()
        kinds.photo(kind, number).save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    body, content_type = multipart(files, {})
    return _post(running, f"{address}?wait=60", body, content_type)


def _json(running: Started, address: str, told: dict[str, str]) -> Any:
    return _post(running, address, json.dumps(told).encode(), "application/json")


def _post(running: Started, address: str, body: bytes, content_type: str) -> Any:
    headers = {"Content-Type": content_type, "Accept": "application/json"} if body else {}
    request = urllib.request.Request(running.service.url + address, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def _job(running: Started, job_id: str) -> dict[str, Any]:
    return dict(running.service.get_json(f"/jobs/{job_id}")[1])


def _stages(jobs: list[dict[str, Any]]) -> Table:
    """Return the highest readings of each stage of the analysis."""
    found: dict[str, tuple[float, float]] = {}
    for stage in (stage for job in jobs for stage in job["stages"]):
        if stage["stage"] not in {"before_image_processing", "after_file_cleanup"}:  # The runner's own.
            rss, service = found.get(stage["stage"], (0.0, 0.0))
            found[stage["stage"]] = max(rss, stage["rss_mb"]), max(service, stage["service_mb"])
    rows = tuple((name, *readings) for name, readings in found.items())
    headers = ("stage", "process, resident", "service, not reclaimable")
    return Table(headers, rows, "Highest readings, MB")
