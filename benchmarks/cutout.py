"""Clean pages and cut-outs: how right they are on drawn truth, and what they need under a hard 512 MB."""

import base64
import io
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.analysis import Analysis
from benchmarks.cgroups import Cgroup, _cpu_seconds
from benchmarks.inputs import Inputs
from benchmarks.needs import START_SECONDS, Readings
from benchmarks.report import Figure, Section, Table
from benchmarks.u2net import network
from studylens.analysis.cutting import cut, shelf
from studylens.analysis.cutting.thing import Source
from studylens.analysis.protocol.cutting import OBJECT, PAGE, Cut, CutWish
from tests.analysis.cutting import scenes

HARD_MB = 512
COLOURS = (*list(scenes.INKS.values())[1:], *scenes.HIGHLIGHT)
"""All that have a hue: the first ink is black."""
SIZE_12_MP = (4000, 3000)
SEEDS = 3
TARGETS = {"page": (80.0, 2.5), "object, box": (60.0, 3.0)}
"""MB above the idle process, and seconds of its processor."""


def cutting(_: Inputs, *, quick: bool) -> Section:
    """Overlap, ink and hue on drawn pictures; memory and time of each way, each in a cold process."""
    seeds = range(1 if quick else SEEDS)
    figures = [*_overlaps(seeds), *_notes(seeds)]
    rows = list(_needs())
    for way, need, _, _, seconds, _ in rows:
        if way in TARGETS:
            most_mb, most_seconds = TARGETS[way]
            figures.append(Figure(f"{way}: anonymous memory", need, "MB", 1, most_mb))
            figures.append(Figure(f"{way}: processor time", seconds, "s", 1, most_seconds))
    headers = ("way", "above idle", "process anonymous", "group's peak", "processor seconds", "result kB")
    notes = (
        "Truth: drawn things and notes of tests/analysis/cutting/scenes.py; a box a finger's breadth wider.",
        "Photos of 12 megapixels as JPEG; `above idle`: highest RssAnon (every 5 ms) minus that before.",
        "Networks: the real layers with random weights (benchmarks/u2net.py), so their masks mean nothing.",
    )
    table = Table(headers, tuple(rows), f"MB; a cold analysis process in a group of {HARD_MB} MB")
    return Section("Cutting out", "python -m benchmarks --only cutout", tuple(figures), (table,), notes)


def _overlaps(seeds: range) -> Iterator[Figure]:
    for busy, least in ((False, 0.87), (True, 0.68)):
        found = [_overlap(kind, seed, busy=busy) for kind in scenes.THINGS for seed in seeds]
        ground = "busy ground" if busy else "paper"
        yield Figure(f"mean overlap with a box, {ground}", float(np.mean(found)), "", len(found), least=least)
        yield Figure(f"lowest of them, {ground}", float(np.min(found)), "", len(found))


def _overlap(kind: str, seed: int, *, busy: bool) -> float:
    thing = scenes.thing(kind, seed, busy=busy)
    wish = CutWish(mode=OBJECT, box=thing.box, whole=True, only_mask=True)
    mask = _pixels(cut.cut_object(Source(thing.photo, thing.photo.shape[1::-1]), wish), "L")
    return scenes.overlap(cv2.resize(mask.astype(np.float32) / 255, thing.alpha.shape[::-1]), thing.alpha)


def _notes(seeds: range) -> Iterator[Figure]:
    kept, left, hues = [], [], []
    for seed in seeds:
        notes = scenes.notes(seed)
        page = _pixels(
            cut.cut_page(Source(notes.photo, notes.photo.shape[1::-1]), CutWish(whole=True)), "RGB"
        )
        near_ink = cv2.dilate((notes.ink > 0.02).astype(np.uint8), np.ones((5, 5))) > 0
        kept.append(float((page.min(axis=2) < 235)[notes.ink > 0.6].mean()))
        left.append(float((page.min(axis=2) < 250)[~near_ink].mean()))
        hues += [_hue_error(notes, page, colour) for colour in COLOURS]
    yield Figure("ink kept, worst page", 100 * min(kept), "%", len(kept), least=99)
    yield Figure("paper left, worst page", 100 * max(left), "%", len(left), 0.5)
    yield Figure("hue, worst ink or highlighter", max(hues), "degrees", len(hues), 10)


def _hue_error(notes: scenes.Notes, page: np.ndarray, colour: tuple[int, int, int]) -> float:
    there = np.abs(notes.colours.astype(int) - np.array(colour)).sum(axis=2) < 6
    apart = abs(_hue(np.median(page[there], axis=0)) - _hue(np.array(colour)))
    return min(apart, 360 - apart)


def _hue(colour: np.ndarray) -> float:
    return float(cv2.cvtColor(np.float32(colour).reshape(1, 1, 3) / 255, cv2.COLOR_RGB2HSV)[0, 0, 0])


def _pixels(made: Cut, mode: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(made.picture_base64))).convert(mode))


def _needs() -> Iterator[tuple[str | float, ...]]:
    with tempfile.TemporaryDirectory(prefix="studylens-bench-") as name:
        folder = Path(name)
        page, thing = folder / "page.jpg", folder / "thing.jpg"
        photo, _ = scenes.on_table(1, scenes.notes(1).photo)
        _save(photo, page)
        drawn = scenes.thing("leaf", 0, busy=True)
        _save(drawn.photo, thing)
        boxed = CutWish(mode=OBJECT, box=drawn.box)
        yield _need("page", page, CutWish(mode=PAGE))
        yield _need("ink", page, CutWish(mode="ink"))
        yield _need("object, box", thing, boxed)
        for network_name in ("u2netp", "u2net"):
            yield _need(f"object, {network_name}", thing, boxed, _shelf(folder / network_name, network_name))


def _save(photo: np.ndarray, path: Path) -> None:
    height, width = photo.shape[:2]
    size = SIZE_12_MP if width >= height else SIZE_12_MP[::-1]
    Image.fromarray(photo).resize(size, Image.Resampling.BICUBIC).save(path, quality=90)


def _shelf(folder: Path, name: str) -> Path:
    folder.mkdir()
    file = folder / f"{name}.onnx"
    file.write_bytes(network(name))
    listed = {name: {"file": file.name, "sha256": shelf.sha256(file, 0)}}
    (folder / shelf.MANIFEST).write_text(json.dumps(listed))
    return folder


def _need(way: str, photo: Path, wish: CutWish, networks: Path | None = None) -> tuple[str | float, ...]:
    variables = {"CUTOUT_MODEL_DIR": str(networks or photo.parent / "none"), "MEMORY_LIMIT_MB": str(HARD_MB)}
    with (
        Cgroup.make(memory_mb=HARD_MB, cpus=1.0) as group,
        Analysis(prefix=group.prefix, variables=variables) as process,
    ):
        time.sleep(START_SECONDS)
        with Readings(process.pid) as readings:
            used = _cpu_seconds(process.pid)
            made = list(process.events(photo, cut=wish))[-1]
            used = _cpu_seconds(process.pid) - used
            readings.end_stage("done")
        peak = group.peak_mb
    _, before, highest, _, _ = readings.stages[0]
    if not isinstance(made, Cut):
        raise TypeError(f"{way}: {made}")
    told = way if made.way in way else f"{way}: {' '.join(made.notes)}"
    size = len(base64.b64decode(made.picture_base64)) / 1024
    return told, highest - before, highest, peak, used, size
