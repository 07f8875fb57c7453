"""Pictures whose truth is known: drawn notes on unevenly lit paper, and things on plain and busy grounds.

Everything is drawn here from random numbers with a seed, so nothing is anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
INKS = {"black": (35, 35, 45), "blue": (40, 70, 190), "red": (200, 40, 50), "green": (30, 130, 70)}
PENCIL, RULES = (120, 120, 124), (172, 196, 222)
HIGHLIGHT = ((255, 238, 90), (255, 160, 200))


@dataclass(frozen=True)
class Notes:
    """`photo`: RGB; `ink`: where ink is, 0-1; `colours`: the ink's own RGB there."""

    photo: NDArray[np.uint8]
    ink: Array
    colours: NDArray[np.uint8]


@dataclass(frozen=True)
class Thing:
    """`photo`: RGB; `alpha`: the thing, 0-1; `box`: around it in 0-1, a finger's breadth wider.

    A busy ground is half of the thing's own colour: what is easily told apart proves little.
    """

    photo: NDArray[np.uint8]
    alpha: Array
    box: tuple[float, float, float, float]


def notes(seed: int, size: tuple[int, int] = (1600, 1200), *, shadow: bool = True) -> Notes:
    """Draw notes of four inks, pencil, ruled lines and highlighter; `size` is (height, width) in px."""
    random = np.random.default_rng(seed)
    height, width = size
    page = np.full((height, width, 3), 255, np.uint8)
    mark = np.zeros((height, width), np.uint8)
    for n, y in enumerate(range(160, height - 80, 64)):
        cv2.line(page, (60, y + 14), (width - 60, y + 14), RULES, 2, cv2.LINE_AA)
        cv2.line(mark, (60, y + 14), (width - 60, y + 14), 255, 2, cv2.LINE_AA)
        colour = [*INKS.values(), PENCIL][int(random.integers(5))]
        if n % 6 == 2:
            left = int(random.integers(100, width // 2))
            corners = (left, y - 26), (left + 320, y + 10)
            cv2.rectangle(page, *corners, HIGHLIGHT[n // 6 % 2], -1)
            cv2.rectangle(mark, *corners, 255, -1)
        _write(page, mark, random, (90, y), colour)
    paper = np.array([250, 246, 236], np.float32) / 255
    lit = page.astype(np.float32) * paper * (_light(random, height, width) if shadow else 1)
    noise = random.normal(0, 2.5, page.shape).astype(np.float32)
    photo = np.clip(cv2.GaussianBlur(lit, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)
    return Notes(photo, mark.astype(np.float32) / 255, page)


def on_table(seed: int, page: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Array]:
    """Lay a page on a table, seen at an angle; return the photo and the page's corners (4, 2) in it."""
    random = np.random.default_rng(seed)
    height, width = page.shape[:2]
    photo = _busy(random, height, width, (110, 78, 52))
    jitter = random.uniform(0.06, 0.16, (4, 2))
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    ends = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    corners = ((ends + jitter * signs) * (width, height)).astype(np.float32)
    turn = cv2.getPerspectiveTransform((ends * (width, height)).astype(np.float32), corners)
    cv2.warpPerspective(page, turn, (width, height), dst=photo, borderMode=cv2.BORDER_TRANSPARENT)
    return photo, corners


def thing(kind: str, seed: int, *, busy: bool, side: int = 1000) -> Thing:
    """Draw one of THINGS on a paper-like or a busy ground, `side` px wide and high."""
    random = np.random.default_rng(seed)
    colour, alpha = THINGS[kind](random, side)
    own = colour[alpha > 0.5].mean(axis=0)
    tint = (own + random.uniform(40, 220, 3)) / 2 if busy else random.uniform(215, 245, 3)
    ground = _busy(random, side, side, tint) if busy else _plain(random, side, tint)
    shade = cv2.GaussianBlur(np.roll(alpha, (side // 60, side // 80), (0, 1)), (0, 0), side / 90)
    lit = ground.astype(np.float32) * (1 - 0.35 * shade[..., None])
    photo = colour * alpha[..., None] + lit * (1 - alpha[..., None])
    photo += random.normal(0, 3, photo.shape)
    ys, xs = np.nonzero(alpha > 0.5)
    room = 0.03 * side
    box = (xs.min() - room, ys.min() - room, xs.max() + room, ys.max() + room)
    left, top, right, bottom = (float(np.clip(place / side, 0, 1)) for place in box)
    return Thing(np.clip(photo, 0, 255).astype(np.uint8), alpha, (left, top, right, bottom))


def overlap(found: Array, true: Array) -> float:
    """Return intersection over union of two masks (0-1)."""
    one, other = found > 0.5, true > 0.5
    return float((one & other).sum() / max(1, (one | other).sum()))


def _write(page, mark, random: np.random.Generator, start: tuple[int, int], colour) -> None:
    """Words as loops of a pen, which letters are made of."""
    x, y = start
    while x < page.shape[1] - 260:
        steps = int(random.integers(24, 60))
        places = x + np.arange(steps) * 3.6
        heights = y - 12 * np.abs(np.sin(np.arange(steps) * random.uniform(0.5, 0.9))) * random.uniform(
            0.6, 1.6
        )
        wobble = 5 * np.cos(np.arange(steps) * 0.9)
        points = np.stack([places + wobble, heights], axis=1).round().astype(np.int32)
        cv2.polylines(page, [points], isClosed=False, color=colour, thickness=3, lineType=cv2.LINE_AA)
        cv2.polylines(mark, [points], isClosed=False, color=255, thickness=3, lineType=cv2.LINE_AA)
        x = int(places[-1]) + int(random.integers(24, 44))


def _light(random: np.random.Generator, height: int, width: int) -> Array:
    """A lamp on one side, and the shadow of a hand with an edge, a little bluish."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = random.uniform(-0.35, 0.35, 2)
    lamp = 0.85 + slope[0] * (x / width - 0.5) + slope[1] * (y / height - 0.5)
    hand = np.zeros((height, width), np.float32)
    middle = (int(random.uniform(0.3, 0.8) * width), int(random.uniform(0.4, 0.9) * height))
    cv2.ellipse(hand, middle, (width // 4, height // 3), float(random.uniform(0, 180)), 0, 360, 1, -1)
    hand = cv2.GaussianBlur(hand, (0, 0), float(random.uniform(8, 40)))[..., None]
    return lamp[..., None] * (1 - hand * np.array([0.5, 0.46, 0.4], np.float32))


def _plain(random: np.random.Generator, side: int, tint) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    slope = 1 + random.uniform(-0.2, 0.2) * (x - 0.5) + random.uniform(-0.2, 0.2) * (y - 0.5)
    return np.clip(slope[..., None] * tint, 0, 255).astype(np.uint8)


def _busy(random: np.random.Generator, height: int, width: int, tint) -> NDArray[np.uint8]:
    """Wood, leaves or cloth: bands and blots of several sizes, in light and colour."""
    ground = np.tile(np.asarray(tint, np.float32), (height, width, 1))
    for cells, strength in ((5, 45), (14, 35), (60, 22)):
        blots = random.normal(0, strength, (cells, cells, 3)) * (0.5, 0.35, 0.5)
        blots += random.normal(0, strength, (cells, cells, 1))
        ground += cv2.resize(blots.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        start, end = (tuple(int(v) for v in random.integers(0, (width, height))) for _ in range(2))
        shade = tuple(float(v) for v in random.uniform(30, 225, 3))
        cv2.line(ground, start, end, shade, int(random.integers(4, 26)), cv2.LINE_AA)
    return np.clip(ground, 0, 255).astype(np.uint8)


def _textured(random: np.random.Generator, side: int, colour) -> Array:
    grain = random.normal(0, 14, (side // 12, side // 12, 3)) * (1, 0.6, 1)
    fine = cv2.resize(grain.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    return np.asarray(colour, np.float32) * (0.8 + 0.4 * x + 0.1 * y)[..., None] + fine


def _filled(side: int, points) -> Array:
    alpha = np.zeros((side, side), np.uint8)
    cv2.fillPoly(alpha, [np.asarray(points).round().astype(np.int32)], 255, cv2.LINE_AA)
    return alpha.astype(np.float32) / 255


def _leaf(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    t = np.linspace(0, 2 * np.pi, 400)
    wide = 0.16 * side * (1 + 0.12 * np.sin(14 * t))
    x = side / 2 + wide * np.sin(t) * np.abs(np.sin(t / 2)) ** 0.7 * 1.4
    y = side / 2 - 0.33 * side * np.cos(t)
    alpha = _filled(side, np.stack([x, y], 1))
    colour = _textured(random, side, (70, 125, 50))
    cv2.line(
        colour, (side // 2, side // 5), (side // 2, side * 4 // 5), (120, 165, 85), side // 120, cv2.LINE_AA
    )
    return colour, alpha


def _flower(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    t = np.linspace(0, 2 * np.pi, 600)
    reach = side * (0.2 + 0.11 * np.abs(np.cos(3 * t)))
    alpha = _filled(side, np.stack([side / 2 + reach * np.cos(t), side / 2 + reach * np.sin(t)], 1))
    colour = _textured(random, side, (190, 80, 140))
    cv2.circle(colour, (side // 2, side // 2), side // 14, (220, 180, 60), -1, cv2.LINE_AA)
    return colour, alpha


def _ring(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    alpha = np.zeros((side, side), np.float32)
    cv2.ellipse(alpha, (side // 2, side // 2), (side // 3, side // 4), 20, 0, 360, 1, side // 12, cv2.LINE_AA)
    return _textured(random, side, (170, 110, 50)), alpha


def _flask(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    outline = [(0.44, 0.2), (0.56, 0.2), (0.56, 0.42), (0.74, 0.8), (0.26, 0.8), (0.44, 0.42)]
    alpha = _filled(side, np.array(outline) * side)
    colour = _textured(random, side, (120, 160, 190))
    colour[int(0.58 * side) :] = _textured(random, side, (190, 60, 60))[int(0.58 * side) :]
    return colour, alpha


def _snail(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    alpha = np.zeros((side, side), np.float32)
    cv2.circle(alpha, (int(0.52 * side), int(0.46 * side)), int(0.2 * side), 1, -1, cv2.LINE_AA)
    cv2.ellipse(
        alpha,
        (side // 2, int(0.66 * side)),
        (int(0.3 * side), int(0.07 * side)),
        0,
        0,
        360,
        1,
        -1,
        cv2.LINE_AA,
    )
    colour = _textured(random, side, (140, 95, 60))
    for reach in (0.06, 0.11, 0.16):
        middle = (int(0.52 * side), int(0.46 * side))
        cv2.circle(colour, middle, int(reach * side), (85, 55, 35), side // 60, cv2.LINE_AA)
    return colour, alpha


def _stone(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    t = np.linspace(0, 2 * np.pi, 200)
    reach = side * (0.26 + 0.04 * np.sin(3 * t + 1) + 0.025 * np.sin(5 * t))
    alpha = _filled(
        side, np.stack([side / 2 + 1.15 * reach * np.cos(t), side / 2 + 0.85 * reach * np.sin(t)], 1)
    )
    return _textured(random, side, (105, 105, 115)), alpha


def _star(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    t = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2, 0.17, 0.36) * side
    alpha = _filled(side, np.stack([side / 2 + reach * np.cos(t), side / 2 + reach * np.sin(t)], 1))
    return _textured(random, side, (205, 120, 40)), alpha


_FORMULA = (
    ((0.3, 0.38), (0.18, 0.38), (0.18, 0.62), (0.3, 0.62)),
    ((0.18, 0.5), (0.28, 0.5)),
    ((0.38, 0.46), (0.52, 0.46)),
    ((0.38, 0.56), (0.52, 0.56)),
    ((0.6, 0.62), (0.6, 0.44), (0.66, 0.5), (0.72, 0.44), (0.72, 0.62)),
    ((0.86, 0.46), (0.79, 0.46), (0.79, 0.62), (0.86, 0.62)),
)
"""E = mc, in strokes."""


def _letter(random: np.random.Generator, side: int) -> tuple[Array, Array]:
    alpha = np.zeros((side, side), np.uint8)
    for stroke in _FORMULA:
        points = (np.array(stroke) * side).round().astype(np.int32)
        cv2.polylines(alpha, [points], isClosed=False, color=255, thickness=side // 32, lineType=cv2.LINE_AA)
    return _textured(random, side, (35, 45, 120)), alpha.astype(np.float32) / 255


THINGS: dict[str, Callable[[np.random.Generator, int], tuple[Array, Array]]] = {
    "leaf": _leaf,
    "flower": _flower,
    "ring": _ring,
    "flask": _flask,
    "snail": _snail,
    "stone": _stone,
    "star": _star,
    "formula": _letter,
}
