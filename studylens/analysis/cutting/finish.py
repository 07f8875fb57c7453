"""The thing becomes a picture: cut to its edges or in its frame, on nothing, on a colour, or as its mask."""

import cv2
import numpy as np

from studylens.analysis.cutting.arrays import Floats, Pixels
from studylens.analysis.cutting.thing import Source, Thing
from studylens.analysis.protocol.cutting import CutWish

FULLER = 1.15
"""By how much ink is made less transparent than it is off white: a pen's blue is never black."""
MARGIN = 0.02
"""Of the longer side, left around a thing that is cut to its edges."""


def finished(thing: Thing, wish: CutWish, source: Source) -> Pixels:
    """Return grey (a mask), RGBA or, on an opaque background, RGB pixels.

    With `whole`, or without a box, the frame is that of the picture that it was cut from.
    """
    alpha = _hardened(thing.alpha) if wish.hard_mask else thing.alpha
    rgba = np.dstack([thing.pixels, (alpha * 255).round().astype(np.uint8)])
    rgba[rgba[..., 3] == 0] = 0  # What nobody sees must not be told.
    framed = _in_frame(rgba, thing, source) if wish.whole or not wish.box else _to_edges(rgba)
    if wish.only_mask:
        return np.ascontiguousarray(framed[..., 3])
    return _on(framed, wish.background) if wish.background else framed


def on_nothing(page: Pixels, strength: Pixels) -> Pixels:
    """Return the ink of a page as RGBA: what is half ink is the ink's full colour, half transparent."""
    off_white = cv2.bitwise_not(page)
    alpha = cv2.convertScaleAbs(off_white.max(axis=2), alpha=FULLER)
    alpha[strength == 0] = 0
    rgba = np.zeros((*alpha.shape, 4), np.uint8)
    for channel in range(3):
        full = cv2.divide(off_white[..., channel], alpha, scale=255.0)
        rgba[..., channel] = cv2.bitwise_not(full) * (alpha > 0)
    rgba[..., 3] = alpha
    return rgba


def _hardened(alpha: Floats) -> Floats:
    """Return the mask without soft edges and without thorns."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    opened = cv2.morphologyEx((alpha > 0.5).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    smooth = cv2.GaussianBlur(opened.astype(np.float32), (5, 5), 2)
    return (smooth > 0.5).astype(np.float32)


def _in_frame(rgba: Pixels, thing: Thing, source: Source) -> Pixels:
    """Put the part back where it was in the picture."""
    scale = min(1.0, source.side / max(source.size))
    width, height = (max(1, round(length * scale)) for length in source.size)
    frame = np.zeros((height, width, 4), np.uint8)
    left, top = round(thing.part.left * scale), round(thing.part.top * scale)
    right = min(width, max(left + 1, round(thing.part.right * scale)))
    bottom = min(height, max(top + 1, round(thing.part.bottom * scale)))
    frame[top:bottom, left:right] = cv2.resize(
        rgba, (right - left, bottom - top), interpolation=cv2.INTER_AREA
    )
    return frame


def _to_edges(rgba: Pixels) -> Pixels:
    rows, columns = (np.flatnonzero(rgba[..., 3].max(axis=axis) > 8) for axis in (1, 0))
    room = max(1, round(MARGIN * max(rgba.shape[:2])))
    top, bottom = max(0, rows[0] - room), rows[-1] + room + 1
    left, right = max(0, columns[0] - room), columns[-1] + room + 1
    return np.ascontiguousarray(rgba[top:bottom, left:right])


def _on(rgba: Pixels, colour: tuple[int, ...]) -> Pixels:
    """Lay the picture on a colour (RGBA); an opaque one leaves no alpha."""
    over = rgba[..., 3:].astype(np.float32) / 255
    under = colour[3] / 255 * (1 - over)
    alpha = over + under
    mixed = (rgba[..., :3] * over + np.array(colour[:3], np.float32) * under) / np.maximum(alpha, 1e-6)
    flat = np.clip(mixed.round(), 0, 255).astype(np.uint8)
    return flat if colour[3] == 255 else np.dstack([flat, (alpha * 255).round().astype(np.uint8)])
