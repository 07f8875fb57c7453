"""A picture between four corners: which point of it is seen where."""

from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
Homography = tuple[float, ...]
"""a b c d e f g h: (x, y) shows the point ((a x + b y + c) / w, (d x + e y + f) / w), w = g x + h y + 1."""


def back_to_flat(corners: Sequence[Point], width: float, height: float) -> Homography:
    """Return how to come from a point between the corners (clockwise from top left) to the flat picture's.

    Raises ValueError when three corners lie on a line.
    """
    flat = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return tuple(_solved(rows))


def seen(flat: Any, corners: Sequence[Point], box: tuple[int, int, int, int]) -> Any:
    """Return the picture (pyvips, with alpha) as it is seen between corners, cut to the box (x, y, w, h)."""
    import pyvips  # noqa: PLC0415 - only where sheets are drawn.

    left, top, width, height = box
    a, b, c, d, e, f, g, h = back_to_flat(corners, flat.width, flat.height)
    place = pyvips.Image.xyz(width, height)
    x, y = place[0] + left + 0.5, place[1] + top + 0.5
    depth = x * g + y * h + 1
    index = ((x * a + y * b + c) / depth - 0.5).bandjoin((x * d + y * e + f) / depth - 0.5)
    return flat.mapim(index, interpolate=pyvips.Interpolate.new("bilinear"), background=[0, 0, 0, 0])


def _solved(rows: list[list[float]]) -> list[float]:
    """Return the solution of a system of linear equations, by elimination with the largest pivot."""
    size = len(rows)
    for step in range(size):
        best = max(range(step, size), key=lambda row: abs(rows[row][step]))
        rows[step], rows[best] = rows[best], rows[step]
        pivot = rows[step][step]
        if abs(pivot) < 1e-9:
            raise ValueError("three corners lie on a line")
        rows[step] = [value / pivot for value in rows[step]]
        for other in range(size):
            if other != step and (factor := rows[other][step]):
                rows[other] = [mine - factor * its for mine, its in zip(rows[other], rows[step], strict=True)]
    return [row[-1] for row in rows]
