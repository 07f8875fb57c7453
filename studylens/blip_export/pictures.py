"""The pictures that are captioned when none are given: drawn here, so that none has an owner."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

SIZE = (400, 300)
SEED = 20250101


def bundled() -> list[Image.Image]:
    """Return ten pictures of different kinds, always the same."""
    drawings = (_bars, _line, _flow, _table, _shapes, _page, _cell, _circuit)
    return [_drawn(draw) for draw in drawings] + [_noise(), _gradient()]


def _drawn(draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    image = Image.new("RGB", SIZE, "white")
    draw(ImageDraw.Draw(image))
    return image


def _bars(draw: ImageDraw.ImageDraw) -> None:
    draw.line([(40, 20), (40, 260), (380, 260)], fill="black", width=2)
    for n, height in enumerate((60, 120, 90, 200, 150)):
        draw.rectangle([60 + 64 * n, 260 - height, 100 + 64 * n, 260], fill="steelblue")


def _line(draw: ImageDraw.ImageDraw) -> None:
    draw.line([(40, 20), (40, 260), (380, 260)], fill="black", width=2)
    draw.line([(50, 240), (120, 180), (190, 200), (260, 90), (360, 40)], fill="crimson", width=4)


def _flow(draw: ImageDraw.ImageDraw) -> None:
    for n, word in enumerate(("start", "water", "vapour", "cloud")):
        draw.rectangle([140, 10 + 74 * n, 260, 54 + 74 * n], outline="black", width=2)
        draw.text((176, 24 + 74 * n), word, fill="black")
        draw.line([(200, 54 + 74 * n), (200, 84 + 74 * n)], fill="black", width=2)


def _table(draw: ImageDraw.ImageDraw) -> None:
    for n in range(6):
        draw.line([(30, 30 + 48 * n), (370, 30 + 48 * n)], fill="black")
        draw.line([(30 + 68 * n, 30), (30 + 68 * n, 270)], fill="black")
        draw.text((44 + 60 * n, 46), str(n * 7), fill="black")


def _shapes(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse([30, 40, 170, 180], fill="orange", outline="black")
    draw.polygon([(220, 200), (300, 40), (380, 200)], fill="seagreen", outline="black")
    draw.rectangle([90, 210, 250, 280], fill="slateblue", outline="black")


def _page(draw: ImageDraw.ImageDraw) -> None:
    for n in range(14):
        draw.text((24, 12 + 20 * n), "Photosynthesis turns light into sugar and oxygen. " * 2, fill="black")


def _cell(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse([40, 30, 300, 270], fill="honeydew", outline="darkgreen", width=6)
    draw.ellipse([120, 100, 210, 190], fill="plum", outline="purple", width=3)
    for n, word in enumerate(("wall", "nucleus", "sap")):
        draw.line([(180 + 20 * n, 60 + 80 * n), (320, 60 + 80 * n)], fill="black")
        draw.text((324, 54 + 80 * n), word, fill="black")


def _circuit(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle([60, 60, 340, 240], outline="black", width=3)
    draw.ellipse([180, 40, 220, 80], fill="white", outline="black", width=3)
    draw.line([(186, 46), (214, 74)], fill="black", width=3)
    draw.line([(186, 74), (214, 46)], fill="black", width=3)
    draw.rectangle([190, 226, 210, 254], fill="white")
    draw.line([(190, 220), (190, 260)], fill="black", width=3)
    draw.line([(210, 230), (210, 250)], fill="black", width=6)


def _noise() -> Image.Image:
    values = np.random.default_rng(SEED).integers(0, 256, (*SIZE[::-1], 3), dtype=np.uint8)
    return Image.fromarray(values)


def _gradient() -> Image.Image:
    across = np.linspace(0, 255, SIZE[0])[None, :, None] * np.ones((SIZE[1], 1, 3)) * (1.0, 0.6, 0.3)
    return Image.fromarray(across.astype(np.uint8))
