"""Drawn leaves of sixteen kinds on busy ground: pictures of known kinds, without anybody's photos.

They are drawings, with the light, turns, sizes and clutter of photos. What is measured with them says how two
ways compare, and little about how well real leaves are told apart.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIDE_PX = 480
Point = tuple[float, float]
Outline = Callable[[float], float]


@dataclass(frozen=True)
class Kind:
    """How far its edge is from the middle by the angle, its length for its width, its colour, its veins."""

    name: str
    edge: Outline
    long: float
    colour: tuple[int, int, int]
    veins: int


def _lobes(count: int, depth: float) -> Outline:
    return lambda angle: 1 - depth / 2 + depth / 2 * math.cos(count * angle)


def _teeth(count: int, depth: float) -> Outline:
    return lambda angle: 1 - depth * ((count * angle / math.tau) % 1)


def _plain(_angle: float) -> float:
    return 1.0


KINDS = (
    Kind("beech", _plain, 1.5, (70, 120, 50), 9),
    Kind("oak", _lobes(9, 0.35), 1.7, (96, 118, 40), 5),
    Kind("willow", _plain, 4.5, (120, 150, 80), 0),
    Kind("maple", _lobes(5, 0.6), 1.0, (170, 60, 30), 5),
    Kind("nettle", _teeth(22, 0.22), 1.6, (50, 110, 60), 7),
    Kind("lily", _lobes(1, 0.3), 1.0, (60, 130, 90), 12),
    Kind("clover", _lobes(3, 0.55), 1.0, (80, 140, 60), 3),
    Kind("holly", _teeth(9, 0.45), 1.5, (25, 75, 40), 1),
    Kind("ginkgo", _lobes(2, 0.5), 0.8, (200, 180, 60), 14),
    Kind("plantain", _plain, 2.2, (90, 125, 70), 3),
    Kind("ivy", _lobes(5, 0.35), 1.1, (40, 80, 45), 5),
    Kind("birch", _teeth(16, 0.18), 1.2, (140, 150, 50), 6),
    Kind("grass", _plain, 9.0, (110, 150, 60), 0),
    Kind("poppy", _lobes(11, 0.7), 2.2, (100, 130, 90), 3),
    Kind("cress", _lobes(4, 0.25), 1.0, (100, 160, 70), 0),
    Kind("thistle", _teeth(12, 0.6), 2.6, (110, 130, 110), 1),
)


def photo(kind: Kind, number: int) -> Image.Image:
    """Return the photo of that number of a kind: the same one every time, RGB, 480 px."""
    chance = np.random.default_rng([KINDS.index(kind), number])
    image = _ground(chance)
    leaf = _leaf(kind, chance)
    turned = leaf.rotate(float(chance.uniform(0, 360)), expand=True, resample=Image.Resampling.BICUBIC)
    room = [int(chance.uniform(0.3, 0.7) * SIDE_PX - side / 2) for side in turned.size]
    shadow = Image.new("RGBA", turned.size, (0, 0, 0, 110))
    image.paste(
        shadow, (room[0] + 8, room[1] + 10), turned.getchannel("A").filter(ImageFilter.GaussianBlur(6))
    )
    image.paste(turned, (room[0], room[1]), turned)
    lit = ImageEnhance.Brightness(image).enhance(float(chance.uniform(0.6, 1.3)))
    return lit.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.2, 1.4))))


def _ground(chance: np.random.Generator) -> Image.Image:
    """Gravel, cloth, wood or other leaves: what lies around."""
    corners = chance.integers(60, 200, (2, 2, 3), dtype=np.uint8)
    image = Image.fromarray(corners).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    canvas = ImageDraw.Draw(image)
    for _ in range(int(chance.integers(60, 240))):
        x, y = (float(place) for place in chance.uniform(0, SIDE_PX, 2))
        long, wide = float(chance.uniform(5, 60)), float(chance.uniform(3, 26))
        colour = tuple(int(part) for part in chance.integers(30, 225, 3))
        if chance.random() < 0.5:
            canvas.ellipse((x, y, x + wide, y + wide), fill=colour)
        else:
            canvas.line((x, y, x + long, y + wide), fill=colour, width=int(chance.integers(1, 5)))
    noise = chance.normal(0, 9, (SIDE_PX, SIDE_PX, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def _leaf(kind: Kind, chance: np.random.Generator) -> Image.Image:
    size = float(chance.uniform(0.42, 0.72)) * SIDE_PX / 2
    wide, long = size / math.sqrt(kind.long) * 1.1, size * min(1.35, math.sqrt(kind.long))
    colour = tuple(int(np.clip(part + chance.integers(-22, 22), 0, 255)) for part in kind.colour)
    side = int(long * 2.4)
    leaf = Image.new("RGBA", (side, side))
    canvas = ImageDraw.Draw(leaf)
    canvas.polygon(_outline(kind, wide, long, side / 2, chance), fill=(*colour, 255))
    dark = (*(int(part * 0.7) for part in colour), 255)
    _veins(canvas, kind, (wide, long), side / 2, dark)
    canvas.line((side / 2, side / 2, side / 2, side / 2 + long * 1.18), fill=dark, width=4)
    return leaf


def _outline(
    kind: Kind, wide: float, long: float, middle: float, chance: np.random.Generator
) -> Sequence[Point]:
    wobble = chance.uniform(0.94, 1.06, 12)
    found = []
    for step in range(360):
        angle = math.radians(step)
        away = kind.edge(angle) * float(np.interp(step / 30, range(12), wobble))
        found.append((middle + math.sin(angle) * wide * away, middle - math.cos(angle) * long * away))
    return found


def _veins(
    canvas: ImageDraw.ImageDraw, kind: Kind, size: tuple[float, float], middle: float, dark: tuple[int, ...]
) -> None:
    wide, long = size
    canvas.line((middle, middle - long * 0.85, middle, middle + long * 0.9), fill=dark, width=3)
    for n in range(kind.veins):
        y = middle + long * (0.7 - 1.3 * (n + 0.5) / max(1, kind.veins))
        for way in (-1, 1):
            canvas.line((middle, y, middle + way * wide * 0.6, y - wide * 0.4), fill=dark, width=2)
