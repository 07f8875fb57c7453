"""What each stage of an analysis needs: memory that cannot be reclaimed, and address space."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.analysis import Analysis
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.running import gemini, local_ai
from studylens import limits
from studylens.analysis.ocr import networks
from studylens.analysis.protocol import wire
from studylens.config import GEMINI_SDKS

Stage = tuple[str, float, float, float, float]
READ_SECONDS = 0.005
START_SECONDS = 2.0
"""The process has imported what it imports at its start by then."""
_NEEDS = {
    "after_decode": (limits.NEED_DECODE_MB, limits.ROOM_DECODE_MB),
    "after_gemini": (limits.NEED_GEMINI_MB, limits.ROOM_GEMINI_MB),
    "after_local": (limits.NEED_LOCAL_AI_MB, limits.ROOM_LOCAL_AI_MB),
    "after_ocr": (limits.NEED_OCR_MB, limits.ROOM_OCR_MB),
    "done": (limits.NEED_MATERIAL_MB, limits.ROOM_MATERIAL_MB),
}
"""What limits.py says of the stage that ends here."""


@dataclass
class Readings:
    """Highest anonymous memory and VmData (what RLIMIT_DATA counts) of a process in each stage; MB."""

    pid: int
    stages: list[Stage] = field(default_factory=list)
    """Name of the stage that ended; anonymous before, highest; VmData before, highest."""

    def __enter__(self) -> Self:
        self._lock, self._done = threading.Lock(), threading.Event()
        self._start = self._peak = _status(self.pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def end_stage(self, name: str) -> None:
        """Note the readings since the stage before."""
        now = _status(self.pid)
        with self._lock:
            anonymous, mapped = (max(pair) for pair in zip(self._peak, now, strict=True))
            self.stages.append((name, self._start[0], anonymous, self._start[1], mapped))
            self._start = self._peak = now

    def _watch(self) -> None:
        while not self._done.wait(READ_SECONDS):
            now = _status(self.pid)
            with self._lock:
                self._peak = (max(self._peak[0], now[0]), max(self._peak[1], now[1]))


def needs(inputs: Inputs, *, quick: bool) -> Section:
    """What each stage needs, beside what limits.py says; every photo in a cold process."""
    photos = [inputs.dense] if quick else [inputs.pages[0], inputs.dense, inputs.progressive_48mp]
    rows = [row for photo in photos for row in _need_rows(photo, "no key", {})]
    with gemini() as variables:
        for sdk in GEMINI_SDKS:
            rows += _need_rows(inputs.pages[0], sdk, {**variables, "GEMINI_SDK": sdk})
    with local_ai() as variables:
        rows += _need_rows(inputs.pages[0], "local", variables)
    figures = tuple(_need_figures(rows))
    headers = ("photo", "way", "stage that ends", "anonymous before", "highest", "needs", "NEED_*", "maps",
               "ROOM_*")  # fmt: skip
    notes = (
        "`needs`: highest anonymous memory within the stage minus that at its begin (RssAnon, every 5 ms).",
        "`maps`: the same of VmData; for OCR without its model files, which the room adds by itself.",
        f"NEED_DECODE_LARGE_MB is {limits.NEED_DECODE_LARGE_MB}.",
    )
    return Section("What each stage needs", "python -m benchmarks --only needs", figures,
                   (Table(headers, tuple(rows), "MB; a cold process, no limit"),), notes)  # fmt: skip


def _need_rows(photo: Path, way: str, variables: dict[str, str]) -> list[tuple[str | float, ...]]:
    with Analysis(variables=variables) as process:
        time.sleep(START_SECONDS)
        with Readings(process.pid) as readings:
            for event in process.events(photo):
                if isinstance(event, wire.Stage):
                    readings.end_stage(event.stage)
            readings.end_stage("done" if isinstance(event, wire.Done) else f"failed: {event}")
    return [_need_row(photo, way, stage) for stage in readings.stages]


def _need_row(photo: Path, way: str, stage: Stage) -> tuple[str | float, ...]:
    name, before, highest, mapped_before, mapped = stage
    need, room = _NEEDS.get(name, ("-", "-"))
    model_mb = networks.model_bytes() / 2**20 if name == "after_ocr" else 0.0
    maps = mapped - mapped_before - model_mb
    return photo.name, way, name, before, highest, highest - before, need, maps, room


def _need_figures(rows: Sequence[tuple[str | float, ...]]) -> Iterator[Figure]:
    for stage, (need, room) in _NEEDS.items():
        found = [row for row in rows if row[2] == stage and row[0] != "progressive.jpg"]
        if found:
            n = len(found)
            yield Figure(f"anonymous need until {stage}", max(float(row[5]) for row in found), "MB", n, need)
            yield Figure(f"address space until {stage}", max(float(row[7]) for row in found), "MB", n, room)


def _status(pid: int) -> tuple[float, float]:
    """Return anonymous memory and VmData of a process in MB; zeros when it has ended."""
    try:
        rows = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    found = {row.split()[0]: row.split()[1] for row in rows if row.startswith(("RssAnon:", "VmData:"))}
    return int(found.get("RssAnon:", 0)) / 1024, int(found.get("VmData:", 0)) / 1024
