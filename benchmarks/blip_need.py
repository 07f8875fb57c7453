"""What a caption needs beside what limits.py says of it: anonymous memory, and address space."""

import time

from benchmarks.analysis import Analysis
from benchmarks.blip_run import Place
from benchmarks.needs import START_SECONDS, Readings, Stage
from benchmarks.report import Figure, Section, Table
from studylens import limits
from studylens.analysis.blip import captioner
from studylens.analysis.protocol import wire
from studylens.machine.cgroup import MB

RUNS = 3
CAPTION_STAGES = {"after_blip_resize", "after_blip_load", "after_blip"}


def need(place: Place, *, quick: bool) -> Section:
    """Every photo in a cold process, after OCR and without it; no limit."""
    rows = [
        (engines, *_needs(place, number, engines))
        for engines in ("blip", "ocr,blip")
        for number in range(1 if quick else RUNS)
    ]
    most = max(row[2] for row in rows), max(row[3] for row in rows)
    figures = (
        Figure("anonymous need, highest", most[0], "MB", len(rows), limits.NEED_BLIP_MB, "NEED_BLIP_MB"),
        Figure("address space beside the files, highest", most[1], "MB", len(rows), limits.ROOM_BLIP_MB,
               "ROOM_BLIP_MB"),
    )  # fmt: skip
    headers = ("ENGINES", "anonymous before", "needs", "maps beside its files")
    return Section("What a caption needs", "python -m benchmarks.blip --only need", figures,
                   (Table(headers, tuple(rows), "MB; a cold process, no limit"),))  # fmt: skip


def _needs(place: Place, number: int, engines: str) -> tuple[float, float, float]:
    with Analysis(variables={**place.variables, "ENGINES": engines}) as process:
        time.sleep(START_SECONDS)
        with Readings(process.pid) as readings:
            for event in process.events(place.photos[number]):
                if isinstance(event, wire.Stage):
                    readings.end_stage(event.stage)
    return _grown([stage for stage in readings.stages if stage[0] in CAPTION_STAGES], place)


def _grown(stages: list[Stage], place: Place) -> tuple[float, float, float]:
    _, before, _, mapped_before, _ = stages[0]
    files = captioner.model_bytes(place.prepared) / MB
    highest, mapped = max(stage[2] for stage in stages), max(stage[4] for stage in stages)
    return before, highest - before, mapped - mapped_before - files
