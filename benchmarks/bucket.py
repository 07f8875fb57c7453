"""What sight and a bucket cost a service that waits, and when the last photo has left the bucket."""

import statistics
import time
import urllib.request

from benchmarks import running
from benchmarks.inputs import Inputs
from benchmarks.report import Cell, Figure, Section, Table
from benchmarks.running import Started, started
from benchmarks.watch import pss_mb, resident_once_mb
from studylens.config import Config
from studylens.storage.bucket import Bucket

SETTLE_SECONDS = 8.0
"""Until the runner's first sweep is over, and what it counts is kept."""
METRICS_MB, BUCKET_MB = 1.0, 8.0
LEFT_SECONDS = 60.0
"""How long an object may outlive its job."""
WAYS = ("folder", "folder, /metrics and /ready read", "bucket")
PHOTOS, QUICK_PHOTOS = 10, 2


def bucket(inputs: Inputs, *, quick: bool) -> Section:
    """Memory of three services that wait, and the objects of photos that were read."""
    runs = 1 if quick else 3
    with running.bucket() as variables:
        found = {way: [_waiting(way, variables) for _ in range(runs)] for way in WAYS}
        left, seconds = _read(inputs, variables, QUICK_PHOTOS if quick else PHOTOS)
    medians = {way: _middles(each) for way, each in found.items()}
    plain, read, kept = (medians[way] for way in WAYS)
    rows: list[tuple[Cell, ...]] = [(way, runs, *values) for way, values in medians.items()]
    sight, more = "/metrics and /ready read, more than without", "bucket more than folder"
    figures = (
        Figure(f"not reclaimable, {sight}", read[0] - plain[0], "MB", runs, METRICS_MB),
        Figure(f"not reclaimable, {more}", kept[0] - plain[0], "MB", runs),
        Figure(f"resident, each page once, {more}", kept[2] - plain[2], "MB", runs, BUCKET_MB),
        Figure("objects when the last job said that it had ended", left, "", 1),
        Figure("seconds from there to an empty bucket", seconds, "s", 1, LEFT_SECONDS),
    )
    headers = ("uploads wait in", "n", "not reclaimable", "PSS", "resident, each page once")
    notes = ("The bucket is moto's server on this machine, outside of the group.",)
    table = Table(headers, tuple(rows), "Medians; MB")
    return Section("Sight, and a bucket", "python -m benchmarks --only bucket", figures, (table,), notes)


def _middles(each: list[tuple[float, ...]]) -> list[float]:
    return [statistics.median(part) for part in zip(*each, strict=True)]


def _waiting(way: str, variables: dict[str, str]) -> tuple[float, ...]:
    with started(memory_mb=512, cpus=1.0, **(variables if way == "bucket" else {})) as service:
        time.sleep(SETTLE_SECONDS)
        if way == WAYS[1]:
            for path in ("/metrics", "/ready"):
                urllib.request.urlopen(service.service.url + path).close()
        group = service.group
        return group.unreclaimable_mb, pss_mb(group.pids), resident_once_mb(group.pids)


def _read(inputs: Inputs, variables: dict[str, str], photos: int) -> tuple[int, float]:
    """Return the objects that are left after the last job's end, and the seconds until there is none."""
    with started(memory_mb=512, cpus=1.0, ENGINES="ocr", **variables) as service:
        _send(service, inputs, photos)
        kept = _opened(variables)
        began = time.monotonic()
        left = objects = len(list(kept.objects()))
        while objects and time.monotonic() - began < 2 * LEFT_SECONDS:
            time.sleep(0.5)
            objects = len(list(kept.objects()))
        return left, time.monotonic() - began


def _send(service: Started, inputs: Inputs, photos: int) -> None:
    data = [path.read_bytes() for path in inputs.pages[:photos]]
    _, answer = service.service.analyze(*data, wait=0)
    for job in answer["jobs"]:
        service.service.wait_for_end(job["id"], 600)


def _opened(variables: dict[str, str]) -> Bucket:
    import os

    os.environ.update(variables)
    address = Config.from_environment(variables).bucket
    assert address is not None
    return Bucket(address)
