"""What the built image must do: read and caption a photo in 512 MB as nobody important, end when told to."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.image.contained import VOLUME, Contained, End
from benchmarks.image.podman import Podman
from benchmarks.report import Figure, Section, Table
from benchmarks.watch import Watch
from studylens.places import HOME

PHOTO = HOME / "static" / "sample-photo.jpg"
LEAST_LINES = 20
"""The sample has 23 lines; a page that was not read has none."""
CAPTION_STAGES = {"after_blip_resize", "after_blip_load", "after_blip", "after_blip_cleanup"}
CHECKS = 10
BETWEEN_SECONDS = 5.0
PHOTO_SECONDS = 700.0
TENTH = 0.1
ASK = "import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/health')"


@dataclass(frozen=True)
class Read:
    """A photo's way through one container."""

    job: dict[str, Any]
    seconds: float
    watch: Watch

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What was read and captioned, and what it took."""
        pack = self.job.get("pack") or {"transcript": [], "caption": ""}
        stages = {item["stage"] for item in self.job["stages"]}
        return (
            Figure("photo sent to pack had, cold", self.seconds, "s", 1),
            Figure("lines read from the photo", len(pack["transcript"]), "", 1, least=LEAST_LINES),
            Figure("captions", int(bool(pack["caption"])), "", 1, least=1, how="random weights: no sense"),
            Figure("stages of the captioner", len(CAPTION_STAGES & stages), "", 1, least=len(CAPTION_STAGES)),
            Figure("not reclaimable, highest", max(self.watch.unreclaimable), "MB", len(self.watch.clock)),
            Figure("/health that did not answer 200 meanwhile", self.watch.health_failures, "",
                   len(self.watch.health_ms), 0),
        )  # fmt: skip


def whole(podman: Podman, folder: Path, command: str) -> Section:
    """512 MB and a whole processor; then a second container on the first one's volume."""
    podman.succeeds("volume", "rm", "--force", VOLUME)
    began = time.monotonic()
    with Contained(folder, podman) as service:
        started = time.monotonic() - began
        read = photo(service)
        figures = (Figure("start, to the first answer", started, "s", 1), *read.figures, *_held(service))
        checks = _health_checks(service)
        figures += (*_ended(service.end()), _check_fails_without(service))
    with Contained(folder, podman) as service:
        found = service.get_json(f"/jobs/{read.job['id']}")[1].get("pack")
        figures += (Figure("packs found by the next container", int(bool(found)), "", 1, least=1),)
    return Section("The image in 512 MB", command, figures, (checks,))


def tenth(podman: Podman, folder: Path, command: str) -> Section:
    """512 MB and a tenth of a processor: does the health check pass while a photo is read?"""
    began = time.monotonic()
    with Contained(folder, podman, cpus=TENTH) as service:
        started = time.monotonic() - began
        job, clock = service.analyze(PHOTO.read_bytes(), wait=0)[1]["jobs"][0], time.monotonic()
        seconds, failed = list[float](), 0
        while service.get_json(f"/jobs/{job['id']}")[1]["state"] in {"queued", "running"}:
            asked = time.monotonic()
            failed += not service.is_healthy()
            seconds.append(time.monotonic() - asked)
            time.sleep(BETWEEN_SECONDS)
        took, state = time.monotonic() - clock, service.get_json(f"/jobs/{job['id']}")[1]["state"]
        figures = (
            Figure("start, to the first answer", started, "s", 1),
            Figure("photo sent to pack had, cold", took, "s", 1),
            Figure("photos that gave a pack", int(state == "done"), "", 1, least=1),
            Figure("health checks that failed meanwhile", failed, "", len(seconds), 0),
            Figure("longest health check", max(seconds), "s", len(seconds)),
            Figure("OOM kills", service.group.oom_kills, "", 1, 0),
            *_ended(service.end()),
        )
    return Section("The image in 512 MB at 0.1 CPU", command, figures)


def photo(service: Contained) -> Read:
    """Send the sample and wait for its pack, watching memory and /health."""
    with Watch(service.group, service.url) as watch:
        began = time.monotonic()
        job = service.analyze(PHOTO.read_bytes())[1]["jobs"][0]
        done = service.wait_for_end(job["id"], PHOTO_SECONDS)
        return Read(done, time.monotonic() - began, watch)


def _held(service: Contained) -> tuple[Figure, ...]:
    group, root = service.group, 0
    return (
        Figure("kernel's own peak, page cache in it", group.peak_mb, "MB", 1, group.memory_mb),
        Figure("OOM kills", group.oom_kills, "", 1, 0),
        Figure("processes of root", int(root in service.owners), "", len(group.pids), 0),
    )


def _ended(end: End) -> tuple[Figure, ...]:
    return (
        Figure("exit code after SIGTERM", end.code, "", 1, 0),
        Figure("SIGTERM to the end", end.seconds, "s", 1),
        Figure("processes left", end.left, "", 1, 0),
    )


def _health_checks(service: Contained) -> Table:
    """Compare what a check costs inside the container: nothing, the image's own, and one by Python."""
    ask = ASK.format(port=service.port)
    ways: dict[str, Callable[[], bool]] = {
        "nothing (`true`)": lambda: service.run("true"),
        "the image's own (bash)": service.is_healthy,
        "by Python": lambda: service.run("python", "-c", ask),
    }
    rows = []
    for name, check in ways.items():
        before = service.used_cpu_seconds()
        passed = sum(check() for _ in range(CHECKS))
        used = 1000 * (service.used_cpu_seconds() - before) / CHECKS
        rows.append((name, passed, used, used / 10 / (TENTH * service.interval_seconds)))
    headers = (
        "health check",
        f"passed of {CHECKS}",
        "processor time each, ms",
        "% of 0.1 CPU at its interval",
    )
    return Table(headers, tuple(rows))


def _check_fails_without(service: Contained) -> Figure:
    return Figure("health checks passed after its end", int(service.is_healthy()), "", 1, 0)
