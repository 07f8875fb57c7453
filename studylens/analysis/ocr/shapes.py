"""Which script a line is written in, from the shapes of its strokes: a linear model over 85 figures of it.

Made by `python -m benchmarks.script_shapes` from lines drawn in Noto's fonts. Only asked about lines that
could not be read. Imports numpy and OpenCV at the top: only `ocr.read` imports this room, late.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.ocr.crops import cut_out
from studylens.analysis.ocr.detection import Found
from studylens.analysis.ocr.order.placing import Piece

MODEL = Path(__file__).with_name("shapes.json")
OURS = "latin"
ASKED = 12
"""The longest lines that could not be read are asked: 10 ms each."""
UNREAD_SCORE = 0.9
LONG = 3.0
HEIGHT, ROWS, LEAST_WIDTH = 48, 32, 60
ZONES, DIRECTIONS, LENGTHS = 4, 8, 7

Figures = NDArray[np.float64]


def name(image: Image.Image, found: Sequence[Found], pieces: Sequence[Piece]) -> tuple[str, float]:
    """Return the likeliest script of what could not be read, and its share (0-1); ("", 0.0) for none."""
    unread = [
        one for one, piece in zip(found, pieces, strict=True) if not piece.text or piece.score < UNREAD_SCORE
    ]
    lines = sorted((one for one in unread if _length(one)), key=_length, reverse=True)[:ASKED]
    model = json.loads(MODEL.read_text(encoding="utf-8")) if lines else {}
    total = sum((_length(one) * _likely(model, cut_out(image, one)) for one in lines), np.zeros(1))
    if not total.any():
        return "", 0.0
    best = int(total.argmax())
    script = model["names"][best]
    return (script if script != OURS else ""), float(total[best] / total.sum())


def _length(found: Found) -> float:
    width = math.dist(found.corners[0], found.corners[1])
    return width if width > LONG * math.dist(found.corners[0], found.corners[3]) else 0.0


def _likely(model: dict[str, Any], line: Image.Image) -> Figures:
    seen = figures(line)
    if seen is None:
        return np.zeros(len(model["names"]))
    scores = np.append((seen - model["mean"]) / np.array(model["spread"]), 1.0) @ np.array(model["weights"])
    likely = np.exp(scores - scores.max())
    return np.asarray(likely / likely.sum())


def figures(line: Image.Image) -> Figures | None:
    """Return what a line's strokes look like: density, directions, lengths, parts; None: too little."""
    grey: Any = np.asarray(line.convert("L")).astype(np.float32)
    if grey.shape[1] < LEAST_WIDTH:
        return None
    wide = max(LEAST_WIDTH, grey.shape[1] * HEIGHT // grey.shape[0])
    grey = cv2.resize(grey, (wide, HEIGHT), interpolation=cv2.INTER_AREA)
    if np.median(grey) < grey.mean():
        grey = 255 - grey
    _, ink = cv2.threshold(grey.astype(np.uint8), 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if (ink.sum(axis=1) > 0).sum() < 8:
        return None
    ink, grey = _cropped(ink, grey)
    density = ink.mean(axis=1) / max(float(ink.mean(axis=1).sum()), 1e-6)
    return np.concatenate([density, _directions(grey), _runs(ink), _runs(ink.T), _parts(ink)])


def _cropped(ink: Any, grey: Any) -> tuple[Any, Any]:
    """Return the rows that hold all but a hundredth of the ink, 32 of them."""
    share = np.cumsum(ink.sum(axis=1, dtype=float)) / ink.sum()
    top, bottom = int(np.searchsorted(share, 0.005)), int(np.searchsorted(share, 0.995)) + 1
    size = (int(ink.shape[1] * ROWS / max(8, bottom - top)), ROWS)
    return tuple(cv2.resize(part[top:bottom], size, interpolation=cv2.INTER_AREA) for part in (ink, grey))


def _directions(grey: Any) -> Figures:
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    bins = ((np.arctan2(down, across) % np.pi) / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    zones = [np.s_[n * ROWS // ZONES : (n + 1) * ROWS // ZONES] for n in range(ZONES)]
    counts = [np.bincount(bins[zone].ravel(), strength[zone].ravel(), DIRECTIONS) for zone in zones]
    return np.asarray(np.concatenate(counts) / max(float(strength.sum()), 1e-6) * ZONES)


def _runs(ink: Any) -> Figures:
    """Return how the lengths of strokes along the rows are spread: 1, 2-3, 4-7 px and so on."""
    counts = np.zeros(LENGTHS)
    for row in ink:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]])))
        lengths = edges[1::2] - edges[::2]
        np.add.at(counts, np.minimum(np.log2(lengths).astype(int), LENGTHS - 1), 1)
    return np.asarray(counts / max(float(counts.sum()), 1.0))


def _parts(ink: Any) -> Figures:
    _, _, parts, _ = cv2.connectedComponentsWithStats(ink)
    parts = parts[1:][parts[1:, 4] > 3]
    holes = cv2.connectedComponents(1 - ink)[0] / max(1, len(parts)) / 5
    if not len(parts):
        return np.array([0, 0, 0, 0, ink.mean(), 0, holes])
    wide, high = parts[:, 2], parts[:, 3]
    spread = [wide.mean() / ROWS, high.mean() / ROWS, wide.std() / ROWS, ink.mean(), (wide > ROWS).mean()]
    return np.array([len(parts) / ink.shape[1] * ROWS, *spread, holes])
