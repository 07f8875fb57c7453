"""The light on a page: what its paper looks like at each place, and the page without shadows.

Shadows are wider than what is written and nearly without colour; highlighter, coloured boxes and pictures
have colour of their own, or are darker than any shadow. There the light is taken from around them.
"""

import cv2
import numpy as np

from studylens.analysis.cutting.arrays import Floats, Pixels, scaled_to, sized_as

SMALL_PX = 400
"""Longest side of the picture from which the light is read."""
WRITING_PX = 25
"""Side of the square, in the small picture, in which some paper is seen between what is written."""
SMOOTH_PX = 15
"""Over this distance light is smoothed; an edge of a shadow stays one."""
COLOURED = 0.16
"""Difference of channels, as a share of the paper's own: highlighter from 0.25, coloured light up to 0.12."""
DARKEST = 0.28
"""Share of the page's brightest paper, below which it is ink and no shadow: a hand's shadow leaves 0.4."""
SPREAD = 4
"""How far, as a part of the picture, light is taken from around what has none of its own."""


def evened(pixels: Pixels) -> Pixels:
    """Return an RGB page divided by its light: paper at 255, whatever shadow it lay in."""
    light = sized_as(light_of(scaled_to(pixels, SMALL_PX)), pixels)
    return np.asarray(cv2.divide(pixels, light, scale=255.0), np.uint8)


def light_of(small: Pixels) -> Pixels:
    """Return what the paper looks like at each place of a small RGB picture."""
    square = np.ones((WRITING_PX, WRITING_PX), np.uint8)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, square)
    closed = cv2.medianBlur(closed, SMOOTH_PX)
    light: Floats = closed.astype(np.float32)
    is_paper = _is_paper(light)
    if is_paper.all() or not is_paper.any():
        return np.maximum(closed, 1)
    weight = is_paper.astype(np.float32)
    around = _around(light, weight)
    light[~is_paper] = around[~is_paper]
    return np.clip(light, 1, 255).astype(np.uint8)


def _is_paper(light: Floats) -> Pixels:
    """Return where the light is the paper's: bright enough, and of the colour that most of the page has."""
    level = light.max(axis=2)
    top = float(np.percentile(level, 95))
    tint = light / np.maximum(level, 1)[..., None]
    bright = level >= DARKEST * top
    usual = np.median(tint[bright], axis=0) if bright.any() else np.ones(3, np.float32)
    off = np.abs(tint / np.maximum(usual, 1e-3) - 1).max(axis=2)
    return np.asarray(bright & (off <= COLOURED))


def _around(light: Floats, weight: Floats) -> Floats:
    """Return the mean of paper around each place: near it where there is some, else from further away."""
    found = np.zeros_like(light)
    open_to = np.ones(weight.shape, bool)
    side = max(light.shape[:2])
    for part in (16, 8, SPREAD, 1):
        reach = max(3, 2 * (side // part) + 1)
        seen = cv2.blur(weight, (reach, reach), borderType=cv2.BORDER_REPLICATE)
        mean = cv2.blur(light * weight[..., None], (reach, reach), borderType=cv2.BORDER_REPLICATE)
        here = open_to & (seen > 0.05)
        found[here] = mean[here] / seen[here][:, None]
        open_to &= ~here
    found[open_to] = 255
    return found
