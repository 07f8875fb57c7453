"""Values of the server's own reader, small enough to be kept, with which the browser's reader is compared.

`python -m tests.reader_values` writes them anew; tests/analysis/ocr/test_reader_values.py fails when the
server has moved away from them.
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from studylens.analysis.ocr import bends, crops, detection, parting, rules
from studylens.analysis.ocr.detection import Found
from studylens.analysis.ocr.order.placing import Corners

FILE = Path(__file__).parent / "scripts" / "reader.json"
PAPER, INK = (244, 240, 228), (30, 34, 60)
LARGER = 1.25
"""How much larger the picture is than the map of its text."""
PARTS = (
    ((60, 20), (100, 10), 0.0),
    ((190, 24), (90, 9), 8.0),
    ((40, 90), (70, 8), -20.0),
    ((150, 70), (4, 3), 0.0),
    ((250, 90), (12, 90), 0.0),
)
"""Lines of text on the map: middle, size and tilt; one is a speck, one runs down."""
TILTED: Corners = ((8.0, 14.0), (90.0, 6.0), (92.0, 26.0), (10.0, 34.0))


def values() -> dict[str, Any]:
    """Return all values as plain JSON types."""
    return {"map": _map(), "resize": _resize(), "cut": _cut(), "parted": _parted(), "grids": _grids()}


def text_map() -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a map of text (140 x 300): straight lines, a bent one, a faint one, a speck."""
    levels = np.zeros((140, 300), np.uint8)
    for (x, y), size, tilt in PARTS:
        cv2.fillPoly(levels, [cv2.boxPoints(((x, y), size, tilt)).round().astype(np.int32)], 220)
    xs = np.arange(90, 240)
    for x, y in zip(xs, 122 - ((xs - 165) / 18) ** 2 / 3, strict=True):
        levels[round(y) - 4 : round(y) + 5, x] = 230
    levels[40:50, 20:100] = 100  # Enough to be ink, too little to be a line.
    return levels.astype(np.float32) / np.float32(255)


def _map() -> dict[str, Any]:
    probability = text_map()
    height, width = probability.shape
    size = (int(width * LARGER), int(height * LARGER))
    scale = np.array([size[0] / width, size[1] / height], np.float32)
    limit = np.array([size[0] - 1, size[1] - 1], np.float32)
    found = [
        detection._found(contour, probability, scale, limit) for contour in detection._contours(probability)
    ]
    kept = [one for one in found if one and min(detection._sides(one.corners)) > detection.MIN_SIDE_PX]
    return {
        "width": width, "height": height, "levels": _packed((probability * 255).round().astype(np.uint8)),
        "picture": size, "found": [_told(one) for one in kept],
    }  # fmt: skip


def _told(found: Found) -> dict[str, Any]:
    told: dict[str, Any] = {"corners": found.corners, "bend": None}
    if found.bend is not None:
        ys = [round(float(y), 3) for y in found.bend.ys[::20]]
        told["bend"] = {"first": found.bend.first, "height": found.bend.height, "ys": ys}
    return told


def picture() -> Image.Image:
    """Return a small picture (100 x 40) of strokes in colour."""
    image = Image.new("RGB", (100, 40), PAPER)
    draw = ImageDraw.Draw(image)
    for n in range(12):
        draw.line((4 + n * 8, 6 + n, 10 + n * 7, 34 - n), fill=(20 * n, 40, 200 - 12 * n), width=2)
    return image


def _resize() -> dict[str, Any]:
    image, ways = picture(), {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
    sizes = ((37, 16), (133, 48))
    made = [
        {"filter": name, "size": size, "data": _packed(image.resize(size, way))}
        for name, way in ways.items()
        for size in sizes
    ]
    return {"size": image.size, "data": _packed(image), "made": made}


def _cut() -> list[dict[str, Any]]:
    """Return lines cut out of the picture: tilted, and along a bend; with what the network would get."""
    at = np.arange(80, dtype=np.float32)
    bent = bends.Bend(10.0, (18 + 6 * np.sin(at / 25)).astype(np.float32), 14)
    cuts = []
    for found in (Found(TILTED), Found(TILTED, bent)):
        cut = crops.cut_out(picture(), found)
        told = {"size": cut.size, "data": _packed(cut), "line": crops.to_line(cut).size}
        bend = found.bend and {"first": 10.0, "height": 14, "ys": bent.ys.tolist()}
        cuts.append({"corners": found.corners, "bend": bend, **told})
    return cuts


def two_columns() -> tuple[Image.Image, list[Corners]]:
    """Return five rows of two columns, drawn as bars, and a box over each row that spans the gutter."""
    image = Image.new("RGB", (400, 150), PAPER)
    draw, boxes = ImageDraw.Draw(image), []
    for row in range(5):
        top = 10 + 28 * row
        for left in (10, 215):
            for stroke in range(20):
                draw.rectangle((left + stroke * 8, top + 4, left + stroke * 8 + 2, top + 14), fill=INK)
        boxes.append(((6.0, top), (390.0, top), (390.0, top + 18.0), (6.0, top + 18.0)))
    return image, boxes


def _parted() -> dict[str, Any]:
    image, boxes = two_columns()
    pieces = [found.corners for found in parting.parted(image, [Found(box) for box in boxes])]
    return {"boxes": boxes, "pieces": pieces}


def ruled() -> Image.Image:
    """Return a table of three columns and four rows with rules around its cells, and some words."""
    image = Image.new("RGB", (360, 220), PAPER)
    draw = ImageDraw.Draw(image)
    for row in range(5):
        draw.line((20, 20 + 45 * row, 320, 20 + 45 * row), fill=INK, width=2)
    for column in range(4):
        draw.line((20 + 100 * column, 20, 20 + 100 * column, 200), fill=INK, width=2)
    draw.rectangle((40, 35, 90, 44), fill=INK)
    return image


def _grids() -> list[dict[str, Any]]:
    return [{"xs": grid.xs, "ys": grid.ys} for grid in rules.find_grids(ruled())]


def _packed(pixels: Any) -> str:
    squeezed = zlib.compress(np.ascontiguousarray(np.asarray(pixels, np.uint8)).tobytes(), 9)
    return base64.b64encode(squeezed).decode()


def unpacked(text: str) -> bytes:
    """Return the bytes that `data` or `levels` hold."""
    return zlib.decompress(base64.b64decode(text))


def plain() -> Any:
    """Return what the file holds."""
    told = {"columns": two_columns()[0], "ruled": ruled()}
    pictures = {name: {"size": image.size, "data": _packed(image)} for name, image in told.items()}
    return json.loads(json.dumps({**values(), "pictures": pictures}))


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(plain(), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
